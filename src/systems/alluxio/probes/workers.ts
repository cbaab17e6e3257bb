import {type AlluxioCluster, isNamed, nodesOf, type ServerNode} from '../fields.ts';
import type {MasterInfo, WorkerRow} from '../parse/master.ts';

const byName = new WeakMap<AlluxioCluster, ReadonlyMap<string, readonly ServerNode[]>>();

/** Workers by what the inventory calls them. Kept for as long as the cluster is, for it is asked row by row. */
const namesOf = (cluster: AlluxioCluster): ReadonlyMap<string, readonly ServerNode[]> => {
  const known = byName.get(cluster);
  if (known !== undefined) return known;
  const names = new Map<string, readonly ServerNode[]>();
  for (const node of nodesOf(cluster, 'worker'))
    for (const name of new Set([node.fields.address ?? node.host, node.host]))
      names.set(name, [...(names.get(name) ?? []), node]);
  byName.set(cluster, names);
  return names;
};

/** The workers that `isNamed` by this name: it may have a domain behind it that the inventory leaves out. */
const named = (cluster: AlluxioCluster, name: string): readonly ServerNode[] => {
  const names = namesOf(cluster);
  const parts = name.split('.');
  const found = parts.flatMap((_, i) => names.get(parts.slice(0, i + 1).join('.')) ?? []);
  return [...new Set(found)].filter(node => isNamed(node, name));
};

const isAt = ({fields}: ServerNode, {ports}: WorkerRow): boolean =>
  ports.length === 0 || ('port' in fields && ports.includes(fields.port));

/** The worker of the inventory that a row is about; of two on one host the port tells. Null where the file knows none. */
const nodeOfRow = (cluster: AlluxioCluster, row: WorkerRow): ServerNode | null => {
  const nodes = named(cluster, row.host);
  const [first] = nodes.length > 1 ? nodes.filter(node => isAt(node, row)) : nodes;
  return first ?? null;
};

type Rows = readonly WorkerRow[];
const byRows = new WeakMap<Rows, ReadonlyMap<WorkerRow, ServerNode | null>>();

/** Each row's node. Every worker looks for its own row: they are sorted out once. */
const nodesOfRows = (cluster: AlluxioCluster, rows: Rows): ReadonlyMap<WorkerRow, ServerNode | null> => {
  const known = byRows.get(rows) ?? new Map(rows.map(row => [row, nodeOfRow(cluster, row)] as const));
  byRows.set(rows, known);
  return known;
};

/** What is told of one worker of the inventory, or null. */
export const rowOfWorker = (cluster: AlluxioCluster, node: ServerNode, rows: Rows): WorkerRow | null =>
  [...nodesOfRows(cluster, rows)].find(([, about]) => about?.id === node.id)?.[0] ?? null;

/**
 * What a leader tells of its workers may be so old, in seconds (recorded: 10 to 15); how long it is up, and when it met each, is as it
 * is at that moment. Besides, what lies between two looks, and is lost by rounding.
 */
const PAGE_SEC = 15;
const SLACK_SEC = 3;

/**
 * Whether what the leader tells of a worker is of the process that runs there now, which is so old (`ageSec`). A leader that runs
 * on keeps the row of the process before for five minutes, as if it were live. Only spans are compared, no clocks: it is of this one
 * where the leader did not know the worker before it began, or has heard of it since. Who was met for the first time a moment before
 * that was another process for that moment: what holds for a while tells such apart. Where nothing is told of it the row counts.
 */
export const isOfProcess = ({silentSec, knownSec}: WorkerRow, ageSec: number | null): boolean => {
  if (ageSec === null || silentSec === null) return true;
  return (knownSec !== null && knownSec - SLACK_SEC <= ageSec) || silentSec + PAGE_SEC + SLACK_SEC <= ageSec;
};

/** The leader's workers by what the inventory knows of them: ids of those that are live and that are not, and strangers. */
export const sortedOut = (
  cluster: AlluxioCluster,
  {live, lost}: MasterInfo,
): Readonly<Record<'live' | 'missing' | 'lost' | 'strange', readonly string[]>> => {
  const nodes = nodesOfRows(cluster, live);
  const known = new Set([...nodes.values()].flatMap(node => node?.id ?? []));
  const ids = nodesOf(cluster, 'worker').map(({id}) => id);
  return {
    live: ids.filter(id => known.has(id)),
    missing: ids.filter(id => !known.has(id)),
    lost: [...nodesOfRows(cluster, lost)].map(([row, node]) => node?.id ?? row.host),
    strange: live.filter(row => nodes.get(row) === null).map(({host}) => host),
  };
};
