import type {Ask, ReplyTo, Request} from '../../src/model/ask.ts';
import type {Event} from '../../src/model/event.ts';
import type {Facts} from '../../src/model/facts.ts';
import {type HostId, NodeId} from '../../src/model/ids.ts';
import type {Plan} from '../../src/model/plan.ts';
import type {RunState} from '../../src/model/state.ts';
import type {Operator} from '../../src/model/world.ts';
import {takeBack} from '../../src/plan/take-back.ts';
import {nodesOf} from '../../src/systems/alluxio/fields.ts';
import {JOURNAL, METASTORE} from '../fakes/alluxio/memory-journal.ts';
import {RAMDISK} from '../fakes/alluxio/memory-survey.ts';
import type {FakeCluster} from '../fakes/memory.ts';
import {type Booted, bootAlluxio, type Setting} from './alluxio-cluster.ts';
import {drive, fresh, planFor, seenBy} from './drive.ts';

export type Story = Booted & {
  readonly plan: Plan;
  readonly state: RunState;
  readonly events: readonly Event[];
  /** What the run is held with: gates and steps. */
  readonly held: readonly string[];
  /** "NODE EFFECT" of everything that happened in the world, in its order. */
  readonly did: readonly string[];
  /** "STEP WORDS" of everything that actions said while they were at it. */
  readonly said: readonly string[];
};

/** Says yes to everything, but leaves at the question of a gate whose name begins so. */
const leavingAt = (gate: string): Partial<Operator> => ({
  confirm: async asked =>
    asked.startsWith(gate) ? {answer: 'leave'} : {answer: 'yes', typed: 'lake-alluxio'},
});

const told = (
  booted: Booted,
  plan: Plan,
  {state, events, said}: Pick<Story, 'state' | 'events' | 'said'>,
): Story => ({
  ...booted,
  plan,
  state,
  events,
  said,
  held: state.holds.map(hold => ('gate' in hold ? hold.gate : 'step' in hold ? hold.step : hold.kind)),
  did: booted.fake.effects.map(({node, effect}) => `${node} ${effect}`),
});

type Beginning = Setting & {
  readonly operator?: Partial<Operator>;
  /** Where the run is left: at the question of a gate whose name begins so, or once "NODE EFFECT" has happened. */
  readonly left?: string;
};

/** Survey, preflight, choice, plan, and the run as far as it comes: the real engine on the fake. */
export const walk = async ({operator = {}, left = 'never', ...setting}: Beginning = {}): Promise<Story> => {
  const booted = bootAlluxio(setting);
  const plan = await planFor(booted);
  const leaving: Partial<Operator> = left.includes(' ')
    ? {wish: () => (happened(booted.fake, left) ? 'leave' : 'go')}
    : leavingAt(left);
  return told(booted, plan, await drive(fresh(plan), {...booted, operator: {...leaving, ...operator}}));
};

/** Goes on with what a run left behind when lakeup died: what the operator said last was never written down. */
export const resumed = async (story: Story): Promise<Story> => {
  const events = story.events.filter(({type}) => type !== 'run.left');
  return told(story, story.plan, await drive({kind: 'resumed', events, lakeup: 'test'}, story));
};

/** The plan that takes a story back, from its last phase to its first. Throws where there is none. */
export const planBack = (story: Story): Plan => {
  const taken = takeBack(story, {kind: 'run'});
  if (taken.kind !== 'plan') throw new Error(taken.because.en);
  return taken.plan;
};

/** The real engine takes a story back, in the world that it left. */
export const takenBack = async (story: Story, operator: Partial<Operator> = {}): Promise<Story> => {
  const plan = planBack(story);
  return told(story, plan, await drive(fresh(plan), {...story, operator}));
};

/** Lines of a look that are told differently, by the last word of its name, such as `proof`. */
export const retold =
  (
    look: string,
    change: (line: string, host: HostId, fake: FakeCluster) => string,
  ): NonNullable<Setting['turn']> =>
  (ask, fake): Ask =>
  async <R extends Request>(host: HostId, request: R): Promise<ReplyTo<R>> => {
    const reply: ReplyTo<Request> = await ask<Request>(host, request);
    const isMeant = request.kind === 'shell' && request.script.body.name.endsWith(`.look.${look}`);
    if (!isMeant || reply.kind !== 'shell') return reply as ReplyTo<R>;
    const lines = reply.stdout.split('\n').map(line => change(line, host, fake));
    return {...reply, stdout: lines.join('\n')} as ReplyTo<R>;
  };

/** A page of the leader that is told differently. */
export const misprinted =
  (path: string, change: (body: string, fake: FakeCluster) => string): NonNullable<Setting['turn']> =>
  (ask, fake): Ask =>
  async <R extends Request>(host: HostId, request: R): Promise<ReplyTo<R>> => {
    const reply: ReplyTo<Request> = await ask<Request>(host, request);
    if (request.kind !== 'http' || request.path !== path || reply.kind !== 'http') return reply as ReplyTo<R>;
    return {...reply, body: change(reply.body, fake)} as ReplyTo<R>;
  };

export const happened = ({effects}: FakeCluster, what: string): boolean =>
  effects.some(({node, effect}) => `${node} ${effect}` === what);

/** What a cluster holds, by the real looks: blocks of each worker, journals of the masters, and what its leader serves. */
export type Holdings = {
  readonly blocks: readonly Facts[string][];
  readonly journals: readonly Facts[string][];
  readonly versions: readonly string[];
  readonly homes: readonly string[];
  readonly mounts: Facts[string] | undefined;
};

export const holdingsOf = async (story: Booted & Pick<Story, 'plan'>): Promise<Holdings> => {
  const {cluster, plan} = story;
  const each = async (role: 'master' | 'worker', probe: string, given: Facts): Promise<readonly Facts[]> => {
    const seen: Facts[] = [];
    for (const {id} of nodesOf(cluster, role)) seen.push(await seenBy(story, id, probe, given));
    return seen;
  };
  const {stamp, direction} = plan;
  const [from, to] = direction === 'forward' ? [plan.from, plan.to] : [plan.to, plan.from];
  const kept = {journal: JOURNAL, metastore: METASTORE, stamp};
  const [workers, masters] = [
    await each('worker', 'cache', {dirs: [RAMDISK], ramdisks: []}),
    await each('master', 'journal', kept),
  ];
  const statuses: Facts[] = [];
  for (const {id} of cluster.nodes) statuses.push(await seenBy(story, id, 'status'));
  const homes = await each('master', 'home', {from, to, stamp, old: ''});
  const [first] = nodesOf(cluster, 'master');
  const whole = await seenBy(story, first?.id ?? NodeId.parse('m-1'), 'cluster');
  return {
    blocks: workers.map(({blocks}) => blocks ?? -1),
    journals: masters.map(({layout}) => layout ?? '-'),
    versions: [...new Set(statuses.map(({version}) => String(version)))],
    homes: homes.map(({version, staged}) => `${version}, staged ${staged}`),
    mounts: whole.mounts,
  };
};
