import {lines, sh} from '../../src/lib/sh.ts';
import {stamp} from '../../src/lib/stamp.ts';
import type {ReplyTo, Request} from '../../src/model/ask.ts';
import type {Event} from '../../src/model/event.ts';
import type {Facts} from '../../src/model/facts.ts';
import {NodeId} from '../../src/model/ids.ts';
import type {Cluster} from '../../src/model/inventory.ts';
import type {RunState} from '../../src/model/state.ts';
import type {FakeCluster} from '../../src/model/system.ts';
import type {Operator} from '../../src/model/world.ts';
import {makePlan} from '../../src/plan/make-plan.ts';
import {lookOnce} from '../../src/probe/look.ts';
import {makeMemoryCluster} from '../../src/systems/doris/fake/memory-cluster.ts';
import {doris} from '../../src/systems/doris/system.ts';
import {seededRandom} from '../sim/random.ts';
import {makeVirtualClock} from '../sim/virtual-clock.ts';
import {type Driving, drive, fresh} from './drive.ts';

const START_MS = Date.UTC(2026, 0, 1);

export type Story = Driving & {
  readonly fake: FakeCluster;
  /** The run that was left. */
  readonly state: RunState;
  readonly events: readonly Event[];
};

const inTime = async <T>(clock: Driving['clock'], promise: Promise<T>): Promise<T> => {
  const over = {ended: false};
  const end = (): void => {
    over.ended = true;
  };
  promise.then(end, end);
  await clock.turnUntil(() => over.ended, clock.now() + 3_600_000);
  return promise;
};

const survey = async (driving: Driving): Promise<ReadonlyMap<NodeId, Facts>> => {
  const facts = new Map<NodeId, Facts>();
  for (const {id} of driving.cluster.nodes) {
    const {look} = await lookOnce(driving, id, driving.system.survey, 60_000);
    if (look.kind === 'silent') throw new Error(look.reason);
    facts.set(id, look.facts);
  }
  return facts;
};

type Ask = Driving['ask'];

/**
 * A Doris upgrade in memory that stops where `lose` says so: that action is lost on its way, without an effect, and the
 * operator leaves at the hold.
 */
export const halfDone = async (
  lose: {readonly node: string; readonly name: string} | null,
  operator: Partial<Operator> = {},
  to = '3.1.2',
): Promise<Story> => {
  const cluster: Cluster = makeMemoryCluster({ms: 1, recyclers: 0, groups: {cg: 3}, fe: 1}, to);
  const clock = makeVirtualClock(START_MS);
  const fake = doris.fake.boot(cluster, {clock, chance: seededRandom(3), faults: []});
  const ask: Ask = (node, request) => fake.answer(node, request);
  const driving: Driving = {system: doris, cluster, clock, ask};
  const facts = await inTime(clock, survey(driving));
  const procedure = doris.procedures.upgrade;
  if (procedure === undefined) throw new Error('there is no upgrade');
  const target = {...doris.target({cluster, facts}), stamp: stamp(START_MS)};
  const plan = makePlan(procedure, {cluster, facts, target});
  const losing: Ask = <R extends Request>(node: NodeId, request: R): Promise<ReplyTo<R>> =>
    request.kind === 'shell' && lose !== null && node === lose.node && request.name === lose.name
      ? Promise.resolve({kind: 'lost', trouble: 'dropped', detail: 'the link broke'} as ReplyTo<R>)
      : ask(node, request);
  const {state, events} = await drive(fresh(plan), {...driving, ask: losing, operator});
  return {...driving, fake, state, events};
};

/** Stops a node from outside, as somebody else would. */
export const stopFromOutside = async ({fake, clock}: Story, name: string): Promise<void> => {
  await inTime(
    clock,
    fake.answer(NodeId.parse(name), {
      kind: 'shell',
      lane: 'act',
      name: 'doris.be.stop',
      script: lines(sh`stamp=outside`),
      timeoutMs: 60_000,
      maxBytes: 1_000,
    }),
  );
};

/** What a probe says of a node now. */
export const seenOf = async (
  story: Story,
  name: string,
  probe: string,
  given: Facts = {},
): Promise<Facts> => {
  const {look} = await inTime(story.clock, lookOnce(story, NodeId.parse(name), probe, 60_000, given));
  if (look.kind === 'silent') throw new Error(look.reason);
  return look.facts;
};
