import type {HttpReply, Refused} from '../../../src/model/ask.ts';
import type {HostId} from '../../../src/model/ids.ts';
import type {Script} from '../../../src/model/script.ts';
import {PARTS} from '../../../src/systems/doris/parse/cut.ts';
import {backupName, stageName} from '../../../src/systems/doris/parse/tree.ts';
import {roleScripts} from '../../../src/systems/doris/scripts/role.ts';
import {ROLE_PAGE} from '../../../src/systems/doris/scripts/spot.ts';
import {nothingKept} from '../common/memory-kept.ts';
import {nobodyListens} from '../common/memory-replies.ts';
import {wordOf} from '../common/memory-script.ts';
import {findsNoStore, liedOf, usurps} from './memory-lies.ts';
import {portsOf} from './memory-ports.ts';
import {fullVersion, isAwayNow} from './memory-rows.ts';
import {isCloud, type Life, lifeOf, type Machine, SPOILT, serves, type World} from './memory-world.ts';

const ticks = (world: World, life: Life): number =>
  Math.floor((life.startedAt - world.bootAt + 86_400_000) / 10);

const program = (machine: Machine): string => {
  const {binary} = roleScripts(machine.role);
  return binary === null ? '/usr/lib/jvm/java-17/bin/java' : `${machine.node.home}/lib/${binary}`;
};

const brief = (world: World, machine: Machine, life: Life): string[] => [
  `process=${life.pid}`,
  `ticks=${ticks(world, life)}`,
  `comm=${roleScripts(machine.role).binary ?? 'java'}`,
  `exe=${program(machine)}`,
  `arg=${program(machine)}`,
  ...life.flags.map(flag => `arg=${flag}`),
];

const full = (world: World, machine: Machine, life: Life): string[] => [
  ...brief(world, machine, life),
  'user=1000',
  'nofile=655350',
  'env=JAVA_HOME=/usr/lib/jvm/java-17',
];

const sockets = (machine: Machine): string[] =>
  serves(machine)
    ? portsOf(machine.node).map(port => `listen=00000000:${port.toString(16).toUpperCase().padStart(4, '0')}`)
    : [];

const ofLife = (machine: Machine, show: (life: Life) => string[]): string[] => {
  const life = lifeOf(machine);
  return life === null ? [] : show(life);
};

const pair = (machine: Machine): string =>
  machine.bin === null || machine.lib === null ? '' : `${machine.bin}+${machine.lib}`;
const twice = (version: string): string => `${version}+${version}`;
const packaged = ({package: version}: Machine): string => twice(version);
const place = (content: string | null): string => (content === null ? 'none' : 'dir');

const leftovers = (machine: Machine): string[] =>
  [...machine.stages.keys(), ...machine.aside.keys()].map(name => `leftover=${name}`);

/** MetaService and Recycler see every other one of them that runs on their host. */
const besides = (world: World, machine: Machine): string[] =>
  isCloud(machine)
    ? world.hosts.on(machine.node.host).flatMap(other => {
        const life = other === machine || !isCloud(other) ? null : lifeOf(other);
        return life === null ? [] : [`beside=${life.pid} ${life.flags.join(',') || '-'} ${other.node.home}`];
      })
    : [];

/** What the package's start scripts ask for; a backend's asks for most, and the host has it. */
const DEMANDS: Readonly<Record<Machine['role'], readonly string[]>> = {
  ms: ['demands.java=yes'],
  recycler: ['demands.java=yes'],
  be: [
    ...['demands.maps=2000000', 'demands.swap=off', 'demands.files=60000', 'demands.jdk=17'],
    ...['demands.java=yes', 'demands.skip=env'],
  ],
  fe: ['demands.jdk=17', 'demands.java=yes'],
};

/** What a quiet host tells of the login, the process and who looks after it. */
const QUIET_HOST = [
  'login=1000',
  'loginName=doris',
  'ownerName=doris',
  'homeOwner=1000',
  'homeOwnerName=doris',
  'session.nofile=1024',
  'session.hard=1048576',
  'logout=keeps',
  'linger=no',
  'cron.read=crontab',
  'host.swaps=0',
] as const;

