import {quote, sh} from '../../../lib/sh.ts';
import type {Kit, KitContext, KitFile, KitNode, Place} from '../../../model/kit.ts';
import {beBinary, cloudBinary, javaBinary} from './kit-binaries.ts';
import {START_CLOUD, STOP_CLOUD} from './kit-scripts-cloud.ts';
import {START_BE, START_FE, STOP_BE, STOP_FE} from './kit-scripts-daemons.ts';

const PORTS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  ms: {port: 5000},
  recycler: {port: 5000},
  be: {heartbeatPort: 9050, bePort: 9060, webPort: 8040, brpcPort: 8060},
  fe: {httpPort: 8030, rpcPort: 9020, queryPort: 9030, editLogPort: 9010},
};

const many = (role: string, names: readonly string[], group?: string): KitNode[] =>
  names.map(name => (group === undefined ? {name, role} : {name, role, group}));

const FRONTENDS: readonly KitNode[] = [
  ...many('fe', ['fe-1', 'fe-2', 'fe-3']),
  {name: 'fe-4', role: 'fe', kind: 'observer'},
];

const cloud = (etl: readonly string[], bi: readonly string[]): KitNode[] => [
  ...many('ms', ['ms-1', 'ms-2', 'ms-3']),
  ...many('recycler', ['rc-1']),
  ...many('be', etl, 'cg_etl'),
  ...many('be', bi, 'cg_bi'),
  ...FRONTENDS,
];

const port = (place: Place, name: string): number => {
  const found = place.ports[name];
  if (found === undefined) throw new Error(`${place.name} has no port ${name}`);
  return found;
};

/** doris-3.0.6-rc01-<hash>: what lib's version file holds and the node reports. */
export const fullVersion = (version: string): string => {
  const hash = [...version].reduce((sum, char) => (sum * 131 + char.charCodeAt(0)) >>> 0, 7);
  return `doris-${version}-rc01-${hash.toString(16).padStart(8, '0')}ab`;
};

const clusterId = 213_067_027;
const frontendName = (place: Place): string => `fe_${place.name.replaceAll('-', '_')}_4d90_84d8_bc67b8361ffe`;

/** What every frontend's metadata tells of the cluster. */
const members = (context: KitContext): string =>
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

const jdkOf = (place: Place): string => `${place.root === '/' ? '' : place.root}/opt/jdk-17`;

const conf = (place: Place, context: KitContext): KitFile => {
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
    'fdb_cluster = fake:fake@127.0.0.1:4500',
  ];
  const name = place.role === 'be' || place.role === 'fe' ? `${place.role}.conf` : 'doris_cloud.conf';
  return {path: `${place.home}/conf/${name}`, text: `${[...common, ...own].join('\n')}\n`, mode: 0o644};
};

const seconds = (real: number, speed: number, least: number): string =>
  Math.max(real / speed, least).toFixed(2);

/**
 * The node's own settings, read by its scripts at every call and by its process when it starts. Knobs, all optional:
 * START_MS, DRAIN_MS (real times, before speed), NEVER_READY=yes, DIES=at-start|when-up with DIES_AFTER_MS,
 * IGNORES_SIGNALS=yes, REPORTS=<version string>, AT_VERSION=x.y.z (the others count only at that version),
 * STOP_WAITS=no (older MetaService), MAX_MAP_COUNT, NOFILE, SWAP=on (BE's checks), ROOT_PASSWORD, SLOW_SQL_MS (FE).
 */
const fakeEnv = (place: Place, context: KitContext): KitFile => {
  const values: Readonly<Record<string, string>> = {
    ...context.marks,
    NODE_NAME: place.name,
    HOST_NAME: place.address,
    EVENTS: context.events,
    SPEED: String(context.speed),
    WAIT_1S: seconds(1, context.speed, 0.1),
    WAIT_2S: seconds(2, context.speed, 0.1),
    // Never so short that a busy machine's honest start reads as a failed one.
    WAIT_3S: seconds(3, context.speed, 1.2),
    ...context.knobs[place.name],
  };
  const lines = Object.entries(values).map(([name, value]) => `${name}=${quote(value)}\n`);
  return {path: `${place.home}/conf/fake.env`, text: lines.join(''), mode: 0o600};
};

const text = (path: string, body: string): KitFile => ({path, text: body, mode: 0o644});
const program = (path: string, body: string): KitFile => ({path, text: body, mode: 0o755});

/** bin and lib of one role at one version, below `base`. */
const release = (role: string, base: string, version: string, context: KitContext): KitFile[] => {
  const full = `${fullVersion(version)}\n`;
  const bulk = (name: string): KitFile => text(`${base}/lib/${name}`, `${full}${'x'.repeat(4000)}\n`);
  switch (role) {
    case 'be':
      return [
        program(`${base}/bin/start_be.sh`, START_BE),
        program(`${base}/bin/stop_be.sh`, STOP_BE),
        program(`${base}/lib/doris_be`, beBinary(context)),
        text(`${base}/lib/VERSION`, full),
        bulk('java_extensions/preload-extensions.jar'),
        bulk('hadoop_hdfs/common/hadoop-common.jar'),
      ];
    case 'fe':
      return [
        program(`${base}/bin/start_fe.sh`, START_FE),
        program(`${base}/bin/stop_fe.sh`, STOP_FE),
        text(`${base}/lib/doris-fe.jar`, full),
        bulk('fe-common.jar'),
        bulk('bdb-je.jar'),
      ];
    default:
      return [
        program(`${base}/bin/start_ms.sh`, START_CLOUD),
        program(`${base}/bin/stop_ms.sh`, STOP_CLOUD),
        program(`${base}/lib/doris_cloud`, cloudBinary(context)),
        text(`${base}/lib/VERSION`, full),
        bulk('libfdb_c.so'),
      ];
  }
};

