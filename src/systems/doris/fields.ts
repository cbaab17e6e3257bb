import {z} from 'zod';
import type {AbsPath} from '../../lib/abs-path.ts';
import {placeOf} from '../../lib/address.ts';
import {never} from '../../lib/never.ts';
import type {Cluster, Node} from '../../model/inventory.ts';
import {path, portOf, said, startOf, stopOf, waitOf} from '../../recipe/fields.ts';
import {harmlessUnit} from '../../recipe/starters.ts';

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
  sqlPasswordInClear: said(
    z.boolean().default(false),
    'Only for a sqlUser of a directory service (LDAP), whose frontend asks for the password itself: it is given where the process that listens on the query port is the verified one of the node',
  ),
  journalLagAtMost: said(
    z.number().int().nonnegative().default(1_000),
    'A frontend this many journal entries behind the master still counts as caught up',
  ),
  // Two or three heartbeats of 5 or 10 s, and one slow answer.
  heartbeatsWithinMs: waitOf(90_000, 'the cluster may take to see a node as it is'),
  othersWithinMs: waitOf(120_000, 'to wait, before a node is stopped, until the others serve'),
  // A frontend was seen to die 4 s after it was ready.
  steadyMs: said(
    z.number().int().nonnegative().default(5_000),
    'How long a node has to stay well after a start before it counts as up, in milliseconds',
  ),
  // Two heartbeats of 10 s: one that comes and goes is not alive.
  lastSteadyMs: said(
    z.number().int().nonnegative().default(22_000),
    'How long every node has to stay well at the end before it is verified, in milliseconds',
  ),
  // Domain: an election takes 2 to 15 s.
  electionWithinMs: waitOf(120_000, 'to wait for a master before the run is held'),
  // Domain 1.2: without it no MetaService comes up; a host that reaches it by another way than its own network cannot tell.
  askStore: said(
    z.boolean().default(true),
    'Whether the coordinators of FoundationDB are tried from the hosts of MetaService and Recycler before anything is stopped',
  ),
  // Domain: a frontend that cannot reach a dead one answers after 10 to 40 s.
  sqlTimeoutMs: waitOf(60_000, 'a frontend may take to answer a query'),
});
export type Settings = z.infer<typeof Settings>;

/**
 * How long the others have to stay well before a node is stopped: longer than from one heartbeat to the next (10 s by default), for
 * one that is alive at every second of them is alive for so long.
 */
export const othersSteadyMs = ({
  steadyMs,
  lastSteadyMs,
}: Pick<Settings, 'steadyMs' | 'lastSteadyMs'>): number => Math.max(steadyMs, Math.ceil(lastSteadyMs / 2));

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
  harmlessUnit,
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
  webPort: said(
    z.number().int().min(0).max(65_535).default(8040),
    "webserver_port of the node's configuration; 0 where it serves HTTPS: then its process, its other ports and its row prove that it serves",
  ),
  brpcPort: portOf(8060, 'brpc_port'),
  stopWithinMs: stopOf(240_000),
  startWithinMs: startOf(600_000),
});

/** Patience of a start covers loading the image and replaying the journal. */
export const FeFields = z.strictObject({
  ...common,
  httpPort: said(
    z.number().int().min(0).max(65_535).default(8030),
    "http_port of the node's configuration; 0 where it serves HTTPS alone: then SQL alone proves that it serves",
  ),
  rpcPort: portOf(9020, 'rpc_port'),
  queryPort: portOf(9030, 'query_port'),
  editLogPort: portOf(9010, 'edit_log_port'),
  stopWithinMs: stopOf(320_000),
  startWithinMs: startOf(600_000),
});

export type RoleName = 'ms' | 'recycler' | 'be' | 'fe';

/** A node's fields, parsed, with the role they belong to. */
export type Fields =
  | ({readonly role: 'ms' | 'recycler'} & z.infer<typeof CloudFields>)
  | ({readonly role: 'be'} & z.infer<typeof BeFields>)
  | ({readonly role: 'fe'} & z.infer<typeof FeFields>);

