import {momentOf} from '../lib/moment.ts';
import {quote} from '../lib/sh.ts';
import {describeMoreKinds, nameNodes, type ServiceKnown} from '../model/describe-service.ts';
import type {NodeId} from '../model/ids.ts';
import {COMMA, joinTexts, SEMICOLON, type Text} from '../model/text.ts';
import {downByItself, outNow, peersOf, servesNow, unwellByItself} from '../store/service.ts';
import type {AtHand, State} from '../store/state.ts';
import {kindTitle} from './kinds-serving.ts';
import {messages} from './messages.ts';
import {currentNode, nodeOf} from './select.ts';

/** How many nodes that serve are named. */
const NAMED = 6;

/** How the operator gets at a node by themselves; null where no host stands behind the screen. */
export const atHandOf = (state: State, id: NodeId | null): AtHand | null =>
  id === null ? null : (state.cluster.atHand?.get(id) ?? null);

/** The node that a log or a shell is asked for: that of the view, where it is one of them, else the one the screen is about. */
export const nodeAtHand = (state: State): NodeId | null =>
  state.view === 'tail' || state.view === 'shell' ? state.atNode : currentNode(state);

/** What runs the operator's ssh, as a line that can be typed. */
export const sshLine = (state: State, id: NodeId | null): string | null =>
  atHandOf(state, id)?.ssh.map(quote).join(' ') ?? null;

/** Since when it does not serve, by the run or by itself; null while it does, as far as anybody knows. */
const sinceWords = (state: State, id: NodeId): Text | null => {
  const out = outNow(state).find(({node}) => node === id);
  if (out !== undefined) {
    const clock = messages.moment(momentOf(out.since, state.now), out.atLeast === true);
    return messages.outOf(clock, out.certain);
  }
  const down = downByItself(state).find(({node}) => node === id);
  if (down !== undefined) {
    const from = down.leftBehind ? messages.leftBehindFrom : messages.downFrom;
    return from(momentOf(down.since, state.now), down.atLeast);
  }
  const unwell = unwellByItself(state).find(({node}) => node === id);
  if (unwell !== undefined)
    return messages.unwellFrom(unwell.is, messages.moment(momentOf(unwell.since, state.now), unwell.atLeast));
  const changed = state.looks.get(id)?.changed ?? null;
  const health = state.looks.get(id)?.status?.look;
  if (changed === null || health?.kind !== 'seen' || health.facts.health !== 'down') return null;
  return messages.downFrom(momentOf(changed.at, state.now), changed.first);
};

/** Who else of its kind serves; null of a node that the screen does not have. */
const peersWords = (state: State, id: NodeId): Text | null => {
  const node = nodeOf(state, id);
  if (node === null) return null;
  const peers = peersOf(state, node);
  if (peers.length < 2) return messages.noPeers;
  const serving = peers.filter(peer => servesNow(state, peer.id)).map(peer => peer.id);
  return messages.serving(serving.length, peers.length, kindTitle(state, node), nameNodes(serving, NAMED));
};

/** Nodes of one kind have the same peers. */
const kindOf = (state: State, id: NodeId): string => {
  const node = nodeOf(state, id);
  return JSON.stringify([node?.role, node?.group]);
};

/** Who serves instead of a node; each kind is told once, and not that of nodes of which it is `told` already. */
export const peersOnce = (state: State, told: readonly NodeId[]): ((id: NodeId) => readonly Text[]) => {
  const kinds = new Set(told.map(id => kindOf(state, id)));
  return id => {
    const kind = kindOf(state, id);
    const words = kinds.has(kind) ? null : peersWords(state, id);
    kinds.add(kind);
    return words === null ? [] : [words];
  };
};

/** Of how many kinds it is said who serves; of the rest, that there are more. */
const KINDS_MOST = 5;

/** Where nodes are, and who else of their kinds is seen to serve, each kind once. */
export const serviceKnown = (state: State): ServiceKnown => ({
  now: state.now,
  hostOf: id => nodeOf(state, id)?.host,
  serving: ids => {
    const kinds = Map.groupBy(ids, id => kindOf(state, id));
    const told = [...kinds.values()].slice(0, KINDS_MOST);
    return [
      ...told.flatMap(([id]) => (id === undefined ? [] : (peersWords(state, id) ?? []))),
      ...describeMoreKinds(kinds.size - told.length),
    ];
  },
});

/** "be-3 on 10.20.0.18, out of service since 02:02:43". */
export const placeWords = (state: State, id: NodeId): Text => {
  const since = sinceWords(state, id);
  const host = messages.onHost(id, nodeOf(state, id)?.host ?? '');
  return joinTexts([host, ...(since === null ? [] : [since])], COMMA);
};

/** "be-3 on 10.20.0.18, out of service since 02:02:43; 3 of 4 Backends cg_etl serve: be-1, be-2, be-4". */
export const standsWords = (state: State, id: NodeId): Text => {
  const peers = peersWords(state, id);
  return joinTexts([placeWords(state, id), ...(peers === null ? [] : [peers])], SEMICOLON);
};
