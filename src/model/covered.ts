import type {GateId} from './ids.ts';
import type {Gate, Plan} from './plan.ts';

const covering = new WeakMap<Plan, ReadonlyMap<string, readonly GateId[]>>();

const isQuestion = (gate: Gate): boolean => gate.kind === 'confirm';

/** The questions that are answered with each that covers other phases. A plan never changes, so they are sorted once. */
const answeredWith = (plan: Plan): ReadonlyMap<string, readonly GateId[]> =>
  new Map(
    plan.phases.flatMap(({gates}) =>
      gates.flatMap((gate): [string, GateId[]][] => {
        const covers = gate.kind === 'confirm' ? gate.covers : undefined;
        if (covers === undefined) return [];
        const phases = plan.phases.filter(({id}) => covers.includes(id));
        return [[gate.id, phases.flatMap(phase => phase.gates.filter(isQuestion).map(({id}) => id))]];
      }),
    ),
  );

/** The questions of other phases that are answered with this gate; mostly none. */
export const coveredBy = (plan: Plan, gate: GateId): readonly GateId[] => {
  const known = covering.get(plan) ?? answeredWith(plan);
  covering.set(plan, known);
  return known.get(gate) ?? [];
};
