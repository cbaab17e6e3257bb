import type {GateId, StepId} from './ids.ts';
import {type ConfirmGate, type Phase, type Plan, planSteps, type Step} from './plan.ts';
import type {RunState} from './state.ts';
import type {Text} from './text.ts';

const indexed = new WeakMap<Plan, ReadonlyMap<StepId, Step>>();

const stepsOf = (plan: Plan): ReadonlyMap<StepId, Step> => {
  const known = indexed.get(plan) ?? new Map(planSteps(plan).map(step => [step.id, step]));
  indexed.set(plan, known);
  return known;
};

/** The step of that id. A journal whose plan does not hold it is broken, so that throws. */
export const stepOf = (state: RunState, id: StepId): Step => {
  const step = stepsOf(state.plan).get(id);
  if (step === undefined) throw new Error(`the plan has no step ${id}`);
  return step;
};

/** What a gate stands before: a phase, or a step of it; null for a gate that the plan does not hold. */
export const gateOwner = (
  state: RunState,
  gate: GateId,
): {readonly phase: Phase; readonly step: Step | null} | null => {
  for (const phase of state.plan.phases) {
    if (phase.gates.some(({id}) => id === gate)) return {phase, step: null};
    for (const lane of phase.lanes)
      for (const step of lane.steps) if (step.gates.some(({id}) => id === gate)) return {phase, step};
  }
  return null;
};

/** The confirm gate of that id, or null. */
export const confirmGateOf = (state: RunState, id: GateId): ConfirmGate | null => {
  const owner = gateOwner(state, id);
  const gate = (owner?.step ?? owner?.phase)?.gates.find(candidate => candidate.id === id);
  return gate?.kind === 'confirm' ? gate : null;
};

const phaseOf = ({plan}: RunState, step: StepId): Phase | undefined =>
  plan.phases.find(({lanes}) => lanes.some(({steps}) => steps.some(({id}) => id === step)));

/** What a step is done before: another step of its phase, or the whole phase of that one. */
export const titleBefore = (state: RunState, step: StepId, before: StepId): Text => {
  const phase = phaseOf(state, before);
  return phase === undefined || phase === phaseOf(state, step) ? stepOf(state, before).title : phase.title;
};
