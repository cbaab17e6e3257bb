import type {NodeId} from '../model/ids.ts';
import {skipByHold, skipOf} from '../model/skip.ts';
import type {Skip} from '../model/system.ts';
import type {Text} from '../model/text.ts';
import {servesNow} from '../store/service.ts';
import {openQuestion, type State} from '../store/state.ts';
import {messages} from './messages.ts';
import {currentNode} from './select.ts';

/** Whom the key would take out of the run: the node of the detail, or what holds the run, else the node that is pointed at. */
export const skipCandidates = (state: State): readonly NodeId[] => {
  const [hold] = state.run?.holds ?? [];
  const held =
    state.run === null || hold === undefined || state.view === 'node' ? [] : skipByHold(state.run, hold);
  if (held.length > 0) return held;
  const node = currentNode(state);
  return node === null ? [] : [node];
};

/** Whether those may be taken out, and what it means. Null where they are out already, or no run is held. */
export const skipSaid = (state: State, nodes: readonly NodeId[]): Skip | null => {
  const {run, cluster} = state;
  if (run === null) return null;
  const notServing = new Set(nodes.filter(node => !servesNow(state, node)));
  return skipOf(run, cluster, {nodes, all: cluster.nodes, notServing});
};

/** Why the key does nothing: nothing holds the run, or the product forbids it. */
export const mayNotSkip = (state: State): Text | null => {
  if (openQuestion(state)?.kind !== 'hold') return messages.skipHoldFirst;
  return skipSaid(state, skipCandidates(state)) === null ? messages.skipNobody : null;
};
