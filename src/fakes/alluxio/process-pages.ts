import {type Answer, json} from '../common/process-node.ts';
import {revisionOf} from './generation.ts';
import {type Metadata, pinnedFiles} from './namespace.ts';
import type {Me} from './process-self.ts';
import type {KnownWorker} from './process-workers.ts';

/** A leading master, as its pages tell of it. */
export type Told = {
  readonly me: Me;
  readonly metadata: Metadata;
  readonly live: readonly KnownWorker[];
  readonly lost: readonly KnownWorker[];
  readonly counters: Readonly<Record<string, number>>;
  /** Entries of the backup it was filled from; -1 without one. */
  readonly restored: number;
  readonly backedUp: number;
  readonly safeMode: boolean;
};

const DISK = {used: 22_660_161_536, total: 270_553_174_016};

const used = ({blocks}: KnownWorker): number => blocks.reduce((sum, {length}) => sum + length, 0);
const sum = (workers: readonly KnownWorker[], of: (worker: KnownWorker) => number): number =>
  workers.reduce((all, worker) => all + of(worker), 0);

const workerItem = (me: Me, worker: KnownWorker, state: string): unknown => ({
  ...(me.generation.newQuorum
    ? {
        blockCount: worker.blocks.length,
        numVCpu: 2,
        version: worker.version,
        revision: revisionOf(worker.version),
      }
    : {}),
  capacityBytes: worker.capacity,
  capacityBytesOnTiers: {[worker.tier]: worker.capacity},
  lastContactSec: Math.floor((Date.now() - worker.heardAt) / 1000),
  usedBytes: used(worker),
  usedBytesOnTiers: {[worker.tier]: used(worker)},
  state,
  startTimeMs: worker.knownSince,
  id: worker.id,
  address: {
    tieredIdentity: {
      tiers: [
        {tierName: 'node', value: worker.host},
        {tierName: 'rack', value: null},
      ],
    },
    ...(me.generation.isFirst
      ? {dataPort: Number(me.text('alluxio.worker.data.port'))}
      : {containerHost: '', dataPort: worker.rpcPort}),
    webPort: worker.webPort,
    domainSocketPath: '',
    host: worker.host,
    rpcPort: worker.rpcPort,
  },
});

const mountItem = (ufs: string, mountId: number): unknown => ({
  shared: false,
  readOnly: false,
  mountId,
  ufsUri: ufs,
  ufsType: 'local',
  ufsCapacityBytes: DISK.total,
  ufsUsedBytes: DISK.used,
  properties: {},
});

const configuration = (me: Me): Readonly<Record<string, string | null>> =>
  Object.fromEntries(me.properties.keys().map(key => [key, me.text(key) || null]));

const UNAVAILABLE: Answer = {
  status: 500,
  ...json({
    statusCode: 'UNAVAILABLE',
    message: 'Alluxio master is in safe mode. Please try again later.',
    details: [],
  }),
};

/** Where it takes calls; 1.8 names the address besides. */
const rpcName = ({address, text, generation}: Me): string =>
  `${address}${generation.isFirst ? `/${address}` : ''}:${text('alluxio.master.rpc.port')}`;

/** GET /api/v1/master/info */
export const masterInfo = ({me, metadata, live, lost, counters, safeMode}: Told): Answer => {
  // 1.8 answers all the same (recorded).
  if (safeMode && !me.generation.isFirst) return UNAVAILABLE;
  const {isFirst} = me.generation;
  const total = sum(live, ({capacity}) => capacity);
  const usedAll = sum(live, used);
  const tier = (alias: string): unknown => {
    const on = live.filter(worker => worker.tier === alias);
    return {used: sum(on, used), total: sum(on, ({capacity}) => capacity)};
  };
  return json({
    version: me.version,
    configuration: configuration(me),
    rpcAddress: rpcName(me),
    ...(isFirst ? {startupConsistencyCheck: {status: 'complete', inconsistentUris: []}} : {}),
    startTimeMs: me.startedAt,
    uptimeMs: Date.now() - me.startedAt,
    ...(me.generation.newQuorum ? {revision: revisionOf(me.plain)} : {}),
    metrics: counters,
    capacity: {used: usedAll, total},
    mountPoints: Object.fromEntries([
      ['/', mountItem(me.text('alluxio.master.mount.table.root.ufs'), 1)],
      ...metadata.mounts.map(({path, ufs}, i) => [path, mountItem(ufs, i + 2)] as const),
    ]),
    lostWorkers: lost.map(worker =>
      workerItem(me, worker, me.generation.newQuorum ? 'LOST' : 'Out of Service'),
    ),
    tierCapacity: {HDD: tier('HDD'), MEM: tier('MEM'), SSD: tier('SSD')},
    ufsCapacity: DISK,
    workers: live.map(worker => workerItem(me, worker, me.generation.inService)),
  });
};

const each = (values: Readonly<Record<string, number>>, word: string): unknown =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, {[word]: value}]));

/** What 1.8 has there: nothing of replicas or restores, and another name for how many paths there are (recorded). */
const firstMetrics = ({metadata, live, counters}: Told): Answer => {
  const total = sum(live, ({capacity}) => capacity);
  const gauges = {
    'Master.CapacityFree': total - sum(live, used),
    'Master.CapacityTotal': total,
    'Master.CapacityUsed': sum(live, used),
    'Master.FilesPinned': pinnedFiles(metadata),
    'Master.PathsTotal': metadata.entries.length + 1,
    'Master.Workers': live.length,
  };
  const {'Master.SetAclOps': _, ...known} = counters;
  return json({
    version: '3.0.0',
    gauges: each(gauges, 'value'),
    counters: each(known, 'count'),
    histograms: {},
    meters: {},
    timers: {},
  });
};

/** GET /metrics/json/, written as the product writes it. */
export const masterMetrics = (told: Told): Answer => {
  const {me, metadata, live, lost, counters, restored, backedUp} = told;
  const blocks = metadata.entries.reduce((all, entry) => all + entry.blocks.length, 0);
  if (me.generation.isFirst) return firstMetrics(told);
  const gauges: Record<string, number> = {
    'Cluster.CapacityTotal': sum(live, ({capacity}) => capacity),
    'Cluster.CapacityUsed': sum(live, used),
    'Cluster.LostWorkers': lost.length,
    'Cluster.Workers': live.length,
    'Master.BlockReplicaCount': sum(live, worker => worker.blocks.length),
    'Master.FilesPinned': pinnedFiles(metadata),
    ...(me.generation.newClients
      ? {'Master.LastBackupRestoreCount': restored, 'Master.UniqueBlocks': blocks}
      : {}),
    'Master.LastBackupEntriesCount': backedUp,
    // The root is a path too.
    'Master.TotalPaths': metadata.entries.length + 1,
  };
  const body = {
    version: '4.0.0',
    gauges: each(gauges, 'value'),
    counters: each(counters, 'count'),
    histograms: {},
    meters: {},
    timers: {},
  };
  return {type: 'application/json', body: JSON.stringify(body, null, 2).replaceAll('": ', '" : ')};
};
