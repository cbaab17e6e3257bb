import {describe, expect, it} from 'vitest';
import {makeEarly} from '../../../src/engine/early.ts';
import {fillStep} from '../../../src/engine/fill.ts';
import {openLedger} from '../../../src/engine/ledger.ts';
import type {FilledCheck, Step} from '../../../src/model/plan.ts';
import type {Probe} from '../../../src/model/system.ts';
import type {Clock} from '../../../src/model/world.ts';
import type {Looker} from '../../../src/probe/look.ts';
import {
  type Answer,
  a,
  check,
  checkGate,
  exited,
  makeToy,
  phase,
  planned,
  planOf,
  script,
  step,
  type Toy,
} from './toy.ts';

/** A step and the one after it: what is seen of each is asked by a probe of its own. */
const rolled = async (files: readonly Answer[], gates: Step['gates'] = []): Promise<Toy> => {
  const toy = makeToy();
  toy.says(a, 'standing', {safe: true});
  toy.says(a, 'status', {stop: false}, {stop: true});
  toy.says(a, 'stop', exited(0));
  toy.says(a, 'files', ...files);
  toy.says(a, 'move', exited(0));
  const move = step(a, 'move', {done: [check(a, {moved: true}, {probe: 'files'})], gates});
  await toy.run({kind: 'new', planned: planned(planOf(phase('p', [step(a, 'stop'), move])))});
  return toy;
};

describe('a step that comes right after another one', () => {
  it('is looked at right behind the action of that one: there is no look more before it acts', async () => {
    const toy = await rolled([{moved: false}, {moved: true}]);
    expect(toy.asked).toEqual(['a status', 'a stop', 'a status', 'a files', 'a move', 'a files']);
    expect(toy.events.at(-1)?.type).toBe('run.ended');
  });

  it('is looked at so also where its action takes a fact of that one, and not where its looks do', async () => {
    const path = {path: {from: {step: step(a, 'stop').id, fact: 'at'}}};
    const toy = makeToy();
    toy.says(a, 'status', {stop: false}, {stop: true, at: '/x'});
    toy.says(a, 'stop', exited(0));
    toy.says(a, 'files', {moved: false}, {moved: true});
    toy.says(a, 'move', exited(0));
    const done: Step['done'] = [check(a, {moved: true}, {probe: 'files'})];
    const move = step(a, 'move', {done, action: script('move', {vars: path})});
    await toy.run({kind: 'new', planned: planned(planOf(phase('p', [step(a, 'stop'), move])))});
    expect(toy.asked).toEqual(['a status', 'a stop', 'a status', 'a files', 'a move', 'a files']);
  });

  it('is done where it is seen so; where nobody answered it is looked at again', async () => {
    const done = await rolled([{moved: true}]);
    expect(done.asked).toEqual(['a status', 'a stop', 'a status', 'a files']);
    const silent = await rolled([{silent: 'no route'}, {moved: false}, {moved: true}]);
    expect(silent.asked.filter(asked => asked === 'a files')).toHaveLength(3);
  });

  it('is looked at again where that was long ago', async () => {
    const toy = makeToy();
    toy.says(a, 'status', {stop: false}, ...Array.from({length: 12}, () => ({stop: false})), {stop: true});
    toy.says(a, 'stop', exited(0));
    toy.says(a, 'files', {moved: false}, {moved: false}, {moved: true});
    toy.says(a, 'move', exited(0));
    const move = step(a, 'move', {done: [check(a, {moved: true}, {probe: 'files'})]});
    await toy.run({kind: 'new', planned: planned(planOf(phase('p', [step(a, 'stop'), move])))});
    expect(toy.asked.slice(-4)).toEqual(['a status', 'a files', 'a move', 'a files']);
  });

  it('is not looked at where a gate stands before it: that one is waited for', async () => {
    const gate = checkGate('p/move@a', 0, check(a, {safe: true}, {probe: 'standing'}));
    const toy = await rolled([{moved: false}, {moved: true}], [gate]);
    expect(toy.asked).toEqual([
      'a status',
      'a stop',
      'a status',
      'a standing',
      'a files',
      'a move',
      'a files',
    ]);
  });
});

