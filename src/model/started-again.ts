import {failureOfHold} from './describe.ts';
import {checkRefs, gateRefs, stepRefs} from './given.ts';
import type {StepId} from './ids.ts';
import {gateOwner} from './in-plan.ts';
import {type StopsAgain, stopsAgainOf} from './otherwise.ts';
import {type Check, type FactRef, type Phase, type Plan, planSteps, type Step, stepsOfPhase} from './plan.ts';
import {type Hold, isSkipped, type RunState, stepState} from './state.ts';

const takenFrom = new WeakMap<Plan, ReadonlySet<StepId>>();

const refsOf = (plan: Plan): readonly FactRef[] => {
  const steps = planSteps(plan);
  return [
    ...steps.flatMap(stepRefs),
    ...[...plan.phases, ...steps].flatMap(({gates}) => gates.flatMap(gateRefs)),
    ...plan.verify.flatMap(({checks}) => checks.flatMap(checkRefs)),
  ];
};

/** The steps of which somebody takes a fact: an action, a gate, or a look. */
const stepsTakenFrom = (plan: Plan): ReadonlySet<StepId> => {
  const known = takenFrom.get(plan) ?? new Set(refsOf(plan).map(({step}) => step));
  takenFrom.set(plan, known);
  return known;
};

type Held = {readonly said: StopsAgain; readonly check: Check; readonly phase: Phase};

/** The phase that a hold is before, with what its gate says of whom an earlier one has stopped; null for any other hold. */
const heldBefore = (hold: Hold, state: RunState): Held | null => {
  const owner = hold.kind === 'gate' ? gateOwner(state, hold.gate) : null;
  const gate = owner?.phase.gates.find(({id}) => hold.kind === 'gate' && id === hold.gate);
  const said = gate === undefined ? null : stopsAgainOf(gate);
  return owner === null || said === null || gate?.kind !== 'check'
    ? null
    : {said, check: gate.check, phase: owner.phase};
};

const runningAt = (hold: Hold, state: RunState, {said}: Held): ReadonlySet<unknown> => {
  const failure = failureOfHold(hold, state);
  const seen = failure?.kind === 'unsettled' ? failure.seen?.[said.named] : undefined;
  return new Set<unknown>(Array.isArray(seen) ? seen : []);
};

/** Whom somebody has started though the run had stopped them, and the step that waits for their end. */
export type StartedAgain = {
  /** Stops that a retry carries out once more, or that wait for that already. */
  readonly stops: readonly Step[];
  /** Who runs as well, and is a person's to end. */
  readonly others: readonly string[];
  readonly before: Step;
};

/**
 * Who was started again, by what the gate of that hold saw; null where nobody was. A retry does not stop those once more whose
 * stop somebody takes a fact of: what was counted then would be counted anew, less what was lost meanwhile.
 */
export const startedAgain = (state: RunState, hold: Hold): StartedAgain | null => {
  const held = heldBefore(hold, state);
  if (held === null) return null;
  const {plan} = state;
  const {said, check, phase} = held;
  const stopped = plan.phases.find(({id}) => id === said.stopsAgain);
  const before = stepsOfPhase(phase)[0];
  const running = runningAt(hold, state, held);
  if (stopped === undefined || before === undefined || running.size === 0) return null;
  const taken = stepsTakenFrom(plan);
  const ran = stepsOfPhase(stopped).filter(({node}) => running.has(node));
  const stops = ran.filter(({id, node}) => {
    const seen = stepState(state, id);
    return !taken.has(id) && !isSkipped(state, node) && (seen.status === 'done' || seen.lapsed === true);
  });
  const own = new Set<unknown>(stops.map(({node}) => node));
  const stoppedToo = new Set<unknown>(ran.map(({node}) => node));
  // Where the fact itself has to be otherwise nobody that it names may run; else those alone that were stopped.
  const mayNone = check.expect[said.named] !== undefined;
  const others = [...running].filter(one => !own.has(one) && (mayNone || stoppedToo.has(one))).map(String);
  return stops.length + others.length === 0 ? null : {stops, others, before};
};
