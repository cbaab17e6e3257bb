import {expect, it} from 'vitest';
import {seededRandom} from '../../sim/random.ts';

const draw = (seed: number, count: number): number[] => {
  const next = seededRandom(seed);
  return Array.from({length: count}, next);
};

it('is the same for the same seed, in every version and on every machine', () => {
  expect(draw(7, 20)).toEqual(draw(7, 20));
  expect(draw(1, 3).map(n => Math.floor(n * 1e9))).toEqual([627073940, 2735721, 527447039]);
});

it('is another for another seed', () => {
  const firsts = Array.from({length: 200}, (_, seed) => draw(seed, 1)[0]);
  expect(new Set(firsts).size).toBe(200);
});

it('stays in [0, 1) and fills it evenly', () => {
  const numbers = draw(42, 10_000);
  expect(numbers.every(n => n >= 0 && n < 1)).toBe(true);
  const tenths = Array.from({length: 10}, (_, i) => numbers.filter(n => Math.floor(n * 10) === i).length);
  for (const many of tenths) expect(Math.abs(many - 1_000)).toBeLessThan(120);
});
