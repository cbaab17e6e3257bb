import {expect, it} from 'vitest';
import type {RetryAnswer} from '../../../src/model/world.ts';
import {a, b, check, checkGate, exited, makeToy, phase, planned, planOf, step} from './toy.ts';

/** Both lanes wait for `ok` of b, or each for a fact of its own; the operator answers so, and all is well from the first answer on. */
const held = async (facts: readonly [string, string], ...choose: readonly ('retry' | RetryAnswer)[]) => {
  const toy = makeToy({choose: [...choose, 'leave']});
  const steps = [a, b].map((node, i) =>
    step(node, 'stop', {gates: [checkGate(`p/stop@${node}`, 0, check(b, {[facts[i] ?? '']: true}))]}),
  );
  for (const node of [a, b]) toy.says(node, 'stop', exited(0));
  const done = new Set<string>();
  toy.onAsk(entry => {
    if (/ stop$/.test(entry)) done.add(entry);
    const ok = toy.questions.length > 0;
    for (const node of [a, b]) toy.says(node, 'status', {stop: done.has(`${node} stop`), ok, well: ok});
  });
  const {end} = await toy.run({kind: 'new', planned: planned(planOf(phase('p', steps, {width: 2})))});
  return {
    end,
    asked: toy.questions.length,
    released: toy.events.filter(({type}) => type === 'run.released').length,
    begun: toy.events.flatMap(event => (event.type === 'step.started' ? [String(event.step)] : [])).sort(),
  };
};

const BOTH = ['p/stop@a', 'p/stop@b'];

it.each<[string, readonly [string, string], readonly ('retry' | RetryAnswer)[], number]>([
  ['one after the other: each is asked about', ['ok', 'ok'], ['retry', 'retry'], 2],
  ['all that were read of at once', ['ok', 'ok'], [{retry: 2}], 1],
  ['only those that were read of', ['ok', 'ok'], [{retry: 1}, {retry: 1}], 2],
  ['never one that waits for something else', ['ok', 'well'], [{retry: 2}, 'retry'], 2],
  ['never more than there are', ['ok', 'ok'], [{retry: 9}], 1],
])('holds are let go: %s', async (_, facts, answers, asked) => {
  expect(await held(facts, ...answers)).toEqual({end: 'ended', asked, released: 2, begun: BOTH});
});

it('nodes that were not well at the end are looked at again at once', async () => {
  const toy = makeToy({choose: [{retry: 9}]});
  for (const node of [a, b]) {
    toy.says(node, 'status', {stop: true});
    toy.says(node, 'standing', {ok: false});
  }
  toy.onAsk(() => {
    if (toy.questions.length > 0) for (const node of [a, b]) toy.says(node, 'standing', {ok: true});
  });
  const last = (node: typeof a) => check(node, {ok: true}, {probe: 'standing', withinMs: 500});
  const plan = {
    ...planOf(phase('p', [step(a, 'stop')])),
    verify: [a, b].map(node => ({node, checks: [last(node)] as const})),
  };
  const {end} = await toy.run({kind: 'new', planned: planned(plan)});
  expect([end, toy.questions.length]).toEqual(['ended', 1]);
  expect(toy.events.filter(({type}) => type === 'run.released')).toHaveLength(2);
});