const survey = (world: World, machine: Machine): string[] => {
  const {starts, stops} = roleScripts(machine.role);
  const [start = '', stop = ''] = [starts.at(-1), stops.at(-1)];
  const life = lifeOf(machine);
  return [
    `self=${machine.node.host}`,
    ...ofLife(machine, found => full(world, machine, found)),
    `pidfile=${life?.pid ?? 'none'}`,
    ...QUIET_HOST,
    `host.maps=${liedOf(world, machine, 'forbids-start') === null ? 2_000_000 : 65_530}`,
    'home=dir',
    `bin=${place(machine.bin)}`,
    `lib=${place(machine.lib)}`,
    'conf=dir',
    'package.bin=dir',
    'package.lib=dir',
    'writable=yes',
    'freeKb=104857600',
    'packageKb=2097152',
    // Of the scripts both have, some differ as versions do; lib's other files are another version's.
    `script=1750000000 differs 210 190 0 ${start}`,
    `script=1750000000 same 0 0 0 ${stop}`,
    'lib.shipped=1760000000 1750000000',
    ...DEMANDS[machine.role],
    `homeStart=${machine.bin === null ? '' : start}`,
    `homeStop=${machine.bin === null ? '' : stop}`,
    `packageStart=${start}`,
    `packageStop=${stop}`,
    ...leftovers(machine),
    ...sockets(machine),
    ...besides(world, machine),
  ];
};

const says = (version: string | null): string[] =>
  version === null ? [] : [`say=${fullVersion(version)} RELEASE`];

/** One that was cut off, asked by its own start script. */
const SPOILT_SAYS = ['machine=x86_64', 'elf=62 cut', 'asked=script start', 'say=file too short', 'ended=127'];

/** A package that can run here, asked by its start script; a frontend's JDK is the script's own matter. */
const packageSays = (machine: Machine): string[] => [
  'machine=x86_64',
  ...(machine.role === 'fe' ? [] : ['elf=62 whole', 'javaHome=/usr/lib/jvm/java-17', 'java=ok', 'jdk=17']),
  `asked=script ${roleScripts(machine.role).starts.at(-1)}`,
  ...says(machine.package),
  'ended=0',
];

/** How much room each backup takes. */
const SIZE_KB = 1_200_000;

const sizes = (machine: Machine, script: Script): string[] =>
  wordOf(script, 'sized')
    .split(' ')
    .flatMap(name => (machine.aside.has(name) ? [`size=${name} ${SIZE_KB}`] : []));

const tree = (machine: Machine, script: Script): string[] => [
  'home=dir',
  `bin=${place(machine.bin)}`,
  `lib=${place(machine.lib)}`,
  `tree.home=${pair(machine)}`,
  `tree.package=${packaged(machine)}`,
  ...leftovers(machine),
  ...sizes(machine, script),
];

/** The same files have the same digest, whichever of the two is asked for. */
const digest = (machine: Machine, script: Script): string[] => [
  `bin=${place(machine.bin)}`,
  `lib=${place(machine.lib)}`,
  ...(pair(machine) === '' ? [] : [`files=${pair(machine)}`]),
  ...(pair(machine) === '' || wordOf(script, 'bytes') === 'none' ? [] : [`bytes=${pair(machine)}`]),
];

const stages = (machine: Machine): string[] => [
  `stage.package=${packaged(machine)}`,
  ...[...machine.stages].map(([name, {version, whole, unproved}]) =>
    whole
      ? `stage=${name} ${twice(version)} ${unproved === true ? '-' : twice(version)}`
      : `stage=${name}.part - -`,
  ),
];

/** Where the upgrade of that stamp left bin, lib and its stage. */
const cut = (machine: Machine, stamp: string): string[] => {
  const stage = machine.stages.get(stageName(stamp));
  const isDir = (found: boolean): string => (found ? 'dir' : 'none');
  return [
    `stage=${isDir(stage?.whole === true)}`,
    `copying=${isDir(stage?.whole === false)}`,
    ...PARTS.flatMap(part => [
      `home.${part}=${place(machine[part])}`,
      `kept.${part}=${isDir(machine.aside.has(backupName(part, stamp)))}`,
      `staged.${part}=${isDir(stage?.whole === true)}`,
      `packages.${part}=${machine[part] === machine.package ? 'yes' : 'no'}`,
    ]),
  ];
};

/** The version of what lies below the home under the last word of that path. */
const keptVersion = (machine: Machine, path: string): string | null => {
  const name = path.split('/').at(-1) ?? '';
  return name === 'lib' ? machine.lib : (machine.aside.get(name) ?? null);
};

