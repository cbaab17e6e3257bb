import type {Facts, Sighting} from '../model/facts.ts';
import type {FilledCheck} from '../model/plan.ts';
import type {Looker} from '../probe/look.ts';
import {hasHeld, lookAtCheck, pauseOf, pauseWhileGood, type Series, withLook} from '../probe/poll.ts';
import {BEGUN_LATELY_MS} from './early.ts';

/** What was seen before it was waited for. `met`: it has held for its time, and the last look is so fresh that none is needed. */
export type Watched = {
  readonly series: Series;
  readonly met: {readonly facts: Facts; readonly sighting: Sighting} | null;
};

/**
 * What has to hold before a step may begin is looked at while something else takes its time: the step before it in its lane, or a
 * gate before it. When its turn comes it has been seen to hold, up to that moment, and nobody has waited for it.
 */
export type Lookout = {
  /** Looks at these for as long as that goes on. */
  during<T>(
    at: {readonly looker: Looker; readonly signal: AbortSignal},
    checks: readonly FilledCheck[],
    meanwhile: () => Promise<T>,
  ): Promise<T>;
  /** The good looks at what is waited for from now on, once; null where the last one was not good, or there was none. */
  take(looker: Looker, check: FilledCheck): Promise<Watched | null>;
};

type Watch = {series: Series | null; sighting: Sighting | null; ended: Promise<void>};

const keyOf = (check: FilledCheck): string => JSON.stringify(check);

/** As often as it would be waited for; what has held for its time is looked at less often again. */
const pauseAfter = (check: FilledCheck, series: Series | null, waitedMs: number): number => {
  if (series === null) return pauseOf(check, waitedMs);
  return hasHeld(check, series) ? check.pollMs : pauseWhileGood(check);
};

const look = async (looker: Looker, check: FilledCheck, watch: Watch, signal: AbortSignal): Promise<void> => {
  const {clock} = looker;
  const since = clock.ticks();
  const onSighting = (sighting: Sighting): void => {
    watch.sighting = sighting;
  };
  while (!signal.aborted) {
    const began = clock.ticks();
    const looked = await lookAtCheck(looker, check, {signal, onSighting});
    const now = clock.ticks();
    watch.series =
      looked.kind === 'met' ? withLook(check, watch.series, {began, now, facts: looked.facts}) : null;
    await clock.sleep(pauseAfter(check, watch.series, now - since), signal);
  }
};

export const makeLookout = (): Lookout => {
  const watches = new Map<string, Watch>();
  return {
    during: async ({looker, signal}, checks, meanwhile) => {
      const over = new AbortController();
      const own = {...looker, begun: async () => null};
      for (const check of checks) {
        const key = keyOf(check);
        const watch = watches.get(key) ?? {series: null, sighting: null, ended: Promise.resolve()};
        watches.set(key, watch);
        const until = AbortSignal.any([signal, over.signal]);
        watch.ended = watch.ended.then(() => look(own, check, watch, until));
        // Whoever waits for it looks in vain itself, and says so.
        watch.ended.catch(() => undefined);
      }
      try {
        return await meanwhile();
      } finally {
        over.abort();
      }
    },
    take: async ({clock}, check) => {
      const key = keyOf(check);
      const watch = watches.get(key);
      watches.delete(key);
      await watch?.ended;
      const {series = null, sighting = null} = watch ?? {};
      if (series === null || sighting === null) return null;
      const isFresh = clock.ticks() - series.latest.began <= BEGUN_LATELY_MS;
      const isMet = isFresh && hasHeld(check, series);
      return {series, met: isMet ? {facts: series.latest.facts, sighting} : null};
    },
  };
};
