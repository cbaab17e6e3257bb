import {describe, expect, it} from 'vitest';
import type {FilledCheck} from '../../../src/model/plan.ts';
import {
  type Answer,
  a,
  check,
  exited,
  lost,
  makeToy,
  phase,
  planned,
  planOf,
  START_MS,
  step,
  type Toy,
} from './toy.ts';

/** What serves has to hold, and so has its row. */
const serves = check(a, {up: true}, {steadyMs: 4_000});
const row = (more: Partial<FilledCheck> = {}): FilledCheck =>
  check(a, {alive: true}, {probe: 'standing', steadyMs: 4_000, ...more});

/** A start that is carried out once; the node then says so. */
const startWith = async (looks: readonly Answer[], rows: readonly Answer[], second = row()): Promise<Toy> => {
  const toy = makeToy();
  toy.says(a, 'status', {up: false}, ...looks);
  toy.says(a, 'standing', ...rows);
  toy.says(a, 'start', exited(0));
  await toy.run({
    kind: 'new',
    planned: planned(planOf(phase('p', [step(a, 'start', {done: [serves, second]})]))),
  });
  return toy;
};

const endOf = (toy: Toy): readonly [string, number] => {
  const last = toy.events.findLast(({type}) => type === 'step.done' || type === 'step.failed');
  return [last?.type ?? 'nothing', (last?.at ?? 0) - START_MS];
};

describe('several things that have to hold', () => {
  it('hold side by side', async () => {
    const [end, tookMs] = endOf(await startWith([{up: true}], [{alive: true}]));
    expect(end).toBe('step.done');
    expect(tookMs).toBeLessThan(5_000);
  });

  it('are waited for in order: nobody asks for the second before the first is good', async () => {
    const toy = await startWith([{up: false}, {up: false}, {up: true}], [{alive: true}]);
    expect(endOf(toy)[0]).toBe('step.done');
    expect(toy.asked.filter(asked => / (start|status|standing)$/.test(asked)).slice(0, 6)).toEqual([
      'a status',
      'a start',
      ...Array.from({length: 3}, () => 'a status'),
      'a standing',
    ]);
  });

  it('what is looked at but once is looked at beside the last look at what is before it, and not sooner', async () => {
    const once = check(a, {alive: true}, {probe: 'standing'});
    const toy = await startWith([{up: true}], [{alive: true}], once);
    expect(endOf(toy)[0]).toBe('step.done');
    expect(toy.asked.slice(-3)).toEqual(['a status', 'a standing', 'a status']);
    expect(toy.asked.filter(asked => asked === 'a standing')).toHaveLength(1);
  });

  it('begin anew with whoever breaks before them: what was seen of the second meanwhile is nobody’s fault', async () => {
    const away = Array.from({length: 12}, () => ({up: false}));
    const dead = Array.from({length: 7}, () => ({alive: false}));
    const toy = await startWith(
      [{up: true}, ...away, {up: true}],
      [...dead, {alive: true}],
      row({withinMs: 1_500}),
    );
    expect(endOf(toy)[0]).toBe('step.done');
  });

  it('fail by the first of them that does not come', async () => {
    const never = await startWith([{up: true}], [{alive: false}], row({withinMs: 1_500}));
    expect(never.events.findLast(({type}) => type === 'step.failed')).toMatchObject({
      failure: {kind: 'unsettled', check: {probe: 'standing'}, seen: {alive: false}},
    });
    const neither = await startWith([{up: false}], [{alive: false}]);
    expect(neither.events.findLast(({type}) => type === 'step.failed')).toMatchObject({
      failure: {kind: 'unsettled', check: {probe: 'status'}, seen: {up: false}},
    });
    expect(neither.asked).not.toContain('a standing');
  });
});

describe('what runs behind a stop', () => {
  const runs = {running: true, pid: 9};
  const away = {running: false};
  const stopped = step(a, 'stop', {
    done: [check(a, away, {withinMs: 60_000, vain: [{seen: {running: true}, afterMs: 10_000, ended: true}]})],
  });
  const stop = async (reply: Answer, looks: number): Promise<Toy> => {
    const toy = makeToy();
    toy.says(a, 'stop', reply);
    toy.says(a, 'status', ...Array.from({length: looks}, () => runs), away);
    await toy.run({kind: 'new', planned: planned(planOf(phase('p', [stopped])))});
    return toy;
  };

  it('was started by somebody, where the stop ended well: its end is not waited for', async () => {
    const {events} = await stop(exited(0), 200);
    const begun = events.find(({type}) => type === 'step.acted')?.at ?? 0;
    const failed = events.find(({type}) => type === 'step.failed');
    expect(failed).toMatchObject({failure: {kind: 'unsettled', seen: runs}});
    expect((failed?.at ?? 0) - begun).toBeLessThan(15_000);
  });

  it('may be what is about to end, where nobody saw the end of the stop: it is waited for as long as may be', async () => {
    const {events} = await stop(lost(), 25);
    expect(events.map(({type}) => type)).toContain('step.done');
    expect(events.map(({type}) => type)).not.toContain('step.failed');
  });
});
