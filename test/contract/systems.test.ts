import {describe, expect, test} from 'vitest';
import type {Ask} from '../../src/model/ask.ts';
import type {Facts} from '../../src/model/facts.ts';
import type {Cluster} from '../../src/model/inventory.ts';
import {type Check, gateChecks, type Plan, planSteps} from '../../src/model/plan.ts';
import type {System} from '../../src/model/system.ts';
import type {Text} from '../../src/model/text.ts';
import {planProblems} from '../../src/plan/plan-problems.ts';
import {systems} from '../../src/systems/index.ts';
import {makeMemoryCluster as makeAlluxioCluster} from '../fakes/alluxio/cluster.ts';
import {memory as alluxioMemory} from '../fakes/alluxio/memory.ts';
import {makeMemoryCluster, STANDARD} from '../fakes/doris/cluster.ts';
import {memory as dorisMemory} from '../fakes/doris/memory.ts';
import type {FakeMemory} from '../fakes/memory.ts';
import {memory as vaultMemory} from '../systems/vault/fake-memory.ts';
import {vault, vaultCluster} from '../systems/vault/system.ts';
import {
  bootFake,
  type Fake,
  holds,
  lookAt,
  type Pretended,
  perform,
  planOf,
  settle,
  surveyAll,
} from '../unit/systems/doris/memory.ts';

/** The standard cluster of each system first, then others whose nodes, homes and versions are not the same. */
const clusters: Readonly<Record<string, readonly [() => Cluster, ...(() => Cluster)[]]>> = {
  doris: [
    () => makeMemoryCluster(),
    () => makeMemoryCluster({ms: 1, recyclers: 0, groups: {only: 1}, fe: 1}, '3.0.8', 'small'),
    () => makeMemoryCluster({...STANDARD, beside: {'rc-1': 'ms-1', 'be-2': 'be-1'}}, '4.0.1', 'crowded'),
  ],
  alluxio: [
    () => makeAlluxioCluster(),
    () => makeAlluxioCluster({masters: 1, workers: 1, proxies: 1}, '2.9.3', 'small'),
    () => makeAlluxioCluster({masters: 5, workers: 2, proxies: 2}, '2.9.4', 'wide'),
    () => makeAlluxioCluster(undefined, '2.9.4', 'copied', {caches: 'copy'}),
    () => makeAlluxioCluster(undefined, '2.9.4', 'dropped', {caches: 'drop', persist: true}),
    () => makeAlluxioCluster({masters: 1, workers: 2, proxies: 0}, '2.9.4', 'apps', {clients: true}),
  ],
  vault: [() => vaultCluster(), () => vaultCluster({save: true})],
};

const clustersOf = ({system}: Pretended): readonly [Cluster, ...Cluster[]] => {
  const makers = clusters[system.name];
  if (makers === undefined) throw new Error(`give the contract tests a cluster of ${system.name}`);
  const [first, ...others] = makers;
  return [first(), ...others.map(make => make())];
};

const memories: Readonly<Record<string, FakeMemory>> = {
  doris: dorisMemory,
  alluxio: alluxioMemory,
  vault: vaultMemory,
};

const memoryOf = (system: System): FakeMemory => {
  const memory = memories[system.name];
  if (memory === undefined) throw new Error(`give the contract tests a fake of ${system.name} in memory`);
  return memory;
};

const boot = (of: Pretended): Fake => bootFake(of, clustersOf(of)[0]);

const allChecks = (plan: Plan): Check[] => [
  ...plan.phases.flatMap(phase => gateChecks(phase.gates)),
  ...planSteps(plan).flatMap(step => [
    ...gateChecks(step.gates),
    ...step.done,
    ...(step.undo.kind === 'action' ? step.undo.done : []),
  ]),
  ...plan.verify.flatMap(({checks}) => checks),
];

/** Nodes of a phase in the order the plan asks for, by one look before it begins. */
const ranked = async (
  world: Fake,
  plan: Plan,
  phase: Plan['phases'][number],
): Promise<typeof phase.lanes> => {
  const {order} = phase;
  if (order.kind === 'listed') return phase.lanes;
  const ranks = await Promise.all(
    phase.lanes.map(async lane => {
      const look = await lookAt(world, lane.node, order.probe);
      const fact = look.kind === 'seen' ? look.facts[order.fact] : undefined;
      return {lane, rank: order.ranks.indexOf(String(fact))};
    }),
  );
  expect(plan.phases).toContain(phase);
  return ranks.toSorted((a, b) => a.rank - b.rank).map(({lane}) => lane);
};

type Lane = Plan['phases'][number]['lanes'][number];

