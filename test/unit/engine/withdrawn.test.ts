import {expect, it} from 'vitest';
import type {Lease} from '../../../src/engine/lease.ts';
import type {Failure} from '../../../src/model/event.ts';
import {StepId} from '../../../src/model/ids.ts';
import {plain} from '../../../src/model/text.ts';
import {
  type Answers,
  a,
  b,
  confirmGate,
  exited,
  makeToy,
  phase,
  planned,
  planOf,
  step,
  story,
} from './toy.ts';

const LOST: Failure = {kind: 'refused', trouble: 'leased', detail: plain('another run has the lease')};

/** A lease that is given to whoever asks, until somebody else takes it over. */
const leaseThatIsLost = () => {
  let lost: (failure: Failure) => void = () => undefined;
  let token = 0;
  const lease: Lease = {
    take: async (_resumed, intend) => {
      token += 1;
      await intend({token, hand: `hand${token}`, from: null});
      return {kind: 'taken', token, places: 1, from: null};
    },
    wanted: () => ({token, hand: `hand${token}`}),
    quiet: async () => true,
    hand: async () => ({kind: 'vars', vars: {}}),
    stands: async () => null,
    busyAt: async () => [],
    onLost: listener => {
      lost = listener;
    },
    attend: () => undefined,
    rest: () => undefined,
    free: async () => [],
  };
  return {lease, lose: () => lost(LOST)};
};

const twoPhases = planOf(
  phase('p', [step(a, 'stop')], {gates: [confirmGate('p')]}),
  phase('q', [step(b, 'stop', {id: StepId.parse('q/stop@b')})], {gates: [confirmGate('q')]}),
);

const toyOf = (answers: Answers) => {
  const toy = makeToy(answers);
  const done = new Set<string>();
  for (const node of [a, b]) toy.says(node, 'stop', exited(0));
  toy.onAsk(entry => {
    if (/ stop$/.test(entry)) done.add(entry);
    for (const node of [a, b]) toy.says(node, 'status', {stop: done.has(`${node} stop`)});
  });
  return toy;
};

it('the question of a phase is withdrawn when something holds the run, which is asked first; then it is put anew', async () => {
  const toy = toyOf({confirm: [{typed: ''}, {typed: '', afterMs: 600_000}], choose: ['retry']});
  const {lease, lose} = leaseThatIsLost();
  void toy.clock.sleep(30_000).then(lose);
  const {end} = await toy.run({kind: 'new', planned: planned(twoPhases)}, lease);
  expect(end).toBe('ended');
  expect(toy.questions).toEqual(['confirm p#0', 'confirm q#0', 'choose {"kind":"lease"}', 'confirm q#0']);
  // Nothing was agreed to by the question that was withdrawn, and the lease is had again before anything begins.
  expect(story(toy.events).slice(-9)).toEqual([
    'run.released',
    'gate.opened q#0',
    'lease.wanted',
    'lease.taken',
    'lane.begun b',
    'step.started q/stop@b',
    'step.acted q/stop@b',
    'step.done q/stop@b',
    'run.ended',
  ]);
});

const holdsAt = (type: string, wish: 'hold' | 'hold-node') => {
  const toy = toyOf({choose: ['leave']});
  toy.onEvent(event => {
    if (event.type === 'gate.opened' && type === 'gate.opened') toy.setWish(wish);
    // The question is put right after its gate is reached.
    if (event.type === 'gate.reached' && type === 'gate.reached')
      void toy.clock.sleep(20).then(() => toy.setWish(wish));
  });
  return toy;
};

it.each([
  ['while it waits', 'gate.reached', 'hold'],
  ['while it waits', 'gate.reached', 'hold-node'],
  ['right when its answer is kept', 'gate.opened', 'hold'],
  ['right when its answer is kept', 'gate.opened', 'hold-node'],
] as const)(
  'a hold asked for %s lets the question stand, and comes before its first step (%s, %s)',
  async (...row) => {
    const [, type, wish] = row;
    const toy = holdsAt(type, wish);
    await toy.run({kind: 'new', planned: planned(twoPhases)});
    expect(toy.questions).toEqual(['confirm p#0', 'choose {"kind":"operator"}']);
    expect(story(toy.events).slice(-3)).toEqual(['gate.opened p#0', 'run.held', 'run.left']);
    expect(toy.scripts).toEqual([]);
  },
);

it('a hold that is taken back while the question waits holds nothing', async () => {
  const toy = holdsAt('gate.reached', 'hold');
  toy.onEvent(event => {
    if (event.type === 'gate.reached') void toy.clock.sleep(30).then(() => toy.setWish('go'));
  });
  const {end} = await toy.run({kind: 'new', planned: planned(twoPhases)});
  expect(end).toBe('ended');
  expect(story(toy.events)).not.toContain('run.held');
});

it('while a hold waits for the question of one node, no other begins anything', async () => {
  const [asksFirst, goesOn] = [
    step(a, 'stop', {gates: [confirmGate('p/stop@a')]}),
    [step(b, 'stop'), step(b, 'start')],
  ];
  const toy = toyOf({confirm: [{typed: '', afterMs: 60_000}], choose: ['leave']});
  toy.says(b, 'start', exited(0));
  toy.onAsk(entry => {
    if (entry === 'b stop') toy.setWish('hold');
  });
  await toy.run({
    kind: 'new',
    planned: planned(planOf(phase('p', [asksFirst, ...goesOn], {width: 2}))),
  });
  expect(toy.questions).toEqual(['confirm p/stop@a#0', 'choose {"kind":"operator"}']);
  expect(toy.asked).not.toContain('b start');
  expect(toy.asked).not.toContain('a stop');
});
