import {describe, expect, it} from 'vitest';
import {PhaseId, StepId} from '../../../src/model/ids.ts';
import type {Plan, Step} from '../../../src/model/plan.ts';
import {
  type Answers,
  a,
  check,
  checkGate,
  confirmGate,
  exited,
  makeToy,
  phase,
  planned,
  planOf,
  refused,
  step,
  story,
  type Toy,
} from './toy.ts';

const NAMES = ['stop', 'copy', 'keep', 'start'] as const;
const stepOf = (of: string, name: string): Step => ({...step(a, name), id: StepId.parse(`${of}/${name}@a`)});
const named = (...ids: readonly string[]) => ids.map(id => PhaseId.parse(id));

const safe = check(a, {safe: true}, {probe: 'files', withinMs: 1_000});

/** The question of p covers q and r; s has one of its own. */
const planWith = (otherwise: 'hold' | {again: StepId} = 'hold'): Plan =>
  planOf(
    phase('m', [stepOf('m', 'stop')], {gates: [confirmGate('m')]}),
    phase('p', [stepOf('p', 'copy')], {gates: [confirmGate('p', 0, {covers: named('q', 'r')})]}),
    phase('q', [stepOf('q', 'keep')], {
      gates: [checkGate('q', 0, safe, otherwise), confirmGate('q', 1), checkGate('q', 2, safe, otherwise)],
    }),
    phase('r', [stepOf('r', 'start')], {gates: [confirmGate('r')]}),
  );

/** Each step is done once it was sent; what the gates of q look at is as it is told. */
const makeWorld = (
  answers: Answers = {},
  done: readonly string[] = [],
): Toy & {unsafe(): void; safe(): void} => {
  const toy = makeToy(answers);
  const did = new Set(done);
  const tell = (): void =>
    toy.says(a, 'status', Object.fromEntries(NAMES.map(name => [name, did.has(name)])));
  for (const name of NAMES) toy.says(a, name, exited(0));
  toy.onAsk(entry => {
    const name = NAMES.find(known => entry === `a ${known}`);
    if (name !== undefined) did.add(name);
    tell();
  });
  tell();
  toy.says(a, 'files', {safe: true});
  return {
    ...toy,
    unsafe: () => toy.says(a, 'files', {safe: false}),
    safe: () => toy.says(a, 'files', {safe: true}),
  };
};

const asked = ({questions}: Toy): string[] => questions.map(question => question.replace(/ \{.*/, ''));

describe('a question that covers the phases after it', () => {
  it('is the only one until they are done, and every look of theirs is taken', async () => {
    const toy = makeWorld();
    const {end} = await toy.run({kind: 'new', planned: planned(planWith())});
    expect(end).toBe('ended');
    expect(asked(toy)).toEqual(['confirm m#0', 'confirm p#0']);
    expect(story(toy.events)).toEqual(expect.arrayContaining(['gate.opened q#0', 'gate.opened q#2']));
  });

  it('does not open what is not so: the run is held there, and goes on without another question', async () => {
    const toy = makeWorld({choose: ['retry']});
    toy.onAsk(entry => {
      if (entry === 'a copy') toy.unsafe();
      if (asked(toy).includes('choose')) toy.safe();
    });
    const {end} = await toy.run({kind: 'new', planned: planned(planWith())});
    expect(story(toy.events)).toContain('gate.stuck q#0');
    expect(end).toBe('ended');
    expect(asked(toy)).toEqual(['confirm m#0', 'confirm p#0', 'choose']);
  });

  it('is put by each of them in a run that was resumed after its phase, wherever it was cut', async () => {
    const whole = makeWorld();
    await whole.run({kind: 'new', planned: planned(planWith())});
    const lines = story(whole.events);
    const cut = lines.indexOf('step.done p/copy@a') + 1;
    const end = lines.indexOf('step.done q/keep@a');
    for (let at = cut; at <= end; at += 1) {
      const sent = lines.slice(0, at).includes('step.acted q/keep@a') ? ['keep'] : [];
      const toy = makeWorld({}, ['stop', 'copy', ...sent]);
      await toy.run({kind: 'resumed', events: whole.events.slice(0, at), lakeup: 'test'});
      const left = sent.length > 0 ? ['confirm r#0'] : ['confirm q#1', 'confirm r#0'];
      expect({at, asked: asked(toy)}).toEqual({at, asked: left});
    }
  });

  it('is put again by all that are left where an earlier step was opened again in between', async () => {
    const toy = makeWorld();
    let rounds = 0;
    toy.onAsk(entry => {
      if (entry === 'a copy') toy.unsafe();
      if (entry === 'a stop') {
        rounds += 1;
        if (rounds === 2) toy.safe();
      }
    });
    const {end} = await toy.run({
      kind: 'new',
      planned: planned(planWith({again: StepId.parse('m/stop@a')})),
    });
    expect(end).toBe('ended');
    expect(asked(toy)).toEqual(['confirm m#0', 'confirm p#0', 'confirm q#1', 'confirm r#0']);
  });
});

it('nothing is sent once the operator has left while a refused step was looked at again', async () => {
  const toy = makeToy();
  let sent = 0;
  toy.says(a, 'status', {stop: false});
  toy.says(a, 'files', {safe: true});
  toy.says(a, 'stop', refused());
  toy.onAsk(entry => {
    if (entry === 'a stop') sent += 1;
    if (entry === 'a files' && sent === 1) toy.setWish('leave');
  });
  const gated = {...stepOf('p', 'stop'), gates: [checkGate('p/stop@a', 0, safe)]};
  await toy.run({
    kind: 'new',
    planned: planned(planOf(phase('p', [gated], {gates: [confirmGate('p')]}))),
  });
  expect(sent).toBe(1);
  expect(story(toy.events).at(-1)).toBe('run.left');
});
