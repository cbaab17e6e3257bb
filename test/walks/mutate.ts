import type {Check, Gate, Lane, Phase, Plan, Step} from '../../src/model/plan.ts';

/** One change to a plan. Throws when it changes nothing: then it would prove nothing. */
export type Mutation = (plan: Plan) => Plan;

const changing =
  (mutate: (plan: Plan) => Plan): Mutation =>
  plan => {
    const mutated = mutate(plan);
    if (JSON.stringify(mutated) === JSON.stringify(plan)) throw new Error('the mutation changes nothing');
    return mutated;
  };

/** Several changes, one after the other. */
export const inTurn =
  (...mutations: readonly Mutation[]): Mutation =>
  plan =>
    mutations.reduce((made, mutate) => mutate(made), plan);

/** Changes the plan itself. */
export const ofPlan = (change: (plan: Plan) => Partial<Plan>): Mutation =>
  changing(plan => ({...plan, ...change(plan)}));

/** Changes one phase. */
export const ofPhase = (id: string, change: (phase: Phase) => Partial<Phase>): Mutation =>
  changing(plan => ({
    ...plan,
    phases: plan.phases.map(phase => (phase.id === id ? {...phase, ...change(phase)} : phase)),
  }));

/** Changes the steps of one node in one phase; a lane that loses all of them is gone. */
export const ofLane = (
  id: string,
  node: string,
  change: (steps: readonly Step[]) => readonly Step[],
): Mutation =>
  ofPhase(id, ({lanes}) => ({
    lanes: lanes.flatMap((lane): readonly Lane[] => {
      if (lane.node !== node) return [lane];
      const [first, ...others] = change(lane.steps);
      return first === undefined ? [] : [{...lane, steps: [first, ...others]}];
    }),
  }));

/** Changes one step, by its id. */
export const ofStep = (id: string, change: (step: Step) => Partial<Step>): Mutation => {
  const [, phase = '', node = ''] = /^([^/]+)\/.*@(.*)$/.exec(id) ?? [];
  return ofLane(phase, node, steps =>
    steps.map(step => (step.id === id ? {...step, ...change(step)} : step)),
  );
};

/** Changes what checks by that probe look for; null drops them. */
export const ofChecks =
  (probe: string, change: (check: Check) => Partial<Check> | null) =>
  (gates: readonly Gate[]): Gate[] =>
    gates.flatMap((gate): readonly Gate[] => {
      if (gate.kind !== 'check' || gate.check.probe !== probe) return [gate];
      const changed = change(gate.check);
      return changed === null ? [] : [{...gate, check: {...gate.check, ...changed}}];
    });

/** What has to be seen when a step is done, without the looks by that probe, or with others in their place. */
export const ofDone =
  (probe: string, change: (check: Check) => Partial<Check> | null) =>
  ({done}: Step): Pick<Step, 'done'> => {
    const [first, ...others] = done.flatMap((check): readonly Check[] => {
      if (check.probe !== probe) return [check];
      const changed = change(check);
      return changed === null ? [] : [{...check, ...changed}];
    });
    if (first === undefined) throw new Error('a step is done by something');
    return {done: [first, ...others]};
  };

/** What is expected, without one name. */
export const without =
  (name: string) =>
  ({expect}: Check): Pick<Check, 'expect'> => ({
    expect: Object.fromEntries(Object.entries(expect).filter(([key]) => key !== name)),
  });

/** What is expected, with another value. */
export const expecting =
  (name: string, value: Check['expect'][string]) =>
  ({expect}: Check): Pick<Check, 'expect'> => ({expect: {...expect, [name]: value}});

/** Something else does as well. */
export const excused =
  (...or: readonly Check['expect'][]) =>
  (): Pick<Check, 'or'> => ({or});

export const dropped = (): null => null;

/** Gates before the question of a phase, changed; those after it as they are. */
export const beforeQuestion =
  (change: (gates: readonly Gate[]) => readonly Gate[]) =>
  ({gates}: Pick<Phase, 'gates'>): Pick<Phase, 'gates'> => {
    const question = gates.findIndex(({kind}) => kind === 'confirm');
    return {gates: [...change(gates.slice(0, question)), ...gates.slice(question)]};
  };

/** Gates after the question of a phase, changed; those before it as they are. */
export const afterQuestion =
  (change: (gates: readonly Gate[]) => readonly Gate[]) =>
  ({gates}: Pick<Phase, 'gates'>): Pick<Phase, 'gates'> => {
    const question = gates.findIndex(({kind}) => kind === 'confirm');
    return {gates: [...gates.slice(0, question + 1), ...change(gates.slice(question + 1))]};
  };
