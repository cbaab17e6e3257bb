import {describe, expect, it} from 'vitest';
import {openLedger} from '../../../src/engine/ledger.ts';
import {UnkeptEvent} from '../../../src/engine/read-back.ts';
import type {Event, Happening} from '../../../src/model/event.ts';
import {foldEvents} from '../../../src/model/reduce.ts';
import {type Answers, a, exited, makeToy, phase, planned, planOf, step, type Toy} from './toy.ts';

// What would stand in the journal as something else than it is, or could not be read there at all.

const plan = planOf(phase('p', [step(a, 'stop')]));
const id = step(a, 'stop').id;

const open = () => {
  const kept: Event[] = [];
  const journal = {append: async (event: Event) => void kept.push(event)};
  const clock = {now: () => 7, ticks: () => 0, sleep: async () => undefined};
  return {kept, ledger: openLedger(null, journal, clock, () => undefined)};
};

const done = (facts: Record<string, unknown>): Happening =>
  ({type: 'step.done', step: id, already: false, facts}) as Happening;

describe('the ledger', () => {
  it.each([
    ['a number that is none', done({lag: Number.NaN}), 'facts.lag'],
    ['a number without end', done({lag: Number.POSITIVE_INFINITY}), 'facts.lag'],
    ['a number without end in a list', done({ports: [1, Number.NEGATIVE_INFINITY]}), 'facts.ports'],
    ['null', done({lag: null}), 'facts.lag'],
    ['a field that nobody reads', Object.assign(done({}), {more: 1}), 'more'],
    ['a number of the wrong kind', {type: 'step.started', step: id, attempt: 0.5} as Happening, 'attempt'],
  ])('writes nothing of an event with %s, says where it is, and goes on', async (_, happening, where) => {
    const {kept, ledger} = open();
    await ledger.emit(planned(plan));
    const unkept = ledger.emit(happening);
    await expect(unkept).rejects.toBeInstanceOf(UnkeptEvent);
    await expect(unkept).rejects.toThrow(where);
    await ledger.emit({type: 'run.held'});
    expect(kept.map(({type, seq}) => [type, seq])).toEqual([
      ['run.planned', 0],
      ['run.held', 1],
    ]);
  });
});

const playOut = async (answers: Answers, write: (toy: Toy) => void): Promise<Toy> => {
  const toy = makeToy(answers);
  toy.says(a, 'status', {stop: false}, {stop: true});
  toy.says(a, 'stop', exited(0));
  write(toy);
  await toy.run({kind: 'new', planned: planned(plan)});
  return toy;
};

describe('a run', () => {
  it('is held by an outcome that cannot be kept, and a retry looks first', async () => {
    const toy = await playOut({choose: ['retry']}, ({says}) =>
      says(a, 'stop', {...exited(0), ms: Number.NaN}),
    );
    expect(toy.events.find(({type}) => type === 'step.failed')).toMatchObject({
      failure: {
        kind: 'lost',
        trouble: 'unkept',
        detail: {en: expect.stringContaining('"step.acted" could not be read back'), zh: expect.any(String)},
      },
    });
    expect(
      toy.asked.filter(asked => asked === 'a stop'),
      'nothing is done twice',
    ).toHaveLength(1);
    expect(foldEvents(toy.events).verdict).not.toBe(null);
  });

  it('takes no look for facts that holds a number which is none', async () => {
    // JSON reads 1e999 as a number without end.
    const toy = await playOut({}, ({says}) =>
      says(a, 'status', {...exited(0), stdout: '{"stop":true,"lag":1e999}'}),
    );
    const failed = toy.events.find(({type}) => type === 'step.failed');
    expect(failed).toMatchObject({
      failure: {
        kind: 'unsettled',
        seen: null,
        silent: [{node: a, words: {en: expect.stringContaining('lag')}}],
      },
    });
  });
});
