import {describe, expect, it} from 'vitest';
import {makeLookout} from '../../../src/engine/lookout.ts';
import type {Step} from '../../../src/model/plan.ts';
import {poll} from '../../../src/probe/poll.ts';
import {inTime, makeLooking, seen} from '../probe/support.ts';
import {
  type Answer,
  a,
  b,
  check,
  checkGate,
  confirmGate,
  exited,
  makeToy,
  phase,
  planned,
  planOf,
  START_MS,
  step,
  type Toy,
} from './toy.ts';

const HELD_MS = 3_000;
const held = check(a, {safe: true}, {probe: 'standing', steadyMs: HELD_MS});
const gate = checkGate('p/stop@a', 0, held);

/** How often a copy is looked at in vain: it is waited for some seconds. */
const LOOKS = 24;

/** A copy that takes some seconds until it is seen to be there, and a stop behind gates. */
const rolled = async (
  standing: readonly Answer[],
  gates: Step['gates'] = [gate],
  onAsk: (toy: Toy) => void = () => undefined,
): Promise<Toy> => {
  const toy = makeToy();
  toy.onAsk(() => onAsk(toy));
  const notYet = Array.from({length: LOOKS}, () => ({copied: false}));
  toy.says(a, 'files', ...notYet, {copied: true});
  toy.says(a, 'copy', exited(0));
  toy.says(a, 'standing', ...standing);
  toy.says(a, 'status', {stop: false}, {stop: true});
  toy.says(a, 'stop', exited(0));
  const copied = check(a, {copied: true}, {probe: 'files', withinMs: 60_000});
  const steps = [step(a, 'copy', {done: [copied]}), step(a, 'stop', {gates})];
  await toy.run({kind: 'new', planned: planned(planOf(phase('p', steps)))});
  return toy;
};

/** How long the stop was waited for once the copy was there. */
const waitedMs = ({events}: Toy): number => {
  const copied = events.find(event => event.type === 'step.done')?.at ?? 0;
  const begun = events.findLast(event => event.type === 'step.started')?.at ?? 0;
  return begun - copied;
};

const good = {safe: true};
const bad = {safe: false};

describe('what has to hold before a step', () => {
  it('is seen to hold while the step before it goes on, and nobody waits for it then', async () => {
    const toy = await rolled([good]);
    expect(toy.events.at(-1)?.type).toBe('run.ended');
    expect(waitedMs(toy)).toBeLessThan(100);
  });

  it('has to hold up to the moment in which the step begins: whatever was seen before a bad look counts for nothing', async () => {
    let isSpoilt = false;
    const toy = await rolled([good], [gate], ({asked, says}) => {
      const isLate = asked.filter(each => each === 'a files').length >= LOOKS - 1;
      if (isLate && !isSpoilt) says(a, 'standing', bad, good);
      isSpoilt ||= isLate;
    });
    expect(waitedMs(toy)).toBeGreaterThan(500);
    expect(waitedMs(toy)).toBeLessThan(HELD_MS);
  });

  it('is never met by one that comes and goes, however good the last look is', async () => {
    const comesAndGoes = Array.from({length: 40}, (_, i) => (i % 3 === 2 ? bad : good));
    const toy = await rolled([...comesAndGoes, bad]);
    expect(toy.asked.filter(asked => asked === 'a stop')).toEqual([]);
    expect(toy.events.at(-1)?.type).toBe('run.left');
  });

  it('is looked at already while the node before it comes back, where it is known who goes next', async () => {
    const ofNext = check(b, {safe: true}, {probe: 'standing', steadyMs: HELD_MS});
    const toy = makeToy();
    const notYet = Array.from({length: LOOKS}, () => ({start: false}));
    toy.says(a, 'status', ...notYet, {start: true});
    toy.says(a, 'start', exited(0));
    toy.says(b, 'standing', good);
    toy.says(b, 'status', {stop: false}, {stop: false}, {stop: true});
    toy.says(b, 'stop', exited(0));
    const steps = [
      step(a, 'start', {done: [check(a, {start: true}, {withinMs: 60_000})]}),
      step(b, 'stop', {gates: [checkGate('p/stop@b', 0, ofNext)]}),
    ];
    await toy.run({kind: 'new', planned: planned(planOf(phase('p', steps)))});
    expect(waitedMs(toy)).toBeLessThan(100);
  });

  it('is not looked at before the operator was asked', async () => {
    const toy = await rolled([good], [confirmGate('p/stop@a', 0), checkGate('p/stop@a', 1, held)]);
    expect(toy.asked.indexOf('a standing')).toBeGreaterThan(toy.asked.lastIndexOf('a files'));
    expect(waitedMs(toy)).toBeGreaterThanOrEqual(HELD_MS);
  });
});

