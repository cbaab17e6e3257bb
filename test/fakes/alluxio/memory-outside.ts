import {isForEver, type Lie} from '../common/memory-lies.ts';
import {between} from '../common/memory-timeline.ts';
import {fileOf} from './memory-content.ts';
import {realOf, versionAt} from './memory-homes.ts';
import {liedOf} from './memory-lies.ts';
import {becomeReady, candidates, commit, contentOf, endLife, lead} from './memory-lives.ts';
import {
  isReady,
  isRegistered,
  type Life,
  leads,
  lifeOf,
  type Machine,
  ofRole,
  type World,
  writesGoOn,
} from './memory-world.ts';

// What happens to the cluster from outside, and is nobody's doing in the run.

const oneOf = <T>(world: World, all: readonly T[]): T | undefined =>
  all[Math.floor(world.chance() * all.length)];

/** One application writes a file of two blocks, wherever a worker is; or makes a folder, which takes none. */
const write = (world: World, at: number): void => {
  const [reign, content] = [leads(world), contentOf(world)];
  const worker = oneOf(
    world,
    ofRole(world, 'worker').filter(machine => isRegistered(world, machine)),
  );
  if (reign === null || content === null) return;
  const made = fileOf(world.nextFile, 'written');
  const file = worker === undefined ? {...made, blocks: [], persisted: true} : made;
  world.nextFile += 1;
  for (const block of file.blocks) worker?.blocks.add(block);
  reign.life.ops += 3;
  world.truth = {...content, files: [...content.files, file]};
  commit(world, world.truth, at);
};

/** Goes on until it is enough; with `writes-go-on` nobody told them. */
export const writeOn = (world: World, from: number): void => {
  const at = from + between(world.chance, 4_000, 10_000);
  world.timeline.later(at, () => {
    if (at > world.writesUntil && !writesGoOn(world)) return;
    write(world, at);
    writeOn(world, at);
  });
};

/** The leader leaves its office to another master and stays one itself, as after a pause that was too long. */
const moveLeader = (world: World): string | null => {
  const reign = leads(world);
  const next = oneOf(
    world,
    candidates(world).filter(machine => machine !== reign?.leader),
  );
  if (reign === null || next === undefined) return null;
  lead(world, next, world.clock.now());
  return `the leader moved from ${reign.leader.node.id} to ${next.node.id}`;
};

/** The run works on it between its first stop and its own start. */
const isInHand = (world: World, {renewed}: Machine): boolean =>
  !renewed && world.effects.all.some(({effect: what}) => what === 'stop');

/** A node begins anew from the home that is there, as by its own start script. */
const startByHand = (world: World, machine: Machine, last: Life): void => {
  const now = world.clock.now();
  const from = realOf(machine.home);
  const version = versionAt(machine.home, from) ?? last.version;
  const life: Life = {
    ...last,
    pid: world.nextPid,
    startedAt: now,
    version,
    from,
    readyAt: null,
    endAt: null,
    stopping: false,
    ops: 0,
    log: [],
  };
  world.nextPid += 1;
  machine.lives.push(life);
  world.effects.add(machine.node.id, 'returned', null, now);
  const readyAt = now + between(world.chance, 1_000, 10_000);
  world.timeline.later(readyAt, () => becomeReady(world, machine, life, readyAt));
};

/** Starts a node that was lost, as whoever looks after the host would; nothing where the run works on it by now. */
export const returnLost = (world: World, machine: Machine): void => {
  const last = machine.lives.at(-1);
  if (!machine.lost || last === undefined || lifeOf(machine) !== null || isInHand(world, machine)) return;
  if (liedOf(world, machine, 'stranger-serves') !== null) return;
  machine.lost = false;
  startByHand(world, machine, last);
};

const wasStopped = ({effects}: World, {node}: Machine): boolean =>
  effects.all.some(effect => effect.effect === 'stop' && effect.node === node.id);

/** By then whoever started it has been found, and has ended it: also where a retry does not. */
const FOUND_MS = [60_000, 600_000] as const;

const SERVICES = ['job-master', 'worker', 'job-worker', 'proxy'] as const;

const hasStarted = ({effects}: World): boolean => effects.all.some(({effect: what}) => what === 'start');

/** Nodes that the run has stopped, as long as it goes on stopping: on the way back they are wanted. */
const stoppedSoFar = (world: World): readonly Machine[] =>
  hasStarted(world) || world.effects.all.some(({effect: what}) => what === 'keep-journal')
    ? []
    : ofRole(world, ...SERVICES).filter(
        other => wasStopped(world, other) && !other.lost && lifeOf(other) === null,
      );

/** Somebody who was not told starts a node that the run has stopped, as long as no journal is copied. */
const startStopped = (world: World): string | null => {
  const machine = oneOf(world, stoppedSoFar(world));
  const last = machine?.lives.at(-1);
  if (machine === undefined || last === undefined) return null;
  startByHand(world, machine, last);
  const life = lifeOf(machine);
  const found = world.clock.now() + between(world.chance, ...FOUND_MS);
  world.timeline.later(found, () => {
    const isWanted = hasStarted(world) || ofRole(world, ...SERVICES).every(other => lifeOf(other) !== null);
    if (life === null || lifeOf(machine) !== life || life.stopping || isWanted) return;
    life.stopping = true;
    endLife(world, machine, found);
  });
  return `somebody started ${machine.node.id}`;
};

/** A node that is no master ends, and comes back after a while. */
const loseOne = (world: World): string | null => {
  const machine = oneOf(
    world,
    ofRole(world, 'job-master', 'worker', 'job-worker', 'proxy').filter(
      other => isReady(other) && lifeOf(other)?.stopping === false && !isInHand(world, other),
    ),
  );
  if (machine === undefined) return null;
  const now = world.clock.now();
  machine.lost = true;
  endLife(world, machine, now);
  world.timeline.later(now + between(world.chance, 20_000, 240_000), () => returnLost(world, machine));
  return `${machine.node.id} ended`;
};

/** What was counted by one leader is known of no other: while the run relies on a count, leaders move seldom. */
const SELDOM = 0.03;

/** Seldom enough for runs that come to their end: each such start holds the run. */
const STARTS = 0.2;

const isCounted = ({effects, machines}: World): boolean =>
  effects.all.some(({effect: what}) => what === 'mark') &&
  !effects.all.some(({effect: what, node}) => what === 'stop' && machines.get(node)?.role === 'master');

/** Something happens by chance: the leader moves, or a node is lost for a while. What it was, or null for nothing. */
export const disturb = (world: World): string | null => {
  world.timeline.catchUp();
  const started = world.chance() < STARTS ? startStopped(world) : null;
  if (started !== null) return started;
  if (isCounted(world) && world.chance() > SELDOM) return null;
  return world.chance() < 0.2 ? loseOne(world) : moveLeader(world);
};

/** Its process ends when another's takes its ports, and comes back when that has gone. */
export const giveWay = (world: World, machine: Machine, {from, until}: Lie): void => {
  world.timeline.later(from, () => {
    const lie = liedOf(world, machine, 'stranger-serves', from);
    if (lie === null || !isReady(machine) || isInHand(world, machine)) return;
    machine.lost = true;
    endLife(world, machine, from);
    if (!isForEver(lie)) world.timeline.later(until, () => returnLost(world, machine));
  });
};
