import {z} from 'zod';
import {type AbsPath, absPathProblem, parseAbsPath} from '../../lib/abs-path.ts';
import type {Cluster, Node} from '../../model/inventory.ts';

const path = z.string().superRefine((value, context) => {
  const problem = absPathProblem(value);
  if (problem !== null) context.addIssue({code: 'custom', message: problem.en, params: {text: problem}});
});

/** What a field means, for editors and docs/inventory.schema.json; inventory.example.yaml says the same. */
const said = <T extends z.ZodType>(schema: T, description: string): T => schema.meta({description});

const portOf = (byDefault: number, config: string) =>
  said(z.number().int().min(1).max(65_535).default(byDefault), `${config} of the node's configuration`);
const waitOf = (byDefault: number, what: string) =>
  said(z.number().int().min(1_000).default(byDefault), `How long ${what}, in milliseconds`);
const stopOf = (byDefault: number) =>
  waitOf(byDefault, 'a stop may take before the run is held and asks you');
const startOf = (byDefault: number) =>
  waitOf(byDefault, 'a start may take, until the node is well again, before the run is held and asks you');

/** The cluster's own settings in the inventory. */
export const Settings = z.strictObject({
  version: said(
    z.string().regex(/^\d+\.\d+\.\d+(\.\d+)?$/, 'a version such as 3.1.2'),
    'What the new packages must report, such as 3.1.2',
  ),
  sqlUser: said(
    z.string().min(1).default('root'),
    'Asks the frontends for SHOW FRONTENDS and SHOW BACKENDS; needs ADMIN or NODE privilege',
  ),
  sqlPasswordEnv: said(
    z.exactOptional(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'the name of a variable')),
    'The name of the environment variable that holds the password of sqlUser; leave out when there is none',
  ),
  journalLagAtMost: said(
    z.number().int().nonnegative().default(1_000),
    'A frontend this many journal entries behind the master still counts as caught up',
  ),
  // Two or three heartbeats of 5 or 10 s, and one slow answer.
  heartbeatsWithinMs: waitOf(90_000, 'the cluster may take to see a node as it is'),
  othersWithinMs: waitOf(120_000, 'to wait, before a node is stopped, until the others serve'),
  // Domain: an election takes 2 to 15 s.
  electionWithinMs: waitOf(120_000, 'to wait for a master before the run is held'),
  // Domain: a frontend that cannot reach a dead one answers after 10 to 40 s.
  sqlTimeoutMs: waitOf(60_000, 'a frontend may take to answer a query'),
});
export type Settings = z.infer<typeof Settings>;

const common = {
  package: said(
    path,
    "The unpacked new package on the node's own host: the absolute directory that holds the new bin and lib",
  ),
  address: said(
    z.exactOptional(z.string().min(1)),
    "The node's address as the frontends know it, when that is not the host's name",
  ),
  javaHome: said(z.exactOptional(path), 'Only to override the JAVA_HOME of the running process'),
  stageWithinMs: waitOf(1_800_000, 'copying the package beside the old files may take'),
  harmlessUnit: said(
    z.exactOptional(z.string().regex(/\.service$/, 'a unit such as agent.service')),
    'The service unit the process is in, where you know that nothing there starts it again',
  ),
};

/** MetaService and Recycler. The process may drain before it quits (domain: stop.sh does not wait). */
export const CloudFields = z.strictObject({
  ...common,
  port: portOf(5000, 'brpc_listen_port'),
  stopWithinMs: stopOf(60_000),
  startWithinMs: startOf(120_000),
});

/** Patience of a stop covers 120 s of running queries and the delay after them; of a start, a large file cache. */
export const BeFields = z.strictObject({
  ...common,
  heartbeatPort: portOf(9050, 'heartbeat_service_port'),
  bePort: portOf(9060, 'be_port'),
  webPort: portOf(8040, 'webserver_port'),
  brpcPort: portOf(8060, 'brpc_port'),
  stopWithinMs: stopOf(240_000),
  startWithinMs: startOf(600_000),
});

/** Patience of a start covers loading the image and replaying the journal. */
export const FeFields = z.strictObject({
  ...common,
  httpPort: portOf(8030, 'http_port'),
  rpcPort: portOf(9020, 'rpc_port'),
  queryPort: portOf(9030, 'query_port'),
  editLogPort: portOf(9010, 'edit_log_port'),
  stopWithinMs: stopOf(320_000),
  startWithinMs: startOf(600_000),
});

export type RoleName = 'ms' | 'recycler' | 'be' | 'fe';
type CloudFields = z.infer<typeof CloudFields>;
type BeFields = z.infer<typeof BeFields>;
type FeFields = z.infer<typeof FeFields>;

/** A node's fields, parsed, with the role they belong to. */
export type Fields =
  | ({readonly role: 'ms' | 'recycler'} & CloudFields)
  | ({readonly role: 'be'} & BeFields)
  | ({readonly role: 'fe'} & FeFields);

const parse = ({id, role, fields}: Node): Fields => {
  switch (role) {
    case 'ms':
    case 'recycler':
      return {role, ...CloudFields.parse(fields)};
    case 'be':
      return {role, ...BeFields.parse(fields)};
    case 'fe':
      return {role, ...FeFields.parse(fields)};
    default:
      throw new Error(`${id} has the role ${role}, which this system does not know`);
  }
};

const known = new WeakMap<Node, Fields>();

/** A node's fields as its role's schema reads them. Throws for a role this system does not know. */
export const fieldsOf = (node: Node): Fields => {
  const found = known.get(node) ?? parse(node);
  known.set(node, found);
  return found;
};

/** The same for a node that must be a frontend. */
export const feFieldsOf = (node: Node): FeFields => {
  const fields = fieldsOf(node);
  if (fields.role !== 'fe') throw new Error(`${node.id} is no frontend`);
  return fields;
};

/** The same for a node that must be a backend. */
export const beFieldsOf = (node: Node): BeFields => {
  const fields = fieldsOf(node);
  if (fields.role !== 'be') throw new Error(`${node.id} is no backend`);
  return fields;
};

const knownSettings = new WeakMap<Cluster, Settings>();

export const settingsOf = (cluster: Cluster): Settings => {
  const found = knownSettings.get(cluster) ?? Settings.parse(cluster.settings);
  knownSettings.set(cluster, found);
  return found;
};

export const packageOf = (node: Node): AbsPath => parseAbsPath(fieldsOf(node).package);

/** The ports a running node listens on, and which must be free before it starts. */
export const portsOf = (node: Node): readonly number[] => {
  const fields = fieldsOf(node);
  switch (fields.role) {
    case 'be':
      return [fields.heartbeatPort, fields.bePort, fields.webPort, fields.brpcPort];
    case 'fe':
      return [fields.httpPort, fields.rpcPort, fields.queryPort, fields.editLogPort];
    default:
      return [fields.port];
  }
};

export const nodesOf = (cluster: Cluster, role: RoleName): readonly Node[] =>
  cluster.nodes.filter(node => node.role === role);

/** Names the frontends may know this node by. */
export const addressesOf = (node: Node): readonly string[] => {
  const {address} = fieldsOf(node);
  return address === undefined ? [node.host] : [address, node.host];
};