type OfRole<R extends Fields['role']> = Extract<Fields, {readonly role: R}>;

/** What the inventory of a Doris cluster holds, once it is parsed. */
export type Doris = {readonly home: AbsPath; readonly fields: Fields; readonly settings: Settings};
export type DorisNode = Node<Doris>;
export type DorisCluster = Cluster<Doris>;

/** Each role's schema, which also writes down whose fields they are. */
export const ROLE_FIELDS: Readonly<Record<RoleName, z.ZodType<Fields>>> = {
  ms: CloudFields.transform((fields): Fields => ({role: 'ms', ...fields})),
  recycler: CloudFields.transform((fields): Fields => ({role: 'recycler', ...fields})),
  be: BeFields.transform((fields): Fields => ({role: 'be', ...fields})),
  fe: FeFields.transform((fields): Fields => ({role: 'fe', ...fields})),
};

/** The fields of a node that must be a frontend. */
export const feFieldsOf = ({id, fields}: DorisNode): OfRole<'fe'> => {
  if (fields.role !== 'fe') throw new Error(`${id} is no frontend`);
  return fields;
};

/** The fields of a node that must be a backend. */
export const beFieldsOf = ({id, fields}: DorisNode): OfRole<'be'> => {
  if (fields.role !== 'be') throw new Error(`${id} is no backend`);
  return fields;
};

/** The fields of a node that must be a MetaService or a Recycler. */
export const cloudFieldsOf = ({id, fields}: DorisNode): OfRole<'ms' | 'recycler'> => {
  if (fields.role !== 'ms' && fields.role !== 'recycler') throw new Error(`${id} is a ${fields.role}`);
  return fields;
};

/** Of these ports those that are told: 0 stands for one that cannot be asked. */
const existing = (...ports: readonly number[]): readonly number[] => ports.filter(port => port !== 0);

/** The ports a running node listens on, and which must be free before it starts. */
export const portsOf = ({fields}: DorisNode): readonly number[] => {
  switch (fields.role) {
    case 'be':
      return existing(fields.heartbeatPort, fields.bePort, fields.webPort, fields.brpcPort);
    case 'fe':
      return existing(fields.httpPort, fields.rpcPort, fields.queryPort, fields.editLogPort);
    case 'ms':
    case 'recycler':
      return [fields.port];
    default:
      return never(fields);
  }
};

/** The port of a node's own page; 0 where it has none that can be asked. */
export const ownPortOf = ({fields}: DorisNode): number => {
  switch (fields.role) {
    case 'be':
      return fields.webPort;
    case 'fe':
      return fields.httpPort;
    case 'ms':
    case 'recycler':
      return fields.port;
    default:
      return never(fields);
  }
};

/** The port by which the frontends know a member of the group. */
export const memberPortOf = (node: DorisNode): number =>
  node.fields.role === 'be' ? beFieldsOf(node).heartbeatPort : feFieldsOf(node).editLogPort;

const byRole = new WeakMap<readonly DorisNode[], ReadonlyMap<string, readonly DorisNode[]>>();

/** The nodes of a role, in the inventory's order. Nodes never change, so they are sorted once. */
export const nodesOf = ({nodes}: DorisCluster, role: RoleName): readonly DorisNode[] => {
  const known = byRole.get(nodes) ?? Map.groupBy(nodes, node => node.role);
  byRole.set(nodes, known);
  return known.get(role) ?? [];
};

/** Names the frontends may know this node by. */
export const addressesOf = ({host, fields: {address}}: DorisNode): readonly string[] =>
  address === undefined ? [host] : [address, host];

/** Every address and port by which the frontends may know this node, in the one spelling. */
export const placesOf = (node: DorisNode): readonly string[] => {
  const port = memberPortOf(node);
  return addressesOf(node).map(address => placeOf(address, port));
};