/** Steps of several lanes that are carried out side by side: gates hold before, nothing is done before, and all is after. */
const sideBySide = async (
  world: Fake,
  plan: Plan,
  steps: readonly Lane['steps'][number][],
): Promise<void> => {
  const seen = new Map<string, Facts>();
  for (const step of steps) {
    for (const check of gateChecks(step.gates))
      seen.set(step.id, {...seen.get(step.id), ...(await settle(world, check))});
    const before = await Promise.all(step.done.map(check => holds(world, check)));
    expect(`${step.id} is done before: ${before.every(Boolean)}`).toBe(`${step.id} is done before: false`);
  }
  // Every action may be run again.
  for (const again of [false, true]) {
    for (const {id, node, action} of steps)
      await perform(world, plan, node, action, {saw: seen.get(id) ?? {}, tried: again});
    for (const {id, done} of steps) {
      const facts: Facts[] = [];
      for (const check of done) facts.push(await settle(world, check));
      world.left.set(id, Object.assign({}, ...facts));
    }
  }
};

/** Those whose gates hold already, and then those that had to wait for what the first bring about: a worker of jobs for their master. */
const inTurns = async (world: Fake, plan: Plan, steps: readonly Lane['steps'][number][]): Promise<void> => {
  const held = await Promise.all(
    steps.map(async ({gates}) =>
      (await Promise.all(gateChecks(gates).map(check => holds(world, check)))).every(Boolean),
    ),
  );
  const [now, later] = [steps.filter((_, i) => held[i]), steps.filter((_, i) => !held[i])];
  for (const some of [now, later]) if (some.length > 0) await sideBySide(world, plan, some);
};

/** The whole plan by hand on the fake, with as many lanes of a phase at once as it says: some come up together only. */
const carryOut = async (world: Fake, plan: Plan): Promise<void> => {
  for (const phase of plan.phases) {
    for (const check of gateChecks(phase.gates)) await settle(world, check);
    const lanes = await ranked(world, plan, phase);
    for (let first = 0; first < lanes.length; first += phase.width) {
      const group = lanes.slice(first, first + phase.width);
      const most = Math.max(...group.map(({steps}) => steps.length));
      for (let i = 0; i < most; i += 1)
        await inTurns(
          world,
          plan,
          group.flatMap(({steps}) => steps[i] ?? []),
        );
    }
  }
};

const pretended = [...systems, vault].map((system): Pretended => ({system, memory: memoryOf(system)}));

/** Words of lakeup's own: they are there in both languages, and not the same in both. */
const speaksBoth = ({en, zh}: Text): boolean =>
  en !== '' && /\p{Script=Han}/u.test(zh) && !/\p{Script=Han}/u.test(en);

