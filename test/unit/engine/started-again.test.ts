import {describe, expect, it} from 'vitest';
import {failureOfHold} from '../../../src/model/describe.ts';
import {describeEvent} from '../../../src/model/describe-event.ts';
import {describeRemedy} from '../../../src/model/describe-remedy.ts';
import {GateId, PhaseId} from '../../../src/model/ids.ts';
import type {Step} from '../../../src/model/plan.ts';
import {foldEvents, reduce} from '../../../src/model/reduce.ts';
import {startedAgain} from '../../../src/model/started-again.ts';
import type {Hold, RunState} from '../../../src/model/state.ts';
import {stopsAgainProblems} from '../../../src/plan/stops-again-problems.ts';
import {
  type Answer,
  a,
  b,
  c,
  check,
  checkGate,
  exited,
  makeToy,
  phase,
  planned,
  planOf,
  ref,
  script,
  step,
  story,
  type Toy,
} from './toy.ts';

const stopOf = (node: typeof a): Step =>
  step(node, 'stop', {service: 'leaves', done: [check(node, {up: false}, {withinMs: 0})]});
const alone = checkGate('q', 0, check(c, {running: []}, {probe: 'files', withinMs: 0}), {
  stopsAgain: PhaseId.parse('p'),
  named: 'running',
});
/** Two are stopped side by side; before the third is worked on nobody may run. */
const plan = planOf(
  phase('p', [stopOf(a), stopOf(b)], {width: 2}),
  phase('q', [step(c, 'work')], {gates: [alone]}),
);

const hold: Hold = {kind: 'gate', gate: alone.id, at: 0};

const wordsOf = (state: RunState | undefined): string | undefined =>
  state === undefined ? undefined : describeRemedy(hold, failureOfHold(hold, state), state)?.en;

type Is = {readonly up: Set<string>; readonly silent: Set<string>};

type How = {
  readonly retries?: number;
  readonly of?: typeof plan;
  readonly silent?: readonly string[];
  /** Whom it finds stopped. */
  readonly down?: readonly string[];
};

/** `begins`: who somebody starts once both were stopped. */
const run = async (
  begins: readonly string[],
  {retries = 1, of = plan, silent = [], down = []}: How = {},
): Promise<{readonly toy: Toy; readonly held: readonly RunState[]}> => {
  const toy = makeToy({choose: Array.from({length: retries}, () => 'retry' as const)});
  const held: RunState[] = [];
  const {choose} = toy.world.operator;
  Object.assign(toy.world.operator, {
    choose: (state: RunState, signal: AbortSignal) => {
      held.push(state);
      return choose(state, signal);
    },
  });
  const is: Is = {up: new Set(['a', 'b'].filter(id => !down.includes(id))), silent: new Set()};
  let isDue = true;
  toy.onAsk(entry => {
    const [node = '', what] = entry.split(' ');
    if (what === 'stop') is.up.delete(node);
    if (entry === 'c files' && isDue) {
      isDue = false;
      for (const id of begins) is.up.add(id);
      for (const id of silent) is.silent.add(id);
    }
    for (const each of [a, b])
      toy.says(each, 'status', is.silent.has(each) ? {silent: 'no answer'} : {up: is.up.has(each)});
    toy.says(c, 'files', {running: [...is.up].toSorted()} as Answer);
  });
  for (const each of [a, b]) toy.says(each, 'stop', exited(0));
  toy.says(c, 'standing', {whole: true});
  toy.says(c, 'work', exited(0));
  toy.says(c, 'status', {work: true});
  await toy.run({kind: 'new', planned: planned(of)});
  return {toy, held};
};

const since = (toy: Toy): string[] => {
  const all = story(toy.events);
  return all.slice(all.indexOf('gate.stuck q#0'));
};

const REST = ['gate.opened q#0', 'lane.begun c', 'step.done p/work@c'];
const again = (node: string): string[] => [
  `step.started p/stop@${node}`,
  `step.acted p/stop@${node}`,
  `step.done p/stop@${node}`,
];

