import {describe, expect, it} from 'vitest';
import type {Look} from '../../../src/model/facts.ts';
import type {FilledCheck} from '../../../src/model/plan.ts';
import {plain, text} from '../../../src/model/text.ts';
import type {Clock} from '../../../src/model/world.ts';
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
    expect((await pollOn([down, down, up])).looks).toEqual([0, 250, 500]);
  });

  it('looks at least once, whatever its patience', async () => {
    expect(await pollOn([up], {withinMs: 0})).toMatchObject({polled: {kind: 'met'}, looks: [0]});
    expect(await pollOn([down], {withinMs: 0})).toMatchObject({polled: {kind: 'unmet'}, looks: [0]});
  });

  it('looks often at first, and less often the longer it waits', async () => {
    const {looks} = await pollOn([down], {pollMs: 4_000, withinMs: 60_000});
    const pauses = looks.map((at, i) => at - (looks[i - 1] ?? at)).slice(1, -1);
    expect(pauses.slice(0, 5)).toEqual([1_000, 1_000, 1_000, 1_000, 1_000]);
    expect(pauses).toEqual(pauses.toSorted((one, other) => one - other));
    expect(pauses.slice(-5)).toEqual([4_000, 4_000, 4_000, 4_000, 4_000]);
  });

  it('looks once more when its patience ends, and not after it', async () => {
    const {polled, looks, endedMs} = await pollOn([down], {withinMs: 2_500});
    expect(looks.slice(-2)).toEqual([2_443, 2_500]);
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
  const hopeless = {hopeless: {process: 'none'}, hopelessAfterMs: 3_000, pollMs: 4_000};

  it('ends when the hopeless was seen without a break for its time', async () => {
    const {polled, endedMs} = await pollOn([gone], hopeless);
    expect(polled).toEqual({kind: 'unmet', seen: {up: false, process: 'none'}, silent: null});
    expect(endedMs).toBe(3_000);
  });

  it('begins anew when something else was seen in between', async () => {
    expect((await pollOn([gone, gone, down, gone], hopeless)).endedMs).toBe(6_250);
  });

  it('begins anew when nobody answered in between: no answer proves nothing', async () => {
    expect((await pollOn([gone, gone, silent(), gone], hopeless)).endedMs).toBe(6_250);
  });

  it('ends at once where no time is given', async () => {
    expect(await pollOn([gone], {hopeless: {process: 'none'}})).toMatchObject({looks: [0], endedMs: 0});
  });

  it('never outlives the patience', async () => {
    expect((await pollOn([gone], {...hopeless, hopelessAfterMs: 60_000})).endedMs).toBe(10_000);
  });

  it('ends for each of several reasons after its own time, and for none that came and went', async () => {
    const other = seen({up: false, process: 'running', version: '1'});
    const vain = {...hopeless, vain: [{seen: {version: {not: '2'}}, afterMs: 6_000}]};
    expect((await pollOn([other], vain)).endedMs).toBe(6_250);
    expect((await pollOn([gone], vain)).endedMs).toBe(3_000);
    expect((await pollOn([gone, gone, other, gone], vain)).endedMs, 'each by itself').toBe(6_250);
    expect((await pollOn([other, down, other], vain)).endedMs).toBe(9_766);
  });

  it('does not end what is met though it looks hopeless', async () => {
    const both = seen({up: true, process: 'none'});
    expect((await pollOn([both], hopeless)).polled.kind).toBe('met');
  });
});

