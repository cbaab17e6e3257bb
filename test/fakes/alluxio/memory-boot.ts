import type {Cluster} from '../../../src/model/inventory.ts';
import {type Alluxio, clientsOf, isServer, type ServerNode} from '../../../src/systems/alluxio/fields.ts';
import {makeAlone} from '../common/memory-alone.ts';
import {makeEffects} from '../common/memory-effects.ts';
import {makeFiles} from '../common/memory-files.ts';
import {makeHosts} from '../common/memory-hosts.ts';
import {NO_LIES} from '../common/memory-lies.ts';
import {between, makeTimeline} from '../common/memory-timeline.ts';
import type {FakeOptions} from '../memory.ts';
import {makeClient} from './memory-clients.ts';
import {FIRST} from './memory-content.ts';
import type {Home} from './memory-homes.ts';
import {makeJournal, partOf} from './memory-journal.ts';
import {LIES} from './memory-lies.ts';
import {giveWay, writeOn} from './memory-outside.ts';
import {
  BRIEF,
  CACHE_FAULTS,
  FAN_OUT_FAULTS,
  FAULTS,
  type Life,
  type Machine,
  machineOf,
  ofRole,
  type World,
} from './memory-world.ts';

/** What a cluster is before anybody upgrades it. */
export type Before = {
  readonly from: string;
  readonly journalType: 'EMBEDDED' | 'UFS';
  /** Whether homes are links to directories of a version each, or such directories themselves. */
  readonly homes: 'link' | 'dir';
  /** The masters share the directory that is named for backups; otherwise each has one of its own. */
  readonly shared?: boolean;
};

const HOUR_MS = 3_600_000;
const FIRST_PID = 1_000;

const homeOf = ({host, home}: ServerNode, {from, homes}: Before, to: string): Home => {
  const at = homes === 'link' ? `${home}-${from}` : String(home);
  return {
    host,
    path: String(home),
    kind: homes,
    places: new Map([[at, from]]),
    link: at,
    package: to,
  };
};

const lifeAt = (from: string, place: string, pid: number, bootAt: number): Life => ({
  pid,
  startedAt: bootAt - HOUR_MS,
  version: from,
  from: place,
  backup: '',
  readyAt: bootAt - HOUR_MS + 10_000,
  endAt: null,
  stopping: false,
  ops: 0,
  log: [],
});

/** The blocks of a file lie on one worker each. */
const fillCaches = (world: World): void => {
  const workers = ofRole(world, 'worker');
  for (const [i, {blocks}] of FIRST.files.entries())
    for (const block of blocks) workers[i % workers.length]?.blocks.add(block);
};

/** Writers go on for some minutes: the time it takes to survey and stage, more or less. */
const WRITES_MS = [20_000, 300_000] as const;

/** How long what somebody else puts right goes on. */
const BRIEF_MS = [60_000, 3_000_000] as const;

/** All nodes healthy at the old version. The first master leads, and every worker is known to it. */
export const makeWorld = (
  cluster: Cluster<Alluxio>,
  {clock, chance, faults, lies = NO_LIES}: FakeOptions,
  before: Before,
): World => {
  const {from, journalType} = before;
  const bootAt = clock.now();
  const homes = new Map<string, Home>();
  const machines = new Map(
    cluster.nodes.filter(isServer).map((node, i) => {
      const key = `${node.host} ${node.home}`;
      const home = homes.get(key) ?? homeOf(node, before, cluster.settings.version);
      homes.set(key, home);
      const machine: Machine = {
        node,
        role: node.fields.role,
        home,
        lives: [lifeAt(from, home.link, FIRST_PID + i, bootAt)],
        blocks: new Set(),
        owes: new Set(),
        cache: null,
        registered: null,
        renewed: false,
        lost: false,
        faults: new Set(),
      };
      return [node.id, machine] as const;
    }),
  );
  const clients = new Map(
    clientsOf(cluster).map((node, i) => {
      const pid = FIRST_PID + machines.size + i;
      return [node.id, makeClient(node, from, cluster.settings.version, pid)] as const;
    }),
  );
  const masters = cluster.nodes.filter(({role}) => role === 'master');
  const part = partOf(from, journalType);
  const shared = makeJournal(part, FIRST, from, bootAt);
  const hosts = makeHosts(machines.values());
  const world: World = {
    cluster,
    ...before,
    clock,
    chance,
    bootAt,
    machines,
    homes: [...homes.values()],
    clients,
    hosts,
    timeline: makeTimeline(clock),
    effects: makeEffects(clock),
    alone: makeAlone(),
    lies,
    journals: new Map(
      masters.map(({id}) => [id, journalType === 'UFS' ? shared : makeJournal(part, FIRST, from, bootAt)]),
    ),
    backups: new Map(),
    files: makeFiles(clock, host => hosts.on(host).some(({faults: its}) => its.has('disk-full'))),
    kept: new Map(),
    lists: new Map(),
    reign: null,
    pinsAgain: false,
    truth: FIRST,
    writesUntil: bootAt + between(chance, ...WRITES_MS),
    nextPid: FIRST_PID + machines.size + clients.size,
    nextFile: FIRST.files.length,
  };
  for (const {fault, node} of faults) {
    const known = [...FAULTS, ...CACHE_FAULTS, ...FAN_OUT_FAULTS].find(name => name === fault);
    if (known === undefined) throw new Error(`the fake does not know the fault ${fault}`);
    const {faults: its} = clients.get(node) ?? machineOf(world, node);
    its.add(known);
    if (BRIEF.includes(known))
      world.timeline.later(bootAt + between(chance, ...BRIEF_MS), () => its.delete(known));
  }
  for (const lie of lies.all) {
    if (!LIES.some(known => known === lie.name))
      throw new Error(`the fake does not know the lie ${lie.name}`);
    if (lie.name === 'stranger-serves') giveWay(world, machineOf(world, lie.node), lie);
  }
  const [leader] = ofRole(world, 'master');
  const [life] = leader?.lives ?? [];
  if (leader !== undefined && life !== undefined) {
    const since = bootAt - HOUR_MS + 30_000;
    const reign = {leader, life, since, servesAt: since + 5_000, restored: -1};
    world.reign = reign;
    for (const worker of ofRole(world, 'worker')) {
      const [own] = worker.lives;
      if (own !== undefined) worker.registered = {reign, life: own, knownSince: since};
    }
  }
  fillCaches(world);
  // One of the workers has something where its copy is to go.
  const [, second] = ofRole(world, 'worker');
  if (cluster.settings.caches === 'copy' && second !== undefined)
    second.cache = {of: 'foreign', blocks: new Set([1, 2, 3])};
  writeOn(world, bootAt);
  return world;
};
