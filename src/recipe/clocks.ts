import {askLines} from '../host/ask.ts';
import {type Ahead, aheadOf, apartAtLeast, bothAhead, type Moment, parseClock} from '../host/clock.ts';
import type {Ask, ShellRequest} from '../model/ask.ts';
import type {Facts} from '../model/facts.ts';
import type {Node} from '../model/inventory.ts';
import {numberOf} from './finding.ts';

// Clocks of hosts, against each other: only what is certain is told, however long each answer took.

const TRIES = 3;
/** Wider than this tells little of a difference of seconds. */
const CLOSE_MS = 500;

type AskClock<N extends Node> = (node: N) => ShellRequest;

const momentOf = async <N extends Node>(node: N, ask: Ask, askClock: AskClock<N>): Promise<Moment | null> => {
  const answer = await askLines(ask, node, askClock(node));
  return answer.ok ? parseClock(answer.value.lines) : null;
};

/** Asks the reference, the node and the reference again; more than once where a busy host let one of them wait. */
const measure = async <N extends Node>(
  reference: N,
  node: N,
  ask: Ask,
  askClock: AskClock<N>,
): Promise<Ahead | null> => {
  let known: Ahead | null = null;
  let before = await momentOf(reference, ask, askClock);
  for (let tries = 0; tries < TRIES; tries += 1) {
    const its = await momentOf(node, ask, askClock);
    const after = await momentOf(reference, ask, askClock);
    if (before === null || its === null || after === null) return null;
    const now = aheadOf(before, its, after);
    known = known === null ? now : bothAhead(known, now);
    if (known.most - known.least <= CLOSE_MS) return known;
    before = after;
  }
  return known;
};

/**
 * How far a node's clock is ahead of the reference's, as facts: `clockLeast` and `clockMost` in ms. None where it cannot be
 * told, or a clock was set while it was looked at.
 */
export const clockFacts = async <N extends Node>(
  reference: N | undefined,
  node: N,
  ask: Ask,
  askClock: AskClock<N>,
): Promise<Facts> => {
  if (reference === undefined) return {};
  const ahead =
    reference.host === node.host ? {least: 0, most: 0} : await measure(reference, node, ask, askClock);
  return ahead === null || ahead.least > ahead.most ? {} : {clockLeast: ahead.least, clockMost: ahead.most};
};

type Clock<N> = {readonly node: N; readonly ahead: Ahead};

/** Two clocks: `front` is at least `apart` and at most `most` ms ahead of `behind`. */
export type Apart<N> = {readonly front: N; readonly behind: N; readonly apart: number; readonly most: number};

/** The two that are furthest apart for certain; null where fewer than two are known. */
export const furthestApart = <N>(
  seen: readonly {readonly node: N; readonly facts: Facts}[],
): Apart<N> | null => {
  const clocks = seen.flatMap(({node, facts}): Clock<N>[] => {
    const [least, most] = [numberOf(facts, 'clockLeast'), numberOf(facts, 'clockMost')];
    return least === null || most === null ? [] : [{node, ahead: {least, most}}];
  });
  const pairs = clocks.flatMap((a, i) =>
    clocks.slice(i + 1).map(b => ({a, b, apart: apartAtLeast(a.ahead, b.ahead)})),
  );
  const [pair] = pairs.toSorted((one, other) => other.apart - one.apart);
  if (pair === undefined) return null;
  const {a, b, apart} = pair;
  const [behind, front] = a.ahead.least < b.ahead.least ? [a, b] : [b, a];
  return {front: front.node, behind: behind.node, apart, most: front.ahead.most - behind.ahead.least};
};

/** Of ms: "6.2". */
export const inSeconds = (ms: number): string => (ms / 1_000).toFixed(1);
