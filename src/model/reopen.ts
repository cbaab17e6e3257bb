import {stepRefs} from './given.ts';
import type {GateId, StepId} from './ids.ts';
import type {Gate, Lane, Plan, Step} from './plan.ts';

const standsBefore = (gates: readonly Gate[], gate: GateId): boolean => gates.some(({id}) => id === gate);

/** The steps that are certainly done when a gate looks, lane by lane: those of earlier phases, and in its own lane those before it. */
const stepsBefore = ({phases}: Plan, gate: GateId): readonly (readonly Step[])[] => {
  const ownAt = ({steps}: Lane): number => steps.findIndex(({gates}) => standsBefore(gates, gate));
  const at = phases.findIndex(
    ({gates, lanes}) => standsBefore(gates, gate) || lanes.some(lane => ownAt(lane) >= 0),
  );
  const own = phases[at]?.lanes.find(lane => ownAt(lane) >= 0);
  return [
    ...phases.slice(0, Math.max(at, 0)).flatMap(({lanes}) => lanes.map(({steps}) => steps)),
    ...(own === undefined ? [] : [own.steps.slice(0, ownAt(own))]),
  ];
};

/**
 * What is done again where that gate opens that step again: the step, whoever took a fact of one that is done again (for its
 * action, or for what is seen when it is done), and those after each of them in its lane, as far as they stand before the
 * gate. A fact is always one of a step that comes earlier, so one pass finds all. None where the step does not come before.
 */
export const reopenedSteps = (plan: Plan, step: StepId, gate: GateId): readonly Step[] => {
  const found = new Map<StepId, Step>();
  for (const steps of stepsBefore(plan, gate)) {
    const first = steps.findIndex(
      each => each.id === step || stepRefs(each).some(ref => found.has(ref.step)),
    );
    for (const each of first < 0 ? [] : steps.slice(first)) found.set(each.id, each);
  }
  return [...found.values()];
};

/** The gates that stand together with that one, before a phase or before a step. */
export const gatesBeside = ({phases}: Plan, gate: GateId): readonly Gate[] =>
  phases
    .flatMap(phase => [phase, ...phase.lanes.flatMap(({steps}) => steps)])
    .find(({gates}) => standsBefore(gates, gate))?.gates ?? [];
