import {z} from 'zod';
import type {NodeId} from './ids.ts';

export const Scalar = z.union([z.string(), z.number(), z.boolean()]);
export type Scalar = z.infer<typeof Scalar>;

/**
 * What was seen on or about one node. Every role's status probe gives at least `health` (see Health) and, where it
 * was told one, `version` as x.y.z; other names are the system's own.
 */
export const Facts = z.record(z.string(), Scalar).readonly();
export type Facts = z.infer<typeof Facts>;

export const HEALTHS = ['ok', 'degraded', 'starting', 'down'] as const;
export type Health = (typeof HEALTHS)[number];

/** The outcome of one look: facts, or nobody answered. No answer is never "no". */
export type Look =
  | {readonly kind: 'seen'; readonly facts: Facts}
  | {readonly kind: 'silent'; readonly reason: string};

/** A look with its date. `at` is the world's time when the look was finished. */
export type Sighting = {
  readonly node: NodeId;
  readonly probe: string;
  readonly at: number;
  readonly look: Look;
};

/** A fact that an earlier step of the same plan brought back. */
export const FactRef = z.object({step: z.string(), fact: z.string()}).readonly();
export type FactRef = z.infer<typeof FactRef>;

const Expected = z.union([
  Scalar,
  z.object({not: Scalar}),
  z.object({atLeast: z.number()}),
  z.object({atMost: z.number()}),
  z.object({oneOf: z.array(Scalar).readonly()}),
  z.object({from: FactRef}),
]);
export type Expected = z.infer<typeof Expected>;

/** What facts must be. A name that is missing in the facts never meets an expectation, not even {not}. */
export const Expect = z.record(z.string(), Expected).readonly();
export type Expect = z.infer<typeof Expect>;

export type Mismatch = {readonly name: string; readonly expected: Expected; readonly seen: Scalar | null};

const fits = (seen: Scalar, expected: Expected): boolean => {
  if (typeof expected !== 'object') return seen === expected;
  if ('not' in expected) return seen !== expected.not;
  if ('atLeast' in expected) return typeof seen === 'number' && seen >= expected.atLeast;
  if ('atMost' in expected) return typeof seen === 'number' && seen <= expected.atMost;
  if ('oneOf' in expected) return expected.oneOf.includes(seen);
  throw new Error(
    `the fact ${expected.from.fact} of ${expected.from.step} must be filled in first (see resolve)`,
  );
};

/** Which expectations the facts do not meet; empty when all hold. */
export const mismatches = (facts: Facts, expect: Expect): Mismatch[] =>
  Object.entries(expect).flatMap(([name, expected]) => {
    const seen = Object.hasOwn(facts, name) ? facts[name] : undefined;
    return seen !== undefined && fits(seen, expected) ? [] : [{name, expected, seen: seen ?? null}];
  });

export const meets = (facts: Facts, expect: Expect): boolean => mismatches(facts, expect).length === 0;

/** Replaces {from: …} by the fact it names. Throws when that step left no such fact: then the plan is wrong. */
export const resolve = (expect: Expect, factsOf: (step: string) => Facts | undefined): Expect =>
  Object.fromEntries(
    Object.entries(expect).map(([name, expected]) => {
      if (typeof expected !== 'object' || !('from' in expected)) return [name, expected];
      const fact = factsOf(expected.from.step)?.[expected.from.fact];
      if (fact === undefined)
        throw new Error(`step ${expected.from.step} left no fact "${expected.from.fact}"`);
      return [name, fact];
    }),
  );
