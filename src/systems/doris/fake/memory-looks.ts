import type {HttpReply, Refused} from '../../../model/ask.ts';
import {portsOf} from '../fields.ts';
import {roleScripts} from '../scripts/role.ts';
import {fullVersion} from './memory-rows.ts';
import {type Life, lifeOf, type Machine, serves, type World} from './memory-world.ts';

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

const survey = (world: World, machine: Machine): string[] => {
  const {starts, stops} = roleScripts(machine.role);
  const [start = '', stop = ''] = [starts.at(-1), stops.at(-1)];
  const life = lifeOf(machine);
  return [
    `self=${machine.node.host}`,
    ...ofLife(machine, found => full(world, machine, found)),
    `pidfile=${life?.pid ?? 'none'}`,
    'login=1000',
    'session.nofile=1024',
    'session.hard=1048576',
    'home=dir',
    `bin=${place(machine.bin)}`,
    `lib=${place(machine.lib)}`,
    'conf=dir',
    'package.bin=dir',
    'package.lib=dir',
    'writable=yes',
    'freeKb=104857600',
    'packageKb=2097152',
    `homeStart=${machine.bin === null ? '' : start}`,
    `homeStop=${machine.bin === null ? '' : stop}`,
    `packageStart=${start}`,
    `packageStop=${stop}`,
    ...leftovers(machine),
    ...sockets(machine),
  ];
};

const says = (version: string | null): string[] =>
  version === null ? [] : [`say=${fullVersion(version)} RELEASE`];

/** What a look of that name prints on this machine, or null when the fake does not know it. */
export const printLook = (world: World, machine: Machine, name: string): string[] | null => {
  switch (name) {
    case 'doris.alive':
      return [`self=${machine.node.host}`, ...ofLife(machine, life => brief(world, machine, life))];
    case 'doris.process':
      return [
        `self=${machine.node.host}`,
        ...ofLife(machine, life => full(world, machine, life)),
        `pidfile=${lifeOf(machine)?.pid ?? ''}`,
        ...sockets(machine),
      ];
    case 'doris.survey':
      return survey(world, machine);
    case 'doris.tree':
      return [
        'home=dir',
        `bin=${place(machine.bin)}`,
        `lib=${place(machine.lib)}`,
        `tree.home=${pair(machine)}`,
        `tree.package=${packaged(machine)}`,
        ...leftovers(machine),
      ];
    case 'doris.stage':
      return [
        `stage.package=${packaged(machine)}`,
        ...[...machine.stages].map(([stage, {version, whole}]) =>
          whole ? `stage=${stage} ${twice(version)} ${twice(version)}` : `stage=${stage}.part - -`,
        ),
      ];
    case 'doris.log':
      return machine.log;
    case 'doris.package-version':
      return says(machine.package);
    case 'doris.stage-version':
      return says([...machine.stages.values()].find(({whole}) => whole)?.version ?? null);
    case 'doris.home-version':
      return says(machine.lib);
    default:
      return null;
  }
};

/** brpc's number: 3.1.2 is 30102. */
const cloudVersion = (version: string): string => version.split('.').join('0');

/** What a page of this machine answers. Nobody listens before the process serves. */
export const answerHttp = (machine: Machine, path: string): HttpReply | Refused => {
  const life = lifeOf(machine);
  if (life === null || !serves(machine))
    return {kind: 'refused', trouble: 'port-refused', detail: 'connection refused by the host'};
  const page = (body: string): HttpReply => ({kind: 'http', status: 200, body});
  switch (path) {
    case '/health':
      return page('OK\n');
    case '/vars/doris_cloud_version':
      return page(`doris_cloud_version : ${cloudVersion(life.reports)}\r\n`);
    case '/api/health':
      return page('{"status": "OK","msg": "To Be Added"}');
    case '/api/bootstrap':
      return page(
        '{"msg":"success","code":0,"data":{"replayedJournalId":0,"queryPort":0,"rpcPort":0,"arrowFlightSqlPort":0,"version":""},"count":0}',
      );
    default:
      return {kind: 'http', status: 404, body: 'not found\n'};
  }
};
