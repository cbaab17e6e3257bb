import {hexPorts} from '../../../../src/host/sockets.ts';
import {parseAbsPath} from '../../../../src/lib/abs-path.ts';
import type {Ask, HttpReply, Lost, Refused, ReplyTo, Request, ShellReply} from '../../../../src/model/ask.ts';
import type {Facts, Look} from '../../../../src/model/facts.ts';
import {HostId, NodeId} from '../../../../src/model/ids.ts';
import {plain} from '../../../../src/model/text.ts';
import {
  type AlluxioCluster,
  ROLE_FIELDS,
  type ServerNode,
  type ServerRole,
  Settings,
} from '../../../../src/systems/alluxio/fields.ts';
import {probes} from '../../../../src/systems/alluxio/probes/all.ts';
import {httpReplyOf, metricsPage, readRecording} from './recorded.ts';

export type Answer = string | HttpReply | Refused | Lost;

export const closed: Refused = {kind: 'refused', trouble: 'port-refused', detail: plain('refused')};
export const reset: Lost = {kind: 'lost', trouble: 'dropped', detail: plain('reset')};
export const late: Lost = {kind: 'lost', trouble: 'timeout', detail: plain('no answer')};
export const page = (body: string, status = 200): HttpReply => ({kind: 'http', status, body});

const node = (id: string, role: ServerRole, host: string, fields: object = {}): ServerNode => ({
  id: NodeId.parse(id),
  host: HostId.parse(host),
  role,
  home: parseAbsPath('/opt/alluxio'),
  fields: ROLE_FIELDS[role].parse(fields),
});

/** The cluster that was recorded: three masters, two workers, what serves jobs, and a proxy. */
export const CLUSTER: AlluxioCluster = {
  name: 'lake',
  system: 'alluxio',
  hosts: [],
  nodes: [
    ...['1', '2', '3'].map(i => node(`m-${i}`, 'master', `m${i}`)),
    ...['1', '2', '3'].map(i => node(`jm-${i}`, 'job-master', `m${i}`)),
    node('w-1', 'worker', 'w1'),
    node('w-2', 'worker', '10.78.0.22', {address: 'w2.lab'}),
    ...['1', '2'].map(i => node(`jw-${i}`, 'job-worker', `w${i}`)),
    node('p-1', 'proxy', 'w1'),
  ],
  settings: Settings.parse({version: '2.9.4', package: '/srv/alluxio.tar.gz'}),
};
/** The same, whose backups are written to the masters' own disks. */
export const SPREAD: AlluxioCluster = {
  ...CLUSTER,
  settings: {...CLUSTER.settings, backupDirectory: parseAbsPath('/srv/alluxio/bk')},
};

/** By `HOST WHAT`: a path of a page with its port, or what a script looks at. */
export type Answers = Readonly<Record<string, Answer>>;

const keyOf = (host: string, request: Request): string => {
  if (request.kind === 'http') return `${host} ${request.port}${request.path}`;
  if (request.kind === 'shell') return `${host} ${request.script.body.name.replace(/^alluxio\./, '')}`;
  return `${host} sql`;
};

const shellReply = (stdout: string): ShellReply => ({
  kind: 'shell',
  code: 0,
  stdout,
  stderr: '',
  cut: false,
  ms: 1,
});

/** Answers what is asked; ports that nothing is told of refuse, and looks print nothing. */
export const askWith =
  (answers: Answers): Ask =>
  <R extends Request>(host: HostId, request: R): Promise<ReplyTo<R>> => {
    const told = answers[keyOf(host, request)] ?? (request.kind === 'shell' ? '' : closed);
    const reply =
      typeof told === 'string' ? (request.kind === 'shell' ? shellReply(told) : page(told)) : told;
    return Promise.resolve(reply as ReplyTo<R>);
  };

export const lookAt = (
  id: string,
  probe: string,
  answers: Answers,
  given: Facts = {},
  cluster = CLUSTER,
): Promise<Look> => {
  const [found] = cluster.nodes.filter(one => one.id === id);
  const asked = probes[probe];
  if (found === undefined || asked === undefined) throw new Error(`no ${id} or no ${probe}`);
  expectRole(asked.roles, found.role);
  return asked.look(found, cluster, askWith(answers), given);
};
const expectRole = (roles: readonly string[], role: string): void => {
  if (!roles.includes(role)) throw new Error(`${role} is not looked at so`);
};

export const factsOf = async (...asked: Parameters<typeof lookAt>): Promise<Facts> => {
  const look = await lookAt(...asked);
  if (look.kind === 'silent') throw new Error(look.reasons.map(({words}) => words.en).join('; '));
  return look.facts;
};

export const reasonsOf = async (...asked: Parameters<typeof lookAt>): Promise<string> => {
  const look = await lookAt(...asked);
  return look.kind === 'seen' ? 'seen' : look.reasons.map(({words}) => words.en).join('; ');
};

/** What look.process prints of one process that listens on these ports. */
export const running = (version: string, ...ports: readonly number[]): string =>
  [
    'process=1749',
    'ticks=4711',
    'comm=java',
    'exe=/opt/java/bin/java',
    'arg=/opt/java/bin/java',
    'self=10.78.0.12',
    `procHome=/opt/alluxio-${version}`,
    `procVersion=${version}`,
    ...hexPorts(ports).map(port => `listen=00000000:${port}`),
  ].join('\n');

const recorded = (name: string): Answer => httpReplyOf(readRecording(`2.9.4/${name}.txt`));

export const INFO = recorded('rest-leader-info-noconf');
/** Any page of a web server that has nothing to say. */
export const NOT_FOUND = recorded('rest-jobworker');
export const WORKER = recorded('rest-worker-info');
export const SAFE_MODE = page('{"statusCode":"UNAVAILABLE","message":"in safe mode"}', 500);

/** The cluster as it was recorded: the second master leads, and one of the workers is known to it. */
export const LED: Answers = {
  'm1 19999/api/v1/master/info': reset,
  'm2 19999/api/v1/master/info': INFO,
  'm3 19999/api/v1/master/info': reset,
  'm2 19999/metrics/json/': metricsPage({'Master.LastBackupRestoreCount': 22}),
  'm1 master.look.process': running('2.9.4', 19998, 19999),
  'm2 master.look.process': running('2.9.4', 19998, 19999),
  'w1 worker.look.process': running('2.9.4', 29999, 30000),
  'w1 30000/api/v1/worker/info': WORKER,
};
