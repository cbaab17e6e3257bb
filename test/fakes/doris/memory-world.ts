import type {NodeId} from '../../../src/model/ids.ts';
import type {Cluster, Node} from '../../../src/model/inventory.ts';
import type {Clock} from '../../../src/model/world.ts';
import type {Doris, RoleName} from '../../../src/systems/doris/fields.ts';
import type {Alone} from '../common/memory-alone.ts';
import type {Effects} from '../common/memory-effects.ts';
import type {Hosts} from '../common/memory-hosts.ts';
import type {Lies} from '../common/memory-lies.ts';
import {between, type Timeline} from '../common/memory-timeline.ts';

/** What every fake node runs before it is upgraded. */
export const FROM = '3.0.6';

/** Faults the fake knows, each on one node, until `heal`. */
export const FAULTS = [
  /** It takes several times as long until it serves. */
  'slow-start',
  /** Its process runs and never serves. */
  'never-ready',
  /** It reports the version it had before. */
  'wrong-version',
  /** It ends by itself while it starts, the first time. */
  'dies-after-start',
  /** It ignores the stop signal. */
  'stop-hangs',
  /** Its stop script looks for the pid file in a wrong place. */
  'stop-blind',
  /** Its disk is full: staging fails. */
  'disk-full',
  /** Somebody puts another release where the package was, after it was looked at. */
  'package-exchanged',
  /** Somebody cuts off a file of the package, after it was looked at: it cannot run any more. */
  'package-spoilt',
  /** Started anew, a frontend's journal stands still, while the master's goes on. */
  'journal-stands',
  /** Started anew, it is alive by the master's rows at every second heartbeat. */
  'flaps',
  /** It ends by itself some seconds after it was ready, the first time. */
  'dies-when-ready',
  /** Somebody who looks after its host starts it again once it was stopped, and gives that up after a while. */
  'comes-back',
  /** A follower becomes the master after the last look at it, right before it would be stopped, once. */
  'takes-office',
  /** Once every node runs the new version, the master hears nothing of this backend any more, whatever that says itself. */
  'unheard',
] as const;

/** Recorded (domain 0b.1): the first CREATE DATABASE of a newer master ends every older frontend, running or started anew. */
export const ENDS_OLD = 'ends-old';
export type Fault = (typeof FAULTS)[number] | typeof ENDS_OLD;

/** What a release that cannot run is called here. */
export const SPOILT = 'spoilt';

/** One life of a process. `readyAt` and `endAt` are null while they are not known. */
export type Life = {
  readonly pid: number;
  readonly startedAt: number;
  readonly version: string;
  reports: string;
  readonly flags: readonly string[];
  readyAt: number | null;
  endAt: number | null;
  /** It was told to stop and is draining. */
  stopping: boolean;
};

/** One node and what of its host belongs to it: its files by their version, and its processes. */
export type Machine = {
  readonly node: Node<Doris>;
  readonly role: RoleName;
  /** The version of the package. */
  package: string;
  bin: string | null;
  lib: string | null;
  /** Stages by name, with the version that was copied; `whole` once they are. `unproved`: without the receipt of it. */
  readonly stages: Map<string, {readonly version: string; whole: boolean; readonly unproved?: true}>;
  /** Backups and what an undo put aside, by name. */
  readonly aside: Map<string, string>;
  readonly lives: Life[];
  readonly log: string[];
  readonly observer: boolean;
  /** It ended from outside, and nobody has started it since. */
  lost: boolean;
  readonly faults: Set<Fault>;
};

/** The fake's whole state. Nothing happens by itself: `timeline.catchUp` does what was due since it was last asked. */
export type World = {
  readonly cluster: Cluster<Doris>;
  readonly clock: Clock;
  readonly chance: () => number;
  readonly bootAt: number;
  readonly machines: ReadonlyMap<NodeId, Machine>;
  readonly hosts: Hosts<Machine>;
  readonly timeline: Timeline;
  readonly effects: Effects;
  readonly alone: Alone;
  readonly lies: Lies;
  master: Machine | null;
  nextPid: number;
};

/** What a frontend is at this moment; other roles do not move. */
const standing = (world: World, machine: Machine): string | null => {
  if (machine.role !== 'fe') return null;
  if (machine.observer) return 'observer';
  return world.master === machine ? 'master' : 'follower';
};

/**
 * Writes down what changed: 'stage', 'stage-wrong' (a copy of another version than the wanted one), 'stop' (told to),
 * 'backup', 'deploy' (with '-running' behind it where a process ran from these files), 'comes-back', 'start', 'ready', 'died' (by itself), 'left-behind' (ended by a newer master), 'lost' (from outside), 'elected', and the undos 'unstage', 'restore', 'undeploy'.
 */
export const effect = (world: World, machine: Machine, what: string, at = world.clock.now()): void => {
  world.effects.add(machine.node.id, what, standing(world, machine), at);
};

export const machineOf = (world: World, id: NodeId): Machine => {
  const machine = world.machines.get(id);
  if (machine === undefined) throw new Error(`the fake cluster has no node ${id}`);
  return machine;
};

/** MetaService and Recycler are one program. */
export const isCloud = ({role}: Machine): boolean => role === 'ms' || role === 'recycler';

/** The process that runs now, or null. */
export const lifeOf = (machine: Machine): Life | null => {
  const life = machine.lives.at(-1);
  return life === undefined || life.endAt !== null ? null : life;
};

export const serves = (machine: Machine): boolean => {
  const life = lifeOf(machine);
  return life !== null && life.readyAt !== null;
};

