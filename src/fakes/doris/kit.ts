import {raw, sh} from '../../lib/sh.ts';
import type {Kit, KitContext, KitFile, KitNode, Place} from '../../model/kit.ts';
import {roleBlock} from '../common/kit-inventory.ts';
import {knobsFile} from '../common/kit-knobs.ts';
import {placed} from '../common/kit-twin.ts';
import {beBinary, cloudBinary, javaBinary, storeBinary} from './kit-binaries.ts';
import {clusterId, conf, frontendName, jdkOf, members, port} from './kit-conf.ts';
import {dorisFaults} from './kit-faults.ts';
import {START_CLOUD, STOP_CLOUD} from './kit-scripts-cloud.ts';
import {START_FE, STOP_BE, STOP_FE, startBe} from './kit-scripts-daemons.ts';
import {dorisTwin} from './kit-twin.ts';

const PORTS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  ms: {port: 5000},
  recycler: {port: 5000},
  be: {heartbeatPort: 9050, bePort: 9060, webPort: 8040, brpcPort: 8060},
  fe: {httpPort: 8030, rpcPort: 9020, queryPort: 9030, editLogPort: 9010},
};

const portsOf: Kit['ports'] = node => PORTS[node.role] ?? {};

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

/** doris-3.0.6-rc01-<hash>: what lib's version file holds and the node reports. */
const fullVersion = (version: string): string => {
  const hash = [...version].reduce((sum, char) => (sum * 131 + char.charCodeAt(0)) >>> 0, 7);
  return `doris-${version}-rc01-${hash.toString(16).padStart(8, '0')}ab`;
};

const text = (path: string, body: string): KitFile => ({path, text: body, mode: 0o644});
const program = (path: string, body: string): KitFile => ({path, text: body, mode: 0o755});

/** MetaService's scripts have two names: the upgrade guide's, and those of the official packages. */
const cloudScript = (verb: 'start' | 'stop', named: string | undefined): string =>
  named === 'plain' ? `${verb}.sh` : `${verb}_ms.sh`;

/** bin and lib of one node at one version, below `base`. `named`: how MetaService's scripts are called there. */
const release = (
  {name, role}: Place,
  base: string,
  version: string,
  context: KitContext,
  named?: string,
): KitFile[] => {
  const asks = context.knobs[name]?.ASKS_HOST === 'yes' ? 'host' : 'knobs';
  const full = `${fullVersion(version)}\n`;
  const bulk = (file: string): KitFile => text(`${base}/lib/${file}`, `${full}${'x'.repeat(4000)}\n`);
  switch (role) {
    case 'be':
      return [
        program(`${base}/bin/start_be.sh`, startBe(asks)),
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
        program(`${base}/bin/${cloudScript('start', named)}`, START_CLOUD),
        program(`${base}/bin/${cloudScript('stop', named)}`, STOP_CLOUD),
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

/** Where FoundationDB lies on a MetaService's host; it ends at once on those that have no coordinator. */
const storeProgram = (place: Place): string =>
  `${place.root === '/' ? '' : place.root}/opt/foundationdb/fdbserver`;

/** No two releases have files of the same times, whatever else is the same in them. */
const BUILT_BEFORE = new Date(Date.UTC(2025, 5, 30, 12));

const START_FLAGS: Readonly<Record<string, readonly string[]>> = {
  ms: ['--meta-service', '--daemon'],
  recycler: ['--recycler', '--daemon'],
};

const READY_PORT: Readonly<Record<string, string>> = {
  ms: 'port',
  recycler: 'port',
  be: 'webPort',
  fe: 'httpPort',
};

const packageFolder = (role: string): string => (role === 'recycler' ? 'ms' : role);

/**
 * The fake Doris: compute and storage decoupled, scripts named as the upgrade guide names them. Knobs, all optional, besides
 * those that every fake has (common/kit-knobs.ts): START_MS, DRAIN_MS (real times, before speed), NEVER_READY=yes, DIES=at-start|when-up with DIES_AFTER_MS, or =beside
 * (as soon as a node of another kind is told to stop), SUPERVISED=yes (it is started again whenever it is gone),
 * IGNORES_SIGNALS=yes, HOME_SCRIPTS, PACKAGE_SCRIPTS=plain (MetaService: start.sh and stop.sh, only when the cluster is
 * made), STOP_WAITS=no (older MetaService), STOP_BLIND=yes (the stop script looks for its pid file in a wrong place),
 * MAX_MAP_COUNT, NOFILE, SWAP=on (BE's checks; with ASKS_HOST=yes, only when the cluster is made, the kernel is asked for the first
 * and the last, as by the real script), FLIPS=yes (every second heartbeat is not answered), JOURNAL_STANDS=yes,
 * USURPS=yes (says that it is the master), TAKES_OFFICE=yes (becomes the master when it is asked what it is), ROOT_PASSWORD, SLOW_SQL_MS (FE),
 * STORE=away (MetaService: the store of all of them is gone).
 */
export const dorisKit: Kit = {
  system: 'doris',
  from: '3.0.6',
  to: '3.1.2',
  faults: dorisFaults,
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
  twin: (cluster, seen) => placed(dorisTwin(cluster, seen), portsOf),
  ports: portsOf,
  folders: (node, to) => ({
    home: `opt/doris/${node.role}`,
    package: `opt/pkg/apache-doris-${to}-bin-x64/${packageFolder(node.role)}`,
  }),
  files: (place, context) => [
    ...release(place, place.home, context.from, context, context.knobs[place.name]?.HOME_SCRIPTS).map(
      file => ({...file, madeAt: BUILT_BEFORE}),
    ),
    ...release(place, place.package, context.to, context, context.knobs[place.name]?.PACKAGE_SCRIPTS),
    conf(place, context),
    knobsFile(place, context),
    ...kept(place, context),
    program(`${jdkOf(place)}/bin/java`, javaBinary(context)),
    ...(place.role === 'ms' ? [program(storeProgram(place), storeBinary(context, place.home))] : []),
  ],
  knobsFile,
  start: place => {
    const bin = `${place.home}/bin`;
    const flags = START_FLAGS[place.role];
    if (flags === undefined) return sh`bash ${`${bin}/start_${place.role}.sh`} --daemon`;
    const cloud = sh`cd ${bin} && if [ -f start_ms.sh ]; then bash start_ms.sh ${flags}; else bash start.sh ${flags}; fi`;
    return place.role === 'ms'
      ? sh`nohup ${storeProgram(place)} </dev/null >/dev/null 2>&1 & ${raw(cloud)}`
      : cloud;
  },
  ready: place => ({port: port(place, READY_PORT[place.role] ?? ''), path: '/fake/settled', body: 'yes'}),
  inventory: context => {
    const roles = ['ms', 'recycler', 'be', 'fe'].flatMap(role => {
      const places = context.places.filter(place => place.role === role);
      return places.length === 0 ? [] : [[role, roleBlock(places)] as const];
    });
    // What the product takes its time for is as many times faster.
    const scaled = (ms: number): number => Math.round(ms / context.speed);
    return {
      settings: {
        sqlUser: 'root',
        version: context.to,
        steadyMs: scaled(5_000),
        lastSteadyMs: scaled(22_000),
      },
      roles: Object.fromEntries(roles),
    };
  },
};
