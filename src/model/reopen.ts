import type {GateId, StepId} from './ids.ts';
import type {Gate, Plan, Step} from './plan.ts';

/**
 * What is done again where that gate opens that step again: the step and those after it in its lane; in the gate's own lane
 * up to the step that the gate stands before, for later ones are not done yet. None where the plan does not hold the step.
 */
export const reopenedSteps = ({phases}: Plan, step: StepId, gate: GateId): readonly Step[] => {
  const lanes = phases.flatMap(phase => phase.lanes);
  const {steps = []} = lanes.find(lane => lane.steps.some(({id}) => id === step)) ?? {};
  const from = steps.findIndex(({id}) => id === step);
  const own = steps.findIndex(({gates}) => gates.some(({id}) => id === gate));
  return steps.slice(from, own < 0 ? steps.length : own);
};

/** The gates that stand together with that one, before a phase or before a step. */
export const gatesBeside = ({phases}: Plan, gate: GateId): readonly Gate[] =>
  phases
    .flatMap(phase => [phase, ...phase.lanes.flatMap(({steps}) => steps)])
    .find(({gates}) => gates.some(({id}) => id === gate))?.gates ?? [];