/** The newest life that had become ready by `at`, and whether it still ran then. */
export const seenAt = (
  machine: Machine,
  at: number,
): {readonly life: Life | null; readonly alive: boolean} => {
  const life = machine.lives.findLast(({readyAt}) => readyAt !== null && readyAt <= at) ?? null;
  const current = machine.lives.findLast(({startedAt}) => startedAt <= at) ?? null;
  const alive = life !== null && life === current && (life.endAt === null || life.endAt > at);
  return {life, alive};
};

export const frontends = (world: World): Machine[] =>
  [...world.machines.values()].filter(({role}) => role === 'fe');

const followers = (world: World): Machine[] => frontends(world).filter(({observer}) => !observer);

const hasMajority = (world: World): boolean => {
  const all = followers(world);
  return all.filter(serves).length >= Math.floor(all.length / 2) + 1;
};

const endsOld = (world: World): boolean =>
  [...world.machines.values()].some(({faults}) => faults.has(ENDS_OLD));

/** A database is made some seconds after a newer one has become the master, or beside it an older one was started. */
const makeDatabase = (world: World, from: number): void => {
  const {master} = world;
  const newer = master === null ? null : lifeOf(master);
  if (newer === null || newer.version === FROM || !endsOld(world)) return;
  const at = from + between(world.chance, 2_000, 15_000);
  world.timeline.later(at, () => {
    if (world.master !== master) return;
    for (const machine of frontends(world))
      if (lifeOf(machine)?.version === FROM) {
        effect(world, machine, 'left-behind', at);
        endLife(world, machine, at);
      }
  });
};

/** Another one leads from now on. */
export const lead = (world: World, machine: Machine, at: number): void => {
  world.master = machine;
  effect(world, machine, 'elected', at);
  makeDatabase(world, at);
};

const elect = (world: World, at: number): void => {
  if (world.master !== null || !hasMajority(world)) return;
  const candidates = followers(world).filter(serves);
  const next = candidates[Math.floor(world.chance() * candidates.length)];
  if (next !== undefined) lead(world, next, at);
};

/** Recorded: two to five seconds until a new master answers. */
const callElection = (world: World, from: number): void => {
  const at = from + between(world.chance, 2_000, 6_000);
  world.timeline.later(at, () => elect(world, at));
};

/** Recorded: a master without a majority ends by itself after 45 s. */
const watchQuorum = (world: World, from: number): void => {
  const at = from + 45_000;
  world.timeline.later(at, () => {
    const {master} = world;
    if (master === null || hasMajority(world)) return;
    // Somebody will start it again: it is none of those that cannot be.
    if (endsOld(world)) master.lost = true;
    endLife(world, master, at);
  });
};

/** The process is gone, by a stop or by itself. */
export const endLife = (world: World, machine: Machine, at: number): void => {
  const life = lifeOf(machine);
  if (life === null) return;
  if (!life.stopping) effect(world, machine, machine.lost ? 'lost' : 'died', at);
  life.endAt = at;
  if (machine.role !== 'fe' || machine.observer) return;
  if (world.master === machine) {
    world.master = null;
    callElection(world, at);
  } else if (!hasMajority(world)) {
    watchQuorum(world, at);
  }
};

/** Where newer masters matter, one that is new may well become it: the old one pauses for too long. */
const takeOver = (world: World, machine: Machine, from: number): void => {
  if (!endsOld(world) || machine.observer || world.chance() < 0.5) return;
  const at = from + between(world.chance, 1_000, 20_000);
  world.timeline.later(at, () => {
    if (world.master !== null && serves(machine)) lead(world, machine, at);
  });
};

/** The process serves from now on. */
export const becomeReady = (world: World, machine: Machine, life: Life, at: number): void => {
  if (life.endAt !== null || life.readyAt !== null) return;
  life.readyAt = at;
  effect(world, machine, 'ready', at);
  if (isCloud(machine))
    machine.log.push(
      `successfully started service listening on port=5000 time_elapsed_ms=${at - life.startedAt}`,
    );
  if (machine.role !== 'fe') return;
  if (world.master === null) callElection(world, at);
  else makeDatabase(world, at);
  takeOver(world, machine, at);
};

/** The journal of a master goes on, so what was the master a moment ago was seen to move. */
const MOMENT_MS = 60_000;

const wasMasterJustNow = (world: World, machine: Machine): boolean => {
  const since = world.clock.now() - MOMENT_MS;
  const elections = world.effects.all.filter(({effect: what}) => what === 'elected');
  // Before the first election it is the first one.
  const before = elections.findLast(({at}) => at <= since)?.node ?? frontends(world)[0]?.node.id;
  const id = machine.node.id;
  return before === id || elections.some(({at, node}) => at > since && node === id);
};

/**
 * What is said of this node at this moment, and is not so: it was started anew, and a lie is on. Of the master nobody else
 * is asked: its row is its own, and its journal is the one that others are measured by.
 */
export const lies = (world: World, machine: Machine): boolean =>
  isUnheard(world, machine) || liesAnew(world, machine);

/** It says itself that it is well, and to the cluster it is not there. */
export const isUnheard = (world: World, {role, faults}: Machine): boolean =>
  role === 'be' &&
  faults.has('unheard') &&
  [...world.machines.values()].every(other => other.lib === world.cluster.settings.version && serves(other));

const liesAnew = (world: World, machine: Machine): boolean =>
  machine.lives.length > 1 &&
  !isCloud(machine) &&
  (machine.faults.has('flaps') || machine.faults.has('journal-stands')) &&
  (machine.role === 'be' ? machine.faults.has('flaps') : !wasMasterJustNow(world, machine));
