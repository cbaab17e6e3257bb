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
