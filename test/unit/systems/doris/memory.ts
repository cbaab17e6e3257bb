import {expect} from 'vitest';
import {actionName} from '../../../../src/model/action-name.ts';
import type {Ask} from '../../../../src/model/ask.ts';
import {type Facts, type Look, meets} from '../../../../src/model/facts.ts';
import {fillCheck, fillVars} from '../../../../src/model/given.ts';
import type {NodeId, StepId} from '../../../../src/model/ids.ts';
import {type Cluster, findNode, type Node, type Product} from '../../../../src/model/inventory.ts';
import {
  type Action,
  bodyOf,
  type Check,
  type FilledCheck,
  type Plan,
  type ScriptAction,
} from '../../../../src/model/plan.ts';
import {describeReasons} from '../../../../src/model/reason.ts';
import type {Vars} from '../../../../src/model/script.ts';
import type {Survey} from '../../../../src/model/survey.ts';
import type {Probe, System} from '../../../../src/model/system.ts';
import type {Clock} from '../../../../src/model/world.ts';
import {makePlan} from '../../../../src/plan/make-plan.ts';
import type {Doris} from '../../../../src/systems/doris/fields.ts';
import {doris} from '../../../../src/systems/doris/system.ts';
import {memory} from '../../../fakes/doris/memory.ts';
import type {FakeCluster, FakeMemory, FakeOptions} from '../../../fakes/memory.ts';
import {seededRandom} from '../../../sim/random.ts';

const BOOT_MS = Date.UTC(2026, 10, 22, 1, 2, 3);
export const STAMP = '20261122_010203';

/** A system with what pretends to be it in memory. */
export type Pretended<P extends Product = Product> = {
  readonly system: System<P>;
  readonly memory: FakeMemory;
};

/** A fake cluster under a clock that jumps: whoever sleeps is woken at once, and it is later. */
export type Fake<P extends Product = Product> = {
  readonly cluster: Cluster<P>;
  readonly system: System<P>;
  readonly fake: FakeCluster;
  readonly clock: Clock;
  readonly ask: Ask;
  /** What steps that were carried out have left, for those that come after them. */
  readonly left: Map<StepId, Facts>;
};

export const bootFake = <P extends Product>(
  {system, memory}: Pretended<P>,
  cluster: Cluster<P>,
  faults: FakeOptions['faults'] = [],
  seed = 1,
): Fake<P> => {
  let now = BOOT_MS;
  const clock: Clock = {
    now: () => now,
    ticks: () => now,
    sleep: async ms => {
      now += ms;
    },
  };
  const fake = memory.boot(cluster, {clock, chance: seededRandom(seed), faults});
  return {cluster, system, fake, clock, ask: fake.answer, left: new Map()};
};

/** Doris and its fake. */
export const dorisInMemory: Pretended<Doris> = {system: doris, memory};

const nodeOf = <P extends Product>({cluster}: Fake<P>, id: string): Node<P> => {
  const node = findNode(cluster, id);
  if (node === undefined) throw new Error(`no node ${id}`);
  return node;
};

/** What one look may take of the engine, which gives up any that takes longer and says nothing of it. */
const USUAL_MS = 70_000;

/** A probe that gives its scripts longer than it is waited for itself would never be heard to the end. */
const patient =
  <P extends Product>(world: Fake<P>, name: string, probe: Probe<P>): Ask =>
  (host, request, signal) => {
    const given = Math.max(USUAL_MS, probe.takesMs?.(world.cluster) ?? 0);
    if (request.timeoutMs > given)
      throw new Error(
        `${name} gives a request ${request.timeoutMs} ms, and is waited for ${given} ms itself`,
      );
    return world.ask(host, request, signal);
  };

export const lookAt = <P extends Product>(
  world: Fake<P>,
  id: string,
  probe: string,
  given: Facts = {},
): Promise<Look> => {
  const found = world.system.probes[probe];
  if (found === undefined) throw new Error(`no probe ${probe}`);
  return found.look(nodeOf(world, id), world.cluster, patient(world, probe, found), given);
};

export const factsOf = async <P extends Product>(
  world: Fake<P>,
  id: string,
  probe: string,
  given: Facts = {},
): Promise<Facts> => {
  const look = await lookAt(world, id, probe, given);
  if (look.kind === 'silent') throw new Error(`${id} ${probe}: ${describeReasons(look.reasons).en}`);
  return look.facts;
};

export const surveyAll = async <P extends Product>(world: Fake<P>): Promise<Survey<P>> => {
  const facts = new Map<NodeId, Facts>();
  for (const {id} of world.cluster.nodes) facts.set(id, await factsOf(world, id, world.system.survey));
  return {cluster: world.cluster, facts};
};

export const planOf = async <P extends Product>(world: Fake<P>): Promise<Plan> => {
  const survey = await surveyAll(world);
  const choice = world.system.choose(survey);
  if (choice.kind === 'refused') throw new Error(choice.because.en);
  const {from, to} = choice;
  return makePlan(choice, {...survey, target: {from, to, stamp: STAMP}});
};

/** A check with what earlier steps have left. */
const filled = <P extends Product>({left}: Fake<P>, check: Check): FilledCheck =>
  fillCheck(check, step => left.get(step));

/** Waits, in the fake's time, until a check holds; fails with what was seen when its patience ends. */
export const settle = async <P extends Product>(world: Fake<P>, wanted: Check): Promise<Facts> => {
  const check = filled(world, wanted);
  const deadline = world.clock.now() + check.withinMs;
  while (true) {
    const look = await lookAt(world, check.node, check.probe, check.given);
    if (look.kind === 'seen' && meets(look.facts, check.expect)) return look.facts;
    if (world.clock.now() >= deadline) expect({[check.title.en]: look}).toEqual(check.expect);
    await world.clock.sleep(check.pollMs);
  }
};

export const holds = async <P extends Product>(world: Fake<P>, wanted: Check): Promise<boolean> => {
  const check = filled(world, wanted);
  const look = await lookAt(world, check.node, check.probe, check.given);
  return look.kind === 'seen' && meets(look.facts, check.expect);
};

/** What the engine tells a script that asks its node itself, right before it acts. */
const spotVars = ({spot}: ScriptAction, saw: Facts, tried: boolean): Vars =>
  spot === undefined
    ? {}
    : {
        ...Object.fromEntries(spot.map(name => [`seen_${name}`, saw[name] ?? ''])),
        tried: tried ? 'yes' : 'no',
      };

/** Carries an action out. `saw`: what its gates saw, for a script that asks its node once more; `tried`: not the first time. */
export const perform = async <P extends Product>(
  world: Fake<P>,
  plan: Plan,
  node: NodeId,
  action: Action,
  {saw = {}, tried = false}: {readonly saw?: Facts; readonly tried?: boolean} = {},
): Promise<number> => {
  if (action.kind !== 'script') throw new Error(`${actionName(action)} is no script`);
  const reply = await world.fake.answer(nodeOf(world, node).host, {
    kind: 'shell',
    shell: 'act',
    script: {
      body: bodyOf(plan, action),
      vars: {...fillVars(action, step => world.left.get(step)), ...spotVars(action, saw, tried)},
    },
    timeoutMs: action.timeoutMs,
    maxBytes: 65_536,
  });
  if (reply.kind !== 'shell') throw new Error(`${action.body}: ${reply.trouble}`);
  return reply.code;
};
