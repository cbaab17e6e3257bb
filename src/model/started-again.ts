import {failureOfHold} from './describe.ts';
import {stepRefs} from './given.ts';
import type {StepId} from './ids.ts';
import {stopsAgainOf} from './otherwise.ts';
import type {Gate, Phase, Plan, Step} from './plan.ts';
import {type Hold, isSkipped, type RunState, stepState, touchedSince} from './state.ts';

const isTouched = (state: RunState, {id}: Step): boolean => {
  const seen = stepState(state, id);
  return seen.status === 'done' || touchedSince(seen) !== null;
};

const stepsOf = (phases: Plan['phases']): readonly Step[] =>
  phases.flatMap(({lanes}) => lanes.flatMap(({steps}) => steps));

/** Whether something rests on a step of before: one of its node that was begun since, or one that took a fact of it. */
const restedOn = (state: RunState, later: readonly Step[]): ((step: Step) => boolean) => {
  const begun = later.filter(step => isTouched(state, step));
  const nodes = new Set(begun.map(({node}) => node));
  const taken = new Set<StepId>(begun.flatMap(step => stepRefs(step).map(ref => ref.step)));
  return ({id, node}) => nodes.has(node) || taken.has(id);
};

/** The phase that a hold is before, and the gate of it that holds; null for any other hold. */
const phaseOfHold = (hold: Hold, {plan}: RunState): {gate: Gate; phase: Phase} | null => {
  if (hold.kind !== 'gate') return null;
  for (const phase of plan.phases)
    for (const gate of phase.gates) if (gate.id === hold.gate) return {gate, phase};
  return null;
};

/** Stops that are to be carried out once more, and the step that waits for them. */
export type StartedAgain = {readonly stops: readonly Step[]; readonly before: Step};

/**
 * The stops that a retry of that hold carries out once more: those of nodes that its gate saw running, though the earlier phase
 * that it names has stopped them; null where there is none. None on which something rests that was begun since: a person ends such a process.
 */
export const startedAgain = (state: RunState, hold: Hold): StartedAgain | null => {
  const held = phaseOfHold(hold, state);
  const said = held === null ? null : stopsAgainOf(held.gate);
  const failure = failureOfHold(hold, state);
  if (held === null || said === null || failure?.kind !== 'unsettled') return null;
  const seen = failure.seen?.[said.named];
  const {phases} = state.plan;
  const at = phases.findIndex(({id}) => id === said.stopsAgain);
  const [stopped, before] = [phases[at], stepsOf([held.phase])[0]];
  if (stopped === undefined || before === undefined || !Array.isArray(seen)) return null;
  const running = new Set<unknown>(seen);
  const rests = restedOn(state, stepsOf(phases.slice(at + 1)));
  const stops = stepsOf([stopped]).filter(
    step =>
      running.has(step.node) &&
      !isSkipped(state, step.node) &&
      stepState(state, step.id).status === 'done' &&
      !rests(step),
  );
  return stops.length === 0 ? null : {stops, before};
};
