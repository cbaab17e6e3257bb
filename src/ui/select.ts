import {failureOfHold, stepOfHold} from '../model/describe.ts';
import type {NodeId} from '../model/ids.ts';
import type {Lane, Phase} from '../model/plan.ts';
import {laneOver, phaseState, type RunState} from '../model/state.ts';
import {nodeInHand} from '../store/progress.ts';
import {downByItself, outNow} from '../store/service.ts';
import type {ScreenNode, State} from '../store/state.ts';

/** Who holds the run before anybody was touched: a node that went down by itself, or the one that was looked at in vain. */
const holdsBefore = (state: State): NodeId | null => {
  const {run} = state;
  const hold = run?.holds[0];
  if (run === null || (hold?.kind !== 'gate' && hold?.kind !== 'order')) return null;
  const failure = stepOfHold(hold, run) === null ? failureOfHold(hold, run) : null;
  return downByItself(state)[0]?.node ?? (failure?.kind === 'unsettled' ? failure.check.node : null);
};

/**
 * The node that panes and grid are about: the chosen one, else one that holds the run, else the one in hand, else none. Where nothing is
 * done: one that is down, by itself or by a run elsewhere, else the first.
 */
export const currentNode = (state: State): NodeId | null => {
  const {selected, run, cluster} = state;
  if (selected !== null) return selected;
  if (run !== null) return holdsBefore(state) ?? nodeInHand(run);
  const first = cluster.roles
    .map(({name}) => cluster.nodes.find(({role}) => role === name))
    .find(node => node !== undefined);
  return (downByItself(state)[0] ?? outNow(state)[0])?.node ?? first?.id ?? null;
};

export const nodeOf = (state: State, id: NodeId | null): ScreenNode | null =>
  id === null ? null : (state.cluster.nodes.find(node => node.id === id) ?? null);

/** The lane of a node that matters now: the one in flight, else the first that is not done, else its last. */
export const laneOf = (run: RunState, node: NodeId): {readonly phase: Phase; readonly lane: Lane} | null => {
  const lanes = run.plan.phases.flatMap(phase =>
    phase.lanes.filter(lane => lane.node === node).map(lane => ({phase, lane})),
  );
  const flying = lanes.find(
    ({phase, lane}) => phaseState(run, phase.id).begun.includes(node) && !laneOver(run, lane),
  );
  return flying ?? lanes.find(({lane}) => !laneOver(run, lane)) ?? lanes.at(-1) ?? null;
};