describe('nodes that somebody started after the phase that stops them', () => {
  it('hold the run, and a retry stops those that run once more, before the gate looks again', async () => {
    const {toy, held} = await run(['b']);
    expect(held).toHaveLength(1);
    const {stops = [], before} = (held[0] && startedAgain(held[0], hold)) ?? {};
    expect([stops.map(({id}) => id), before?.id]).toEqual([['p/stop@b'], 'p/work@c']);
    expect(since(toy)).toEqual([
      ...['gate.stuck q#0', 'step.lapsed p/stop@b', 'run.released'],
      ...again('b'),
      ...REST,
      'run.ended',
    ]);
    expect(toy.asked.filter(entry => entry === 'a stop')).toHaveLength(1);
  });

  it('are all stopped where there are more', async () => {
    const {toy} = await run(['a', 'b']);
    expect(since(toy).slice(0, 4)).toEqual([
      ...['gate.stuck q#0', 'step.lapsed p/stop@a', 'step.lapsed p/stop@b', 'run.released'],
    ]);
    expect(toy.events.at(-1)).toMatchObject({type: 'run.ended'});
  });

  it('are not stopped before somebody has pressed the key', async () => {
    const {toy} = await run(['b'], {retries: 0});
    expect(since(toy)).toEqual(['gate.stuck q#0', 'run.left']);
    expect(toy.asked.filter(entry => entry === 'b stop')).toHaveLength(1);
  });

  it('are left alone where they do not answer themselves, whatever was seen of them elsewhere', async () => {
    const {toy} = await run(['b'], {silent: ['b']});
    expect(since(toy)).toEqual(['gate.stuck q#0', 'run.released', 'gate.stuck q#0', 'run.left']);
  });

  it('are for a person to end where somebody takes a fact of their stop: counted anew, nobody would miss what was lost', async () => {
    const note = step(c, 'work', {action: script('work', {vars: {was: ref('p/stop@b', 'up')}})});
    const of = planOf(phase('p', [stopOf(a), stopOf(b)], {width: 2}), phase('q', [note], {gates: [alone]}));
    const {toy, held} = await run(['a', 'b'], {of});
    const {stops = [], others} = (held[0] && startedAgain(held[0], hold)) ?? {};
    expect([stops.map(({id}) => id), others]).toEqual([['p/stop@a'], ['b']]);
    expect(wordsOf(held[0])).toBe(
      'Running, and yours to end: b. Find out who started each, and end it on its host: what was counted and backed up knows nothing of what it did since. Then retry: what still runs of a is stopped once more, and the gate looks again.',
    );
    expect(since(toy)).toEqual([
      ...['gate.stuck q#0', 'step.lapsed p/stop@a', 'run.released'],
      ...again('a'),
      ...['gate.stuck q#0', 'run.left'],
    ]);
    expect(wordsOf(held[1])).toBe(
      'Running, and yours to end: b. Find out who started each, and end it on its host: what was counted and backed up knows nothing of what it did since. Then retry, which looks again.',
    );
  });

  it('are stopped once more where their stop was found done, and what was looked at before their phase is not asked again', async () => {
    const before = checkGate('p', 0, check(c, {whole: true}, {probe: 'standing', withinMs: 0}));
    const of = planOf(
      phase('p', [stopOf(a), stopOf(b)], {width: 2, gates: [before]}),
      phase('q', [step(c, 'work')], {gates: [alone]}),
    );
    const {toy} = await run(['a', 'b'], {of, down: ['a', 'b']});
    expect(since(toy)).toEqual([
      ...['gate.stuck q#0', 'step.lapsed p/stop@a', 'step.lapsed p/stop@b', 'run.released'],
      ...['step.started p/stop@a', 'step.started p/stop@b', 'step.acted p/stop@a', 'step.acted p/stop@b'],
      ...['step.done p/stop@a', 'step.done p/stop@b'],
      ...REST,
      'run.ended',
    ]);
    expect(toy.asked.filter(entry => entry === 'c standing')).toHaveLength(1);
  });

  it('are told by the phase they are stopped for, and by the same words after a crash in between', async () => {
    const {toy} = await run(['a', 'b']);
    const at = toy.events.findIndex(({type}) => type === 'step.lapsed');
    const event = toy.events[at];
    const state = foldEvents(toy.events.slice(0, at + 1));
    expect(event === undefined ? null : describeEvent(event, state)?.words.en).toBe(
      '"stop" is done again before "q", for it is not so any more: up true',
    );
    // One has lapsed, the other has not: both are stopped by the key.
    expect(wordsOf(state)).toMatch(/^Running again after the stop: a, b\. /);
    const resumed = reduce(state, {
      seq: state.seq + 1,
      at: state.at,
      type: 'run.resumed',
      lakeup: 'test',
    } as const);
    expect(startedAgain(resumed, hold)?.stops.map(({id}) => id)).toEqual(['p/stop@a', 'p/stop@b']);
  });
});

describe('a plan whose gate stops nodes once more', () => {
  const gate = (of: string) => ({...alone, otherwise: {stopsAgain: PhaseId.parse(of), named: 'running'}});
  const work = phase('q', [step(c, 'work')], {gates: [alone]});
  const stops = phase('p', [stopOf(a)]);

  it.each([
    ['an earlier phase that stops', planOf(stops, work), 0],
    ['an earlier one, and others are stopped between', planOf(stops, phase('r', [stopOf(b)]), work), 0],
    ['an earlier one, and it is worked on between', planOf(stops, phase('r', [step(a, 'keep')]), work), 1],
    [
      'an earlier one, and others are worked on between',
      planOf(stops, phase('r', [step(b, 'keep')]), work),
      1,
    ],
    ['a later one', planOf(work, stops), 1],
    ['none that there is', planOf(stops, {...work, gates: [gate('x')]}), 1],
    ['one that does more than that', planOf(phase('p', [stopOf(a), step(a, 'move')]), work), 1],
    ['one that stops nobody', planOf(phase('p', [step(a, 'move')]), work), 1],
    [
      'an earlier one, before a step',
      planOf(stops, phase('q', [step(c, 'work', {gates: [{...alone, id: GateId.parse('p/work@c#0')}]})])),
      1,
    ],
  ])('of %s', (_, of, problems) => {
    expect(stopsAgainProblems(of)).toHaveLength(problems);
  });
});
