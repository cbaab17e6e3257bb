import {describe, expect, it} from 'vitest';
import {openLedger} from '../../../src/engine/ledger.ts';
import type {Event} from '../../../src/model/event.ts';
import {foldEvents} from '../../../src/model/reduce.ts';
import {a, numbered, phase, planned, planOf, step} from './toy.ts';

const plan = planOf(phase('p', [step(a, 'stop')]));
const started = {type: 'step.started', step: step(a, 'stop').id, attempt: 1} as const;
const clock = {now: () => 7, ticks: () => 0, sleep: async () => undefined};

/** A journal whose appends end when the test says so. */
const makeDisk = () => {
  const waiting: {event: Event; end: () => void; fail: (error: Error) => void}[] = [];
  return {
    waiting,
    journal: {
      append: (event: Event) =>
        new Promise<void>((end, fail) => {
          waiting.push({event, end, fail});
        }),
    },
  };
};

const settled = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

describe('the ledger', () => {
  it('shows and folds an event only after it is on disk', async () => {
    const {waiting, journal} = makeDisk();
    const shown: string[] = [];
    const ledger = openLedger(null, journal, clock, event => shown.push(event.type));
    const first = ledger.emit(planned(plan));
    await settled();
    expect(shown).toEqual([]);
    expect(() => ledger.state()).toThrow('not been planned');
    waiting[0]?.end();
    await first;
    expect(shown).toEqual(['run.planned']);
    const second = ledger.emit(started);
    await settled();
    expect(ledger.state().steps).toEqual({});
    waiting[1]?.end();
    expect((await second).steps).toEqual(ledger.state().steps);
    expect(Object.keys(ledger.state().steps)).toEqual([started.step]);
  });

  it('writes one event after the other, numbered without a hole', async () => {
    const {waiting, journal} = makeDisk();
    const ledger = openLedger(null, journal, clock, () => undefined);
    const all = [ledger.emit(planned(plan)), ledger.emit(started), ledger.emit({type: 'run.left'})];
    for (let i = 0; i < 3; i += 1) {
      await settled();
      expect(waiting).toHaveLength(i + 1);
      waiting[i]?.end();
    }
    await Promise.all(all);
    expect(waiting.map(({event}) => [event.seq, event.at])).toEqual([
      [0, 7],
      [1, 7],
      [2, 7],
    ]);
  });

  it('takes nothing more once an append failed, for nobody knows what reached the disk', async () => {
    const {waiting, journal} = makeDisk();
    const shown: string[] = [];
    const ledger = openLedger(null, journal, clock, event => shown.push(event.type));
    const all = [ledger.emit(planned(plan)), ledger.emit(started), ledger.emit({type: 'run.left'})];
    await settled();
    waiting[0]?.fail(new Error('no space left'));
    const results = await Promise.allSettled(all);
    expect(results.map(({status}) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    await expect(ledger.emit(planned(plan))).rejects.toThrow('no space left');
    expect(waiting).toHaveLength(1);
    expect(shown).toEqual([]);
  });

  it('refuses an impossible event before it reaches the disk, and goes on', async () => {
    const {waiting, journal} = makeDisk();
    const past = foldEvents(numbered(planned(plan)));
    const ledger = openLedger(past, journal, clock, () => undefined);
    await expect(ledger.emit({type: 'run.released'})).rejects.toThrow('nothing held it');
    await expect(ledger.emit(planned(plan))).rejects.toThrow('twice');
    expect(waiting).toEqual([]);
    const next = ledger.emit(started);
    await settled();
    waiting[0]?.end();
    expect((await next).seq).toBe(1);
  });
});
