import {join} from 'node:path';
import {sh} from '../../lib/sh.ts';
import {compareVersions} from '../../lib/version.ts';
import type {Kit, KitContext, KitFile, KitLink, KitNode, Place} from '../../model/kit.ts';
import {roleBlock} from '../common/kit-inventory.ts';
import {knobsFile as commonKnobs} from '../common/kit-knobs.ts';
import {placed} from '../common/kit-twin.ts';
import {isFirst, knows} from './generation.ts';
import {applicationFiles, applicationKeys} from './kit-application.ts';
import {ELECTED, isBeside, jdkOf, notesOf, onHost, port, shared, siteProperties, tierOf} from './kit-conf.ts';
import {blockFiles, journalFiles, storeFiles} from './kit-content.ts';
import {alluxioFaults} from './kit-faults.ts';
import {release} from './kit-release.ts';
import {javaBinary} from './kit-scripts-command.ts';
import {tarball} from './kit-tar.ts';
import {alluxioTwin} from './kit-twin.ts';

const ROLES = ['master', 'job-master', 'worker', 'job-worker', 'proxy', 'client'];

const PORTS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  master: {port: 19_998, webPort: 19_999, journalPort: 19_200},
  'job-master': {port: 20_001, webPort: 20_002},
  worker: {port: 29_999, webPort: 30_000},
  'job-worker': {port: 30_001, webPort: 30_003},
  proxy: {webPort: 39_999},
  client: {uiPort: 14_040},
};

const numbers = (count: number): number[] => Array.from({length: count}, (_, i) => i + 1);
const masters = (count: number): KitNode[] =>
  numbers(count).map(i => ({name: `m-${i}`, role: 'master', host: `m-${i}`}));
const workers = (count: number): KitNode[] =>
  numbers(count).map(i => ({name: `w-${i}`, role: 'worker', host: `w-${i}`}));
/** Each with its own, on the same host and in the same home. */
const jobMasters = (count: number): KitNode[] =>
  numbers(count).map(i => ({name: `jm-${i}`, role: 'job-master', host: `m-${i}`}));
const jobWorkers = (count: number): KitNode[] =>
  numbers(count).map(i => ({name: `jw-${i}`, role: 'job-worker', host: `w-${i}`}));

const portsOf: Kit['ports'] = node => PORTS[node.role] ?? {};

const APPLICATIONS: readonly KitNode[] = [
  {name: 'spark-1', role: 'client', kind: 'spark', host: 'spark-1'},
  {name: 'yarn-gw', role: 'client', kind: 'yarn', host: 'yarn-gw'},
];
const isApplication = ({role}: KitNode): boolean => role === 'client';

const tarOf = (to: string): string => `alluxio-${to}-bin.tar.gz`;
const isPlain = (place: Place, context: KitContext): boolean => onHost(place, context, 'HOME', 'directory');
/** A link for most; the home itself where it is a directory. */
const realHome = (place: Place, context: KitContext): string =>
  isPlain(place, context) ? place.home : `${place.home}-${context.from}`;

const text = (path: string, body: string): KitFile => ({path, text: body, mode: 0o644});

/** The new package, where every host sees it: as it was downloaded, or unpacked where a node says so. */
const isUnpacked = ({knobs}: KitContext): boolean =>
  Object.values(knobs).some(({PACKAGE}) => PACKAGE === 'directory');
const packageOf = (context: KitContext): string =>
  join(shared(context), 'pkg', isUnpacked(context) ? `alluxio-${context.to}` : tarOf(context.to));
const packageFiles = (context: KitContext): KitFile[] => {
  const files = release(context.to);
  if (isUnpacked(context)) {
    return files.map(file => ({...file, path: join(packageOf(context), file.path)}));
  }
  const inside = files.map(file => ({...file, path: `alluxio-${context.to}/${file.path}`}));
  return [{path: packageOf(context), text: tarball(inside), mode: 0o644}];
};

/** What a host has for all its nodes: the home with its conf, Java, and what the fake has to know of the others. */
const hostFiles = (place: Place, context: KitContext): (KitFile | KitLink)[] => {
  const {places} = context;
  const home = realHome(place, context);
  const names = (role: string): string =>
    places
      .filter(other => other.role === role)
      .map(({address}) => `${address}\n`)
      .join('');
  const {medium, path} = tierOf(place, context);
  return [
    ...release(context.from).map(file => ({...file, path: join(home, file.path)})),
    ...(isPlain(place, context) ? [] : [{path: place.home, link: `alluxio-${context.from}`}]),
    text(join(home, 'conf/alluxio-site.properties'), siteProperties(place, context)),
    text(join(home, 'conf/alluxio-env.sh'), `JAVA_HOME=${jdkOf(place)}\n`),
    text(join(home, 'conf/masters'), names('master')),
    text(join(home, 'conf/workers'), names('worker')),
    text(join(home, 'logs/task.log'), ''),
    {path: join(jdkOf(place), 'bin/java'), text: javaBinary(context), mode: 0o755},
    text(join(notesOf(place), 'mounts'), medium === 'MEM' ? `${path}\n` : ''),
    text(
      join(notesOf(place), 'neighbours'),
      places
        .filter(({role}) => role === 'master' || role === 'worker')
        .map(({role, root}) => `${role} ${root}\n`)
        .join(''),
    ),
  ];
};

/** Nodes that share a home have each a file of their own. */
const knobsFile = (place: Place, context: KitContext): KitFile => ({
  ...commonKnobs(place, context),
  ...(isApplication(place) ? {} : {path: join(notesOf(place), `${place.role}.env`)}),
});

