import {describe, expect, it} from 'vitest';
import {sh} from '../../../src/lib/sh.ts';
import {GateId, NodeId, StepId} from '../../../src/model/ids.ts';
import type {Check, Phase, Plan, Step, Verification} from '../../../src/model/plan.ts';
import {text} from '../../../src/model/text.ts';
import {planProblems} from '../../../src/plan/plan-problems.ts';
import {
  a,
  asked,
  b,
  c,
  check,
  checkGate,
  cluster,
  confirmGate,
  nodeId,
  phase,
  planOf,
  script,
  step,
  system,
} from '../engine/toy.ts';

const stop = step(a, 'stop');
const start = step(b, 'start');
const verify: Verification[] = [a, b, c].map(node => ({node, checks: [check(node, {up: true})]}));
const good = phase('p', [stop, start], {gates: [confirmGate('p')]});
const planWith = (phases: readonly Phase[] = [good], more: Partial<Plan> = {}): Plan => ({
  ...planOf(...phases),
  verify,
  ...more,
});
const withSteps = (...steps: readonly Step[]): Plan =>
  planWith([phase('p', steps, {gates: [confirmGate('p')]})]);
const withCheck = (more: Partial<Check>): Plan => withSteps({...stop, done: [{...check(a, {}), ...more}]});
const problems = (plan: Plan): string[] => planProblems(plan, system, cluster);
const ref = (id: string) => ({from: {step: id, fact: 'path'}});
const q = (steps: readonly Step[], more: Partial<Phase> = {}): Phase =>
  phase('q', steps, {gates: [confirmGate('q')], ...more});
const inQ = (of: Step): Step => ({...of, id: StepId.parse(of.id.replace('p/', 'q/'))});

const wipeGate = {danger: 'destructive', phrase: 'toys', blast: [{node: a, probe: 'blast'}]} as const;
const wipe = (gate?: Parameters<typeof confirmGate>[2]): Step => ({
  ...stop,
  destroys: text('the cache', '缓存'),
  gates: gate === undefined ? [] : [confirmGate('p/stop@a', 0, gate)],
});

describe('a plan in which everything is as it should be', () => {
  it.each<[string, Plan]>([
    ['plain', planWith()],
    ['destroys behind a gate of its own', withSteps(wipe(wipeGate))],
    [
      'takes facts of the same lane',
      withSteps(stop, step(a, 'start', {action: script('x', {given: {F: ref('p/stop@a').from}})})),
    ],
    [
      'takes facts of a lane before, one after the other',
      withSteps(stop, {...start, done: [check(b, {path: ref('p/stop@a')})]}),
    ],
    [
      'takes facts of a phase before, in a gate',
      planWith([
        good,
        q([inQ(stop)], {gates: [confirmGate('q'), checkGate('q', 1, check(a, {path: ref('p/stop@a')}))]}),
      ]),
    ],
    [
      'takes facts in the last look',
      planWith([good], {verify: [...verify, {node: a, checks: [check(a, {path: ref('p/stop@a')})]}]}),
    ],
  ])('has no problem: %s', (_name, plan) => {
    expect(problems(plan)).toEqual([]);
  });
});

