import {askLines, askPage, seen, silent} from '../../../host/ask.ts';
import {allSaid} from '../../../host/lines.ts';
import type {Ask} from '../../../model/ask.ts';
import {type Facts, listOf} from '../../../model/facts.ts';
import {LEADING} from '../../../model/leading.ts';
import type {Probe} from '../../../model/system.ts';
import {type AlluxioCluster, nodesOf, type ServerNode, type Servers} from '../fields.ts';
import type {MasterInfo} from '../parse/master.ts';
import {
  blocksOf,
  lastBackupOf,
  parseMetrics,
  pathsOf,
  pinnedOf,
  primaryOf,
  replicasOf,
  restoredOf,
  writesOf,
} from '../parse/metrics.ts';
import {parseRestored} from '../parse/namespace.ts';
import {askRestore} from '../scripts/look-whole.ts';
import {givenText} from './files.ts';
import {askMasters, type Leader, leaderOf, noLeader} from './masters.ts';
import {sortedOut} from './workers.ts';

/** A number that a master tells; nothing where it does not. */
const toldFact = (name: string, value: number | null): Facts => (value === null ? {} : {[name]: value});

/** A sum in which one is missing is none. */
const sumOf = (values: readonly (number | null)[]): number | null =>
  values.reduce<number | null>((sum, value) => (sum === null || value === null ? null : sum + value), 0);

/** What the leader says of its cluster; names of lost and strange workers are the masters' own. */
const infoFacts = (cluster: AlluxioCluster, info: MasterInfo): Facts => {
  const {version, live, mounts, usedBytes} = info;
  const versions = new Set([version, ...live.flatMap(row => row.version ?? [])]);
  return {
    version,
    ...sortedOut(cluster, info),
    versions: [...versions].toSorted(),
    mounts,
    ...toldFact('usedBytes', usedBytes ?? sumOf(live.map(row => row.usedBytes))),
    ...toldFact('blocks', sumOf(live.map(row => row.blocks))),
  };
};

/**
 * What any master wrote of a restore from this backup: the metric is the leader's own who made it, and is lost when another one
 * leads or it starts again (recorded). Null where nobody tells of one and somebody was not heard, or does not know.
 */
const restoredByLogs = async (ask: Ask, cluster: AlluxioCluster, backup: string): Promise<number | null> => {
  const told = await Promise.all(
    nodesOf(cluster, 'master').map(async master => {
      const answer = await askLines(ask, master, askRestore(master));
      return answer.ok ? parseRestored(allSaid(answer.value.lines, 'log'), backup) : null;
    }),
  );
  const known = told.filter(count => count !== null);
  const most = Math.max(0, ...known);
  return most === 0 && known.length < told.length ? null : most;
};

/** What the leader's metrics add. `restored` is none where nobody knows; a leader that restored nothing itself does not. */
const metricFacts = async (
  ask: Ask,
  cluster: AlluxioCluster,
  leader: ServerNode,
  backup: string,
): Promise<Facts> => {
  const page = await askPage(ask, leader, leader.fields.webPort, '/metrics/json/');
  const metrics = page.kind === 'page' ? parseMetrics(page) : null;
  if (metrics === null) return {};
  return {
    ...toldFact('paths', pathsOf(metrics)),
    ...toldFact('pinned', pinnedOf(metrics)),
    ...toldFact('uniqueBlocks', blocksOf(metrics)),
    ...toldFact('lastBackup', lastBackupOf(metrics)),
    ...toldFact('primary', primaryOf(metrics)),
    ...toldFact('writes', writesOf(metrics)),
    ...toldFact('blocks', replicasOf(metrics)),
    ...toldFact(
      'restored',
      restoredOf(metrics) ?? (backup === '' ? null : await restoredByLogs(ask, cluster, backup)),
    ),
  };
};

/** How many files are pinned, beside how many were `counted` before. Nothing while nobody serves who tells it. */
export const pinsProbe: Probe<Servers> = {
  roles: ['master'],
  look: async (node, cluster, ask, given) => {
    const look = await clusterProbe.look(node, cluster, ask, {});
    if (look.kind === 'silent') return look;
    const {pinned} = look.facts;
    const {counted} = given;
    return seen({
      ...(pinned === undefined ? {} : {pinned}),
      ...(counted === undefined ? {} : {pinnedBefore: counted}),
    });
  },
};

/** What one leader says of the whole; none where it does not serve yet. */
const leaderFacts = async (
  ask: Ask,
  cluster: AlluxioCluster,
  {node, info}: Extract<Leader, {kind: 'one'}>,
  backup: string,
): Promise<Facts> => {
  const facts = {leaders: 1, leader: node.id, safeMode: info === null};
  if (info === null) return facts;
  const {primary, ...metrics} = await metricFacts(ask, cluster, node, backup);
  const told = infoFacts(cluster, info);
  // Counters of the process go on when it leads again, and did not count what another leader did meanwhile.
  const since = Math.max(info.startTimeMs, typeof primary === 'number' ? primary : 0);
  return {...facts, ...metrics, ...told, since};
};

/**
 * The cluster as its leader tells it: how many `leaders` there are, and of several who says so (`leading`); who it is and
 * `since` when it leads, as far as it tells; `live` workers of the inventory and those `missing`; `mounts`, `paths`, `writes`,
 * `blocks`, files that are `pinned`; `uniqueBlocks` and the entries of its `lastBackup`, for how far the next one is. A leader in safe mode tells
 * nothing of the rest.
 * Given a `backup`, what the metrics do not tell of its restore is looked up in the logs of all masters, which takes its time.
 */
export const clusterProbe: Probe<Servers> = {
  roles: ['master'],
  look: async (_node, cluster, ask, given) => {
    const leader = leaderOf(await askMasters(ask, cluster));
    switch (leader.kind) {
      case 'unknown':
        return silent({reasons: noLeader(leader)});
      case 'none':
        return seen({leaders: 0});
      case 'several':
        return seen({leaders: leader.nodes.length, [LEADING]: leader.nodes.map(({id}) => id)});
      default:
        return seen(await leaderFacts(ask, cluster, leader, givenText(given, 'backup')));
    }
  },
};

/**
 * Whether every worker of the inventory is live by the one leader, other than those that the run was told to leave out
 * (`skipped`): which are `missing`, and which the leader calls `lost`.
 */
export const workersProbe: Probe<Servers> = {
  roles: ['master'],
  look: async (_node, cluster, ask, given) => {
    const leader = leaderOf(await askMasters(ask, cluster));
    if (leader.kind === 'unknown') return silent({reasons: noLeader(leader)});
    if (leader.kind !== 'one') return seen({leaders: leader.kind === 'none' ? 0 : leader.nodes.length});
    if (leader.info === null) return seen({leaders: 1, safeMode: true});
    const out = new Set<unknown>(listOf(given, 'skipped'));
    const {missing, lost} = sortedOut(cluster, leader.info);
    const [away, gone] = [missing, lost].map(names => names.filter(name => !out.has(name)));
    return seen({leaders: 1, safeMode: false, missing: away ?? [], lost: gone ?? []});
  },
};