/** The version of the copy of that name; of one that is not whole yet nothing is there by that name. */
const stageVersion = (machine: Machine, name: string): string | null => {
  const found = machine.stages.get(name);
  return found?.whole === true ? found.version : null;
};

const stagedSays = (version: string | null): string[] => (version === SPOILT ? SPOILT_SAYS : says(version));

/** What a look prints on this machine. Throws for one that the fake does not know. */
export const printLook = (world: World, machine: Machine, what: string, script: Script): string[] => {
  const self = `self=${machine.node.host}`;
  switch (what) {
    case 'alive':
      return [self, ...ofLife(machine, life => brief(world, machine, life))];
    case 'process':
      return [
        self,
        ...ofLife(machine, life => full(world, machine, life)),
        `pidfile=${lifeOf(machine)?.pid ?? ''}`,
        ...sockets(machine),
      ];
    case 'survey':
      return survey(world, machine);
    case 'clock':
      return [`clock=${world.clock.now()}000000`];
    case 'tree':
      return tree(machine, script);
    case 'digest':
      return digest(machine, script);
    case 'stage':
      return stages(machine);
    case 'log':
      return machine.log;
    case 'package-version':
      return packageSays(machine);
    case 'stage-version':
      return stagedSays(stageVersion(machine, wordOf(script, 'stage')));
    case 'home-version':
      return says(machine.lib);
    case 'store':
      return [`coordinator=${findsNoStore(world, machine) ? 'no' : 'yes'} 10.0.0.9:4500`];
    case 'kept-version':
      return says(keptVersion(machine, wordOf(script, 'release_lib')));
    case 'cut':
      return cut(machine, wordOf(script, 'cut'));
    default: {
      const nothing = nothingKept(what);
      if (nothing !== null) return nothing;
      throw new Error(`the fake does not know ${script.body.name}`);
    }
  }
};

/** brpc's number: 3.1.2 is 30102. */
const cloudVersion = (version: string): string => version.split('.').join('0');

const OK_PAGE = '{"status": "OK","msg": "To Be Added"}';
const NOT_ASKED_PAGE =
  '{"msg":"success","code":0,"data":{"replayedJournalId":0,"queryPort":0,"rpcPort":0,"arrowFlightSqlPort":0,"version":""},"count":0}';

/** What a frontend says that it is (recorded: SHOW_HA); while nobody leads, the master is "unknown". */
const rolePage = (world: World, machine: Machine): string => {
  const master = usurps(world, machine) ? machine : world.master;
  const role = machine.observer ? 'OBSERVER' : master === machine ? 'MASTER' : 'FOLLOWER';
  const data = {can_read: 'true', role, is_ready: 'true', master: master?.node.host ?? 'unknown'};
  return JSON.stringify({msg: 'success', code: 0, data, count: 0});
};

/** What stands on a page of one of the node's ports; null where there is none. */
const page = (world: World, machine: Machine, life: Life, port: number, path: string): string | null => {
  const {fields} = machine.node;
  switch (fields.role) {
    case 'ms':
    case 'recycler':
      if (path === '/health') return 'OK\n';
      return path === '/vars/doris_cloud_version'
        ? `doris_cloud_version : ${cloudVersion(life.reports)}\r\n`
        : null;
    case 'be':
      if (port === fields.brpcPort && path === '/health') return 'OK\n';
      return port === fields.webPort && path === '/api/health' ? OK_PAGE : null;
    case 'fe':
      if (port !== fields.httpPort) return null;
      if (path === '/api/health') return OK_PAGE;
      if (path === ROLE_PAGE) return rolePage(world, machine);
      return path === '/api/bootstrap' ? NOT_ASKED_PAGE : null;
  }
};

/** What a host answers on one of its ports. Nobody listens before the node of that port serves. */
export const answerHttp = (world: World, host: HostId, port: number, path: string): HttpReply | Refused => {
  const machine = world.hosts.on(host).find(other => serves(other) && portsOf(other.node).includes(port));
  const life = machine === undefined ? null : lifeOf(machine);
  if (machine === undefined || life === null || isAwayNow(world, machine)) return nobodyListens;
  const body = page(world, machine, life, port, path);
  return body === null ? {kind: 'http', status: 404, body: 'not found\n'} : {kind: 'http', status: 200, body};
};
