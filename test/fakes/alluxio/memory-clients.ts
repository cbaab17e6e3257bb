import type {HostId} from '../../../src/model/ids.ts';
import type {Script} from '../../../src/model/script.ts';
import type {ClientNode} from '../../../src/systems/alluxio/fields.ts';
import {did, failed, printed, refused, type Told} from '../common/memory-replies.ts';
import {wordOf} from '../common/memory-script.ts';
import {between} from '../common/memory-timeline.ts';
import type {Fault, World} from './memory-world.ts';

/** An application's process, and the client that it loaded when it was started. */
type Process = {readonly pid: number; readonly born: number; readonly loaded: string};

/** One application: the jar in its directory, its process where one can be seen, and what Cloudera Manager deployed. */
export type Client = {
  readonly node: ClientNode;
  readonly newVersion: string;
  /** Clients that runs set aside, by stamp. */
  readonly kept: Map<string, string>;
  /** How the restart command of a run ended, by stamp. */
  readonly restarted: Map<string, number>;
  readonly faults: Set<Fault>;
  version: string;
  process: Process | null;
  deployed: string | null;
};

const jarAt = ({node}: Client, version: string): string => `${node.fields.jar}/alluxio-${version}-client.jar`;

/** A gateway has no process of its own: nothing is seen of what others start there. */
const isSeen = ({fields}: ClientNode): boolean => fields.kind !== 'yarn';

export const makeClient = (node: ClientNode, from: string, to: string, pid: number): Client => {
  const client: Client = {
    node,
    newVersion: to,
    kept: new Map(),
    restarted: new Map(),
    faults: new Set(),
    version: from,
    process: isSeen(node) ? {pid, born: 1_000 + pid, loaded: from} : null,
    deployed: null,
  };
  if (node.fields.safetyValve !== undefined) client.deployed = jarAt(client, from);
  return client;
};

const add = ({effects}: World, {node}: Client, effect: string): void => effects.add(node.id, effect, null);

/** Whoever starts the application again has it load what is in place then. */
const startAgain = (world: World, client: Client): void => {
  add(world, client, 'stop');
  client.process = isSeen(client.node)
    ? {pid: world.nextPid, born: 1_000 + world.nextPid, loaded: client.version}
    : null;
  world.nextPid += 1;
  add(world, client, 'start');
};

/** What people do once the new jar is there: they deploy its line, and restart what they are to restart by hand. */
const peopleFollow = (world: World, client: Client): void => {
  const at = world.clock.now();
  const {fields} = client.node;
  const deployedAt = at + between(world.chance, 5_000, 240_000);
  if (fields.safetyValve !== undefined)
    world.timeline.later(deployedAt, () => {
      client.deployed = jarAt(client, client.version);
      add(world, client, 'deploy');
    });
  if (fields.restart === 'by hand' && isSeen(client.node))
    world.timeline.later(deployedAt + between(world.chance, 1_000, 120_000), () => startAgain(world, client));
};

type Act = (world: World, client: Client, script: Script) => Promise<Told>;

const jar: Act = async (world, client, script) => {
  const stamp = wordOf(script, 'stamp');
  if (client.version === client.newVersion) return did('the new client is there already');
  await world.clock.sleep(between(world.chance, 500, 8_000));
  world.timeline.catchUp();
  if (client.faults.has('disk-full')) return failed(1, '', 'cp: error writing: No space left on device\n');
  client.kept.set(stamp, client.version);
  client.version = client.newVersion;
  add(world, client, 'jar');
  peopleFollow(world, client);
  return did(`${client.node.fields.jar}: ${client.version}`);
};

const jarBack: Act = async (world, client, script) => {
  const kept = client.kept.get(wordOf(script, 'stamp'));
  if (kept === undefined) return did('nothing was kept');
  client.version = kept;
  client.kept.delete(wordOf(script, 'stamp'));
  add(world, client, 'jar-back');
  return did('the old client is back');
};

const restart: Act = async (world, client, script) => {
  const stamp = wordOf(script, 'stamp');
  client.restarted.delete(stamp);
  await world.clock.sleep(between(world.chance, 1_000, 20_000));
  world.timeline.catchUp();
  const code = client.faults.delete('start-dies') ? 1 : 0;
  client.restarted.set(stamp, code);
  if (code !== 0) return failed(code, 'Job for the application failed\n');
  startAgain(world, client);
  return did('restarted');
};

const ACTS: Readonly<Record<string, Act>> = {jar, 'jar-back': jarBack, restart};

const processLines = (client: Client): string[] => {
  const {process, node} = client;
  if (process === null) return [];
  const who = `${process.pid}.${process.born}`;
  const open = `${jarAt(client, process.loaded)}${process.loaded === client.version ? '' : '_backup_20260101_000000'}`;
  // One is seen by what it has open; the other, of another user, only by its arguments.
  return node.fields.kind === 'hive' ? [`open=${who} ${open}`] : [`arg=${who} ${node.fields.jar}/*`];
};

const lookLines = (client: Client, script: Script): string[] => {
  const {node, version, deployed} = client;
  const ended = client.restarted.get(String(script.vars.stamp ?? ''));
  return [
    `self=${node.host}`,
    'kind=dir',
    `found=${jarAt(client, version)}`,
    `at=${jarAt(client, version)}`,
    `version=${version}`,
    ...processLines(client),
    ...(deployed === null ? [] : ['deployed=file', `classpath=${deployed}:$HADOOP_CLASSPATH`]),
    ...(ended === undefined ? [] : [`restarted=${ended}`]),
  ];
};

const surveyLines = (client: Client): string[] => [
  'login=1000',
  'loginName=alluxio',
  'new=file',
  `newVersion=${client.newVersion}`,
];

/** The application that a script is about. Throws where there is none. */
const clientAt = ({clients}: World, host: HostId, script: Script): Client => {
  const at = wordOf(script, 'jar');
  const found = [...clients.values()].find(({node}) => node.host === host && node.fields.jar === at);
  if (found === undefined) throw new Error(`${script.body.name}: no application of ${host} has ${at}`);
  return found;
};

/** What a look at a client prints, or what an action on it ends with. */
export const tellOfClient = async (
  world: World,
  host: HostId,
  script: Script,
  {does, what}: {readonly does: 'look' | 'act'; readonly what: string},
): Promise<Told> => {
  const client = clientAt(world, host, script);
  if (does === 'look') {
    if (what !== 'client' && what !== 'survey') throw new Error(`the fake does not know ${script.body.name}`);
    const more = what === 'survey' ? surveyLines(client) : [];
    return printed([...lookLines(client, script), ...more]);
  }
  const act = ACTS[what];
  if (act === undefined) throw new Error(`the fake does not know ${script.body.name}`);
  if (what === 'restart' && client.node.fields.restart === 'by hand') return refused('nobody wrote how');
  return world.alone(host, client.node.fields.jar, what, () => act(world, client, script));
};
