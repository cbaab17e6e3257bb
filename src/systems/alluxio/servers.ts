import type {Cluster} from '../../model/inventory.ts';
import type {Survey} from '../../model/survey.ts';
import type {Preflight} from '../../model/system.ts';
import {type Alluxio, type AlluxioCluster, isServer, type Servers} from './fields.ts';

const known = new WeakMap<AlluxioCluster, Cluster<Servers>>();

/** The same cluster without the applications that only load its client. */
export const serversOf = (cluster: AlluxioCluster): Cluster<Servers> => {
  const servers = known.get(cluster) ?? {...cluster, nodes: cluster.nodes.filter(isServer)};
  known.set(cluster, servers);
  return servers;
};

/** What was surveyed of the servers alone. */
export const surveyOfServers = ({cluster, facts}: Survey<Alluxio>): Survey<Servers> => ({
  cluster: serversOf(cluster),
  facts,
});

/** A check that knows servers only: homes, processes and packages are theirs. */
export const ofServers = ({name, find}: Preflight<Servers>): Preflight<Alluxio> => ({
  name,
  find: survey => find(surveyOfServers(survey)),
});
