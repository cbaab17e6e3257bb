import {describe, expect, it} from 'vitest';
import {sh} from '../../../src/lib/sh.ts';
import {GateId, NodeId, PhaseId, StepId} from '../../../src/model/ids.ts';
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
  copy,
  nodeId,
  phase,
  planOf,
  ref,
  script,
  step,
  system,
  taking,
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
const problems = (plan: Plan): string[] => planProblems(plan, system, cluster).map(({en}) => en);
const path = (id: string) => ref(id, 'path');
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
      withSteps(stop, step(a, 'start', {action: script('x', {vars: {file: path('p/stop@a')}})})),
    ],
    [
      'takes facts of a lane before, one after the other',
      withSteps(stop, {...start, done: [taking(b, {path: path('p/stop@a')})]}),
    ],
    [
      'takes facts of a phase before, in a gate',
      planWith([
        good,
        q([inQ(stop)], {gates: [confirmGate('q'), checkGate('q', 1, taking(a, {path: path('p/stop@a')}))]}),
      ]),
    ],
    ['copies from a node it has', withSteps({...stop, action: copy(b)})],
    [
      'copies what an earlier step found, from where it found it',
      withSteps(stop, step(a, 'take', {action: copy(path('p/stop@a'), {to: path('p/stop@a')})})),
    ],
    [
      'takes facts in the last look',
      planWith([good], {verify: [...verify, {node: a, checks: [taking(a, {path: path('p/stop@a')})]}]}),
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
      'The question of p covers r, which do not come right after it.',
      planWith([{...good, gates: [confirmGate('p', 0, {covers: [PhaseId.parse('r')]})]}, q([inQ(stop)])]),
    ],
    [
      'The question of p covers q, which destroys or measures something and is asked for by itself.',
      planWith([
        {...good, gates: [confirmGate('p', 0, {covers: [PhaseId.parse('q')]})]},
        q([inQ(stop)], {gates: [confirmGate('q', 0, wipeGate)]}),
      ]),
    ],
    [
      'The phase p would begin without being asked.',
      planWith([{...good, gates: [checkGate('p', 0, check(a, {}))]}]),
    ],
    [
      'p/stop@z is for z, which the cluster does not have.',
      withSteps(step(nodeId('z'), 'stop', {done: [check(a, {})]})),
    ],
    ['The script stop of p/stop@a is empty.', {...withSteps(stop), scripts: {stop: sh`  `}}],
    [
      'p/stop@a runs the script stop, which the plan does not hold.',
      {...withSteps(stop), scripts: {start: sh`do start`}},
    ],
    [
      'p/stop@a runs the script back, which the plan does not hold.',
      {
        ...withSteps({...stop, undo: {kind: 'action', action: script('back'), done: [check(a, {})]}}),
        scripts: {stop: sh`do stop`},
      },
    ],
    [
      'p/stop@a copies from z, which the cluster does not have.',
      withSteps({...stop, action: copy(nodeId('z'))}),
    ],
    [
      'p/stop@a copies from z, which the cluster does not have.',
      withSteps({...stop, undo: {kind: 'action', action: copy(nodeId('z')), done: [check(a, {})]}}),
    ],
    [
      'p/stop@a copies "b/x", which is relative; write the whole path, beginning with /.',
      withSteps({...stop, action: copy(b, {from: {node: b, path: 'b/x'}, to: 'b/x'})}),
    ],
    [
      'p/stop@a copies "/", which is a directory; write the path of the file.',
      withSteps({...stop, action: copy(b, {to: '/'})}),
    ],
    [
      'p/stop@a copies "/etc", which is the system directory /etc.',
      withSteps({...stop, action: copy(b, {to: '/etc'})}),
    ],
    [
      'p/stop@a copies "/b/../x", which holds . or ..; write the real path.',
      withSteps({...stop, action: copy(b, {to: '/b/../x'})}),
    ],
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
      text('The probe narrow cannot look at a, a toy.', '探测 narrow 无法查看 a（角色 toy）。'),
    ]);
  });

  it('what the system itself objects to', () => {
    const friday = text('Never on a Friday.', '周五不行。');
    expect(planProblems(planWith(), {...system, planProblems: () => [friday]}, cluster)).toEqual([friday]);
  });
});