describe('a lookout', () => {
  const wanted = check(a, {up: true}, {steadyMs: HELD_MS});
  const watched = async (forMs: number, thenMs: number) => {
    const {clock, looker, looks} = makeLooking([seen({up: true})], 0);
    const lookout = makeLookout(looker, new AbortController().signal);
    const taken = async () => {
      await lookout.during([wanted], () => clock.sleep(forMs));
      await clock.sleep(thenMs);
      return lookout.take(wanted);
    };
    return {taken: await inTime(clock, taken()), looks, endedMs: clock.now() - START_MS};
  };

  it('looks four times in the time for which it has to hold, not beside an action that was just sent, and not once it is over', async () => {
    const {looks} = await watched(8_000, 60_000);
    expect(looks).toEqual([250, 1_250, 2_250, 3_250, 4_250, 5_250, 6_250, 7_250]);
  });

  it('looks no more often than at what does not hold, however short a time it has to hold', async () => {
    const {clock, looker, looks} = makeLooking([seen({up: true})], 0);
    const short = check(a, {up: true}, {steadyMs: 200, pollMs: 4_000});
    await inTime(
      clock,
      makeLookout(looker, new AbortController().signal).during([short], () => clock.sleep(4_500)),
    );
    expect(looks).toEqual([1_000, 2_000, 3_000, 4_000]);
  });

  it('leaves what it saw to whoever waits for it, who looks once more', async () => {
    const {taken, looks} = await watched(4_500, 0);
    expect(taken?.looks.length).toBe(4);
    expect(looks.length).toBe(5);
  });

  it('goes by the time just past: a journal that has stood still for that long does not follow, however far it went before', async () => {
    const follows = check(a, {up: true}, {steadyMs: HELD_MS, withinMs: 5_000, follows: {slowest: 'masters'}});
    const rows = Array.from({length: 40}, (_, i) =>
      seen({up: true, masters: 1_000 + i, slowest: 1_000 + Math.min(i, 10)}),
    );
    const metAfter = async (ms: number): Promise<boolean> => {
      const {clock, looker} = makeLooking(rows, 0);
      const {signal} = new AbortController();
      const lookout = makeLookout(looker, signal);
      const taken = async () => {
        await lookout.during([follows], () => clock.sleep(ms));
        const before = await lookout.take(follows);
        return poll(looker, follows, {signal, onSighting: () => undefined, before});
      };
      return (await inTime(clock, taken())).kind === 'met';
    };
    expect([await metAfter(9_000), await metAfter(15_000)]).toEqual([true, false]);
  });

  it('looks no longer than it may, however long that goes on', async () => {
    const {clock, looker, looks} = makeLooking([seen({up: true})], 0);
    const lookout = makeLookout(looker, new AbortController().signal);
    await inTime(
      clock,
      lookout.during([wanted], () => clock.sleep(60_000), 5_000),
    );
    expect(looks).toEqual([250, 1_250, 2_250, 3_250, 4_250]);
  });

  it('keeps nobody waiting for somebody else who wants the same', async () => {
    const {clock, looker} = makeLooking([seen({up: true})], 0);
    const lookout = makeLookout(looker, new AbortController().signal);
    const never = new Promise<void>(() => undefined);
    void lookout.during([wanted], () => never);
    const taken = async () => {
      await lookout.during([wanted], () => clock.sleep(4_500));
      return lookout.take(wanted);
    };
    expect((await inTime(clock, taken()))?.looks.length).toBe(4);
    expect(clock.now() - START_MS).toBeLessThanOrEqual(6_500);
  });
});
