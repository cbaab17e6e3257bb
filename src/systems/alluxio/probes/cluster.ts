import {askLines, askPage, seen, silent} from '../../../host/ask.ts';
import {allSaid} from '../../../host/lines.ts';
import type {Ask} from '../../../model/ask.ts';
import type {Facts} from '../../../model/facts.ts';
import type {Probe} from '../../../model/system.ts';
import type {Alluxio, AlluxioCluster, AlluxioNode} from '../fields.ts';
import type {MasterInfo} from '../parse/master.ts';
import {parseMetrics, pathsOf, replicasOf, restoredOf, writesOf} from '../parse/metrics.ts';
import {parseRestored} from '../parse/namespace.ts';
import {askRestore} from '../scripts/look-whole.ts';
import {askMasters, type Leader, leaderOf, noLeader} from './masters.ts';
import {sortedOut} from './workers.ts';

const numberFact = (name: string, value: number | null): Facts => (value === null ? {} : {[name]: value});

/** A sum in which one is missing is none. */
const sumOf = (values: readonly (number | null)[]): number | null =>
  values.reduce<number | null>((sum, value) => (sum === null || value === null ? null : sum + value), 0);

/** What the leader says of its cluster; names of lost and strange workers are the masters' own. */
const infoFacts = (cluster: AlluxioCluster, info: MasterInfo): Facts => {
  const {version, startTimeMs, live, mounts, usedBytes} = info;
  const versions = new Set([version, ...live.flatMap(row => row.version ?? [])]);
  return {
    version,
    since: startTimeMs,
    ...sortedOut(cluster, info),
    versions: [...versions].toSorted(),
    mounts,
    ...numberFact('usedBytes', usedBytes ?? sumOf(live.map(row => row.usedBytes))),
    ...numberFact('blocks', sumOf(live.map(row => row.blocks))),
  };
};

/** Where no metric tells of it, the leader's log does; null where that was not had either. */
const restoredByLog = async (ask: Ask, leader: AlluxioNode): Promise<number | null> => {
  const answer = await askLines(ask, leader, askRestore(leader));
  return answer.ok ? parseRestored(allSaid(answer.value.lines, 'log')) : null;
};

/** What the leader's metrics add. `restored` is -1 where they say that nothing was restored. */
const metricFacts = async (ask: Ask, leader: AlluxioNode): Promise<Facts> => {
  const page = await askPage(ask, leader, leader.fields.webPort, '/metrics/json/');
  const metrics = page.kind === 'page' ? parseMetrics(page) : null;
  if (metrics === null) return {};
  return {
    ...numberFact('paths', pathsOf(metrics)),
    ...numberFact('writes', writesOf(metrics)),
    ...numberFact('blocks', replicasOf(metrics)),
    ...numberFact('restored', restoredOf(metrics) ?? (await restoredByLog(ask, leader))),
  };
};

/** What one leader says of the whole; none where it does not serve yet. */
const leaderFacts = async (
  ask: Ask,
  cluster: AlluxioCluster,
  {node, info}: Extract<Leader, {kind: 'one'}>,
): Promise<Facts> => {
  const facts = {leaders: 1, leader: node.id, safeMode: info === null};
  if (info === null) return facts;
  return {...facts, ...(await metricFacts(ask, node)), ...infoFacts(cluster, info)};
};

/**
 * The cluster as its leader tells it: how many `leaders` there are; who it is and since when it runs; `live` workers of the
 * inventory and those `missing`; `mounts`, `paths`, `writes`, `blocks`. A leader in safe mode tells nothing of the rest.
 */
export const clusterProbe: Probe<Alluxio> = {
  roles: ['master'],
  look: async (_node, cluster, ask) => {
    const leader = leaderOf(await askMasters(ask, cluster));
    switch (leader.kind) {
      case 'unknown':
        return silent({reasons: noLeader(leader)});
      case 'none':
        return seen({leaders: 0});
      case 'several':
        return seen({leaders: leader.nodes.length});
      default:
        return seen(await leaderFacts(ask, cluster, leader));
    }
  },
};
