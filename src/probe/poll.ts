import {type Facts, meets, meetsCheck, type Sighting} from '../model/facts.ts';
import type {FilledCheck} from '../model/plan.ts';
import type {Reasons} from '../model/reason.ts';
import {vainOf} from '../model/vain.ts';
import {type Looker, lookOnce} from './look.ts';

export type Polled =
  | {readonly kind: 'met'; readonly facts: Facts}
  /** `seen` is the last facts, `silent` the reasons of the last look if it brought none. */
  | {readonly kind: 'unmet'; readonly seen: Facts | null; readonly silent: Reasons | null}
  | {readonly kind: 'aborted'};

export type PollOptions = {
  readonly signal: AbortSignal;
  readonly onSighting: (sighting: Sighting) => void;
  /** Told when a series of good looks begins, and when one of them is no longer good before it has held long enough. */
  readonly onGood?: (isGood: boolean) => void;
  /** Told before the look at what has held for its time: the last one, where all is well. */
  readonly onLast?: () => void;
  /** Good looks that were taken before it was waited for: they count, as far as they are no longer ago than others may be. */
  readonly before?: Series | null;
};

/** One look may take this much longer than the patience that is left, so that a slow answer still counts. */
const LOOK_WITHIN_MS = 70_000;

/** Looks once and says whether the check holds now. */
export const lookAtCheck = async (
  looker: Looker,
  check: FilledCheck,
  {onSighting}: PollOptions,
): Promise<Polled> => {
  const sighting = await lookOnce(looker, check.node, check.probe, LOOK_WITHIN_MS, check.given);
  onSighting(sighting);
  const {look} = sighting;
  if (look.kind === 'silent') return {kind: 'unmet', seen: null, silent: look.reasons};
  return meetsCheck(look.facts, check)
    ? {kind: 'met', facts: look.facts}
    : {kind: 'unmet', seen: look.facts, silent: null};
};

/** Good looks without a break: when the first of them began, when it saw what; when the last of them began, and saw what. */
export type Series = {
  readonly began: number;
  readonly since: number;
  readonly facts: Facts;
  readonly looks: number;
  readonly last: number;
  readonly latest: {readonly began: number; readonly facts: Facts};
};

/** What comes and goes is met by two looks with luck; this many have to see what holds. */
const LOOKS_AT_LEAST = 4;

/** However short a time it has to hold, no look follows the other sooner. */
const MOMENT_MS = 100;

/** Looks with a longer pause between them show a moment each, and nothing of what was between them. */
const gapMost = ({steadyMs = 0, pollMs}: FilledCheck): number => Math.max(3 * pollMs, steadyMs / 3);

/** Most of what is waited for comes at once or soon, so looks come faster at first. */
export const pauseOf = ({pollMs}: FilledCheck, waitedMs: number): number =>
  Math.min(pollMs, Math.round(Math.max(pollMs, waitedMs) / 4));

/** What has to hold is looked at so often at least while it does. */
export const pauseWhileGood = ({pollMs, steadyMs = 0}: FilledCheck): number =>
  Math.min(pollMs, Math.max(Math.ceil(steadyMs / (LOOKS_AT_LEAST - 1)), MOMENT_MS));

/** Whether every number has grown that another one's growth asks for. */
const kept = (check: FilledCheck, before: Facts, now: Facts): boolean =>
  Object.entries(check.follows ?? {}).every(([name, leader]) => {
    const [led, leads] = [
      [before[name], now[name]],
      [before[leader], now[leader]],
    ];
    const grew = ([from, to]: readonly (Facts[string] | undefined)[]): boolean =>
      typeof from === 'number' && typeof to === 'number' && to > from;
    return !grew(leads ?? []) || grew(led ?? []);
  });

/** The series with one more good look; a new one where nobody knows what was between them. */
export const withLook = (
  check: FilledCheck,
  before: Series | null,
  {began, now, facts}: {readonly began: number; readonly now: number; readonly facts: Facts},
): Series => {
  const unbroken = before !== null && began - before.last <= gapMost(check) ? before : null;
  return {
    ...(unbroken ?? {began, since: now, facts}),
    last: now,
    looks: (unbroken?.looks ?? 0) + 1,
    latest: {began, facts},
  };
};

/** Whether what has to hold has been seen to, for its time and often enough. */
export const hasHeld = (check: FilledCheck, {since, last, looks, facts, latest}: Series): boolean => {
  const {steadyMs = 0} = check;
  const isLong = steadyMs === 0 || (last - since >= steadyMs && looks >= LOOKS_AT_LEAST);
  return isLong && kept(check, facts, latest.facts);
};

/**
 * Looks until the check holds, and has held for as long as it says, its patience ends, or it has been hopeless for long
 * enough. Looks at least once. A silent look neither meets the expectation nor proves the opposite, but it breaks a series
 * of good ones. Patience ends no series that is still good and began in time: that one is seen to its end.
 */
export const poll = async (looker: Looker, check: FilledCheck, options: PollOptions): Promise<Polled> => {
  const {clock} = looker;
  const {steadyMs = 0} = check;
  const since = clock.ticks();
  const deadline = since + check.withinMs;
  let series: Series | null = options.before ?? null;
  const inVain = vainOf(check);
  /** Since when each of what makes waiting useless is seen without a break. */
  let vainSince: readonly (number | null)[] = inVain.map(() => null);
  let last: Polled = {kind: 'unmet', seen: null, silent: null};
  while (!options.signal.aborted) {
    const began = clock.ticks();
    const looked = await lookAtCheck(looker, check, options);
    const now = clock.ticks();
    if (looked.kind === 'met') {
      const good = withLook(check, series, {began, now, facts: looked.facts});
      if (series !== null && good.looks === 1) options.onGood?.(false);
      if (good.looks === 1) options.onGood?.(true);
      series = good;
      vainSince = inVain.map(() => null);
      if (hasHeld(check, good)) return looked;
      last = {kind: 'unmet', seen: looked.facts, silent: null};
    }
    if (looked.kind === 'unmet') {
      if (series !== null) options.onGood?.(false);
      series = null;
      last = {
        kind: 'unmet',
        seen: looked.seen ?? (last.kind === 'unmet' ? last.seen : null),
        silent: looked.silent,
      };
      const {seen} = looked;
      vainSince = inVain.map((each, i) =>
        seen !== null && meets(seen, each.seen) ? (vainSince[i] ?? now) : null,
      );
    }
    const isVain = inVain.some(({afterMs}, i) => now - (vainSince[i] ?? Number.POSITIVE_INFINITY) >= afterMs);
    if (isVain) return last;
    const inTime = series !== null && series.began <= deadline ? series : null;
    const steadyAt = inTime === null ? 0 : inTime.since + steadyMs;
    const looksLeft = inTime !== null && steadyMs > 0 && inTime.looks < LOOKS_AT_LEAST;
    const end = Math.max(deadline, steadyAt);
    if (now >= end && !looksLeft) return last;
    // The last look of what has to hold is taken when it has held for as long as it has to.
    const pauseMs = series === null ? pauseOf(check, now - since) : pauseWhileGood(check);
    const dueMs =
      series !== null && now < series.since + steadyMs ? series.since + steadyMs - now : end - now;
    await clock.sleep(dueMs > 0 ? Math.min(pauseMs, dueMs) : pauseMs, options.signal);
    const isLast = series !== null && series.looks + 1 >= LOOKS_AT_LEAST;
    if (isLast && series !== null && clock.ticks() - series.since >= steadyMs) options.onLast?.();
  }
  return {kind: 'aborted'};
};
