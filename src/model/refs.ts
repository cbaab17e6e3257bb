import type {Expect, FactRef, Facts, Scalar} from './facts.ts';
import type {Check, Gate, Given, Step} from './plan.ts';

const isRef = (value: unknown): value is {readonly from: FactRef} =>
  typeof value === 'object' && value !== null && 'from' in value;

const refsIn = (values: Expect | Given | undefined): FactRef[] =>
  Object.values(values ?? {}).flatMap(value => (isRef(value) ? [value.from] : []));

/** Facts of earlier steps that a check takes. */
export const checkRefs = (check: Check): FactRef[] =>
  [check.given, check.expect, check.pending, check.hopeless].flatMap(refsIn);

/** Facts of earlier steps that a gate takes: in its check, or in what it measures. */
export const gateRefs = (gate: Gate): FactRef[] =>
  gate.kind === 'check' ? checkRefs(gate.check) : gate.blast.flatMap(({given}) => refsIn(given));

/** Facts of earlier steps that a step takes once its gates are open: in its script's variables and its done checks. */
export const stepRefs = (step: Step): FactRef[] => [
  ...(step.action.kind === 'script' ? Object.values(step.action.given ?? {}) : []),
  ...step.done.flatMap(checkRefs),
];

/** What a probe is told, with every {from: …} replaced. Throws when that step left no such fact. */
export const resolveGiven = (given: Given | undefined, factsOf: (step: string) => Facts | undefined): Facts =>
  Object.fromEntries(
    Object.entries(given ?? {}).map(([name, value]): [string, Scalar] => {
      if (!isRef(value)) return [name, value];
      const fact = factsOf(value.from.step)?.[value.from.fact];
      if (fact === undefined) throw new Error(`step ${value.from.step} left no fact "${value.from.fact}"`);
      return [name, fact];
    }),
  );
