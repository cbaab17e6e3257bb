import {z} from 'zod';
import type {AbsPath} from '../../lib/abs-path.ts';
import {never} from '../../lib/never.ts';
import type {Cluster, Node} from '../../model/inventory.ts';
import type {PlanContext} from '../../model/procedure.ts';
import {path, portOf, said, startOf, stopOf, waitOf} from '../../recipe/fields.ts';
import {harmlessUnit} from '../../recipe/starters.ts';
import {ClientFields} from './client-fields.ts';

/** Alluxio's own processes, in the order in which they are started. */
export const SERVERS = ['master', 'job-master', 'worker', 'job-worker', 'proxy'] as const;
export type ServerRole = (typeof SERVERS)[number];
/** A `client` is an application that loads Alluxio's jar: it has no home, and is none of Alluxio's processes. */
export type RoleName = ServerRole | 'client';

/** What becomes of the workers' tiers. */
export const CACHES = ['keep', 'copy', 'drop'] as const;

/** Who copies ramdisks. */
export const COPIERS = ['lakeup', 'scripts'] as const;

/** By which of the product's own commands nodes are started and stopped. */
export const COMMANDS = ['per-node', 'cluster-wide'] as const;

/** The cluster's own settings in the inventory. */
export const Settings = z.strictObject({
  version: said(
    z.string().regex(/^\d+\.\d+\.\d+$/, 'a version such as 2.9.4'),
    'What the new package must report, such as 2.9.4',
  ),
  package: said(
    path,
    "The new package on every node's own host: a tarball (.tar.gz, .tgz) as it was downloaded, or the directory it was unpacked to",
  ),
  conf: said(
    z
      .record(
        z.string().regex(/^alluxio\.[\w.-]+$/, 'a property such as alluxio.master.journal.type'),
        z.string(),
      )
      .default({}),
    'Properties that the new alluxio-site.properties gets instead of the old ones; everything else is carried over',
  ),
  backupDirectory: said(
    z.exactOptional(path),
    'Where the masters write the backup (`fsadmin backup DIR --local`): a directory on their own disks, or one that they share. From whoever wrote it lakeup copies it to every master that does not have it there. Without it: alluxio.master.backup.directory of the root under store',
  ),
  caches: said(
    z.enum(CACHES).default('keep'),
    'What becomes of the tiers of the workers: `keep` leaves them where they are; `copy` copies ramdisks to `cachePath` of each worker besides; `drop` formats them',
  ),
  copyBy: said(
    z.enum(COPIERS).default('lakeup'),
    'With `caches: copy`, who copies ramdisks: `lakeup`; or `scripts`, the home’s own `alluxio-stop.sh worker -c`, where the old version knows that (2.6.2 and later). Either way the copy is made after the stop and compared, and lakeup puts back what ramdisks lack',
  ),
  commands: said(
    z.enum(COMMANDS).default('per-node'),
    'By which commands nodes are stopped and started: `per-node`, each by itself; `cluster-wide`, by those of the guide (`alluxio-stop.sh workers`, `alluxio-start.sh masters`), sent once from the first master by its own password-less SSH. Either way each node is looked at by itself',
  ),
  persist: said(
    z.boolean().default(false),
    'Whether files that only workers hold are persisted to the under store before the backup',
  ),
  persistWithinMs: waitOf(6 * 3_600_000, 'persisting them may take'),
  backupWithinMs: waitOf(6 * 3_600_000, 'a backup of the metadata may take'),
  restoreWithinMs: waitOf(6 * 3_600_000, 'the masters may take to restore it, or to read their journal'),
  copyWithinMs: waitOf(3_600_000, 'a cold copy of journal and metastore, or of ramdisks, may take'),
  listWithinMs: waitOf(600_000, 'listing every file of the namespace may take'),
  stageWithinMs: waitOf(1_800_000, 'unpacking the package beside the old version may take'),
  // Recorded: a leader 15 to 30 s after the start; summaries are stale for 10 to 15 s.
  electionWithinMs: waitOf(180_000, 'the masters may take to elect a leader'),
  workersWithinMs: waitOf(300_000, 'a worker may take to register, block by block'),
  steadyMs: said(
    z.number().int().nonnegative().default(5_000),
    'How long a node has to stay well after a start before it counts as up, in milliseconds',
  ),
  // Recorded: what a leader says of its cluster may be 15 s old.
  lastSteadyMs: said(
    z.number().int().nonnegative().default(20_000),
    'How long the cluster has to stay as it is, before something stops and at the end, in milliseconds',
  ),
});
export type Settings = z.infer<typeof Settings>;

const common = {
  address: said(
    z.exactOptional(z.string().min(1)),
    "The node's name as the masters know it, when that is not the host's name",
  ),
  javaHome: said(z.exactOptional(path), 'Only to override the JAVA_HOME of the running process'),
  harmlessUnit,
};

/** The scripts wait 120 s for a process that was told to end (domain 1.2). */
const STOP_MS = 180_000;