describe('a fact is taken only of a step that is certainly done by then', () => {
  const late = 'p/stop@a takes a fact of p/start@b, which does not come before it.';
  const stopping = (more: Partial<Step>): Plan => withSteps({...stop, ...more}, start);
  it.each<[string, string, Plan]>([
    ['in a script', late, stopping({action: script('x', {vars: {file: path('p/start@b')}})})],
    ['in where a copy comes from', late, stopping({action: copy(path('p/start@b'))})],
    ['in what a copy brings', late, stopping({action: copy(b, {from: {node: b, path: path('p/start@b')}})})],
    ['in where a copy goes', late, stopping({action: copy(b, {to: path('p/start@b')})})],
    ['in what is expected', late, stopping({done: [taking(a, {path: path('p/start@b')})]})],
    ['in what is pending', late, stopping({done: [taking(a, {}, {pending: {path: path('p/start@b')}})]})],
    ['in what is hopeless', late, stopping({done: [taking(a, {}, {hopeless: {path: path('p/start@b')}})]})],
    ['in what a probe is told', late, stopping({done: [taking(a, {}, {given: {path: path('p/start@b')}})]})],
    ['of itself', late.replace('start@b', 'stop@a'), stopping({done: [taking(a, {path: path('p/stop@a')})]})],
    ['of nobody', late.replace('start@b', 'lost@b'), stopping({done: [taking(a, {path: path('p/lost@b')})]})],
    [
      'in a gate',
      late.replace('stop@a takes', 'stop@a#0 takes'),
      stopping({gates: [checkGate('p/stop@a', 0, taking(a, {path: path('p/start@b')}))]}),
    ],
    [
      'in what a gate measures',
      late.replace('stop@a takes', 'stop@a#0 takes'),
      stopping({
        gates: [
          confirmGate('p/stop@a', 0, {blast: [{node: a, probe: 'blast', given: {path: path('p/start@b')}}]}),
        ],
      }),
    ],
    [
      'in a phase’s gate',
      'p#1 takes a fact of p/stop@a, which does not come before it.',
      planWith([
        {...good, gates: [confirmGate('p'), checkGate('p', 1, taking(a, {path: path('p/stop@a')}))]},
      ]),
    ],
    [
      'in the last look',
      'The verification of a takes a fact of p/lost@b, which does not come before it.',
      planWith([good], {verify: [...verify, {node: a, checks: [taking(a, {path: path('p/lost@b')})]}]}),
    ],
  ])('%s', (_name, sentence, plan) => {
    expect(problems(plan)).toEqual([sentence]);
  });

  const across = 'p/start@b takes a fact of p/stop@a, which does not come before it.';
  it.each<[string, Partial<Phase>]>([
    ['side by side', {width: 2}],
    ['in an order that is asked', {order: asked()}],
  ])('of another lane only where lanes go one after the other as listed, not %s', (_name, more) => {
    const plan = withSteps(stop, {...start, done: [taking(b, {path: path('p/stop@a')})]});
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

describe('who leaves service comes back, and nobody leaves twice', () => {
  const [away, back] = [step(a, 'away', {service: 'leaves'}), step(a, 'back', {service: 'returns'})];
  const later = (of: Step): Phase => q([inQ(of)]);
  const inPhase = (...steps: readonly Step[]): Phase => phase('p', steps, {gates: [confirmGate('p')]});

  it.each<[string, Plan]>([
    ['in one phase', withSteps(away, back)],
    ['in a later one', planWith([inPhase(away), later(back)])],
    ['twice, one after the other', planWith([inPhase(away, back), q([inQ(away), inQ(back)])])],
    ['by itself', withSteps(step(a, 'restart', {service: 'restarts'}))],
    [
      'from what another run left, in a plan back',
      {
        ...withSteps(back, step(a, 'leave', {service: 'leaves'}), step(a, 'back-too', {service: 'returns'})),
        direction: 'back',
        out: [a],
      },
    ],
    [
      'once more, when another run left it half started, in a plan back',
      {...withSteps(away, back), direction: 'back', out: [a]},
    ],
    [
      'by itself, when another run left it so, in a plan back',
      {...withSteps(step(a, 'restart', {service: 'restarts'})), direction: 'back', out: [a]},
    ],
  ])('has no problem: %s', (_name, plan) => {
    expect(problems(plan)).toEqual([]);
  });

  it.each<[string, string, Plan]>([
    [
      'nobody brings it back',
      'p/away@a takes a out of service, and nothing brings it back.',
      withSteps(away),
    ],
    [
      'the other one comes back',
      'p/away@a takes a out of service, and nothing brings it back.',
      withSteps(away, step(b, 'back', {service: 'returns'}), step(b, 'away', {service: 'leaves'})),
    ],
    [
      'it leaves twice',
      'p/again@a takes a out of service, which p/away@a did already.',
      withSteps(away, step(a, 'again', {service: 'leaves'}), back),
    ],
    [
      'it restarts while it is out',
      'p/restart@a restarts a, which p/away@a took out of service.',
      withSteps(away, step(a, 'restart', {service: 'restarts'}), back),
    ],
    [
      'it comes back before it left',
      'p/back@a brings a back into service, which nothing took out of it.',
      withSteps(back, away, step(a, 'back-too', {service: 'returns'})),
    ],
    [
      'it comes back twice, in a plan back',
      'p/back-too@a brings a back into service, which nothing took out of it.',
      {...withSteps(back, step(a, 'back-too', {service: 'returns'})), direction: 'back', out: [a]},
    ],
    [
      'it comes back, in a plan back that does not say it is out',
      'p/back@a brings a back into service, which nothing took out of it.',
      {...withSteps(back), direction: 'back'},
    ],
    [
      'it is out when a plan back begins, and stays so',
      'a is out of service when the plan begins, and nothing brings it back.',
      {
        ...withSteps(step(b, 'away', {service: 'leaves'}), step(b, 'back', {service: 'returns'})),
        direction: 'back',
        out: [a],
      },
    ],
    [
      'it is out when a plan forward begins, and stays so',
      'a is out of service when the plan begins, and nothing brings it back.',
      {...withSteps(step(b, 'away', {service: 'leaves'}), step(b, 'back', {service: 'returns'})), out: [a]},
    ],
  ])('%s', (_name, sentence, plan) => {
    expect(problems(plan)).toContain(sentence);
  });
});

describe('a gate that puts its node back in the queue', () => {
  const later = (order: Phase['order']): Plan =>
    planWith([
      phase('p', [{...stop, gates: [checkGate('p/stop@a', 0, check(a, {}), 'defer')]}, start], {
        gates: [confirmGate('p')],
        order,
      }),
    ]);

  it('stands where who goes next is asked', () => {
    expect(problems(later(asked()))).toEqual([]);
  });

  it('is refused where nodes go as they are listed: the first that waits would be the same again', () => {
    const found = planProblems(later({kind: 'listed'}), system, cluster);
    expect(found).toEqual([
      text(
        'p/stop@a#0 would put a back in the queue, but p takes its nodes as they are listed: a would be next again.',
        'p/stop@a#0 会让 a 退回排队，但 p 按列出的顺序处理节点：下一个仍会是 a。',
      ),
    ]);
  });
});

describe('lanes are of the nodes they are said to be of', () => {
  const [lane] = good.lanes;
  if (lane === undefined) throw new Error('the toy has a lane');
  it('and hold steps of no other', () => {
    const mixed = planWith([{...good, lanes: [{...lane, steps: [stop, start]}]}]);
    expect(problems(mixed)).toEqual(['p/start@b is for b, and stands among the steps of a.']);
  });

  it('once in each phase', () => {
    const other = {node: a, steps: [step(a, 'other')] as const};
    const twice = {...planWith([{...good, lanes: [lane, other]}])};
    expect(problems({...twice, scripts: {...twice.scripts, other: sh`do other`}})).toEqual([
      'a stands twice in the phase p.',
    ]);
  });
});

it('an order is asked of nodes that its probe can look at', () => {
  const {standing} = system.probes;
  if (standing === undefined) throw new Error('the toy has a standing');
  const narrow = {...system, probes: {...system.probes, standing: {...standing, roles: ['router']}}};
  const plan = planWith([{...good, order: asked()}]);
  expect(planProblems(plan, narrow, cluster).map(({en}) => en)).toEqual([
    'The probe standing cannot look at a, a toy.',
    'The probe standing cannot look at b, a toy.',
  ]);
});

it('every problem speaks both languages, and names the same things in both', () => {
  const broken: Plan = {
    ...planWith([
      {...good, gates: [], lanes: []},
      phase(
        'p',
        [
          {...wipe(), service: 'leaves', done: [taking(a, {path: path('p/lost@b')}, {probe: 'pulse'})]},
          step(nodeId('z'), 'stop', {service: 'returns'}),
        ],
        {order: {...asked(), probe: 'pulse'} as Phase['order']},
      ),
    ]),
    verify: [],
    scripts: {},
  };
  const found = planProblems(broken, system, cluster);
  expect(found.length).toBeGreaterThan(10);
  for (const {en, zh} of found) {
    expect(en).toMatch(/\.$/);
    expect(zh).toMatch(/。$/);
    expect(zh).not.toMatch(/[a-z]{3,} [a-z]{3,}/);
    for (const name of en.match(/p\/\w+@\w+|pulse/g) ?? []) expect(zh).toContain(name);
  }
});
