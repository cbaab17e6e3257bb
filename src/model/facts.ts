import {z} from 'zod';
import type {NodeId} from './ids.ts';
import type {Reasons} from './reason.ts';

/** Numbers are finite: what cannot be read as one is no fact. */
export const Scalar = z.union([z.string(), z.number(), z.boolean()]);
export type Scalar = z.infer<typeof Scalar>;

export const Fact = z.union([Scalar, z.array(Scalar).readonly()]);
/** One thing that was seen, or a list of them; an empty list is a fact too: nobody is down. */
export type Fact = z.infer<typeof Fact>;

/**
 * What was seen on or about one node. Every role's status probe gives at least `health` (see Health) and, where it
 * was told one, `version` as x.y.z; other names are the system's own.
 */
export const Facts = z.record(z.string(), Fact).readonly();
export type Facts = z.infer<typeof Facts>;

/**
 * How a node is. Who is `ok` or `degraded` serves: a real request was answered, and of the latter something that should speak for it
 * does not. `not-serving`: it is not seen to serve, and no start explains that: it hangs, or another program answers, or what it needs is away. `down`: nothing of it runs.
 */
export const HEALTHS = ['ok', 'degraded', 'not-serving', 'starting', 'down'] as const;
export type Health = (typeof HEALTHS)[number];

/** Whether a node's status shows that it serves. */
export const serves = ({health}: Facts): boolean => health === 'ok' || health === 'degraded';

/** The outcome of one look: facts, or nobody answered. No answer is never "no". */
export type Look =
  | {readonly kind: 'seen'; readonly facts: Facts}
  | {readonly kind: 'silent'; readonly reasons: Reasons};

/** A look with its date. `at` is the world's time when the look was finished. */
export type Sighting = {
  readonly node: NodeId;
  readonly probe: string;
  readonly at: number;
  readonly look: Look;
};

export const Expected = z.union([
  Fact,
  z.object({not: Scalar}),
  z.object({atLeast: z.number()}),
  z.object({atMost: z.number()}),
  z.object({oneOf: z.array(Scalar).readonly()}),
]);
export type Expected = z.infer<typeof Expected>;

/** What facts must be. A name that is missing in the facts never meets an expectation, not even {not}. */
export const Expect = z.record(z.string(), Expected).readonly();
export type Expect = z.infer<typeof Expect>;

export type Mismatch = {readonly name: string; readonly expected: Expected; readonly seen: Fact | null};

export const isList = (value: unknown): value is readonly Scalar[] => Array.isArray(value);

/** Lists are equal when they hold the same in the same order. */
export const sameFact = (a: Fact, b: Fact): boolean => {
  if (!isList(a) || !isList(b)) return a === b;
  return a.length === b.length && a.every((item, i) => item === b[i]);
};

/** Whether two looks saw one process, by its `pid` and its `startTicks`; so did two that tell of none. */
export const sameProcess = (a: Facts, b: Facts): boolean => a.pid === b.pid && a.startTicks === b.startTicks;

const fits = (seen: Fact, expected: Expected): boolean => {
  if (typeof expected !== 'object' || isList(expected)) return sameFact(seen, expected);
  if (isList(seen)) return false;
  if ('not' in expected) return seen !== expected.not;
  if ('atLeast' in expected) return typeof seen === 'number' && seen >= expected.atLeast;
  if ('atMost' in expected) return typeof seen === 'number' && seen <= expected.atMost;
  return expected.oneOf.includes(seen);
};

/** Which expectations the facts do not meet; empty when all hold. */
export const mismatches = (facts: Facts, expect: Expect): Mismatch[] =>
  Object.entries(expect).flatMap(([name, expected]) => {
    const seen = Object.hasOwn(facts, name) ? facts[name] : undefined;
    return seen !== undefined && fits(seen, expected) ? [] : [{name, expected, seen: seen ?? null}];
  });

export const meets = (facts: Facts, expect: Expect): boolean => mismatches(facts, expect).length === 0;

/** Whether facts are as a check wants them: as it expects, or as one of those that do as well. */
export const meetsCheck = (
  facts: Facts,
  {expect, or = []}: {readonly expect: Expect; readonly or?: readonly Expect[] | undefined},
): boolean => [expect, ...or].some(each => meets(facts, each));

const isFit = (value: Scalar): boolean => typeof value !== 'number' || Number.isFinite(value);

/** The name of a fact that holds a number which is none, or null: it could not be kept, and nothing could be made of it. */
export const unfitFact = (facts: Facts): string | null =>
  Object.entries(facts).find(([, fact]) => !(isList(fact) ? fact.every(isFit) : isFit(fact)))?.[0] ?? null;

/** A fact that has to be a list: its items as text; empty where there is none. */
export const listOf = (facts: Facts, name: string): readonly string[] => {
  const value = facts[name];
  return isList(value) ? value.map(String) : [];
};
