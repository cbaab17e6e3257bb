import type {Ask, Lost, Refused, ReplyTo, Request} from '../../src/model/ask.ts';
import type {Event} from '../../src/model/event.ts';
import type {Facts} from '../../src/model/facts.ts';
import {type HostId, NodeId} from '../../src/model/ids.ts';
import {nodeOf} from '../../src/model/inventory.ts';
import type {Plan} from '../../src/model/plan.ts';
import type {RunState} from '../../src/model/state.ts';
import {plain} from '../../src/model/text.ts';
import type {Operator} from '../../src/model/world.ts';
import {takeBack} from '../../src/plan/take-back.ts';
import type {DorisCluster} from '../../src/systems/doris/fields.ts';
import {stopBody, stopVars} from '../../src/systems/doris/scripts/stop.ts';
import {doris} from '../../src/systems/doris/system.ts';
import {type MemoryShape, makeMemoryCluster} from '../fakes/doris/cluster.ts';
import {memory} from '../fakes/doris/memory.ts';
import type {FakeCluster} from '../fakes/memory.ts';
import {seededRandom} from '../sim/random.ts';
import {makeVirtualClock} from '../sim/virtual-clock.ts';
import {type Driving, drive, fresh, inTime, planFor, seenBy} from './drive.ts';

const START_MS = Date.UTC(2026, 0, 1);

export type Story = Driving & {
  readonly cluster: DorisCluster;
  readonly fake: FakeCluster;
  /** The run that was left. */
  readonly state: RunState;
  readonly events: readonly Event[];
};

/** An action that is answered so, without an effect: lost on its way, unless something else is said. */
export type Losing = {readonly node: string; readonly name: string; readonly reply?: Lost | Refused};

const LOST: Lost = {kind: 'lost', trouble: 'dropped', detail: plain('the link broke')};

export const UNREACHABLE: Refused = {
  kind: 'refused',
  trouble: 'connect-refused',
  detail: plain('connection refused'),
};

/** The same way to the hosts, on which one action is lost. */
export const losing = ({cluster, ask}: Driving, {node, name, reply = LOST}: Losing): Ask => {
  const {host} = nodeOf(cluster, NodeId.parse(node));
  return <R extends Request>(to: HostId, request: R): Promise<ReplyTo<R>> =>
    request.kind === 'shell' && to === host && request.script.body.name === name
      ? Promise.resolve(reply as ReplyTo<R>)
      : ask(to, request);
};

type Beginning = {
  readonly lose?: Losing;
  readonly operator?: Partial<Operator>;
  readonly to?: string;
  readonly shape?: MemoryShape;
};

const SMALL: MemoryShape = {ms: 1, recyclers: 0, groups: {cg: 3}, fe: 1};

/** A Doris upgrade in memory that stops where an action is lost: the operator leaves at the hold. */
export const halfDone = async ({
  lose,
  operator = {},
  to = '3.1.2',
  shape = SMALL,
}: Beginning = {}): Promise<Story> => {
  const cluster = makeMemoryCluster(shape, to);
  const clock = makeVirtualClock(START_MS);
  const fake = memory.boot(cluster, {clock, chance: seededRandom(3), faults: []});
  const driving = {system: doris, cluster, clock, ask: fake.answer};
  const plan = await planFor(driving);
  const ask = lose === undefined ? driving.ask : losing(driving, lose);
  const {state, events} = await drive(fresh(plan), {...driving, ask, operator});
  return {...driving, fake, state, events};
};

/** The plan that takes a phase of a story back, or all of it. Throws where there is no way back. */
export const undoPlanOf = (story: Story, phase?: string): Plan => {
  const taken = takeBack(story, phase === undefined ? {kind: 'run'} : {kind: 'phase', phase});
  if (taken.kind !== 'plan') throw new Error(taken.because.en);
  return taken.plan;
};

/** Begins to stop a node, as a script does whose link was cut: it goes on by itself, and nobody hears of it. */
export const beginStop = ({fake, cluster}: Story, name: string): Promise<unknown> => {
  const node = nodeOf(cluster, NodeId.parse(name));
  const script = {body: stopBody(node.fields.role), vars: stopVars(node, 'outside')};
  return fake.answer(node.host, {kind: 'shell', shell: 'act', script, timeoutMs: 60_000, maxBytes: 1_000});
};

/** Stops a node from outside, as somebody else would. */
export const stopFromOutside = async (story: Story, name: string): Promise<void> => {
  await inTime(story.clock, beginStop(story, name));
};

/** What a probe says of a node now. */
export const seenOf = (story: Story, name: string, probe: string, given: Facts = {}): Promise<Facts> =>
  seenBy(story, NodeId.parse(name), probe, given);
