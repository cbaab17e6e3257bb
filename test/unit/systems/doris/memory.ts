import {expect} from 'vitest';
import type {ReplyTo, Request} from '../../../../src/model/ask.ts';
import {type Facts, type Look, meets} from '../../../../src/model/facts.ts';
import type {NodeId} from '../../../../src/model/ids.ts';
import type {Cluster, Node} from '../../../../src/model/inventory.ts';
import type {Action, Check, Plan} from '../../../../src/model/plan.ts';
import {resolveGiven} from '../../../../src/model/refs.ts';
import type {AskNode, FakeCluster, FakeOptions, Survey, System} from '../../../../src/model/system.ts';
import type {Clock} from '../../../../src/model/world.ts';
import {makePlan} from '../../../../src/plan/make-plan.ts';
import {seededRandom} from '../../../sim/random.ts';

const BOOT_MS = Date.UTC(2026, 10, 22, 1, 2, 3);
export const STAMP = '20261122_010203';

/** A fake cluster under a clock that jumps: whoever sleeps is woken at once, and it is later. */
export type Fake = {
  readonly cluster: Cluster;
  readonly system: System;
  readonly fake: FakeCluster;
  readonly clock: Clock;
  readonly ask: AskNode;
};

export const bootFake = (
  system: System,
  cluster: Cluster,
  faults: FakeOptions['faults'] = [],
  seed = 1,
): Fake => {
  let now = BOOT_MS;
  const clock: Clock = {
    now: () => now,
    sleep: async ms => {
      now += ms;
    },
  };
  const fake = system.fake.boot(cluster, {clock, chance: seededRandom(seed), faults});
  const ask = <R extends Request>(node: NodeId, request: R): Promise<ReplyTo<R>> =>
    fake.answer(node, request);
  return {cluster, system, fake, clock, ask};
};

const nodeOf = ({cluster}: Fake, id: string): Node => {
  const node = cluster.nodes.find(found => found.id === id);
  if (node === undefined) throw new Error(`no node ${id}`);
  return node;
};

export const lookAt = (world: Fake, id: string, probe: string, given: Facts = {}): Promise<Look> => {
  const found = world.system.probes[probe];
  if (found === undefined) throw new Error(`no probe ${probe}`);
  return found.look(nodeOf(world, id), world.cluster, world.ask, given);
};

export const factsOf = async (world: Fake, id: string, probe: string): Promise<Facts> => {
  const look = await lookAt(world, id, probe);
  if (look.kind === 'silent') throw new Error(`${id} ${probe}: ${look.reason}`);
  return look.facts;
};

export const surveyAll = async (world: Fake): Promise<Survey> => {
  const facts = new Map<NodeId, Facts>();
  for (const {id} of world.cluster.nodes) facts.set(id, await factsOf(world, id, world.system.survey));
  return {cluster: world.cluster, facts};
};

export const planOf = async (world: Fake): Promise<Plan> => {
  const survey = await surveyAll(world);
  const procedure = world.system.procedures.upgrade;
  if (procedure === undefined) throw new Error('no upgrade');
  return makePlan(procedure, {...survey, target: {...world.system.target(survey), stamp: STAMP}});
};

/** What a check tells its probe; only what the plan itself knows, for nothing was done before it. */
const givenOf = (check: Check): Facts => resolveGiven(check.given, () => undefined);

/** Waits, in the fake's time, until a check holds; fails with what was seen when its patience ends. */
export const settle = async (world: Fake, check: Check): Promise<Facts> => {
  const deadline = world.clock.now() + check.withinMs;
  while (true) {
    const look = await lookAt(world, check.node, check.probe, givenOf(check));
    if (look.kind === 'seen' && meets(look.facts, check.expect)) return look.facts;
    if (world.clock.now() >= deadline) expect({[check.title.en]: look}).toEqual(check.expect);
    await world.clock.sleep(check.pollMs);
  }
};

export const holds = async (world: Fake, check: Check): Promise<boolean> => {
  const look = await lookAt(world, check.node, check.probe, givenOf(check));
  return look.kind === 'seen' && meets(look.facts, check.expect);
};

export const perform = async (world: Fake, node: NodeId, action: Action): Promise<number> => {
  if (action.kind !== 'script') throw new Error(`${action.name} is done by hand`);
  const {name, script, timeoutMs} = action;
  const reply = await world.fake.answer(node, {
    kind: 'shell',
    lane: 'act',
    name,
    script,
    timeoutMs,
    maxBytes: 65_536,
  });
  if (reply.kind !== 'shell') throw new Error(`${name}: ${reply.trouble}`);
  return reply.code;
};
