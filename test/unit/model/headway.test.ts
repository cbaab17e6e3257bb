import {describe, expect, it} from 'vitest';
import {
  describeHeadway,
  type Headway,
  type Heard,
  headwayLeftMs,
  hear,
  saidHeadway,
} from '../../../src/model/headway.ts';
import {plain} from '../../../src/model/text.ts';

const made = (done: number, more: Partial<Headway> = {}): Headway => ({
  stage: 'running',
  words: plain(`${done}`),
  done,
  total: {amount: 1_000, bound: 'exact'},
  ...more,
});

/** What is known once all was heard, each at its second. */
const heardOf = (...all: readonly (readonly [second: number, headway: Headway])[]): Heard => {
  let heard: Heard | undefined;
  for (const [second, headway] of all) heard = hear(heard, headway, second * 1_000);
  if (heard === undefined) throw new Error('nothing was heard');
  return heard;
};

const SECOND = 1_000;

describe('how far an action is', () => {
  it('takes as long as it has taken by now, at its own rate, and less with every moment', () => {
    const heard = heardOf([10, made(100)], [20, made(200)]);
    expect(headwayLeftMs(heard, 20 * SECOND)).toBe(80 * SECOND);
    expect(headwayLeftMs(heard, 25 * SECOND)).toBe(75 * SECOND);
    expect(describeHeadway(heard, 25 * SECOND).en).toBe('200, ~1m 15s left');
    expect(describeHeadway(heard, 25 * SECOND).zh).toBe('200，约剩 1m 15s');
    // What was done before it was heard says nothing of its rate.
    expect(headwayLeftMs(heardOf([10, made(900)], [20, made(910)]), 20 * SECOND)).toBe(90 * SECOND);
  });

  it('is counted anew with another stage, and where it begins again', () => {
    const copying = heardOf(
      [0, made(0, {stage: 'counting'})],
      [50, made(900, {stage: 'counting'})],
      [60, made(0)],
    );
    expect(copying.since).toEqual({at: 60 * SECOND, done: 0});
    expect(heardOf([0, made(500)], [9, made(10)]).since).toEqual({at: 9 * SECOND, done: 10});
  });

  it('is not guessed from a moment, nor from nothing, nor beyond a total that was too small', () => {
    const now = 20 * SECOND;
    expect(headwayLeftMs(heardOf([19, made(1)], [20, made(500)]), now)).toBeNull();
    expect(headwayLeftMs(heardOf([20, made(1)]), now)).toBeNull();
    expect(headwayLeftMs(heardOf([0, made(1)], [20, made(1, {words: plain('x')})]), now)).toBeNull();
    expect(headwayLeftMs(heardOf([0, made(1)], [20, made(1_001)]), now)).toBeNull();
    expect(headwayLeftMs(heardOf([0, made(1)], [20, made(500, {total: null})]), now)).toBeNull();
    expect(headwayLeftMs(heardOf([0, saidHeadway('x')], [20, saidHeadway('y')]), now)).toBeNull();
    expect(describeHeadway(heardOf([0, saidHeadway('x')]), now).zh).toBe('输出：x');
  });

  it('says so where there is no less than that to do', () => {
    const total = {amount: 1_000, bound: 'atLeast'} as const;
    const heard = heardOf([0, made(0, {total})], [10, made(500, {total})]);
    expect(describeHeadway(heard, 10 * SECOND)).toEqual({
      en: '500, at least 10s left',
      zh: '500，至少还需 10s',
    });
  });

  it('that counts and says nothing new for a while is told, and no time of it', () => {
    const heard = heardOf([0, made(0)], [10, made(500)]);
    expect(hear(heard, made(500), 20 * SECOND)).toBe(heard);
    expect(describeHeadway(heard, 24 * SECOND).en).toBe('500');
    expect(headwayLeftMs(heard, 25 * SECOND)).toBeNull();
    expect(describeHeadway(heard, 45_400)).toEqual({
      en: '500, nothing new for 35s',
      zh: '500，已 35s 没有变化',
    });
    expect(describeHeadway(heardOf([0, saidHeadway('x')]), 900 * SECOND).en).toBe('it says: x');
  });
});
