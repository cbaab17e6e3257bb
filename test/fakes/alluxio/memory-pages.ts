import {compareVersions} from '../../../src/lib/version.ts';
import type {HttpReply, Lost, Refused} from '../../../src/model/ask.ts';
import {text} from '../../../src/model/text.ts';
import {portsOf} from '../../../src/systems/alluxio/fields.ts';
import {nobodyListens} from '../common/memory-replies.ts';
import {blocksOf, EMPTY, pathsOf, pinnedIn} from './memory-content.ts';
import {type AlluxioLie, liedOf} from './memory-lies.ts';
import {contentOf} from './memory-lives.ts';
import {
  isReady,
  type Life,
  LOST_AFTER_MS,
  leads,
  lifeOf,
  type Machine,
  ofRole,
  type World,
} from './memory-world.ts';

/** How large each block is. */
export const BLOCK_BYTES = 1_048_576;
const CAPACITY_BYTES = 1_073_741_824;

/** A standby accepts the connection and closes it without a word (recorded). */
const closed: Lost = {
  kind: 'lost',
  trouble: 'dropped',
  detail: text('the connection was closed', '连接被关闭'),
};

const json = (value: unknown): HttpReply => ({kind: 'http', status: 200, body: JSON.stringify(value)});

/** How a leader answers that waits for its workers. */
const SAFE_MODE: HttpReply = {
  kind: 'http',
  status: 500,
  body: '{"statusCode":"UNAVAILABLE","message":"Alluxio master is in safe mode. Please try again later."}',
};

const FLAP_MS = 5_000;

/** A worker that flaps is missing in the leader's list every other moment. */
export const flapsNow = (world: World, machine: Machine, now: number): boolean =>
  Math.floor(now / FLAP_MS) % 2 === 1 &&
  ((machine.faults.has('flaps') && machine.renewed) || liedOf(world, machine, 'flips', now) !== null);

const lastContactMs = (world: World, machine: Machine): number => {
  const endAt = machine.registered?.life.endAt ?? null;
  // Whoever answers in its place is in contact as well.
  if (endAt === null || liedOf(world, machine, 'stranger-serves') !== null) return 0;
  return world.clock.now() - endAt;
};

/** A worker as the leader knows it; nothing of one that never registered with it. */
const row = (world: World, machine: Machine): Readonly<Record<string, unknown>>[] => {
  const {registered, node, blocks} = machine;
  const {fields, host} = node;
  if (fields.role !== 'worker' || registered === null || registered.reign !== world.reign) return [];
  const used = blocks.size * BLOCK_BYTES;
  const isNew = compareVersions(registered.reign.life.version, '2.9.0') >= 0;
  return [
    {
      id: Number(node.id.replace(/\D/g, '')),
      address: {host, rpcPort: fields.port, dataPort: fields.port, webPort: fields.webPort},
      state: isNew ? 'ACTIVE' : 'In Service',
      lastContactSec: Math.floor(lastContactMs(world, machine) / 1_000),
      startTimeMs: Math.round(registered.knownSince),
      capacityBytes: CAPACITY_BYTES,
      usedBytes: used,
      usedBytesOnTiers: {MEM: used},
      ...(isNew ? {blockCount: blocks.size, version: registered.life.version} : {}),
    },
  ];
};

const masterInfo = (world: World, life: Life): HttpReply => {
  const workers = ofRole(world, 'worker');
  const now = world.clock.now();
  const isLost = (machine: Machine): boolean =>
    lastContactMs(world, machine) > LOST_AFTER_MS || flapsNow(world, machine, now);
  const {mounts} = contentOf(world) ?? EMPTY;
  const used = workers.reduce((sum, {blocks}) => sum + blocks.size * BLOCK_BYTES, 0);
  return json({
    version: life.version,
    rpcAddress: `${world.reign?.leader.node.host}:19998`,
    startTimeMs: Math.round(life.startedAt),
    uptimeMs: Math.round(now - life.startedAt),
    capacity: {total: CAPACITY_BYTES * workers.length, used},
    mountPoints: Object.fromEntries(
      mounts.map(mount => {
        const [path = '', ufsUri = ''] = mount.split(' ');
        return [path, {ufsUri, ufsType: 'local', readOnly: false, shared: false, properties: {}}];
      }),
    ),
    workers: workers.filter(machine => !isLost(machine)).flatMap(machine => row(world, machine)),
    lostWorkers: workers.filter(isLost).flatMap(machine => row(world, machine)),
  });
};

