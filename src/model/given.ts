import {never} from '../lib/never.ts';
import type {Expect, Expected, Fact, Facts} from './facts.ts';
import type {StepId} from './ids.ts';
import type {
  Action,
  Blast,
  Check,
  CopyAction,
  FactRef,
  FilledCheck,
  Gate,
  Given,
  PlannedExpect,
  ScriptAction,
  Step,
} from './plan.ts';
import type {Vars} from './script.ts';

/** What a step that is done found; undefined for any other. */
export type FactsOf = (step: StepId) => Facts | undefined;

type Ref = {readonly from: FactRef; readonly bound?: 'atLeast' | undefined};
type Value = Given[string] | PlannedExpect[string];

const isRef = <V extends Value>(value: V): value is Extract<V, Ref> =>
  typeof value === 'object' && 'from' in value;

const refsIn = (values: Given | PlannedExpect | undefined): FactRef[] =>
  Object.values(values ?? {}).flatMap(value => (isRef(value) ? [value.from] : []));

/** Facts of earlier steps that a check takes. */
export const checkRefs = (check: Check): FactRef[] =>
  [
    ...[check.given, check.expect, ...(check.or ?? []), check.pending, check.hopeless],
    ...(check.vain ?? []).map(({seen}) => seen),
  ].flatMap(refsIn);

/** Facts of earlier steps that a gate takes: in its check, or in what it measures. */
export const gateRefs = (gate: Gate): FactRef[] =>
  gate.kind === 'check' ? checkRefs(gate.check) : gate.blast.flatMap(({given}) => refsIn(given));

/** What a copy is told, by name: the sender, the file there, and where it goes. */
export const copyGiven = ({from, to}: Pick<CopyAction, 'from' | 'to'>): Given => ({
  from: from.node,
  source: from.path,
  to,
});

/** What an action is told, by name; nothing for work by hand. */
export const actionGiven = (action: Action): Given => {
  switch (action.kind) {
    case 'script':
      return action.vars;
    case 'copy':
      return copyGiven(action);
    case 'manual':
      return {};
    default:
      return never(action);
  }
};

/** Facts of earlier steps that an action takes. */
export const actionRefs = (action: Action): FactRef[] => refsIn(actionGiven(action));

/** Facts of earlier steps that a step takes once its gates are open: in what its action is told and in its done checks. */
export const stepRefs = (step: Step): FactRef[] => [
  ...actionRefs(step.action),
  ...step.done.flatMap(checkRefs),
];

/** What a step left under that name, and nothing that every object has. */
const leftBy = ({step, fact}: FactRef, factsOf: FactsOf): Fact | undefined => {
  const facts = factsOf(step);
  return facts !== undefined && Object.hasOwn(facts, fact) ? facts[fact] : undefined;
};

/** The first fact that is asked for and that no step has left; null when all are there. */
export const missingRef = (refs: readonly FactRef[], factsOf: FactsOf): FactRef | null =>
  refs.find(ref => leftBy(ref, factsOf) === undefined) ?? null;

const factAt = (ref: FactRef, factsOf: FactsOf): Fact => {
  const {step, fact} = ref;
  const found = leftBy(ref, factsOf);
  if (found === undefined) throw new Error(`the step ${step} left no fact "${fact}" (see missingRef)`);
  return found;
};

/** Values with the facts they name in their places. Throws when one is missing: ask missingRef first. */
export const fillGiven = (given: Given | undefined, factsOf: FactsOf): Facts =>
  Object.fromEntries(
    Object.entries(given ?? {}).map(([name, value]): [string, Fact] => [
      name,
      isRef(value) ? factAt(value.from, factsOf) : value,
    ]),
  );

/** What is bounded by something that is no number is never met. */
const expectedAt = ({from, bound}: Ref, factsOf: FactsOf): Expected => {
  const found = factAt(from, factsOf);
  if (bound === undefined) return found;
  return typeof found === 'number' ? {atLeast: found} : {oneOf: []};
};

const fillExpect = (expect: PlannedExpect, factsOf: FactsOf): Expect =>
  Object.fromEntries(
    Object.entries(expect).map(([name, value]) => [name, isRef(value) ? expectedAt(value, factsOf) : value]),
  );

/** A check that can be looked at. Throws when a fact is missing. */
export const fillCheck = (check: Check, factsOf: FactsOf): FilledCheck => {
  const {given, expect, or, pending, hopeless, vain, ...rest} = check;
  return {
    ...rest,
    expect: fillExpect(expect, factsOf),
    ...(or === undefined ? {} : {or: or.map(each => fillExpect(each, factsOf))}),
    ...(given === undefined ? {} : {given: fillGiven(given, factsOf)}),
    ...(pending === undefined ? {} : {pending: fillExpect(pending, factsOf)}),
    ...(hopeless === undefined ? {} : {hopeless: fillExpect(hopeless, factsOf)}),
    ...(vain === undefined
      ? {}
      : {vain: vain.map(each => ({...each, seen: fillExpect(each.seen, factsOf)}))}),
  };
};

/** What a script is run with. Throws when a fact is missing. */
export const fillVars = (action: ScriptAction, factsOf: FactsOf): Vars => fillGiven(action.vars, factsOf);

/** A copy's sender and paths as they were found; whether they are a node and paths is not looked at. */
export type FilledCopy = {readonly node: string; readonly path: string; readonly to: string};

/** What is copied from where to where. Throws when a fact is missing. */
export const fillCopy = (action: CopyAction, factsOf: FactsOf): FilledCopy => {
  const [node, path, to] = [action.from.node, action.from.path, action.to].map(told =>
    String(typeof told === 'string' ? told : factAt(told.from, factsOf)),
  );
  return {node: node ?? '', path: path ?? '', to: to ?? ''};
};

/** What the probe of a measurement is told. Throws when a fact is missing. */
export const fillBlast = (blast: Blast, factsOf: FactsOf): Facts => fillGiven(blast.given, factsOf);
