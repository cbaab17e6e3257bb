import type {Step} from '../model/plan.ts';
import {type RunState, stepState} from '../model/state.ts';
import {lookAtCheck} from '../probe/poll.ts';
import type {Context} from './context.ts';
import {fillStep, type ReadyStep} from './fill.ts';

/** One takes its node out of service; one of a node that is out already ends the process that somebody has started there since. */
const stops = ({service, action}: Step): boolean =>
  service === 'leaves' || (service === undefined && action.kind === 'script' && action.process !== undefined);

/**
 * The step right before that one in its lane, where it stopped the node and nothing was moved since. Once
 * something was, it cannot be done again: what it left a digest of is no longer there.
 */
const stopBefore = (state: RunState, {id, node}: Step): Step | null => {
  const lanes = state.plan.phases.flatMap(phase => phase.lanes.filter(lane => lane.node === node));
  const lane = lanes.find(({steps}) => steps.some(step => step.id === id))?.steps ?? [];
  const before = lane[lane.findIndex(step => step.id === id) - 1];
  return before !== undefined && stops(before) && stepState(state, before.id).status === 'done'
    ? before
    : null;
};

/** Whether the script itself said last that it must not begin: nothing was done by that attempt. */
const wasTurnedAway = (state: RunState, {id}: Step): boolean => {
  const seen = stepState(state, id);
  return seen.status === 'failed' && seen.failure.kind === 'refused' && seen.failure.trouble === 'guard';
};

/**
 * Before a step is tried again that its own script refused to begin: whether the stop before it has lapsed, for somebody brought
 * the process back. Then that stop waits again, with its gates shut, and this step after it. Only what was seen says so; where
 * nobody answers the step is tried as it is. Nothing is asked where nothing was refused: a look would cost each node a round
 * trip while it is down.
 */
export const lapsed = async (context: Context, {step}: ReadyStep): Promise<boolean> => {
  const state = context.ledger.state();
  const stop = wasTurnedAway(state, step) ? stopBefore(state, step) : null;
  const filled = stop === null ? null : fillStep(state, stop);
  if (stop === null || filled?.kind !== 'ready') return false;
  // That the process is gone is seen first; what is seen after it takes long, and is only so while that holds.
  const [gone] = filled.value.done;
  if (gone === undefined) return false;
  const looked = await lookAtCheck(context.looker, gone, context);
  if (context.signal.aborted) return true;
  if (looked.kind !== 'unmet' || looked.seen === null) return false;
  await context.ledger.emit({type: 'step.lapsed', step: stop.id, before: step.id, seen: looked.seen});
  return true;
};
