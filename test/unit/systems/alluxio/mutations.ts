import {expect} from 'vitest';
import {StepId} from '../../../../src/model/ids.ts';
import type {Check, Gate, Given, Plan, Step} from '../../../../src/model/plan.ts';
import {planProblems} from '../../../../src/plan/plan-problems.ts';
import type {AlluxioCluster} from '../../../../src/systems/alluxio/fields.ts';
import {alluxio} from '../../../../src/systems/alluxio/system.ts';
import {type Mutation, ofPhase, ofPlan, ofStep} from '../../../walks/mutate.ts';

/** Every sentence that a plan is refused with, in English; the Chinese one is there too. */
export const refusalsOf = (plan: Plan, cluster: AlluxioCluster): string[] =>
  planProblems(plan, alluxio, cluster).map(({en, zh}) => {
    expect(zh).toMatch(/\p{Script=Han}.*。$/u);
    return en;
  });

export type Row = readonly [what: string, mutation: Mutation, ...sentences: readonly string[]];

export const cases = (rows: readonly Row[]) =>
  rows.map(([what, mutation, ...sentences]) => ({what, mutation, sentences}));

export const swapped = (one: string, other: string): Mutation =>
  ofPlan(({phases}) => {
    const [a, b] = [phases.findIndex(({id}) => id === one), phases.findIndex(({id}) => id === other)];
    const [first, second] = [phases[a], phases[b]];
    if (first === undefined || second === undefined) throw new Error(`${one} or ${other} is not there`);
    return {phases: phases.with(a, second).with(b, first)};
  });

/** A phase right behind another one. */
export const behind = (moved: string, other: string): Mutation =>
  ofPlan(({phases}) => {
    const found = phases.filter(({id}) => id === moved);
    return {
      phases: phases.flatMap(phase =>
        phase.id === moved ? [] : phase.id === other ? [phase, ...found] : [phase],
      ),
    };
  });

/** One phase, with the lanes of another one beside its own. */
export const merged = (one: string, other: string): Mutation =>
  ofPlan(({phases}) => {
    const lanes = phases.flatMap(phase => (phase.id === other ? phase.lanes : []));
    return {
      phases: phases.flatMap(phase =>
        phase.id === other
          ? []
          : phase.id === one
            ? [{...phase, lanes: [...lanes, ...phase.lanes]}]
            : [phase],
      ),
    };
  });

/** Without the look at one node by a probe. */
export const notAt =
  (probe: string, node: string) =>
  (gates: readonly Gate[]): Gate[] =>
    gates.filter(gate => gate.kind !== 'check' || gate.check.probe !== probe || gate.check.node !== node);

/** Gates of a phase, on both sides of its question, or of a step. */
export const everywhere =
  (change: (gates: readonly Gate[]) => readonly Gate[]) => (of: Pick<Step, 'gates'>) => ({
    gates: change(of.gates),
  });

export const withoutQuestion = (gates: readonly Gate[]): readonly Gate[] =>
  gates.filter(({kind}) => kind !== 'confirm');

/** Something else of the question. */
export const ofQuestion =
  (change: Partial<Extract<Gate, {kind: 'confirm'}>>) =>
  (gates: readonly Gate[]): Gate[] =>
    gates.map(gate => (gate.kind === 'confirm' ? {...gate, ...change} : gate));

/** A script's variable, as another value. */
export const ofVar = (id: string, name: string, value: Given[string]): Mutation =>
  ofStep(id, ({action}) => ({
    action: action.kind === 'script' ? {...action, vars: {...action.vars, [name]: value}} : action,
  }));

export const ofBody = (id: string, body: string): Mutation =>
  ofStep(id, ({action}) => ({action: action.kind === 'script' ? {...action, body} : action}));

type WayBack = Extract<Step['undo'], {kind: 'action'}>;

/** The way back of a step that has one. */
export const ofUndo = (id: string, change: (undo: WayBack) => Partial<WayBack>): Mutation =>
  ofStep(id, ({undo}) => ({undo: undo.kind === 'action' ? {...undo, ...change(undo)} : undo}));

/** A fact that a step has left. */
export const from = (step: string, fact: string) => ({from: {step: StepId.parse(step), fact}});

/** A look that is told something else. */
export const given =
  (name: string, value: Given[string]) =>
  (check: Check): Pick<Check, 'given'> => ({given: {...check.given, [name]: value}});

export const lanesWithout = (phase: string, node: string) =>
  ofPhase(phase, ({lanes}) => ({lanes: lanes.filter(of => of.node !== node)}));

/** What is said of gates that would stop nodes of a phase once more that does more, or less, than to stop. */
export const notOfStops = (...gates: readonly string[]): readonly string[] =>
  gates.map(
    gate => `${gate} would stop nodes of stop once more, and until then more is done than to stop nodes.`,
  );

/** The same where that phase does not stand before them. */
export const notBeforeStops = (...gates: readonly string[]): readonly string[] =>
  gates.map(gate => `${gate} would stop nodes of stop once more, which is no earlier phase.`);
