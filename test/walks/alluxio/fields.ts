import {z} from 'zod';
import {type AbsPath, parseAbsPath} from '../../../src/lib/abs-path.ts';
import type {Cluster, Node} from '../../../src/model/inventory.ts';
import type {PlanContext} from '../../../src/model/procedure.ts';
import type {Vars} from '../../../src/model/script.ts';
import {harmlessUnit} from '../../../src/recipe/starters.ts';

export const SERVERS = ['master', 'job-master', 'worker', 'job-worker'] as const;
export const ROLES = [...SERVERS, 'client'] as const;
export type ServerRole = (typeof SERVERS)[number];
export type RoleName = (typeof ROLES)[number];

const path = z.string().startsWith('/').transform(parseAbsPath);
const portOf = (byDefault: number) => z.number().int().default(byDefault);

export const Settings = z.strictObject({
  version: z.string().regex(/^\d+\.\d+\.\d+$/),
  /** The new version, on every host that has a home. */
  tarball: path,
  /** The folder that holds the new client jar, on the hosts of applications. */
  clientJars: path,
});

const Server = (port: number) => z.strictObject({port: portOf(port), harmlessUnit});
const Master = Server(19_998).extend({journal: path, metastore: path});
/** `copies`: where the ramdisk is copied to while it is formatted around. */
const Worker = Server(29_999).extend({ramdisk: path, copies: path});
/** `jar`: the folder in which the application finds its jar. `restart`: its command, or "by hand". */
const Client = z.strictObject({kind: z.enum(['spark', 'yarn']), jar: path, restart: z.string().min(1)});

export type Fields =
  | ({readonly role: 'master'} & z.infer<typeof Master>)
  | ({readonly role: 'worker'} & z.infer<typeof Worker>)
  | ({readonly role: 'job-master' | 'job-worker'} & z.infer<ReturnType<typeof Server>>)
  | ({readonly role: 'client'; readonly harmlessUnit?: never} & z.infer<typeof Client>);

/** Each role's schema, which also writes down whose fields they are. */
export const ROLE_FIELDS: Readonly<Record<RoleName, z.ZodType<Fields>>> = {
  master: Master.transform((fields): Fields => ({role: 'master', ...fields})),
  'job-master': Server(20_001).transform((fields): Fields => ({role: 'job-master', ...fields})),
  worker: Worker.transform((fields): Fields => ({role: 'worker', ...fields})),
  'job-worker': Server(30_001).transform((fields): Fields => ({role: 'job-worker', ...fields})),
  client: Client.transform((fields): Fields => ({role: 'client', ...fields})),
};

export type Alluxio = {
  readonly home: AbsPath | null;
  readonly fields: Fields;
  readonly settings: z.infer<typeof Settings>;
};
export type AlluxioNode = Node<Alluxio>;
export type AlluxioCluster = Cluster<Alluxio>;
export type Context = PlanContext<Alluxio>;

export const ofRole = ({nodes}: AlluxioCluster, ...roles: readonly RoleName[]): readonly AlluxioNode[] =>
  roles.flatMap(role => nodes.filter(({fields}) => fields.role === role));

/** The first master speaks for the cluster: whoever leads answers through it. */
export const leaderOf = (cluster: AlluxioCluster): AlluxioNode => {
  const [leader] = ofRole(cluster, 'master');
  if (leader === undefined) throw new Error('the inventory has no master');
  return leader;
};

/** The home of a node that has one: a link to the version that is installed. */
export const homeOf = ({id, home}: AlluxioNode): AbsPath => {
  if (home === null) throw new Error(`${id} has no home`);
  return home;
};

/** What its scripts know of a node; its role tells it from the others in the same home. */
export const nodeVars = ({home, fields}: AlluxioNode): Vars => ({
  ...fields,
  ...(home === null ? {} : {home}),
});
