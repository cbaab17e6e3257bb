import {describe, expect, it} from 'vitest';
import type {Look} from '../../../src/model/facts.ts';
import type {FilledCheck} from '../../../src/model/plan.ts';
import {plain, text} from '../../../src/model/text.ts';
import {lookAtCheck, type Polled, poll} from '../../../src/probe/poll.ts';
import {a, check, START_MS} from '../engine/toy.ts';
import {inTime, makeLooking, seen, silent} from './support.ts';

const wanted = (more: Partial<FilledCheck> = {}): FilledCheck =>
  check(a, {up: true}, {withinMs: 10_000, pollMs: 1_000, ...more});

const down = seen({up: false});
const gone = seen({up: false, process: 'none'});
const up = seen({up: true});
const noRoute = {node: a, words: plain('no route')};

type Outcome = {readonly polled: Polled; readonly looks: readonly number[]; readonly endedMs: number};

const pollOn = async (
  looks: readonly Look[],
  more: Partial<FilledCheck> = {},
  tookMs = 0,
): Promise<Outcome> => {
  const {clock, looker, looks: began, sightings} = makeLooking(looks, tookMs);
  const options = {signal: new AbortController().signal, onSighting: sightings.push.bind(sightings)};
  const polled = await inTime(clock, poll(looker, wanted(more), options));
  expect(sightings).toHaveLength(began.length);
  return {polled, looks: began, endedMs: clock.now() - START_MS};
};

describe('polling', () => {
  it('is over with the first look that meets the expectation', async () => {
    expect(await pollOn([up])).toEqual({
      polled: {kind: 'met', facts: {up: true}},
      looks: [0],
      endedMs: 0,
    });
    expect((await pollOn([down, down, up])).looks).toEqual([0, 1_000, 2_000]);
  });

  it('looks at least once, whatever its patience', async () => {
    expect(await pollOn([up], {withinMs: 0})).toMatchObject({polled: {kind: 'met'}, looks: [0]});
    expect(await pollOn([down], {withinMs: 0})).toMatchObject({polled: {kind: 'unmet'}, looks: [0]});
  });

  it('looks once more when its patience ends, and not after it', async () => {
    const {polled, looks, endedMs} = await pollOn([down], {withinMs: 2_500});
    expect(looks).toEqual([0, 1_000, 2_000, 2_500]);
    expect([polled, endedMs]).toEqual([{kind: 'unmet', seen: {up: false}, silent: null}, 2_500]);
  });

  it('lets an answer count that was begun in time and came late', async () => {
    const {polled} = await pollOn([down, up], {withinMs: 1_000, pollMs: 900}, 5_000);
    expect(polled.kind).toBe('unmet');
    const late = await pollOn([up], {withinMs: 1_000}, 5_000);
    expect(late).toMatchObject({polled: {kind: 'met'}, endedMs: 5_000});
  });

  it('keeps the last facts that were seen, and why the last look was silent', async () => {
    const {polled} = await pollOn([seen({up: false, pid: 4}), silent()], {withinMs: 1_000});
    expect(polled).toEqual({kind: 'unmet', seen: {up: false, pid: 4}, silent: [noRoute]});
  });

  it('says when nobody ever answered', async () => {
    const {polled} = await pollOn([silent()], {withinMs: 1_000});
    expect(polled).toEqual({kind: 'unmet', seen: null, silent: [noRoute]});
  });
});

describe('hope', () => {
  const hopeless = {hopeless: {process: 'none'}, hopelessAfterMs: 3_000};

  it('ends when the hopeless was seen without a break for its time', async () => {
    const {polled, endedMs} = await pollOn([gone], hopeless);
    expect(polled).toEqual({kind: 'unmet', seen: {up: false, process: 'none'}, silent: null});
    expect(endedMs).toBe(3_000);
  });

  it('begins anew when something else was seen in between', async () => {
    expect((await pollOn([gone, gone, down, gone], hopeless)).endedMs).toBe(6_000);
  });

  it('begins anew when nobody answered in between: no answer proves nothing', async () => {
    expect((await pollOn([gone, gone, silent(), gone], hopeless)).endedMs).toBe(6_000);
  });

  it('ends at once where no time is given', async () => {
    expect(await pollOn([gone], {hopeless: {process: 'none'}})).toMatchObject({looks: [0], endedMs: 0});
  });

  it('never outlives the patience', async () => {
    expect((await pollOn([gone], {...hopeless, hopelessAfterMs: 60_000})).endedMs).toBe(10_000);
  });

  it('does not end what is met though it looks hopeless', async () => {
    const both = seen({up: true, process: 'none'});
    expect((await pollOn([both], hopeless)).polled.kind).toBe('met');
  });
});

describe('leaving', () => {
  it('ends the waiting at once, and neither meets nor fails', async () => {
    const {clock, looker, looks} = makeLooking([down], 0);
    const leave = new AbortController();
    const polling = poll(looker, wanted(), {signal: leave.signal, onSighting: () => leave.abort()});
    expect(await inTime(clock, polling)).toEqual({kind: 'aborted'});
    expect(looks).toEqual([0]);
    expect(clock.now()).toBe(START_MS);
  });

  it('before the first look means no look', async () => {
    const {clock, looker, looks} = makeLooking([up]);
    const options = {signal: AbortSignal.abort(), onSighting: () => undefined};
    expect(await inTime(clock, poll(looker, wanted(), options))).toEqual({kind: 'aborted'});
    expect(looks).toEqual([]);
  });
});

it('a single look at a check does not wait', async () => {
  const {clock, looker, looks} = makeLooking([down, up]);
  const options = {signal: new AbortController().signal, onSighting: () => undefined};
  expect(await inTime(clock, lookAtCheck(looker, wanted(), options))).toMatchObject({kind: 'unmet'});
  expect(looks).toHaveLength(1);
});

it('a look at a check is told what the check gives it', async () => {
  const {clock, looker, told} = makeLooking([up]);
  const options = {signal: new AbortController().signal, onSighting: () => undefined};
  const given = {path: '/b', parts: ['bin', 'lib']};
  await inTime(clock, lookAtCheck(looker, wanted({given}), options));
  expect(told).toEqual([given]);
});

it('a look that never ends is silent after a minute and a bit, and says so in both languages', async () => {
  const {clock, looker} = makeLooking([up], 600_000);
  const options = {signal: new AbortController().signal, onSighting: () => undefined};
  expect(await inTime(clock, lookAtCheck(looker, wanted(), options))).toEqual({
    kind: 'unmet',
    seen: null,
    silent: [{node: a, words: text('no answer within 1m 10s', '1m 10s 内没有应答')}],
  });
});
