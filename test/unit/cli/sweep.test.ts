import {expect, it} from 'vitest';
import {sweep} from '../../../src/cli/sweep.ts';

const MB = 1e6;

/** Makes objects that nobody has any more. */
const litter = (): void => {
  for (let i = 0; i < 30; i += 1) void Array.from({length: 50_000}, (_, n) => ({n, of: `${i} ${n}`}));
};

it('gives back what nobody has any more', () => {
  const kept = Array.from({length: 100_000}, (_, n) => ({n}));
  litter();
  const before = process.memoryUsage();
  sweep();
  const after = process.memoryUsage();
  expect(before.heapUsed - after.heapUsed).toBeGreaterThan(5 * MB);
  expect(kept).toHaveLength(100_000);
});
