import {setTimeout as sleep} from 'node:timers/promises';

export const wait = (ms: number): Promise<void> => sleep(ms);

/** Waits until it is so; throws with the words when it is not in time. */
export const until = async (what: string, isSo: () => boolean, withinMs: number): Promise<void> => {
  const begun = performance.now();
  while (!isSo()) {
    if (performance.now() - begun > withinMs) throw new Error(`not within ${withinMs} ms: ${what}`);
    await sleep(10);
  }
};