/** What an operator has to write who comes from 1.8. */
const confFrom1 = (to: string): Readonly<Record<string, string>> => ({
  'alluxio.master.journal.type': 'UFS',
  ...(compareVersions(to, '2.9.0') < 0
    ? {}
    : {'alluxio.master.journal.sync.root.after.init.from.backup': 'false'}),
});

/** The port that tells that a node is there, where it is not called `port`. */
const READY: Readonly<Record<string, string>> = {proxy: 'webPort', client: 'uiPort'};

/** What the scripts call a role. */
const word = (role: string): string => role.replace('-', '_');

/**
 * The fake Alluxio of 1.8 and of 2.0 to 2.9: scripts, journals, backups and pages of each generation. Nodes share a home with the one
 * beside them. Knobs, all optional, besides those that every fake has (common/kit-knobs.ts): START_MS, DRAIN_MS, SAFE_MS,
 * RESTORE_MS (real times, before speed), NEVER_READY=yes, DIES=at-start|when-up with DIES_AFTER_MS, IGNORES_SIGNALS=yes,
 * JAVA_SAYS=<version>; of masters BACKUP=fails|truncated|begun|unwritten|slow, RESTORE=loses (a file)|nothing|miscounts, USURPS=yes
 * (serves beside the leader), WRITES=go-on (a file every two seconds), JOURNAL_LEFT=yes (formatting says so and does nothing); of
 * workers NO_REGISTER=yes; of the gateway DEPLOYS=never (nobody changes the safety valve). Only when the
 * cluster is made: HOME=directory (no link), TIER=MEM (of a host), PACKAGE=directory, PERSISTED=all (of the cluster).
 */
export const alluxioKit: Kit = {
  system: 'alluxio',
  from: '2.3.0',
  to: '2.9.4',
  faults: alluxioFaults,
  knows,
  demoLayout: from => (isFirst(from) ? 'elected' : 'demo'),
  layouts: {
    /** 14 servers on 7 hosts, each with its part of the job service; two applications on hosts of their own. */
    demo: [...masters(3), ...jobMasters(3), ...workers(4), ...jobWorkers(4), ...APPLICATIONS],
    /** Three masters and two workers: as few as have an election. */
    masters: [...masters(3), ...workers(2)],
    small: [...masters(1), ...workers(2)],
    /** Every role there is. */
    proxies: [
      ...masters(1),
      ...jobMasters(1),
      ...workers(1),
      ...jobWorkers(1),
      {name: 'p-1', role: 'proxy', host: 'm-1'},
    ],
    /** As few servers as there may be, and the applications. */
    clients: [...masters(1), ...workers(1), ...APPLICATIONS],
    /** As 1.8 is made highly available: masters that ZooKeeper elects share a journal; and there is no job service. */
    elected: [...masters(3).map(node => ({...node, kind: ELECTED})), ...workers(4), ...APPLICATIONS],
    /** The same, as few as may be. */
    pair: [...masters(2).map(node => ({...node, kind: ELECTED})), ...workers(1)],
    /** A journal in the under store: one master, without an election. */
    ufs: [...masters(1).map(node => ({...node, kind: 'ufs'})), ...workers(2)],
  },
  twin: (cluster, seen) => placed(alluxioTwin(cluster, seen), portsOf),
  ports: portsOf,
  // Out of the host's tree: inventories name one package for all.
  folders: (node, to) => ({
    home: isApplication(node) ? `opt/${node.kind}` : 'opt/alluxio',
    package: `../../pkg/${tarOf(to)}`,
  }),
  files: (place, context) => {
    if (isApplication(place)) return applicationFiles(place, context);
    return [
      ...(context.places.find(other => isBeside(other, place))?.name === place.name
        ? hostFiles(place, context)
        : []),
      ...(context.places[0]?.name === place.name ? [...packageFiles(context), ...storeFiles(context)] : []),
      ...(place.role === 'master' ? journalFiles(place, context) : []),
      ...(place.role === 'worker' ? blockFiles(place, context) : []),
      knobsFile(place, context),
    ];
  },
  knobsFile,
  start: place => {
    if (isApplication(place)) return sh`bash ${`${place.home}/bin/app.sh`} start`;
    const script = `${place.home}/bin/alluxio-start.sh`;
    const mount = place.role === 'worker' ? ['NoMount'] : [];
    return sh`case $(bash ${script} -h) in *'-a '*) set -- -a -N ;; *) set -- -N ;; esac
bash ${script} "$@" ${word(place.role)} ${mount}`;
  },
  ready: place => ({
    // A standby of 1.8 has no other port.
    port: port(place, place.kind === ELECTED ? 'journalPort' : (READY[place.role] ?? 'port')),
    path: '/fake/settled',
    body: 'yes',
  }),
  inventory: context => {
    const roles = ROLES.flatMap(role => {
      const places = context.places.filter(place => place.role === role);
      const keys = (place: Place) =>
        isApplication(place)
          ? applicationKeys(place, context)
          : {
              home: place.home,
              ...place.ports,
              ...(place.role === 'worker' ? {cachePath: join(place.root, 'mnt/kept')} : {}),
            };
      return places.length === 0 ? [] : [[role, roleBlock(places, keys)] as const];
    });
    // What the product takes its time for is as many times faster.
    const scaled = (ms: number): number => Math.round(ms / context.speed);
    return {
      settings: {
        version: context.to,
        package: packageOf(context),
        ...(isFirst(context.from) ? {conf: confFrom1(context.to)} : {}),
        steadyMs: scaled(5_000),
        lastSteadyMs: scaled(20_000),
      },
      roles: Object.fromEntries(roles),
    };
  },
};