describe('a plan with something wrong is refused, in a sentence', () => {
  it.each<[string, Plan]>([
    [
      'The phase p stands twice in the plan.',
      planWith([good, {...good, lanes: q([inQ(stop)]).lanes, gates: [confirmGate('x')]}]),
    ],
    ['The step p/stop@a stands twice in the plan.', withSteps(stop, stop)],
    [
      'The gate p#0 stands twice in the plan.',
      planWith([{...good, gates: [confirmGate('p'), confirmGate('p')]}]),
    ],
    [
      'The gate p#0 stands twice in the plan.',
      withSteps({...stop, gates: [checkGate('p', 0, check(a, {}))]}),
    ],
    ['The phase p has no nodes.', planWith([{...good, lanes: []}])],
    ['The phase p would begin without being asked.', planWith([{...good, gates: []}])],
    [
      'The phase p would begin without being asked.',
      planWith([{...good, gates: [checkGate('p', 0, check(a, {}))]}]),
    ],
    [
      'p/stop@z is for z, which the cluster does not have.',
      withSteps(step(nodeId('z'), 'stop', {done: [check(a, {})]})),
    ],
    ['p/stop@a has an empty script.', withSteps({...stop, action: {...script('stop'), script: sh`  `}})],
    ['The check "as wanted" asks the probe pulse, which does not exist.', withCheck({probe: 'pulse'})],
    ['The check "as wanted" looks at z, which the cluster does not have.', withCheck({node: nodeId('z')})],
    [
      'The check "as wanted" asks the probe pulse, which does not exist.',
      planWith([{...good, gates: [confirmGate('p'), checkGate('p', 1, check(a, {}, {probe: 'pulse'}))]}]),
    ],
    [
      'The check "as wanted" asks the probe pulse, which does not exist.',
      withSteps({...stop, gates: [checkGate('p/stop@a', 0, check(a, {}, {probe: 'pulse'}))]}),
    ],
    [
      'The check "as wanted" asks the probe pulse, which does not exist.',
      withSteps({
        ...stop,
        undo: {kind: 'action', action: script('x'), done: [check(a, {}, {probe: 'pulse'})]},
      }),
    ],
    [
      'The check "as wanted" asks the probe pulse, which does not exist.',
      withSteps({
        ...stop,
        undo: {
          kind: 'action',
          action: script('x'),
          safe: [check(a, {}, {probe: 'pulse'})],
          done: [check(a, {})],
        },
      }),
    ],
    [
      'The check "as wanted" asks the probe pulse, which does not exist.',
      planWith([good], {verify: [...verify, {node: a, checks: [check(a, {}, {probe: 'pulse'})]}]}),
    ],
    [
      'The gate p/stop@a#0 asks the probe pulse, which does not exist.',
      withSteps(wipe({...wipeGate, blast: [{node: a, probe: 'pulse'}]})),
    ],
    [
      'The gate p/stop@a#0 looks at z, which the cluster does not have.',
      withSteps(wipe({...wipeGate, blast: [{node: nodeId('z'), probe: 'blast'}]})),
    ],
    [
      'The order of p asks the probe pulse, which does not exist.',
      planWith([{...good, order: {...asked(), probe: 'pulse'} as Phase['order']}]),
    ],
    ['Nothing verifies b at the end.', planWith([good], {verify: verify.filter(({node}) => node !== b)})],
  ])('%s', (sentence, plan) => {
    expect(problems(plan)).toEqual([sentence]);
  });

  const unguarded =
    'p/stop@a destroys data and has no gate of its own that shows what it hits and wants a word typed.';
  it.each<[string, Parameters<typeof confirmGate>[2]]>([
    ['no gate', undefined],
    ['a gate for a phase', {...wipeGate, danger: 'phase'}],
    ['a gate that shows nothing', {...wipeGate, blast: []}],
    ['a gate that wants no word', {danger: 'destructive', blast: wipeGate.blast}],
  ])('destruction behind %s', (_name, gate) => {
    expect(problems(withSteps(wipe(gate)))).toEqual([unguarded]);
  });

  it('a probe that cannot look at that role', () => {
    const status = system.probes.status;
    if (status === undefined) throw new Error('the toy has a status');
    const narrow = {...system, probes: {...system.probes, narrow: {...status, roles: ['router']}}};
    expect(planProblems(withCheck({probe: 'narrow'}), narrow, cluster)).toEqual([
      'The probe narrow cannot look at a, a toy.',
    ]);
  });

  it('what the system itself objects to', () => {
    expect(
      planProblems(planWith(), {...system, planProblems: () => ['Never on a Friday.']}, cluster),
    ).toEqual(['Never on a Friday.']);
  });
});

describe('a fact is taken only of a step that is certainly done by then', () => {
  const late = 'p/stop@a takes a fact of p/start@b, which does not come before it.';
  const taking = (more: Partial<Step>): Plan => withSteps({...stop, ...more}, start);
  it.each<[string, string, Plan]>([
    ['in a script', late, taking({action: script('x', {given: {F: ref('p/start@b').from}})})],
    ['in what is expected', late, taking({done: [check(a, {path: ref('p/start@b')})]})],
    ['in what is pending', late, taking({done: [check(a, {}, {pending: {path: ref('p/start@b')}})]})],
    ['in what is hopeless', late, taking({done: [check(a, {}, {hopeless: {path: ref('p/start@b')}})]})],
    ['in what a probe is told', late, taking({done: [check(a, {}, {given: {path: ref('p/start@b')}})]})],
    ['of itself', late.replace('start@b', 'stop@a'), taking({done: [check(a, {path: ref('p/stop@a')})]})],
    ['of nobody', late.replace('start@b', 'lost@b'), taking({done: [check(a, {path: ref('p/lost@b')})]})],
    [
      'in a gate',
      late.replace('stop@a takes', 'stop@a#0 takes'),
      taking({gates: [checkGate('p/stop@a', 0, check(a, {path: ref('p/start@b')}))]}),
    ],
    [
      'in what a gate measures',
      late.replace('stop@a takes', 'stop@a#0 takes'),
      taking({
        gates: [
          confirmGate('p/stop@a', 0, {blast: [{node: a, probe: 'blast', given: {path: ref('p/start@b')}}]}),
        ],
      }),
    ],
    [
      'in a phase’s gate',
      'p#1 takes a fact of p/stop@a, which does not come before it.',
      planWith([{...good, gates: [confirmGate('p'), checkGate('p', 1, check(a, {path: ref('p/stop@a')}))]}]),
    ],
    [
      'in the last look',
      'The verification of a takes a fact of p/lost@b, which does not come before it.',
      planWith([good], {verify: [...verify, {node: a, checks: [check(a, {path: ref('p/lost@b')})]}]}),
    ],
  ])('%s', (_name, sentence, plan) => {
    expect(problems(plan)).toEqual([sentence]);
  });

  const across = 'p/start@b takes a fact of p/stop@a, which does not come before it.';
  it.each<[string, Partial<Phase>]>([
    ['side by side', {width: 2}],
    ['in an order that is asked', {order: asked()}],
  ])('of another lane only where lanes go one after the other as listed, not %s', (_name, more) => {
    const plan = withSteps(stop, {...start, done: [check(b, {path: ref('p/stop@a')})]});
    expect(problems({...plan, phases: plan.phases.map(of => ({...of, ...more}))})).toEqual([across]);
  });
});

it('every problem is named, not the first alone', () => {
  const broken = withSteps({
    ...wipe(),
    node: NodeId.parse('z'),
    gates: [{...confirmGate('p'), id: GateId.parse('p#0')}],
  });
  expect(problems(broken).length).toBeGreaterThanOrEqual(3);
});
