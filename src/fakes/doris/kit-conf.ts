import type {KitContext, KitFile, Place} from '../../model/kit.ts';

/** A port of a place by its name in the inventory. */
export const port = (place: Place, name: string): number => {
  const found = place.ports[name];
  if (found === undefined) throw new Error(`${place.name} has no port ${name}`);
  return found;
};

/** Every member's metadata names it. */
export const clusterId = 213_067_027;
/** A FoundationDB of its own for every fake cluster: several may run on one machine. */
const clusterName = ({events}: KitContext): string =>
  [...events].reduce((sum, char) => (sum * 131 + char.charCodeAt(0)) >>> 0, 7).toString(36);

/** Its one coordinator is beside the first MetaService. */
const storeAddress = ({places}: KitContext): string =>
  places.find(({role}) => role === 'ms')?.address ?? '127.0.0.1';

/** A frontend's name in its group: letters and underscores. */
export const frontendName = (place: Place): string =>
  `fe_${place.name.replaceAll('-', '_')}_4d90_84d8_bc67b8361ffe`;

/** What every frontend's metadata tells of the cluster. */
export const members = (context: KitContext): string =>
  JSON.stringify({
    clusterId,
    token: 'd455d480-1890-463d-8540-b1bfdfcd0d08',
    frontends: context.places
      .filter(place => place.role === 'fe')
      .map(place => ({
        name: frontendName(place),
        host: place.address,
        role: place.kind === 'observer' ? 'OBSERVER' : 'FOLLOWER',
        editLogPort: port(place, 'editLogPort'),
        httpPort: port(place, 'httpPort'),
        queryPort: port(place, 'queryPort'),
        rpcPort: port(place, 'rpcPort'),
      })),
    backends: context.places
      .filter(place => place.role === 'be')
      .map((place, i) => ({
        id: String(1_795_335_295_833 + i),
        host: place.address,
        heartbeatPort: port(place, 'heartbeatPort'),
        group: place.group ?? 'default_compute_group',
        uniqueId: `1:1751150972:${place.name}`,
      })),
  });

/** Where a host's fake JDK lies. */
export const jdkOf = (place: Place): string => `${place.root === '/' ? '' : place.root}/opt/jdk-17`;

/** The product's own conf file of a node. */
export const conf = (place: Place, context: KitContext): KitFile => {
  const common = [`priority_networks = ${place.address}/32`, `JAVA_HOME = ${jdkOf(place)}`];
  const endpoints = context.places
    .filter(other => other.role === 'ms')
    .map(other => `${other.address}:${port(other, 'port')}`);
  const mine: Readonly<Record<string, readonly string[]>> = {
    be: [
      'deploy_mode = cloud',
      `meta_service_endpoint = ${endpoints.join(',')}`,
      `be_port = ${place.ports.bePort}`,
      `webserver_port = ${place.ports.webPort}`,
      `heartbeat_service_port = ${place.ports.heartbeatPort}`,
      `brpc_port = ${place.ports.brpcPort}`,
    ],
    fe: [
      'deploy_mode = cloud',
      `cluster_id = ${clusterId}`,
      `meta_service_endpoint = ${endpoints.join(',')}`,
      `meta_dir = ${place.home}/doris-meta`,
      'JAVA_OPTS_FOR_JDK_17="-Xmx1g -Xms256m -XX:+UseG1GC"',
      `http_port = ${place.ports.httpPort}`,
      `rpc_port = ${place.ports.rpcPort}`,
      `query_port = ${place.ports.queryPort}`,
      `edit_log_port = ${place.ports.editLogPort}`,
    ],
  };
  const own = mine[place.role] ?? [
    `brpc_listen_port = ${place.ports.port}`,
    `fdb_cluster = fake:${clusterName(context)}@${storeAddress(context)}:4500`,
  ];
  const name = place.role === 'be' || place.role === 'fe' ? `${place.role}.conf` : 'doris_cloud.conf';
  return {path: `${place.home}/conf/${name}`, text: `${[...common, ...own].join('\n')}\n`, mode: 0o644};
};
