import {afterEach, beforeEach, expect, it, vi} from 'vitest';
import {realClock} from '../../../src/cli/real-clock.ts';

const DAY_MS = 86_400_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const sleeping = (ms: number, signal?: AbortSignal) => {
  const its = {over: false};
  void realClock.sleep(ms, signal).then(() => {
    its.over = true;
  });
  return its;
};

it.each([1_000, 24 * DAY_MS, 2 ** 31 - 1, 2 ** 31, 25 * DAY_MS, 2 * (2 ** 31 - 1), 100 * DAY_MS])(
  'what may take %d ms is given them, and no more',
  async ms => {
    const its = sleeping(ms);
    await vi.advanceTimersByTimeAsync(ms - 1);
    expect(its.over).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(its.over).toBe(true);
  },
);

it('however long it may take, it is called off at once, and nothing is left behind', async () => {
  const stop = new AbortController();
  const its = sleeping(100 * DAY_MS, stop.signal);
  await vi.advanceTimersByTimeAsync(30 * DAY_MS);
  stop.abort();
  await vi.advanceTimersByTimeAsync(0);
  expect(its.over).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
  expect(sleeping(5, AbortSignal.abort()).over).toBe(false);
  expect(vi.getTimerCount()).toBe(0);
});

it('ticks do not follow the date', () => {
  const [ticks, now] = [realClock.ticks(), realClock.now()];
  vi.setSystemTime(now + 3_600_000);
  expect(realClock.now() - now).toBe(3_600_000);
  expect(realClock.ticks() - ticks).toBeLessThan(1_000);
  expect(Number.isInteger(realClock.ticks())).toBe(true);
});
