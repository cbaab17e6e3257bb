import type {Clock} from '../model/world.ts';

/** Node takes what is longer, 24.8 days, for one millisecond. */
const LONGEST_MS = 2 ** 31 - 1;

const nap = (ms: number, signal: AbortSignal | undefined): Promise<void> =>
  new Promise(resolve => {
    if (signal?.aborted) return resolve();
    const over = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', over);
      resolve();
    };
    const timer = setTimeout(over, ms);
    signal?.addEventListener('abort', over, {once: true});
    return undefined;
  });

/** The real time. */
export const realClock: Clock = {
  now: () => Date.now(),
  ticks: () => Math.floor(performance.now()),
  sleep: async (ms, signal) => {
    let left = ms;
    for (; left > LONGEST_MS && signal?.aborted !== true; left -= LONGEST_MS) await nap(LONGEST_MS, signal);
    await nap(left, signal);
  },
};
