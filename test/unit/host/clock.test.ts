import {describe, expect, test} from 'vitest';
import {type Ahead, aheadOf, apartAtLeast, bothAhead, parseClock} from '../../../src/host/clock.ts';
import {parseLines} from '../../../src/host/lines.ts';
import {seededRandom} from '../../sim/random.ts';

describe('a host’s own time', () => {
  test.each([
    ['clock=1764117376123456789', {from: 1_764_117_376_123, to: 1_764_117_376_124}],
    // A date that knows no nanoseconds prints the letter, or nothing.
    ['clock=1764117376N', {from: 1_764_117_376_000, to: 1_764_117_377_000}],
    ['clock=1764117376%N', {from: 1_764_117_376_000, to: 1_764_117_377_000}],
    ['clock=1764117376', {from: 1_764_117_376_000, to: 1_764_117_377_000}],
    ['clock=', null],
    ['clock=Thu Nov 26', null],
    ['', null],
  ])('%j', (line, moment) => {
    expect(parseClock(parseLines(line))).toEqual(moment);
  });
});

describe('how far one clock is ahead of another', () => {
  const at = (ms: number, grain = 1) => ({from: ms, to: ms + grain});

  test('asked between two answers of the other, the truth lies in between, whatever the delays', () => {
    const chance = seededRandom(7);
    for (let i = 0; i < 500; i += 1) {
      const skew = Math.round((chance() - 0.5) * 20_000);
      const grain = chance() < 0.5 ? 1 : 1_000;
      const moment = (true_: number) => ({
        from: Math.floor(true_ / grain) * grain,
        to: Math.floor(true_ / grain) * grain + grain,
      });
      const [first, its, last] = [0, 1, 2]
        .map(n => 1_000_000 + n * 10 + Math.round(chance() * 10_000))
        .toSorted((a, b) => a - b);
      const ahead = aheadOf(moment(first ?? 0), moment((its ?? 0) + skew), moment(last ?? 0));
      expect(ahead.least).toBeLessThanOrEqual(skew);
      expect(ahead.most).toBeGreaterThanOrEqual(skew);
    }
  });

  test.each<[string, Ahead, Ahead, number]>([
    ['alike', {least: -20, most: 30}, {least: -5, most: 5}, 0],
    ['that may be alike: an answer took long', {least: -9_000, most: 3_000}, {least: 0, most: 0}, 0],
    ['one ahead', {least: 6_000, most: 6_100}, {least: 0, most: 0}, 6_000],
    ['one behind', {least: -7_000, most: -6_800}, {least: -10, most: 10}, 6_790],
    ['on both sides of the reference', {least: 3_000, most: 3_050}, {least: -3_050, most: -3_000}, 6_000],
  ])('%s', (_, a, b, apart) => {
    expect(apartAtLeast(a, b)).toBe(apart);
    expect(apartAtLeast(b, a)).toBe(apart);
  });

  test('a second measurement narrows the first', () => {
    expect(bothAhead(aheadOf(at(0), at(100), at(900)), aheadOf(at(900), at(960), at(970)))).toEqual({
      least: -11,
      most: 61,
    });
  });
});