const kept = (place: Place, context: KitContext): KitFile[] => {
  switch (place.role) {
    case 'be':
      return [
        text(`${place.home}/storage/cluster_id`, `${clusterId}\n`),
        text(`${place.home}/log/be.out`, ''),
      ];
    case 'fe':
      return [
        text(`${place.home}/doris-meta/image/members.json`, members(context)),
        text(
          `${place.home}/doris-meta/image/VERSION`,
          `clusterId=${clusterId}\ntoken=d455d480-1890-463d-8540-b1bfdfcd0d08\n`,
        ),
        text(
          `${place.home}/doris-meta/image/ROLE`,
          `role=${place.kind === 'observer' ? 'OBSERVER' : 'FOLLOWER'}\nname=${frontendName(place)}\n`,
        ),
        text(`${place.home}/log/fe.out`, ''),
      ];
    default:
      return [text(`${place.home}/log/doris_cloud.out`, '')];
  }
};

const START: Readonly<Record<string, readonly string[]>> = {
  ms: ['start_ms.sh', '--meta-service', '--daemon'],
  recycler: ['start_ms.sh', '--recycler', '--daemon'],
  be: ['start_be.sh', '--daemon'],
  fe: ['start_fe.sh', '--daemon'],
};

const READY_PORT: Readonly<Record<string, string>> = {
  ms: 'port',
  recycler: 'port',
  be: 'webPort',
  fe: 'httpPort',
};

const packageFolder = (role: string): string => (role === 'recycler' ? 'ms' : role);

/** A node's own fields in the inventory, where they differ from its role's. */
const differing = (
  place: Place,
  role: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries({home: place.home, package: place.package, ...place.ports}).filter(
      ([key, value]) => role[key] !== value,
    ),
  );

const roleBlock = (places: readonly Place[]): Readonly<Record<string, unknown>> => {
  const [first] = places;
  if (first === undefined) throw new Error('a role without nodes has no block');
  const shared = Object.entries({home: first.home, package: first.package, ...first.ports}).filter(
    ([key, value]) =>
      places.every(place => ({home: place.home, package: place.package, ...place.ports})[key] === value),
  );
  const role = Object.fromEntries(shared);
  const nodes = places.map(place => ({
    name: place.name,
    host: place.address,
    ...(place.group === undefined ? {} : {group: place.group}),
    ...differing(place, role),
  }));
  return {...role, nodes};
};

/** The fake Doris: compute and storage decoupled, scripts named as the upgrade guide names them. */
export const dorisKit: Kit = {
  system: 'doris',
  from: '3.0.6',
  to: '3.1.2',
  layouts: {
    /** 14 nodes: 3 MetaServices, a Recycler of its own, 6 backends in two compute groups, 4 frontends. */
    demo: cloud(['be-1', 'be-2', 'be-3', 'be-4'], ['be-5', 'be-6']),
    /** A compute group with a single backend: its upgrade is an outage. */
    'lone-backend': cloud(['be-1', 'be-2', 'be-3'], ['be-4']),
    small: [
      ...many('ms', ['ms-1']),
      ...many('be', ['be-1', 'be-2'], 'cg_etl'),
      ...many('fe', ['fe-1', 'fe-2', 'fe-3']),
    ],
  },
  ports: node => PORTS[node.role] ?? {},
  folders: (node, to) => ({
    home: `opt/doris/${node.role}`,
    package: `opt/pkg/apache-doris-${to}-bin-x64/${packageFolder(node.role)}`,
  }),
  files: (place, context) => [
    ...release(place.role, place.home, context.from, context),
    ...release(place.role, place.package, context.to, context),
    conf(place, context),
    fakeEnv(place, context),
    ...kept(place, context),
    program(`${jdkOf(place)}/bin/java`, javaBinary(context)),
  ],
  knobsFile: fakeEnv,
  start: place => {
    const [script = '', ...flags] = START[place.role] ?? [];
    return sh`bash ${`${place.home}/bin/${script}`} ${flags}`;
  },
  ready: place => ({port: port(place, READY_PORT[place.role] ?? ''), path: '/fake/settled', body: 'yes'}),
  inventory: context => {
    const roles = ['ms', 'recycler', 'be', 'fe'].flatMap(role => {
      const places = context.places.filter(place => place.role === role);
      return places.length === 0 ? [] : [[role, roleBlock(places)] as const];
    });
    return {settings: {sqlUser: 'root', version: context.to}, roles: Object.fromEntries(roles)};
  },
};