/** How many entries were restored once upon a time. */
const EARLIER = 7;

/** Counters begin with the process; of a restore only that leader tells which made it (recorded). */
const metrics = (world: World, life: Life): HttpReply => {
  const content = contentOf(world) ?? EMPTY;
  const isNew = compareVersions(life.version, '2.4.0') >= 0;
  const stands = world.lies.told('restore-count-stands' satisfies AlluxioLie, world.clock.now()) !== null;
  const isFirst = compareVersions(life.version, '2.0.0') < 0;
  const third = life.ops / 3;
  return json({
    version: '4.0.0',
    gauges: {
      'Master.FilesPinned': {value: pinnedIn(content).length},
      'Master.LastBackupEntriesCount': {value: -1},
      ...(isNew
        ? {'Master.LastBackupRestoreCount': {value: stands ? EARLIER : (world.reign?.restored ?? -1)}}
        : {}),
      ...(compareVersions(life.version, '2.9.0') < 0
        ? {}
        : {'Master.LastGainPrimacyTime': {value: Math.round(world.reign?.since ?? 0)}}),
      ...(isNew ? {'Master.TotalPaths': {value: pathsOf(content)}} : {}),
      ...(compareVersions(life.version, '2.7.0') < 0
        ? {}
        : {'Master.UniqueBlocks': {value: blocksOf(content)}}),
      ...(isFirst ? {'Master.PathsTotal': {value: pathsOf(content)}} : {}),
    },
    counters: {
      'Master.CompleteFileOps': {count: third},
      'Master.CreateFileOps': {count: third},
      'Master.NewBlocksGot': {count: third},
      'Master.DeletePathOps': {count: 0},
      'Master.MountOps': {count: 0},
    },
  });
};

const masterPage = (world: World, machine: Machine, life: Life, path: string): HttpReply | Refused | Lost => {
  const usurps = liedOf(world, machine, 'two-leaders') !== null;
  if (world.reign?.leader !== machine && !usurps)
    return compareVersions(life.version, '2.4.0') < 0 ? nobodyListens : closed;
  if (!usurps && world.reign?.servesAt === null) return closed;
  if (!usurps && leads(world) === null) return SAFE_MODE;
  switch (path) {
    case '/api/v1/master/info':
      return masterInfo(world, life);
    case '/metrics/json/':
      return metrics(world, life);
    default:
      return {kind: 'http', status: 404, body: 'Not Found'};
  }
};

/** Of the job masters that one leads which has been up for longest, while they are a majority. */
export const jobLeader = (world: World): Machine | null => {
  const all = ofRole(world, 'job-master');
  const up = all.filter(isReady);
  const readyAt = (machine: Machine): number => lifeOf(machine)?.readyAt ?? 0;
  if (up.length < Math.floor(all.length / 2) + 1) return null;
  return up.toSorted((a, b) => readyAt(a) - readyAt(b))[0] ?? null;
};

const page = (world: World, machine: Machine, life: Life, path: string): HttpReply | Refused | Lost => {
  const {version} = life;
  switch (machine.role) {
    case 'master':
      return masterPage(world, machine, life, path);
    case 'job-master':
      return jobLeader(world) === machine ? json({version, configuration: {}, startTimeMs: 1}) : closed;
    case 'worker': {
      const used = machine.blocks.size * BLOCK_BYTES;
      return json({
        version,
        configuration: {},
        capacity: {total: CAPACITY_BYTES, used},
        metrics: {'Worker.BlocksCached': machine.blocks.size},
      });
    }
    default:
      return {kind: 'http', status: 404, body: '<h2>HTTP ERROR 404 Not Found</h2>'};
  }
};

/** What a host answers on one of its ports. Nobody listens before a process of that port is up, its own or another's. */
export const answerHttp = (
  world: World,
  machines: readonly Machine[],
  port: number,
  path: string,
): HttpReply | Refused | Lost => {
  const machine = machines.find(
    other =>
      (isReady(other) || liedOf(world, other, 'stranger-serves') !== null) &&
      portsOf(other.node).includes(port) &&
      other.node.fields.webPort === port,
  );
  const life = machine?.lives.at(-1) ?? null;
  return machine === undefined || life === null ? nobodyListens : page(world, machine, life, path);
};