export const MasterFields = z.strictObject({
  ...common,
  port: portOf(19_998, 'alluxio.master.rpc.port'),
  webPort: portOf(19_999, 'alluxio.master.web.port'),
  journalPort: portOf(19_200, 'alluxio.master.embedded.journal.port'),
  stopWithinMs: stopOf(STOP_MS),
  startWithinMs: startOf(300_000),
});
export const JobMasterFields = z.strictObject({
  ...common,
  port: portOf(20_001, 'alluxio.job.master.rpc.port'),
  webPort: portOf(20_002, 'alluxio.job.master.web.port'),
  stopWithinMs: stopOf(STOP_MS),
  startWithinMs: startOf(120_000),
});
export const WorkerFields = z.strictObject({
  ...common,
  cachePath: said(
    z.exactOptional(path),
    "Where the worker's ramdisks are copied to with `caches: copy`: a directory of its own disk; what is there is overwritten, once you agreed to it",
  ),
  port: portOf(29_999, 'alluxio.worker.rpc.port'),
  webPort: portOf(30_000, 'alluxio.worker.web.port'),
  stopWithinMs: stopOf(STOP_MS),
  startWithinMs: startOf(300_000),
});
export const JobWorkerFields = z.strictObject({
  ...common,
  port: portOf(30_001, 'alluxio.job.worker.rpc.port'),
  webPort: portOf(30_003, 'alluxio.job.worker.web.port'),
  stopWithinMs: stopOf(STOP_MS),
  startWithinMs: startOf(120_000),
});
export const ProxyFields = z.strictObject({
  ...common,
  webPort: portOf(39_999, 'alluxio.proxy.web.port'),
  stopWithinMs: stopOf(STOP_MS),
  startWithinMs: startOf(120_000),
});

/** A server's fields, parsed, with the role they belong to. */
export type ServerFields =
  | ({readonly role: 'master'} & z.infer<typeof MasterFields>)
  | ({readonly role: 'job-master'} & z.infer<typeof JobMasterFields>)
  | ({readonly role: 'worker'} & z.infer<typeof WorkerFields>)
  | ({readonly role: 'job-worker'} & z.infer<typeof JobWorkerFields>)
  | ({readonly role: 'proxy'} & z.infer<typeof ProxyFields>);
type OfClient = {readonly role: 'client'} & ClientFields;
type Fields = ServerFields | OfClient;

/** What the inventory of an Alluxio cluster holds, once it is parsed: of its servers, of its clients, of all. */
export type Servers = {readonly home: AbsPath; readonly fields: ServerFields; readonly settings: Settings};
type Clients = {readonly home: null; readonly fields: OfClient; readonly settings: Settings};
export type Alluxio = {
  readonly home: AbsPath | null;
  readonly fields: Fields;
  readonly settings: Settings;
};
export type ServerNode = Node<Servers>;
export type ClientNode = Node<Clients>;
export type AlluxioNode = Node<Alluxio>;
export type AlluxioCluster = Cluster<Alluxio>;
export type Context = PlanContext<Alluxio>;

/** Each role's schema, which also writes down whose fields they are. */
export const ROLE_FIELDS = {
  master: MasterFields.transform((fields): ServerFields => ({role: 'master', ...fields})),
  'job-master': JobMasterFields.transform((fields): ServerFields => ({role: 'job-master', ...fields})),
  worker: WorkerFields.transform((fields): ServerFields => ({role: 'worker', ...fields})),
  'job-worker': JobWorkerFields.transform((fields): ServerFields => ({role: 'job-worker', ...fields})),
  proxy: ProxyFields.transform((fields): ServerFields => ({role: 'proxy', ...fields})),
  client: ClientFields.transform((fields): OfClient => ({role: 'client', ...fields})),
} satisfies Readonly<Record<RoleName, z.ZodType<Fields>>>;

export const isServer = (node: AlluxioNode): node is ServerNode => node.fields.role !== 'client';
export const isClient = (node: AlluxioNode): node is ClientNode => node.fields.role === 'client';

const byRole = new WeakMap<readonly AlluxioNode[], ReadonlyMap<string, readonly ServerNode[]>>();

/** The servers of these roles, role by role, each in the inventory's order. Nodes never change, so they are sorted once. */
export const nodesOf = ({nodes}: AlluxioCluster, ...roles: readonly ServerRole[]): readonly ServerNode[] => {
  const known = byRole.get(nodes) ?? Map.groupBy(nodes.filter(isServer), node => node.role);
  byRole.set(nodes, known);
  return roles.flatMap(role => known.get(role) ?? []);
};

export const clientsOf = ({nodes}: AlluxioCluster): readonly ClientNode[] => nodes.filter(isClient);

/** The first master of the inventory: commands that reach the leader by themselves are run there. */
export const firstMaster = (cluster: AlluxioCluster): ServerNode => {
  const [first] = nodesOf(cluster, 'master');
  if (first === undefined) throw new Error(`${cluster.name} has no master`);
  return first;
};

/** Whether the backup is written where only one of several masters may have it: then it is brought to the others. */
export const isSpread = (cluster: AlluxioCluster): boolean =>
  cluster.settings.backupDirectory !== undefined && nodesOf(cluster, 'master').length > 1;

/** One node of each home, masters first: what is installed is a matter of the home, not of who runs from it. */
export const homesOf = (cluster: AlluxioCluster): readonly ServerNode[] => {
  const seen = new Set<string>();
  return nodesOf(cluster, ...SERVERS).filter(({host, home}) => {
    const place = `${host} ${home}`;
    if (seen.has(place)) return false;
    seen.add(place);
    return true;
  });
};

/** The ports a running node listens on by itself, and which must be free before it starts. */
export const portsOf = ({fields}: ServerNode): readonly number[] => {
  switch (fields.role) {
    case 'master':
    case 'job-master':
    case 'worker':
    case 'job-worker':
      return [fields.port, fields.webPort];
    case 'proxy':
      return [fields.webPort];
    default:
      return never(fields);
  }
};

/** Whether a name that a master tells (often a FQDN) means this node: its address or host, with or without a domain. */
export const isNamed = ({host, fields: {address}}: ServerNode, name: string): boolean =>
  [address, host].some(known => known !== undefined && (known === name || name.startsWith(`${known}.`)));