describe('what has to hold', () => {
  const steady = {steadyMs: 3_000};

  it('is met when it was seen to hold for its time', async () => {
    expect(await pollOn([down, up], steady)).toMatchObject({
      polled: {kind: 'met'},
      looks: [0, 250, 1_250, 2_250, 3_250],
    });
  });

  it('is looked at when its time is over, not a pause later', async () => {
    expect(await pollOn([up], {steadyMs: 2_500})).toMatchObject({looks: [0, 834, 1_668, 2_500]});
  });

  it('tells when it begins to be good, and when it is no longer', async () => {
    const {clock, looker} = makeLooking([down, up, down, up], 0);
    const told: boolean[] = [];
    const options = {signal: new AbortController().signal, onSighting: () => undefined};
    await inTime(clock, poll(looker, wanted(steady), {...options, onGood: told.push.bind(told)}));
    expect(told).toEqual([true, false, true]);
  });

  it('tells that it is no longer where a pause was too long to know what was between', async () => {
    const {clock, looker} = makeLooking([up], 0);
    let sleeps = 0;
    const paused: Clock = {
      ...clock,
      sleep: (ms, signal) => clock.sleep(ms + (sleeps++ === 1 ? 60_000 : 0), signal),
    };
    const told: boolean[] = [];
    const options = {signal: new AbortController().signal, onSighting: () => undefined};
    const check = wanted({...steady, withinMs: 120_000});
    await inTime(clock, poll({...looker, clock: paused}, check, {...options, onGood: told.push.bind(told)}));
    expect(told).toEqual([true, false, true]);
  });

  it('begins anew with a look that does not meet it', async () => {
    expect((await pollOn([up, up, down, up], steady)).endedMs).toBe(5_500);
  });

  it('begins anew with a silent look: nobody knows what was then', async () => {
    expect((await pollOn([up, up, silent(), up], steady)).endedMs).toBe(5_500);
  });

  it('begins anew with a look at another process, which is well in each look', async () => {
    const born = (startTicks: number): Look => seen({up: true, pid: 7, startTicks});
    expect((await pollOn([born(1), born(1), born(2)], steady)).endedMs).toBe(5_000);
    const looping = Array.from({length: 20}, (_, at) => born(at));
    expect((await pollOn(looping, steady)).polled.kind).toBe('unmet');
  });

  it('is not met where it never holds for its time', async () => {
    const flapping = Array.from({length: 20}, (_, at) => (at % 3 === 2 ? down : up));
    const {polled} = await pollOn(flapping, steady);
    expect(polled.kind).toBe('unmet');
  });

  it('is seen to its end though the patience ends meanwhile', async () => {
    const late = [...Array.from({length: 16}, () => down), up];
    expect(await pollOn(late, steady)).toMatchObject({polled: {kind: 'met'}, endedMs: 12_773});
  });

  it('is seen by slow looks too, and no slow look begins what never ends', async () => {
    expect(await pollOn([up], steady, 20_000)).toMatchObject({
      polled: {kind: 'met'},
      looks: [0, 21_000, 42_000, 63_000],
    });
    const {polled, looks} = await pollOn([down, up], {...steady, withinMs: 15_000}, 20_000);
    expect([polled.kind, looks]).toEqual(['unmet', [0]]);
  });

  it('is not seen by two looks with a long pause between them', async () => {
    const {clock, looker} = makeLooking([up]);
    const paused: Clock = {...clock, sleep: (ms, signal) => clock.sleep(ms + 60_000, signal)};
    const options = {signal: new AbortController().signal, onSighting: () => undefined};
    const polled = await inTime(clock, poll({...looker, clock: paused}, wanted(steady), options));
    expect(polled.kind).toBe('unmet');
  });

  it('asks for one good look where no patience is given', async () => {
    expect(await pollOn([up], {...steady, withinMs: 0})).toMatchObject({
      polled: {kind: 'met'},
      endedMs: 3_000,
    });
    expect(await pollOn([down], {...steady, withinMs: 0})).toMatchObject({
      polled: {kind: 'unmet'},
      looks: [0],
    });
  });
});

describe('a number that follows another', () => {
  const follows = {steadyMs: 2_000, follows: {journal: 'masterJournal'}};
  const journal = (own: number, master: number): Look =>
    seen({up: true, journal: own, masterJournal: master});

  it('has to grow where the other grows', async () => {
    const keepsUp = [journal(1, 1), journal(2, 4), journal(3, 9)];
    expect((await pollOn(keepsUp, follows)).polled.kind).toBe('met');
    const stands = Array.from({length: 30}, (_, at) => journal(7, 7 + at));
    expect((await pollOn(stands, follows)).polled.kind).toBe('unmet');
  });

  it('is met as soon as it has grown', async () => {
    const late = [journal(7, 7), journal(7, 8), journal(7, 9), journal(7, 10), journal(10, 11)];
    expect(await pollOn(late, follows)).toMatchObject({polled: {kind: 'met'}, endedMs: 2_667});
  });

  it('may stand where the other stands, and where nobody knows the other', async () => {
    expect((await pollOn([journal(7, 7)], follows)).polled.kind).toBe('met');
    expect((await pollOn([seen({up: true, journal: 7})], follows)).polled.kind).toBe('met');
  });
});

describe('what was good for a moment says so where it did not hold', () => {
  const steady = {steadyMs: 3_000, withinMs: 10_000};
  const born = (pid: number): Look => seen({up: true, pid, startTicks: pid});
  const always = (look: (at: number) => Look): Look[] => Array.from({length: 60}, (_, at) => look(at));
  const stands = always(theirs => seen({up: true, own: 7, theirs}));

  it.each([
    ['how often', always(at => (at % 3 === 2 ? gone : up)), {}, {good: 8, all: 12}],
    ['that nobody answered in between', always(at => (at % 3 === 2 ? silent() : up)), {}, {good: 8, all: 12}],
    ['that it is always another process', always(born), {}, {good: 12, all: 12, but: 'restarted'}],
    ['that a number stood still', stands, {follows: {own: 'theirs'}}, {good: 11, all: 11, but: 'stood'}],
    ['what came last', [up, gone, ...stands], {follows: {own: 'theirs'}}, {good: 11, all: 12, but: 'stood'}],
  ] as const)('%s', async (_, looks, more, wanted) => {
    const {polled} = await pollOn(looks, {...steady, ...more});
    expect(polled).toMatchObject({kind: 'unmet', looks: wanted});
  });

  it('and that nobody looked in between', async () => {
    const {clock, looker} = makeLooking([up]);
    const paused: Clock = {...clock, sleep: (ms, signal) => clock.sleep(ms + 60_000, signal)};
    const options = {signal: new AbortController().signal, onSighting: () => undefined};
    const polled = await inTime(clock, poll({...looker, clock: paused}, wanted(steady), options));
    expect(polled).toMatchObject({kind: 'unmet', looks: {good: 2, all: 2, but: 'paused'}});
  });

  it('and nothing of it where no look was good, or one good look is enough', async () => {
    expect((await pollOn([down], steady)).polled).not.toHaveProperty('looks');
    expect((await pollOn([down], {withinMs: 2_000})).polled).not.toHaveProperty('looks');
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
