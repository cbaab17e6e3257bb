import type {FilledCheck} from '../model/plan.ts';
import type {Looker} from '../probe/look.ts';
import {lookAtCheck, pauseOf, pauseWhileGood, type Series, withLook} from '../probe/poll.ts';

/**
 * What has to hold before a step may begin, or at the end, is looked at while something else takes its time (`ahead.ts` says what). When
 * its turn comes it has been seen to hold already, and one more look is all that is waited for.
 */
export type Lookout = {
  /** Looks at these for as long as that goes on, and no longer than `atMostMs`. */
  during<T>(checks: readonly FilledCheck[], meanwhile: () => Promise<T>, atMostMs?: number): Promise<T>;
  /** The good looks at what is waited for from now on, once; null where the last one was not good, or there was none. */
  take(check: FilledCheck): Promise<Series | null>;
};

/** A look that is under way when its turn comes is waited for, for so long. */
const UNDER_WAY_MS = 2_000;

type Watch = {
  /** How many want it at this moment. */
  wanted: number;
  series: Series | null;
  readonly over: AbortController;
  /** The looks that go on while anybody wants it. */
  loop: Promise<void> | null;
};

const keyOf = (check: FilledCheck): string => JSON.stringify(check);

/** Nobody waits for it yet: what has to hold for a moment only is looked at no more often than what does not hold at all. */
const pauseAfter = (check: FilledCheck, series: Series | null, waitedMs: number): number =>
  series === null ? pauseOf(check, waitedMs) : Math.max(pauseWhileGood(check), pauseOf(check, 0));

const lookOn = async (
  looker: Looker,
  check: FilledCheck,
  watch: Watch,
  signal: AbortSignal,
): Promise<void> => {
  const {clock} = looker;
  const since = clock.ticks();
  // An action that has just been sent is to have the hosts, and the links, for itself: a node may be down for it.
  if (watch.series === null) await clock.sleep(pauseOf(check, 0), signal);
  while (!signal.aborted && watch.wanted > 0) {
    const began = clock.ticks();
    const looked = await lookAtCheck(looker, check, {signal, onSighting: () => undefined});
    const now = clock.ticks();
    watch.series =
      looked.kind === 'met' ? withLook(check, watch.series, {began, now, facts: looked.facts}) : null;
    if (watch.wanted > 0) await clock.sleep(pauseAfter(check, watch.series, now - since), signal);
  }
};

/** A lookout that looks with `looker` until `signal` ends it. */
export const makeLookout = (looker: Looker, signal: AbortSignal): Lookout => {
  // Nobody waits for these yet.
  const own = {...looker, begun: async () => null, onAwaited: undefined};
  const watches = new Map<string, Watch>();
  const want = (check: FilledCheck): Watch => {
    const key = keyOf(check);
    const known = watches.get(key);
    const watch = known ?? {wanted: 0, series: null, over: new AbortController(), loop: null};
    watches.set(key, watch);
    watch.wanted += 1;
    if (watch.loop === null) {
      watch.loop = lookOn(own, check, watch, AbortSignal.any([signal, watch.over.signal]))
        // Nothing was seen then: whoever waits for it looks itself, and says what is wrong.
        .catch(() => {
          watch.series = null;
        })
        .finally(() => {
          watch.loop = null;
        });
    }
    return watch;
  };
  return {
    during: async (checks, meanwhile, atMostMs) => {
      let wanted: readonly Watch[] = checks.map(want);
      const release = (): void => {
        for (const watch of wanted) watch.wanted -= 1;
        wanted = [];
      };
      const over = new AbortController();
      if (atMostMs !== undefined && checks.length > 0)
        void looker.clock.sleep(atMostMs, AbortSignal.any([over.signal, signal])).then(release);
      try {
        return await meanwhile();
      } finally {
        over.abort();
        release();
      }
    },
    take: async check => {
      const key = keyOf(check);
      const watch = watches.get(key);
      if (watch === undefined) return null;
      watches.delete(key);
      watch.over.abort();
      if (watch.loop !== null) await Promise.race([watch.loop, looker.clock.sleep(UNDER_WAY_MS)]);
      return watch.series;
    },
  };
};
