import {describe, expect, it} from 'vitest';
import type {Look} from '../../../src/model/facts.ts';
import type {Check} from '../../../src/model/plan.ts';
import {lookAtCheck, type Settled, settle} from '../../../src/probe/settle.ts';
import {a, check, START_MS} from '../engine/toy.ts';
import {inTime, makeLooking, seen, silent} from './support.ts';

const wanted = (more: Partial<Check> = {}): Check =>
  check(a, {up: true}, {withinMs: 10_000, pollMs: 1_000, ...more});

const down = seen({up: false});
const gone = seen({up: false, process: 'none'});
const up = seen({up: true});

type Outcome = {readonly settled: Settled; readonly looks: readonly number[]; readonly endedMs: number};

const settleOn = async (looks: readonly Look[], more: Partial<Check> = {}, tookMs = 0): Promise<Outcome> => {
  const {clock, looker, looks: began, sightings} = makeLooking(looks, tookMs);
  const options = {signal: new AbortController().signal, onSighting: sightings.push.bind(sightings)};
  const settled = await inTime(clock, settle(looker, wanted(more), options));
  expect(sightings).toHaveLength(began.length);
  return {settled, looks: began, endedMs: clock.now() - START_MS};
};

describe('settling', () => {
  it('is over with the first look that meets the expectation', async () => {
    expect(await settleOn([up])).toEqual({
      settled: {kind: 'met', facts: {up: true}},
      looks: [0],
      endedMs: 0,
    });
    expect((await settleOn([down, down, up])).looks).toEqual([0, 1_000, 2_000]);
  });

  it('looks at least once, whatever its patience', async () => {
    expect(await settleOn([up], {withinMs: 0})).toMatchObject({settled: {kind: 'met'}, looks: [0]});
    expect(await settleOn([down], {withinMs: 0})).toMatchObject({settled: {kind: 'unmet'}, looks: [0]});
  });

  it('looks once more when its patience ends, and not after it', async () => {
    const {settled, looks, endedMs} = await settleOn([down], {withinMs: 2_500});
    expect(looks).toEqual([0, 1_000, 2_000, 2_500]);
    expect([settled, endedMs]).toEqual([{kind: 'unmet', seen: {up: false}, silent: null}, 2_500]);
  });

  it('lets an answer count that was begun in time and came late', async () => {
    const {settled} = await settleOn([down, up], {withinMs: 1_000, pollMs: 900}, 5_000);
    expect(settled.kind).toBe('unmet');
    const late = await settleOn([up], {withinMs: 1_000}, 5_000);
    expect(late).toMatchObject({settled: {kind: 'met'}, endedMs: 5_000});
  });

  it('keeps the last facts that were seen, and why the last look was silent', async () => {
    const {settled} = await settleOn([seen({up: false, pid: 4}), silent('no route')], {withinMs: 1_000});
    expect(settled).toEqual({kind: 'unmet', seen: {up: false, pid: 4}, silent: 'no route'});
  });

  it('says when nobody ever answered', async () => {
    const {settled} = await settleOn([silent('no route')], {withinMs: 1_000});
    expect(settled).toEqual({kind: 'unmet', seen: null, silent: 'no route'});
  });
});

describe('hope', () => {
  const hopeless = {hopeless: {process: 'none'}, hopelessAfterMs: 3_000};

  it('ends when the hopeless was seen without a break for its time', async () => {
    const {settled, endedMs} = await settleOn([gone], hopeless);
    expect(settled).toEqual({kind: 'unmet', seen: {up: false, process: 'none'}, silent: null});
    expect(endedMs).toBe(3_000);
  });

  it('begins anew when something else was seen in between', async () => {
    expect((await settleOn([gone, gone, down, gone], hopeless)).endedMs).toBe(6_000);
  });

  it('begins anew when nobody answered in between: no answer proves nothing', async () => {
    expect((await settleOn([gone, gone, silent(), gone], hopeless)).endedMs).toBe(6_000);
  });

  it('ends at once where no time is given', async () => {
    expect(await settleOn([gone], {hopeless: {process: 'none'}})).toMatchObject({looks: [0], endedMs: 0});
  });

  it('never outlives the patience', async () => {
    expect((await settleOn([gone], {...hopeless, hopelessAfterMs: 60_000})).endedMs).toBe(10_000);
  });

  it('does not end what is met though it looks hopeless', async () => {
    const both = seen({up: true, process: 'none'});
    expect((await settleOn([both], hopeless)).settled.kind).toBe('met');
  });
});

describe('leaving', () => {
  it('ends the waiting at once, and neither meets nor fails', async () => {
    const {clock, looker, looks} = makeLooking([down], 0);
    const leave = new AbortController();
    const settling = settle(looker, wanted(), {signal: leave.signal, onSighting: () => leave.abort()});
    expect(await inTime(clock, settling)).toEqual({kind: 'aborted'});
    expect(looks).toEqual([0]);
    expect(clock.now()).toBe(START_MS);
  });

  it('before the first look means no look', async () => {
    const {clock, looker, looks} = makeLooking([up]);
    const options = {signal: AbortSignal.abort(), onSighting: () => undefined};
    expect(await inTime(clock, settle(looker, wanted(), options))).toEqual({kind: 'aborted'});
    expect(looks).toEqual([]);
  });
});

it('a single look at a check does not wait', async () => {
  const {clock, looker, looks} = makeLooking([down, up]);
  const options = {signal: new AbortController().signal, onSighting: () => undefined};
  expect(await inTime(clock, lookAtCheck(looker, wanted(), options))).toMatchObject({kind: 'unmet'});
  expect(looks).toHaveLength(1);
});

it('a check that was not filled in is an error, not a look', async () => {
  const {looker, looks} = makeLooking([up]);
  const options = {signal: new AbortController().signal, onSighting: () => undefined};
  const given = {path: {from: {step: 'p/backup@a', fact: 'path'}}};
  await expect(lookAtCheck(looker, wanted({given}), options)).rejects.toThrow('left no fact "path"');
  expect(looks).toEqual([]);
});