describe('the gates of a step', () => {
  const standing = check(a, {safe: true}, {probe: 'standing'});
  const beside = check(a, {alone: false}, {probe: 'files'});
  const gated = (...checks: readonly FilledCheck[]): Step =>
    step(a, 'stop', {gates: checks.map((each, i) => checkGate('p/stop@a', i, each))});
  const passed = async (stop: Step, says: (toy: Toy) => void): Promise<Toy> => {
    const toy = makeToy();
    toy.says(a, 'status', {stop: false}, {stop: true});
    toy.says(a, 'stop', exited(0));
    toy.says(a, 'standing', {safe: true});
    toy.says(a, 'files', {alone: false});
    says(toy);
    await toy.run({kind: 'new', planned: planned(planOf(phase('p', [stop])))});
    return toy;
  };
  const opened = ({events}: Toy): readonly number[] =>
    events.flatMap(event => (event.type === 'gate.opened' ? [event.at] : []));

  it('are looked at side by side, each once, and open in their order', async () => {
    const toy = await passed(gated(standing, beside), () => undefined);
    expect(toy.asked.filter(asked => asked !== 'a status')).toEqual(['a files', 'a standing', 'a stop']);
    const [first = 0, second = 0] = opened(toy);
    expect(second - first).toBeLessThan(10);
  });

  it('are looked at anew where the one before was waited for', async () => {
    const waits = Array.from({length: 12}, () => ({safe: false}));
    const toy = await passed(gated(standing, beside), ({says}) =>
      says(a, 'standing', ...waits, {safe: true}),
    );
    expect(toy.asked.slice(-4)).toEqual(['a files', 'a status', 'a stop', 'a status']);
    expect(toy.asked.filter(asked => asked === 'a files')).toHaveLength(2);
  });

  it('are not looked at early behind one that has to hold; that one is, for as long as it has to', async () => {
    const toy = await passed(
      gated(standing, {...beside, steadyMs: 300}, {...standing, given: {again: true}}),
      () => undefined,
    );
    const asked = toy.asked.filter(each => each !== 'a status');
    expect(asked.slice(0, 2).toSorted()).toEqual(['a files', 'a standing']);
    expect(asked.slice(-2)).toEqual(['a standing', 'a stop']);
    expect(asked.slice(2, -2).every(each => each === 'a files')).toBe(true);
  });
});

describe('an early look', () => {
  const seen = {kind: 'seen', facts: {safe: true}} as const;
  /** A look that answers when it is told to, and how often one was begun. */
  const held = () => {
    const toy = makeToy();
    const answers: {readonly tell: () => void; readonly fail: () => void}[] = [];
    const probe: Probe = {
      roles: ['toy'],
      look: () =>
        new Promise((resolve, reject) => {
          answers.push({tell: () => resolve(seen), fail: () => reject(new Error('no such thing'))});
        }),
    };
    let at = 0;
    const clock: Clock = {now: () => at, ticks: () => at, sleep: () => new Promise(() => undefined)};
    const looker: Looker = {...toy.looker, clock, system: {...toy.looker.system, probes: {standing: probe}}};
    /** So much later, with all done that can be done by then. */
    const later = (ms: number): Promise<void> => {
      at += ms;
      return new Promise(resolve => setImmediate(resolve));
    };
    return {looker, answers, later, early: makeEarly()};
  };
  const standing = check(a, {safe: true}, {probe: 'standing'});

  it('that hangs is not taken for a look at what came later', async () => {
    const {looker, answers, later, early} = held();
    early.begin(looker, [standing]);
    await later(1_000);
    const soon = early.take(looker, a, 'standing', {});
    answers[0]?.tell();
    expect((await soon)?.look).toEqual(seen);
    early.begin(looker, [standing]);
    await later(2_001);
    expect(await early.take(looker, a, 'standing', {})).toBeNull();
    expect(answers).toHaveLength(2);
  });

  it('that fails for a reason of ours is told to whoever takes it, and ends nothing where nobody does', async () => {
    const {looker, answers, later, early} = held();
    early.begin(looker, [standing]);
    await later(0);
    answers[0]?.fail();
    const sighting = await early.take(looker, a, 'standing', {});
    expect(sighting, 'a look that cannot be read is none').toBeNull();
  });

  it.each([
    ['its end is known: it counts, however long the action took', true, seen],
    ['nobody knows how it stands: nothing is believed that was seen meanwhile', false, null],
  ])('behind an action, and %s', async (_, known, expected) => {
    const {looker, answers, later, early} = held();
    const stop = step(a, 'stop', {done: [standing]});
    const ledger = openLedger(null, {append: async () => undefined}, looker.clock, () => undefined);
    await ledger.emit(planned(planOf(phase('p', [stop]))));
    const filled = fillStep(ledger.state(), stop);
    if (filled.kind !== 'ready') throw new Error('a step without facts of others');
    const {promise: ended, resolve: end} = Promise.withResolvers<boolean>();
    early.behind({looker, ledger}, filled.value, {timeoutMs: 60_000, ended});
    await later(30_000);
    end(known);
    await ended;
    const taken = early.take(looker, a, 'standing', {});
    answers[0]?.tell();
    expect((await taken)?.look ?? null).toEqual(expected);
  });
});