describe.each(pretended.map(of => [of.system.name, of] as const))('%s', (_, of) => {
  const {system} = of;

  test('roles have a status probe of their own, in both languages', () => {
    for (const role of system.roles) {
      expect(system.probes[role.status]?.roles).toContain(role.name);
      expect(system.probes[system.survey]?.roles).toContain(role.name);
      if (system.beside?.roles.includes(role.name) === true)
        expect(system.probes[system.beside.probe]?.roles).toContain(role.name);
      expect(role.title.en).not.toBe('');
      expect(role.title.zh).not.toBe('');
    }
  });

  test('status of every node of a healthy cluster tells health and version', async () => {
    const world = boot(of);
    for (const node of world.cluster.nodes) {
      const status = system.roles.find(({name}) => name === node.role)?.status ?? '';
      const look = await lookAt(world, node.id, status);
      expect(look).toMatchObject({
        kind: 'seen',
        facts: {health: 'ok', version: expect.stringMatching(/^\d+\./)},
      });
    }
  });

  test('preflight lets a healthy cluster pass; every finding has a title', async () => {
    const survey = await surveyAll(boot(of));
    const findings = system.preflight.flatMap(({find}) => find(survey));
    // A healthy cluster may hold what has to be told: files that only its workers have.
    expect(findings.filter(({level}) => level === 'block')).toEqual([]);
    expect(findings.length).toBeGreaterThan(0);
    expect(findings.filter(({title}) => title.en === '' || title.zh === '')).toEqual([]);
  });

  test('its plan has no problems, is the same when made again, and survives being written', async () => {
    const world = boot(of);
    const plan = await planOf(world);
    expect(planProblems(plan, system, world.cluster)).toEqual([]);
    expect(await planOf(boot(of))).toEqual(plan);
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
  });

  test('every check has patience, a probe that can look, and words; every step a way back or a reason', async () => {
    const plan = await planOf(boot(of));
    for (const check of allChecks(plan)) {
      const role = clustersOf(of)[0].nodes.find(({id}) => id === check.node)?.role;
      expect(system.probes[check.probe]?.roles, check.probe).toContain(role);
      expect(check.withinMs).toBeGreaterThan(0);
      expect(check.title.en === '' || check.title.zh === '').toBe(false);
    }
    for (const {undo, id} of planSteps(plan)) {
      if (undo.kind !== 'action') expect(undo.because.zh, id).not.toBe('');
      else expect(undo.done.length, id).toBeGreaterThan(0);
    }
  });

  test('its fake carries the whole plan out; every action may be run again', async () => {
    const world = boot(of);
    const plan = await planOf(world);
    await carryOut(world, plan);
    for (const {checks} of plan.verify) for (const check of checks) await settle(world, check);
    expect(world.fake.down()).toEqual([]);
    for (const {id} of world.cluster.nodes) {
      const of = (what: string): number =>
        world.fake.effects.filter(({node, effect}) => node === id && effect === what).length;
      expect(`${id}: ${of('stop')} stop, ${of('start')} start`).toBe(`${id}: 1 stop, 1 start`);
    }
  });

  test('every undo that is an action undoes its step', async () => {
    const world = boot(of);
    const plan = await planOf(world);
    const lane = plan.phases[0]?.lanes[0];
    if (lane === undefined) throw new Error('the plan is empty');
    // Behind a step without a way back there is nothing to undo.
    const end = lane.steps.findIndex(({undo}) => undo.kind !== 'action');
    const steps = end < 0 ? lane.steps : lane.steps.slice(0, end);
    expect(steps.length).toBeGreaterThan(0);
    for (const step of steps) {
      await perform(world, plan, step.node, step.action);
      const facts: Facts[] = [];
      for (const check of step.done) facts.push(await settle(world, check));
      world.left.set(step.id, Object.assign({}, ...facts));
    }
    for (const {id, node, undo, done} of steps.toReversed()) {
      if (undo.kind !== 'action') continue;
      const all = async (checks: readonly Check[]): Promise<boolean> =>
        (await Promise.all(checks.map(check => holds(world, check)))).every(Boolean);
      // The undo of a later step may have taken the effect of this one with it.
      if (await all(done)) expect(await all(undo.done), `${id} counts as undone before its undo`).toBe(false);
      const code = await perform(world, plan, node, undo.action);
      const trusted = undo.action.kind === 'script' && undo.action.trust === 'exit';
      expect(trusted ? code : 0, id).toBe(0);
      for (const check of undo.done) await settle(world, check);
      expect(await all(done), `${id} still holds after its undo`).toBe(false);
    }
    expect(world.fake.down()).toEqual([]);
  });

  test('it says by which rule it goes and where that stands, or why it does not and what to do instead', async () => {
    const survey = await surveyAll(boot(of));
    const chosen = system.choose(survey);
    if (chosen.kind === 'refused') throw new Error(chosen.because.en);
    expect([chosen.rule.says, chosen.rule.source].filter(words => !speaksBoth(words))).toEqual([]);
    expect(chosen.from).not.toBe(chosen.to);
    const at = (version: string): Map<(typeof survey.cluster.nodes)[number]['id'], Facts> =>
      new Map([...survey.facts].map(([id, facts]) => [id, {...facts, version}]));
    const refusals = [new Map(), at('99.0.0'), at(chosen.to)].map(facts => system.choose({...survey, facts}));
    for (const refusal of refusals) {
      if (refusal.kind !== 'refused') throw new Error(`${refusal.from} to ${refusal.to} is no way`);
      expect([refusal.because, refusal.instead].filter(words => !speaksBoth(words))).toEqual([]);
    }
  });

  test('its plans of all its clusters, and all its looks, hold one text under one name', async () => {
    const texts = new Map<string, Set<string>>();
    const note = (name: string, text: string): void => {
      texts.set(name, (texts.get(name) ?? new Set()).add(text));
    };
    for (const cluster of clustersOf(of)) {
      const world = bootFake(of, cluster);
      const ask: Ask = (host, request) => {
        if (request.kind === 'shell') note(request.script.body.name, request.script.body.text);
        return world.ask(host, request);
      };
      const plan = await planOf({...world, ask});
      expect(planProblems(plan, system, cluster)).toEqual([]);
      for (const [name, text] of Object.entries(plan.scripts)) {
        expect(name).not.toContain('.look.');
        note(name, text);
      }
      const given = {stamp: plan.stamp};
      for (const node of cluster.nodes)
        for (const probe of Object.values(system.probes))
          if (probe.roles.includes(node.role)) await probe.look(node, cluster, ask, given);
    }
    expect(texts.size).toBeGreaterThan(8);
    expect([...texts].filter(([, of]) => of.size > 1).map(([name]) => name)).toEqual([]);
    expect([...texts.keys()].filter(name => !name.startsWith(`${system.name}.`))).toEqual([]);
  });
});
