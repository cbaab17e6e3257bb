import {z} from 'zod';
import {type AbsPath, absPathProblem, parseAbsPath} from '../../lib/abs-path.ts';
import type {Cluster, Node} from '../../model/inventory.ts';

const path = z.string().superRefine((value, context) => {
  const problem = absPathProblem(value);
  if (problem !== null) context.addIssue({code: 'custom', message: problem.en, params: {text: problem}});
});
const port = z.number().int().min(1).max(65_535);
const waitMs = z.number().int().min(1_000);

/** The cluster's own settings in the inventory. */
export const Settings = z.strictObject({
  /** What the new packages must report, such as "3.1.2". */
  version: z.string().regex(/^\d+\.\d+\.\d+(\.\d+)?$/, 'a version such as 3.1.2'),
  /** The user of the MySQL protocol on the frontends; needs ADMIN or NODE privilege. */
  sqlUser: z.string().min(1).default('root'),
  /** The name of the variable that holds this user's password; without it there is none. */
  sqlPasswordEnv: z.exactOptional(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'the name of a variable')),
  /** How far a frontend's replayed journal may be behind the master's and still count as caught up. */
  journalLagAtMost: z.number().int().nonnegative().default(1_000),
});
export type Settings = z.infer<typeof Settings>;

const common = {
  /** The unpacked new package on the node's host: the directory that holds the new bin and lib. */
  package: path,
  /** Where the address by which the frontends know this node differs from the host's name. */
  address: z.exactOptional(z.string().min(1)),
  /** Overrides the JAVA_HOME that the running process was seen to have. */
  javaHome: z.exactOptional(path),
};

/** MetaService and Recycler. The process may drain before it quits (domain: stop.sh does not wait). */
export const CloudFields = z.strictObject({
  ...common,
  port: port.default(5000),
  stopWithinMs: waitMs.default(60_000),
  startWithinMs: waitMs.default(120_000),
});

/** Patience of a stop covers 120 s of running queries and the delay after them; of a start, a large file cache. */
export const BeFields = z.strictObject({
  ...common,
  heartbeatPort: port.default(9050),
  bePort: port.default(9060),
  webPort: port.default(8040),
  brpcPort: port.default(8060),
  stopWithinMs: waitMs.default(240_000),
  startWithinMs: waitMs.default(600_000),
});

/** Patience of a start covers loading the image and replaying the journal. */
export const FeFields = z.strictObject({
  ...common,
  httpPort: port.default(8030),
  rpcPort: port.default(9020),
  queryPort: port.default(9030),
  editLogPort: port.default(9010),
  stopWithinMs: waitMs.default(320_000),
  startWithinMs: waitMs.default(600_000),
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
