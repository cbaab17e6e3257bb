import {z} from 'zod';
import type {PageFound} from '../../../host/ask.ts';
import {parseJson} from './json.ts';

const Page = z.object({
  gauges: z.record(z.string(), z.object({value: z.unknown()})),
  counters: z.record(z.string(), z.object({count: z.number()})).optional(),
});

/** Gauges and counters of one process by name; what is no finite number is left out. */
export type Metrics = ReadonlyMap<string, number>;

/** `GET /metrics/json/` of any process; null for any other page. */
export const parseMetrics = ({status, body}: Pick<PageFound, 'status' | 'body'>): Metrics | null => {
  const reply = status === 200 ? Page.safeParse(parseJson(body)) : null;
  if (reply?.success !== true) return null;
  const {gauges, counters = {}} = reply.data;
  const all = new Map<string, number>();
  for (const [name, {value}] of Object.entries(gauges))
    if (typeof value === 'number' && Number.isFinite(value)) all.set(name, value);
  for (const [name, {count}] of Object.entries(counters)) all.set(name, count);
  return all;
};

/** What changes the namespace or where its blocks are; each counts up from the start of the process. */
const WRITES = [
  'CompleteFileOps',
  'CreateDirectoryOps',
  'CreateFileOps',
  'DeletePathOps',
  'FreeFileOps',
  'MountOps',
  'UnmountOps',
  'RenamePathOps',
  'SetAclOps',
  'SetAttributeOps',
  'FilesPersisted',
  'NewBlocksGot',
] as const;

/** How often the namespace was written to since this leader started; null where none of it is told. */
export const writesOf = (metrics: Metrics): number | null => {
  const told = WRITES.flatMap(name => metrics.get(`Master.${name}`) ?? []);
  return told.length === 0 ? null : told.reduce((sum, count) => sum + count, 0);
};

/** How many paths there are, the root among them; early 2.x had another name for it. */
export const pathsOf = (metrics: Metrics): number | null =>
  metrics.get('Master.TotalPaths') ?? metrics.get('Master.PathsTotal') ?? null;

/**
 * How many entries this leader restored from a backup since it was started. Null where it is not told (before 2.4 or so), and
 * where it is -1 (recorded): then this process restored none, and another may have.
 */
export const restoredOf = (metrics: Metrics): number | null => {
  const count = metrics.get('Master.LastBackupRestoreCount') ?? -1;
  return count < 0 ? null : count;
};

/** When this process became the leader, in ms since 1970; null where that is not told (recorded: 2.9 tells it). */
export const primaryOf = (metrics: Metrics): number | null =>
  metrics.get('Master.LastGainPrimacyTime') ?? null;

/** How many blocks there are, wherever they lie; null before 2.7 or so, which does not tell it. */
export const blocksOf = (metrics: Metrics): number | null => metrics.get('Master.UniqueBlocks') ?? null;

/** How many entries the last backup had that this leader wrote itself; null where it has written none (-1, recorded). */
export const lastBackupOf = (metrics: Metrics): number | null => {
  const entries = metrics.get('Master.LastBackupEntriesCount') ?? -1;
  return entries > 0 ? entries : null;
};

/**
 * How many files are pinned, by the leader's own list of them, which is read with the journal or the backup: no worker is needed
 * for it. Directories are none of them. Each generation has it under this name (recorded: 1.8.1, 2.9.4; 2.3.0 on its first page).
 */
export const pinnedOf = (metrics: Metrics): number | null => metrics.get('Master.FilesPinned') ?? null;

/** How many block replicas the workers told of. */
export const replicasOf = (metrics: Metrics): number | null =>
  metrics.get('Master.BlockReplicaCount') ?? metrics.get('Cluster.BlockReplicaCount') ?? null;
