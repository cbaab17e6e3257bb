import {describe, expect, test} from 'vitest';
import type {Cluster} from '../../src/model/inventory.ts';
import type {Check, Gate, Plan} from '../../src/model/plan.ts';
import {planSteps} from '../../src/model/plan.ts';
import type {System} from '../../src/model/system.ts';
import {planProblems} from '../../src/plan/plan-problems.ts';
import {makeMemoryCluster} from '../../src/systems/doris/fake/memory-cluster.ts';
import {systems} from '../../src/systems/index.ts';
import {vault, vaultCluster} from '../systems/vault/system.ts';
import {
  bootFake,
  type Fake,
  holds,
  lookAt,
  perform,
  planOf,
  settle,
  surveyAll,
} from '../unit/systems/doris/memory.ts';

const clusters: Readonly<Record<string, () => Cluster>> = {
  doris: () => makeMemoryCluster(),
  vault: vaultCluster,
};

const clusterOf = (system: System): Cluster => {
  const make = clusters[system.name];
  if (make === undefined) throw new Error(`give the contract tests a cluster of ${system.name}`);
  return make();
};

const gateChecks = (gates: readonly Gate[]): Check[] =>
  gates.flatMap(gate => (gate.kind === 'check' ? [gate.check] : []));

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

/** Every step of a plan, carried out by hand on the fake: gates hold before, nothing is done before, and it is after. */
const carryOut = async (world: Fake, plan: Plan): Promise<void> => {
  for (const phase of plan.phases) {
    for (const check of gateChecks(phase.gates)) await settle(world, check);
    for (const {node, steps} of await ranked(world, plan, phase)) {
      for (const step of steps) {
        for (const check of gateChecks(step.gates)) await settle(world, check);
        const before = await Promise.all(step.done.map(check => holds(world, check)));
        expect(`${step.id} is done before: ${before.every(Boolean)}`).toBe(
          `${step.id} is done before: false`,
        );
        await perform(world, node, step.action);
        for (const check of step.done) await settle(world, check);
        await perform(world, node, step.action);
        for (const check of step.done) await settle(world, check);
      }
    }
  }
};

describe.each([...systems, vault].map(system => [system.name, system] as const))('%s', (_, system) => {
  test('roles have a status probe of their own, in both languages', () => {
    for (const role of system.roles) {
      expect(system.probes[role.status]?.roles).toContain(role.name);
      expect(system.probes[system.survey]?.roles).toContain(role.name);
      expect(role.title.en).not.toBe('');
      expect(role.title.zh).not.toBe('');
    }
  });

  test('status of every node of a healthy cluster tells health and version', async () => {
    const world = bootFake(system, clusterOf(system));
    for (const node of world.cluster.nodes) {
      const status = system.roles.find(({name}) => name === node.role)?.status ?? '';
      const look = await lookAt(world, node.id, status);
      expect(look).toMatchObject({
        kind: 'seen',
        facts: {health: 'ok', version: expect.stringMatching(/^\d+\./)},
      });
    }
  });

  test('preflight passes a healthy cluster; every finding has a title', async () => {
    const survey = await surveyAll(bootFake(system, clusterOf(system)));
    const findings = system.preflight.flatMap(({find}) => find(survey));
    expect(findings.filter(({level}) => level !== 'pass')).toEqual([]);
    expect(findings.length).toBeGreaterThan(0);
    expect(findings.filter(({title}) => title.en === '' || title.zh === '')).toEqual([]);
  });

  test('its plan has no problems, is the same when made again, and survives being written', async () => {
    const world = bootFake(system, clusterOf(system));
    const plan = await planOf(world);
    expect(planProblems(plan, system, world.cluster)).toEqual([]);
    expect(await planOf(bootFake(system, clusterOf(system)))).toEqual(plan);
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
  });

  test('every check has patience, a probe that can look, and words; every step a way back or a reason', async () => {
    const plan = await planOf(bootFake(system, clusterOf(system)));
    for (const check of allChecks(plan)) {
      const role = clusterOf(system).nodes.find(({id}) => id === check.node)?.role;
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
    const world = bootFake(system, clusterOf(system));
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
    const world = bootFake(system, clusterOf(system));
    const plan = await planOf(world);
    const lane = plan.phases[0]?.lanes[0];
    if (lane === undefined) throw new Error('the plan is empty');
    // Behind a step without a way back there is nothing to undo.
    const end = lane.steps.findIndex(({undo}) => undo.kind !== 'action');
    const steps = end < 0 ? lane.steps : lane.steps.slice(0, end);
    expect(steps.length).toBeGreaterThan(0);
    for (const step of steps) {
      await perform(world, step.node, step.action);
      for (const check of step.done) await settle(world, check);
    }
    for (const {id, node, undo, done} of steps.toReversed()) {
      if (undo.kind !== 'action') continue;
      const all = async (checks: readonly Check[]): Promise<boolean> =>
        (await Promise.all(checks.map(check => holds(world, check)))).every(Boolean);
      // The undo of a later step may have taken the effect of this one with it.
      if (await all(done)) expect(await all(undo.done), `${id} counts as undone before its undo`).toBe(false);
      const code = await perform(world, node, undo.action);
      const trusted = undo.action.kind === 'script' && undo.action.trust === 'exit';
      expect(trusted ? code : 0, id).toBe(0);
      for (const check of undo.done) await settle(world, check);
      expect(await all(done), `${id} still holds after its undo`).toBe(false);
    }
    expect(world.fake.down()).toEqual([]);
  });
});
