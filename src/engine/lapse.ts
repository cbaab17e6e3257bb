import type {Facts} from '../model/facts.ts';
import type {Step} from '../model/plan.ts';
import {startedAgain} from '../model/started-again.ts';
import {type Hold, type RunState, stepState} from '../model/state.ts';
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
 * What is seen where a stop's process is not gone any more; null where it is, or nobody answers. That is seen first of a stop: what
 * comes after it takes long, and is only so while the process is gone.
 */
const runsAgain = async (context: Context, stop: Step): Promise<Facts | null> => {
  const filled = fillStep(context.ledger.state(), stop);
  const [gone] = filled.kind === 'ready' ? filled.value.done : [];
  if (gone === undefined) return null;
  const looked = await lookAtCheck(context.looker, gone, context);
  return looked.kind === 'unmet' ? looked.seen : null;
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
  if (stop === null) return false;
  const seen = await runsAgain(context, stop);
  if (context.signal.aborted) return true;
  if (seen === null) return false;
  await context.ledger.emit({type: 'step.lapsed', step: stop.id, before: step.id, seen});
  return true;
};

/** How many nodes are looked at side by side. */
const LOOKS_AT_ONCE = 64;

/**
 * Before a gate looks again that saw nodes running which an earlier phase has stopped: their stops wait again, as far as each is
 * seen to run by its own look.
 */
export const lapseStarted = async (context: Context, hold: Hold): Promise<void> => {
  const {ledger} = context;
  const found = startedAgain(ledger.state(), hold);
  if (found === null) return;
  const {before} = found;
  const stops = found.stops.filter(({id}) => stepState(ledger.state(), id).status === 'done');
  for (let i = 0; i < stops.length; i += LOOKS_AT_ONCE) {
    const looks = await Promise.all(
      stops
        .slice(i, i + LOOKS_AT_ONCE)
        .map(async stop => ({step: stop.id, seen: await runsAgain(context, stop)})),
    );
    if (context.signal.aborted) return;
    for (const {step, seen} of looks)
      if (seen !== null) await ledger.emit({type: 'step.lapsed', step, before: before.id, seen});
  }
};
