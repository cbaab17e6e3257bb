import type {Failure, GoodLooks} from '../model/event.ts';
import {type Facts, meets, meetsCheck, type Sighting, sameProcess} from '../model/facts.ts';
import type {FilledCheck} from '../model/plan.ts';
import type {Reasons} from '../model/reason.ts';
import {vainOf} from '../model/vain.ts';
import {type Looker, lookOnce} from './look.ts';

export type Polled =
  | {readonly kind: 'met'; readonly facts: Facts}
  /** `seen` is the last facts, `silent` the reasons of the last look if it brought none; `looks` where some were good and it had to hold. */
  | {
      readonly kind: 'unmet';
      readonly seen: Facts | null;
      readonly silent: Reasons | null;
      readonly looks?: GoodLooks;
    }
  | {readonly kind: 'aborted'};

/** What a check that did not come true is as a failure. */
export const unsettled = (
  check: FilledCheck,
  {seen, silent, looks}: Extract<Polled, {kind: 'unmet'}>,
): Failure => ({kind: 'unsettled', check, seen, silent, ...(looks === undefined ? {} : {looks})});

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

/** A good look: when it began, when it saw, and what. */
export type GoodLook = {readonly began: number; readonly now: number; readonly facts: Facts};

/** Good looks without a break: when the first of them began, and those of the time for which it has to hold, oldest first. */
export type Series = {
  readonly began: number;
  readonly looks: readonly [GoodLook, ...GoodLook[]];
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

const lastOf = ({looks}: Series): GoodLook => looks.at(-1) ?? looks[0];

/**
 * The series with one more good look; a new one where nobody knows what was between them, or where another process runs since: one
 * that ends and is started again every few seconds is well in each look. What it has to hold for is the time just
 * past: a journal that has stood still since counts for nothing, however far it went before. So older looks go.
 */
export const withLook = (check: FilledCheck, before: Series | null, look: GoodLook): Series => {
  const last = before === null ? null : lastOf(before);
  if (
    before === null ||
    last === null ||
    look.began - last.now > gapMost(check) ||
    !sameProcess(last.facts, look.facts)
  )
    return {began: look.began, looks: [look]};
  const {steadyMs = 0} = check;
  let [first, ...later] = before.looks;
  later = [...later, look];
  for (;;) {
    const [second, ...others] = later;
    const isEnough = others.length + 1 >= LOOKS_AT_LEAST && second !== undefined;
    if (!isEnough || look.now - second.now < steadyMs) break;
    [first, later] = [second, others];
  }
  return {began: before.began, looks: [first, ...later]};
};

/** Whether the time just past, for which it has to hold, was seen to be good, and often enough in it. */
const isLong = ({steadyMs = 0}: FilledCheck, series: Series): boolean =>
  steadyMs === 0 ||
  (lastOf(series).now - series.looks[0].now >= steadyMs && series.looks.length >= LOOKS_AT_LEAST);

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
  let last: Extract<Polled, {kind: 'unmet'}> = {kind: 'unmet', seen: null, silent: null};
  let [all, goods] = [0, 0];
  let but: GoodLooks['but'];
  /** What it ends with, where it is not met. */
  const unmet = (): Polled =>
    goods === 0 || steadyMs === 0
      ? last
      : {...last, looks: {good: goods, all, ...(but === undefined ? {} : {but})}};
  while (!options.signal.aborted) {
    const began = clock.ticks();
    const looked = await lookAtCheck(looker, check, options);
    const now = clock.ticks();
    all += 1;
    if (looked.kind === 'met') {
      goods += 1;
      const good = withLook(check, series, {began, now, facts: looked.facts});
      const isNew = good.began === began;
      if (series !== null && isNew) {
        options.onGood?.(false);
        but = sameProcess(lastOf(series).facts, looked.facts) ? 'paused' : 'restarted';
      }
      if (isNew) options.onGood?.(true);
      series = good;
      vainSince = inVain.map(() => null);
      if (isLong(check, good)) {
        if (kept(check, good.looks[0].facts, looked.facts)) return looked;
        but = 'stood';
      }
      last = {kind: 'unmet', seen: looked.facts, silent: null};
    }
    if (looked.kind === 'unmet') {
      const {seen, silent} = looked;
      if (series !== null) options.onGood?.(false);
      series = null;
      but = undefined;
      last = {kind: 'unmet', seen: seen ?? last.seen, silent};
      vainSince = inVain.map((each, i) =>
        seen !== null && meets(seen, each.seen) ? (vainSince[i] ?? now) : null,
      );
    }
    const isVain = inVain.some(({afterMs}, i) => now - (vainSince[i] ?? Number.POSITIVE_INFINITY) >= afterMs);
    if (isVain) return unmet();
    const inTime = series !== null && series.began <= deadline ? series : null;
    const heldAt = series === null ? 0 : series.looks[0].now + steadyMs;
    const looksLeft = inTime !== null && steadyMs > 0 && inTime.looks.length < LOOKS_AT_LEAST;
    const end = inTime === null ? deadline : Math.max(deadline, heldAt);
    if (now >= end && !looksLeft) return unmet();
    // The last look of what has to hold is taken when it has held for as long as it has to.
    const pauseMs = series === null ? pauseOf(check, now - since) : pauseWhileGood(check);
    const dueMs = now < heldAt ? heldAt - now : end - now;
    await clock.sleep(dueMs > 0 ? Math.min(pauseMs, dueMs) : pauseMs, options.signal);
    const isLast = series !== null && series.looks.length + 1 >= LOOKS_AT_LEAST;
    if (isLast && clock.ticks() >= heldAt) options.onLast?.();
  }
  return {kind: 'aborted'};
};
