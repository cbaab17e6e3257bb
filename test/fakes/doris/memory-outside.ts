import {isForEver} from '../common/memory-lies.ts';
import {between} from '../common/memory-timeline.ts';
import {findsNoStore, liedOf} from './memory-lies.ts';
import {
  becomeReady,
  effect,
  endLife,
  frontends,
  isCloud,
  lead,
  lifeOf,
  type Machine,
  serves,
  type World,
} from './memory-world.ts';

// What happens to the cluster from outside, and is nobody's doing in the run.

const oneOf = <T>(world: World, all: readonly T[]): T | undefined =>
  all[Math.floor(world.chance() * all.length)];

/** The master leaves its office to another follower and stays one itself, as after a pause that was too long. */
const moveMaster = (world: World): string | null => {
  const {master} = world;
  const others = frontends(world).filter(
    machine => machine !== master && !machine.observer && serves(machine),
  );
  const next = oneOf(world, others);
  if (master === null || next === undefined) return null;
  lead(world, next, world.clock.now());
  return `the master moved from ${master.node.id} to ${next.node.id}`;
};

/** Nobody works on it: a copy beside its files, or files that are away, tell of a lane that is under way. */
const untouched = ({stages, bin, lib}: Machine): boolean => stages.size === 0 && bin !== null && lib !== null;

/** Starts a node that was lost, as whoever looks after the host would; nothing where somebody works on it by now. */
export const returnLost = (world: World, machine: Machine): void => {
  if (machine.lost && untouched(machine)) startAsItIs(world, machine);
};

/** A person starts a node by its own script, with what a line says: in its home, and with the flags it had. */
export const startByHand = (world: World, machine: Machine, line: string): void => {
  const {home} = machine.node;
  const flags = machine.lives.at(-1)?.flags ?? [];
  const script = isCloud(machine) ? 'start.sh' : `start_${machine.role}.sh`;
  const wanted = [`bash bin/${script} --daemon`, ...flags].join(' ');
  if (!line.startsWith(`cd ${home} && (`) || !line.endsWith(`${wanted})`))
    throw new Error(`this starts no ${machine.role} in ${home}: ${line}`);
  startAsItIs(world, machine);
};

const startAsItIs = (world: World, machine: Machine): void => {
  const last = machine.lives.at(-1);
  const {lib} = machine;
  if (last === undefined || lifeOf(machine) !== null || lib === null) return;
  if (liedOf(world, machine, 'forbids-start') !== null || findsNoStore(world, machine)) return;
  machine.lost = false;
  const now = world.clock.now();
  const life = {
    ...last,
    pid: world.nextPid,
    startedAt: now,
    version: lib,
    reports: lib,
    readyAt: null,
    endAt: null,
    stopping: false,
  };
  world.nextPid += 1;
  machine.lives.push(life);
  machine.log.push(`pid=${life.pid} written to file=./bin/doris_cloud.pid`, `version:{doris-${lib}-release}`);
  const readyAt = now + between(world.chance, 1_000, 10_000);
  world.timeline.later(readyAt, () => becomeReady(world, machine, life, readyAt));
};

/** A MetaService, a Recycler or a backend ends, and comes back after a while. */
const loseOne = (world: World): string | null => {
  const machine = oneOf(
    world,
    [...world.machines.values()].filter(
      other => other.role !== 'fe' && serves(other) && lifeOf(other)?.stopping === false && untouched(other),
    ),
  );
  if (machine === undefined) return null;
  const now = world.clock.now();
  machine.lost = true;
  endLife(world, machine, now);
  world.timeline.later(now + between(world.chance, 20_000, 400_000), () => returnLost(world, machine));
  return `${machine.node.id} ended`;
};

/** Something happens by chance: the master moves, or a node is lost for a while. What it was, or null for nothing. */
export const disturb = (world: World): string | null => {
  world.timeline.catchUp();
  return world.chance() < 0.2 ? loseOne(world) : moveMaster(world);
};

/** While a node of another role is worked on it ends, once in such a time, and comes back when that is over. */
export const dieBeside = (world: World, worked: Machine): void => {
  const now = world.clock.now();
  for (const machine of world.machines.values()) {
    const lie = machine.role === worked.role ? null : liedOf(world, machine, 'dies-beside');
    if (lie === null || hasEndedSince(world, machine, lie.from)) continue;
    const at = now + between(world.chance, 0, 12_000);
    world.timeline.later(at, () => {
      if (!serves(machine) || !untouched(machine) || hasEndedSince(world, machine, lie.from)) return;
      machine.lost = true;
      endLife(world, machine, at);
      if (!isForEver(lie)) world.timeline.later(lie.until, () => returnLost(world, machine));
    });
  }
};

/** While a follower's stop script begins another follower ends, once in such a time, and comes back when that is over. */
export const dieAtSignal = (world: World, signalled: Machine): void => {
  // Whose stop takes no vote asks nobody; and one at a time ends.
  if (signalled.observer || frontends(world).some(({lost}) => lost)) return;
  const now = world.clock.now();
  for (const machine of frontends(world)) {
    const lie = machine === signalled || machine.observer ? null : liedOf(world, machine, 'dies-at-signal');
    if (lie === null || !serves(machine) || !untouched(machine)) continue;
    if (hasEndedSince(world, machine, lie.from)) continue;
    machine.lost = true;
    endLife(world, machine, now);
    if (!isForEver(lie)) world.timeline.later(lie.until, () => returnLost(world, machine));
    return;
  }
};

const hasEndedSince = (world: World, {node}: Machine, from: number): boolean =>
  world.effects.all.some(({node: of, effect: what, at}) => of === node.id && what === 'lost' && at >= from);

/** Whoever looks after its host starts it whenever it is away, as far as its files are there, and for as long as they do. */
export const supervise = (world: World, machine: Machine, from: number): void => {
  if (liedOf(world, machine, 'supervised', from) === null) return;
  const at = from + between(world.chance, 0, 1_500);
  world.timeline.later(at, () => {
    if (lifeOf(machine) !== null || liedOf(world, machine, 'supervised', at) === null) return;
    if (!bringBack(world, machine, at)) supervise(world, machine, at);
  });
};

/** Starts what is away with the files that are there; false where there are none. */
const bringBack = (world: World, machine: Machine, at: number): boolean => {
  startAsItIs(world, machine);
  const life = lifeOf(machine);
  if (life === null) return false;
  effect(world, machine, life.version === world.cluster.settings.version ? 'start' : 'comes-back', at);
  return true;
};

/** They may look right before its files are moved, after it was seen to be gone. */
export const superviseNow = (world: World, machine: Machine): void => {
  if (lifeOf(machine) === null && liedOf(world, machine, 'supervised') !== null && world.chance() < 0.5)
    bringBack(world, machine, world.clock.now());
};
