import type {FilledCheck, Gate, Step} from '../model/plan.ts';
import {gateState, type RunState, stepState} from '../model/state.ts';
import {plain} from '../model/text.ts';
import {isUntouched} from '../model/untouched.ts';
import {lookAtCheck, type Polled, unsettled} from '../probe/poll.ts';
import type {Context} from './context.ts';
import type {ReadyStep} from './fill.ts';

/** What a gate looks at, and is not so. */
type Unmet = {readonly check: FilledCheck; readonly polled: Extract<Polled, {kind: 'unmet'}>};

/** The first of what opened the step's gates that is not so right now, all looked at side by side; null where all is. */
export const notSoNow = async (context: Context, {safe}: ReadyStep): Promise<Unmet | null> => {
  const looks = await Promise.all(
    safe.map(async check => ({check, polled: await lookAtCheck(context.looker, check, context)})),
  );
  return looks.flatMap(({check, polled}) => (polled.kind === 'unmet' ? [{check, polled}] : []))[0] ?? null;
};

/** Whether what allowed the step still does, nothing holds the run, and nobody has left it while that was looked at. */
export const mayStillBegin = async (context: Context, ready: ReadyStep): Promise<boolean> =>
  (await notSoNow(context, ready)) === null &&
  context.ledger.state().holds.length === 0 &&
  !context.signal.aborted;

/** The gates of a step's phase, as long as nothing of it was begun: a release shuts those too. */
const phaseGates = (state: RunState, {id}: Step): readonly Gate[] => {
  const phase = state.plan.phases.find(({lanes}) =>
    lanes.some(({steps}) => steps.some(step => step.id === id)),
  );
  return phase !== undefined && isUntouched(state, phase) ? phase.gates : [];
};

/**
 * Whether a step may begin at the very moment of the append. While it was looked at another step may have failed, or the operator
 * may have asked to hold or to leave. Where that was released meanwhile, its gates are shut, and are looked at again; where they have
 * opened again by now, what the step has looked at since `before` may be older than they are, and it looks anew.
 */
export const mayBegin =
  ({signal, lease}: Pick<Context, 'signal' | 'lease'>, {step}: Pick<ReadyStep, 'step'>, before: RunState) =>
  (state: RunState): boolean =>
    state.holds.length === 0 &&
    !signal.aborted &&
    (lease === null || state.lease.held) &&
    [...phaseGates(state, step), ...step.gates].every(({id}) => {
      const [then, now] = [gateState(before, id), gateState(state, id)];
      return now.status === 'open' && then.status === 'open' && then.at === now.at;
    });

/** What a gate saw this long ago may be otherwise by now: the gates after it had to be waited for. */
const GATE_IS_OLD_MS = 5_000;

/** A step that was put back before its gates this often holds the run: somebody has to look. */
const RESETS_AT_MOST = 10;

/** Puts a step back before its gates, for one of them is not so any more; or holds the run with that gate. */
export const putBack = async (
  context: Context,
  {step, safe}: ReadyStep,
  {check, polled}: Unmet,
): Promise<void> => {
  const {ledger} = context;
  const seen = stepState(ledger.state(), step.id);
  const gate = step.gates.filter(({kind}) => kind === 'check')[safe.indexOf(check)];
  await ledger.emit(
    gate !== undefined && seen.status === 'waiting' && seen.resets >= RESETS_AT_MOST
      ? {type: 'gate.stuck', gate: gate.id, failure: unsettled(check, polled)}
      : {type: 'step.reset', step: step.id, seen: polled.seen ?? {}},
  );
};

/**
 * Puts a step back before its gates, for its own script asked the node right before it would have acted and found it otherwise;
 * nothing was done. Where the gates saw it as it should be every time, and the script never, somebody has to look.
 */
export const turnedAway = async ({ledger}: Context, {step}: ReadyStep, told: string): Promise<void> => {
  const seen = stepState(ledger.state(), step.id);
  await ledger.emit(
    seen.status === 'running' && seen.resets >= RESETS_AT_MOST
      ? {
          type: 'step.failed',
          step: step.id,
          failure: {kind: 'refused', trouble: 'guard', detail: plain(told)},
        }
      : {type: 'step.reset', step: step.id, seen: {}, told},
  );
};

/** Whether a gate was opened so long ago that it has to be looked at again. */
export const gatesAreOld = (context: Context, {step}: ReadyStep): boolean => {
  const {ledger} = context;
  return step.gates.some(({id}) => {
    const gate = gateState(ledger.state(), id);
    return gate.status === 'open' && ledger.ageOf(gate.at) > GATE_IS_OLD_MS;
  });
};
