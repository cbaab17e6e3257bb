import {describe, expect, it} from 'vitest';
import type {Event} from '../../../src/model/event.ts';
import type {NodeId} from '../../../src/model/ids.ts';
import type {FilledCheck, Phase, Plan, Step} from '../../../src/model/plan.ts';
import {
  type Answers,
  a,
  asked,
  b,
  c,
  check,
  checkGate,
  confirmGate,
  exited,
  makeToy,
  phase,
  planned,
  planOf,
  step,
  type Toy,
} from './toy.ts';

const HELD_MS = 3_000;
/** How often a start is looked at in vain: it takes some seconds until it is seen. */
const LOOKS = 24;
const THINKS_MS = 20_000;

const standing = (node: NodeId): FilledCheck =>
  check(node, {safe: true}, {probe: 'standing', steadyMs: HELD_MS});

const starts = (toy: Toy, node: NodeId): void => {
  toy.says(node, 'status', ...Array.from({length: LOOKS}, () => ({start: false})), {
    start: true,
    stop: false,
  });
  toy.says(node, 'start', exited(0));
};

const stops = (toy: Toy, node: NodeId): void => {
  toy.says(node, 'standing', {safe: true});
  toy.says(node, 'status', {stop: false});
  toy.says(node, 'stop', exited(0));
  toy.onAsk(what => {
    if (what === `${node} stop`) toy.says(node, 'status', {stop: true});
  });
};

const start = (of: string, node: NodeId): Step => ({
  ...step(node, 'start', {done: [check(node, {start: true}, {withinMs: 60_000})]}),
  id: step(node, `${of}-start`).id,
});

/** A stop behind a gate that asks for what has to hold. */
const stop = (node: NodeId, gates: Step['gates'] = [checkGate(`p/stop@${node}`, 0, standing(node))]): Step =>
  step(node, 'stop', {gates});

const play = async (toy: Toy, plan: Plan): Promise<readonly Event[]> => {
  await toy.run({kind: 'new', planned: planned(plan)});
  return toy.events;
};

/** How long a stop was waited for after that event. */
const waitedFor = (events: readonly Event[], after: (event: Event) => boolean): number => {
  const from = events.findLast(after)?.at ?? Number.NaN;
  const begun = events.findLast(event => event.type === 'step.started')?.at ?? Number.NaN;
  return begun - from;
};

const isStarted = (event: Event): boolean => event.type === 'step.done' && event.step.includes('start');
const isAgreed = (event: Event): boolean => event.type === 'gate.opened' && event.by === 'operator';

describe('what has to hold before the first step of a phase', () => {
  it('is looked at while the last node of the phase before comes back', async () => {
    const toy = makeToy();
    starts(toy, a);
    stops(toy, b);
    const next = phase('q', [stop(b)], {gates: [confirmGate('q')]});
    const events = await play(toy, planOf(phase('p', [start('p', a)]), next));
    expect(events.at(-1)?.type).toBe('run.ended');
    expect(waitedFor(events, isStarted)).toBeLessThan(200);
  });

  const thinking = (gates: Answers['confirm'] = [{typed: '', afterMs: THINKS_MS}]): Toy =>
    makeToy({confirm: gates});

  it('is looked at while the operator thinks about its question', async () => {
    const toy = thinking();
    stops(toy, b);
    const events = await play(toy, planOf(phase('p', [stop(b)], {gates: [confirmGate('p')]})));
    expect(events.at(-1)?.type).toBe('run.ended');
    expect(waitedFor(events, isAgreed)).toBeLessThan(100);
  });

  it('is waited for all the same where it broke while the operator thought', async () => {
    const toy = thinking();
    stops(toy, b);
    let looks = 0;
    toy.onAsk(what => {
      if (what !== 'b standing') return;
      looks += 1;
      const isBad = toy.clock.now() % THINKS_MS > THINKS_MS - 1_500;
      toy.says(b, 'standing', {safe: !isBad});
    });
    const events = await play(toy, planOf(phase('p', [stop(b)], {gates: [confirmGate('p')]})));
    expect(looks).toBeGreaterThan(THINKS_MS / 1_500);
    expect(waitedFor(events, isAgreed)).toBeGreaterThanOrEqual(HELD_MS);
  });

  it('is looked at of the one who goes first as it was surveyed, where who goes is asked', async () => {
    const toy = thinking();
    for (const node of [a, b, c]) stops(toy, node);
    const ranks = {[a]: {is: 'master'}, [b]: {is: 'follower'}, [c]: {is: 'observer'}};
    for (const node of [a, b, c]) toy.says(node, 'standing', {safe: true, ...ranks[node]});
    const phases: Phase = phase('p', [stop(a), stop(b), stop(c)], {
      gates: [confirmGate('p')],
      order: asked(),
    });
    const meanwhile = new Set<string>();
    toy.onAsk(what => {
      if (!toy.events.some(isAgreed)) meanwhile.add(what);
    });
    const events = await play(toy, {...planOf(phases), survey: ranks});
    const first = events.find(event => event.type === 'step.started');
    expect(first).toMatchObject({step: 'p/stop@c'});
    expect([...meanwhile]).toEqual(['c standing']);
    const agreed = events.find(isAgreed)?.at ?? Number.NaN;
    expect((first?.at ?? Number.NaN) - agreed).toBeLessThan(200);
  });

  it('is not looked at ahead in a large cluster', async () => {
    const toy = thinking();
    stops(toy, b);
    const survey = Object.fromEntries(Array.from({length: 101}, (_, i) => [`n-${i}`, {}]));
    const plan = {...planOf(phase('p', [stop(b)], {gates: [confirmGate('p')]})), survey};
    expect(waitedFor(await play(toy, plan), isAgreed)).toBeGreaterThanOrEqual(HELD_MS);
  });
});

describe('what has to hold before a step behind its own question', () => {
  it('is looked at while the operator thinks about that', async () => {
    const toy = makeToy({confirm: [{typed: '', afterMs: THINKS_MS}]});
    stops(toy, a);
    const gates = [confirmGate('p/stop@a', 0), checkGate('p/stop@a', 1, standing(a))];
    const events = await play(toy, planOf(phase('p', [stop(a, gates)])));
    expect(events.at(-1)?.type).toBe('run.ended');
    expect(waitedFor(events, isAgreed)).toBeLessThan(100);
  });
});

describe('what has to hold at the end', () => {
  const ended = async (answers: readonly {safe: boolean}[]): Promise<number> => {
    const toy = makeToy();
    starts(toy, a);
    for (const node of [a, b]) toy.says(node, 'standing', ...answers);
    const verify: Plan['verify'] = [a, b].map(node => ({node, checks: [standing(node)]}));
    const events = await play(toy, {...planOf(phase('p', [start('p', a)])), verify});
    expect(events.at(-1)?.type).toBe('run.ended');
    const started = events.find(isStarted)?.at ?? Number.NaN;
    return (events.at(-1)?.at ?? Number.NaN) - started;
  };

  it('is looked at of all nodes while the last one comes back', async () => {
    expect(await ended([{safe: true}])).toBeLessThan(200);
  });

  it('is waited for all the same where it breaks', async () => {
    const good = Array.from({length: 6}, () => ({safe: true}));
    const bad = Array.from({length: LOOKS}, () => ({safe: false}));
    expect(await ended([...good, ...bad, {safe: true}])).toBeGreaterThanOrEqual(HELD_MS);
  });
});
