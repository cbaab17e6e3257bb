import {parseAbsPath} from '../../../src/lib/abs-path.ts';
import type {Facts} from '../../../src/model/facts.ts';
import {HostId, NodeId} from '../../../src/model/ids.ts';
import type {Cluster, Node} from '../../../src/model/inventory.ts';
import type {Target} from '../../../src/model/system.ts';

/** Where things lie on every host; the old home is reached by a link that the new version takes over. */
export const PLACES = {
  home: '/opt/alluxio',
  oldHome: '/opt/alluxio-2.3.0',
  newHome: '/opt/alluxio-2.9.4',
  tarball: '/opt/pkg/alluxio-2.9.4-bin.tar.gz',
  journal: '/srv/alluxio/journal',
  metastore: '/srv/alluxio/metastore',
  ramdisk: '/mnt/ramdisk',
  cacheCopies: '/data/alluxio-cache',
  clientJar: 'alluxio-2.9.4-client.jar',
} as const;

export const target: Target = {from: '2.3.0', to: '2.9.4', stamp: '20260101_000000'};

const node = (id: string, role: string, host: string, home: string, fields: Facts = {}): Node => ({
  id: NodeId.parse(id),
  role,
  host: HostId.parse(host),
  home: parseAbsPath(home),
  fields,
});

const nodes: readonly Node[] = [
  ...[1, 2, 3].flatMap(n => [
    node(`m-${n}`, 'master', `x${n}`, PLACES.home),
    node(`jm-${n}`, 'job-master', `x${n}`, PLACES.home),
  ]),
  ...[1, 2].flatMap(n => [
    node(`w-${n}`, 'worker', `y${n}`, PLACES.home),
    node(`jw-${n}`, 'job-worker', `y${n}`, PLACES.home),
  ]),
  node('spark-1', 'client', 'z1', '/opt/spark/jars', {
    kind: 'spark',
    restart: '/opt/spark/sbin/restart-all.sh',
  }),
  node('yarn-gw', 'client', 'z2', '/opt/cloudera/alluxio', {kind: 'yarn', restart: 'by hand'}),
];

/** Three masters with embedded journals, two workers with ramdisks, job service beside them, two applications. */
export const cluster: Cluster = {
  name: 'lake-alluxio',
  system: 'alluxio',
  hosts: [...new Set(nodes.map(({host}) => host))].map(id => ({id, identityFiles: []})),
  nodes,
  settings: {},
};

export const ofRole = (...roles: readonly string[]): readonly Node[] =>
  roles.flatMap(role => cluster.nodes.filter(known => known.role === role));

export const named = (id: string): Node => {
  const found = cluster.nodes.find(known => known.id === id);
  if (found === undefined) throw new Error(`there is no ${id}`);
  return found;
};
