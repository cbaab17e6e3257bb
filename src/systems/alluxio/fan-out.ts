import {compareVersions} from '../../lib/version.ts';
import {
  type AlluxioCluster,
  type Context,
  firstMaster,
  nodesOf,
  SERVERS,
  type ServerNode,
  type ServerRole,
} from './fields.ts';

// Who the product's own cluster-wide commands reach: the hosts that conf/masters and conf/workers of a home name.

/** What each role is called in such a command. */
const WORDS: Readonly<Record<ServerRole, string>> = {
  master: 'masters',
  'job-master': 'job_masters',
  worker: 'workers',
  'job-worker': 'job_workers',
  proxy: 'proxies',
};

/** On whose hosts a command for that role starts or stops one, whether anybody wants it there or not (usage, recorded). */
const HOSTS_OF: Readonly<Record<ServerRole, readonly ServerRole[]>> = {
  master: ['master'],
  'job-master': ['master'],
  worker: ['worker'],
  'job-worker': ['worker'],
  proxy: ['master', 'worker'],
};

const placesOf = (nodes: readonly ServerNode[]): ReadonlySet<string> =>
  new Set(nodes.map(({host, home}) => `${host} ${home}`));

/** Whether the inventory has that role on every host that its command reaches, and nowhere else: else it would start strangers. */
const isReached = (cluster: AlluxioCluster, role: ServerRole): boolean => {
  const [own, reached] = [placesOf(nodesOf(cluster, role)), placesOf(nodesOf(cluster, ...HOSTS_OF[role]))];
  return own.size > 0 && own.size === reached.size && [...own].every(place => reached.has(place));
};

/** Of these roles, those that go by cluster-wide commands, in the same order; none where the inventory does not ask for it. */
export const fannedOut = (cluster: AlluxioCluster, roles: readonly ServerRole[]): readonly ServerRole[] =>
  cluster.settings.commands === 'cluster-wide' ? roles.filter(role => isReached(cluster, role)) : [];

/** Roles of the inventory that go node by node although cluster-wide commands were asked for. */
export const notFannedOut = (cluster: AlluxioCluster): readonly ServerRole[] =>
  cluster.settings.commands === 'cluster-wide'
    ? SERVERS.filter(role => nodesOf(cluster, role).length > 0 && !isReached(cluster, role))
    : [];

/** Where such commands are run. */
export const launcherOf = (cluster: AlluxioCluster): ServerNode => firstMaster(cluster);

/** The order of `alluxio-stop.sh all` (recorded), without the masters, who go by themselves. */
export const STOP_ORDER = ['proxy', 'job-worker', 'worker', 'job-master'] as const;

/**
 * The order of `alluxio-start.sh all` (recorded), without the masters, and without job workers: one that comes before a job master
 * leads ends at once (seen on real servers), and the product's own script trusts to two seconds there.
 */
export const START_ORDER = ['job-master', 'worker', 'proxy'] as const;

/** Whether the old version's stop can be told to kill nothing outright: its own usage says so (recorded: 2.9.4 can, 2.3.0 not). */
const stopsSoftly = ({facts, cluster}: Context): boolean =>
  facts.get(launcherOf(cluster).id)?.['fanOut.soft'] === true;

/** Without -a a start looks after its work for minutes. Recorded of 2.1.0, 2.3.0 and 2.9.4; 1.8 has none (its usage). */
const startsAtOnce = (version: string): boolean => compareVersions(version, '2.1.0') >= 0;

/** The arguments of `alluxio-stop.sh`, role by role. */
export const stopWords = (roles: readonly ServerRole[], context: Context): readonly string[] =>
  roles.map(role => `${WORDS[role]}${stopsSoftly(context) ? ' -s' : ''}`);

/** The arguments of `alluxio-start.sh`, role by role; of masters that restore all but the backup. */
export const startWords = (roles: readonly ServerRole[], {target}: Context): readonly string[] =>
  roles.map(
    role => `${startsAtOnce(target.to) ? '-a ' : ''}${WORDS[role]}${role === 'worker' ? ' NoMount' : ''}`,
  );
