import {parseAbsPath} from '../../../src/lib/abs-path.ts';
import {HostId, NodeId} from '../../../src/model/ids.ts';
import type {Cluster} from '../../../src/model/inventory.ts';
import {
  type Alluxio,
  type ClientNode,
  ROLE_FIELDS,
  type ServerNode,
  type ServerRole,
  Settings,
} from '../../../src/systems/alluxio/fields.ts';

/** How many hosts of each kind: a master and its job master share one and its home, a worker and its job worker too. */
export type MemoryShape = {
  readonly masters: number;
  readonly workers: number;
  readonly proxies: number;
  /** Without a job service, as 1.x is. */
  readonly jobless?: boolean;
};

/** 3 masters and job masters, 3 workers and job workers. */
export const STANDARD: MemoryShape = {masters: 3, workers: 3, proxies: 0};

const count = (many: number): number[] => Array.from({length: many}, (_, i) => i + 1);

type Seed = {readonly name: string; readonly role: ServerRole; readonly host: number};

const seedsOf = ({jobless = false, ...shape}: MemoryShape): Seed[] =>
  everySeed(shape).filter(({role}) => !jobless || !role.startsWith('job-'));

const everySeed = ({masters, workers, proxies}: MemoryShape): Seed[] => [
  ...count(masters).flatMap((i): Seed[] => [
    {name: `m-${i}`, role: 'master', host: 10 + i},
    {name: `jm-${i}`, role: 'job-master', host: 10 + i},
  ]),
  ...count(workers).flatMap((i): Seed[] => [
    {name: `w-${i}`, role: 'worker', host: 20 + i},
    {name: `jw-${i}`, role: 'job-worker', host: 20 + i},
  ]),
  ...count(proxies).map((i): Seed => ({name: `p-${i}`, role: 'proxy', host: 20 + i})),
];

/** Where workers copy their ramdisks to. */
export const CACHE_PATH = '/data/cache';

type More = {
  readonly commands?: 'per-node' | 'cluster-wide';
  readonly caches?: 'keep' | 'copy' | 'drop';
  readonly persist?: boolean;
  readonly conf?: Readonly<Record<string, string>>;
  /** With applications: one that is restarted by a command, one by hand, and a gateway of Cloudera Manager. */
  readonly clients?: boolean;
};

const CLIENTS: readonly object[] = [
  {kind: 'spark', restart: 'systemctl restart spark'},
  {kind: 'hive', restart: 'by hand'},
  {kind: 'yarn', restart: 'by hand', safetyValve: '/etc/hadoop/conf/hadoop-env.sh'},
];

const clientNodes = (to: string): ClientNode[] =>
  CLIENTS.map((own, i) => {
    const fields = ROLE_FIELDS.client.parse({
      jar: '/opt/app/jars',
      newJar: `/opt/pkg/alluxio-${to}-client.jar`,
      ...own,
    });
    return {
      id: NodeId.parse(`${fields.kind}-1`),
      host: HostId.parse(`10.78.0.${40 + i}`),
      role: 'client',
      home: null,
      fields,
    };
  });

/** A cluster as an inventory file would tell it; `to` is the version of the package. */
export const makeMemoryCluster = (
  shape: MemoryShape = STANDARD,
  to = '2.9.4',
  name = 'lake-alluxio',
  {clients = false, ...more}: More = {},
): Cluster<Alluxio> => {
  const seeds = seedsOf(shape);
  const hostOf = ({host}: Seed): HostId => HostId.parse(`10.78.0.${host}`);
  const nodes = seeds.map(
    (seed): ServerNode => ({
      id: NodeId.parse(seed.name),
      host: hostOf(seed),
      role: seed.role,
      home: parseAbsPath('/opt/alluxio'),
      fields: ROLE_FIELDS[seed.role].parse(
        seed.role === 'worker' && more.caches === 'copy' ? {cachePath: CACHE_PATH} : {},
      ),
    }),
  );
  const applications = clients ? clientNodes(to) : [];
  return {
    name,
    system: 'alluxio',
    hosts: [...new Set([...seeds.map(hostOf), ...applications.map(({host}) => host)])].map(id => ({
      id,
      identityFiles: [],
    })),
    nodes: [...nodes, ...applications],
    settings: Settings.parse({version: to, package: `/opt/pkg/alluxio-${to}-bin.tar.gz`, ...more}),
  };
};
