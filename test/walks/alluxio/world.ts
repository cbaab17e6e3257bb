import type {Lost, Refused, ReplyTo, Request, ShellReply, ShellRequest} from '../../../src/model/ask.ts';
import type {Facts} from '../../../src/model/facts.ts';
import type {NodeId} from '../../../src/model/ids.ts';
import type {Node} from '../../../src/model/inventory.ts';
import {makeVirtualClock, type VirtualClock} from '../../sim/virtual-clock.ts';
import {cluster, named, ofRole, PLACES, target} from './cluster.ts';

const START_MS = Date.UTC(2026, 0, 1);
const ELECTION_MS = 8_000;
const {from, to} = target;

/** The backup as the old version printed it. */
export const BACKUP = {
  uri: 'file:///mnt/ufs/alluxio_backups/alluxio-backup-2026-01-01-1767225600123.gz',
  path: '/mnt/ufs/alluxio_backups/alluxio-backup-2026-01-01-1767225600123.gz',
  bytes: 18_231,
  sha256: 'a3f1',
  entries: 17,
} as const;

type Server = {running: string | null; startedAt: number};
type Journal = {state: 'old' | 'empty' | 'new'; files: number; copied: boolean};

/** Everything that can be turned or read while a walk goes on. */
export type AlluxioWorld = {
  readonly clock: VirtualClock;
  readonly ask: <R extends Request>(node: NodeId, request: R) => Promise<ReplyTo<R>>;
  /** Every action in order: "m-1 format". */
  readonly did: string[];
  readonly servers: Map<string, Server>;
  readonly journals: Map<string, Journal>;
  /** Blocks in each worker's ramdisk, and in its copy. */
  readonly blocks: Map<string, number>;
  readonly copies: Map<string, number>;
  readonly jars: Map<string, {jar: string; classpath: string; loaded: string}>;
  readonly links: Map<string, {version: string; staged: boolean}>;
  /** Masters that cannot read the backup. */
  readonly unreadable: Set<string>;
  sequence: number;
  backedUp: boolean;
  /** What a leader at the new version restored; −1 while it has not. */
  restored: number;
  /** How many entries get lost when the backup is read. */
  loses: number;
  usedUri: string;
  /** Called before an action or a look is answered. */
  onAsk: (node: string, name: string) => void;
};

const entryOf = <T>(of: Map<string, T>, id: string): T => {
  const found = of.get(id);
  if (found === undefined) throw new Error(`there is no ${id}`);
  return found;
};

export const makeAlluxio = (): AlluxioWorld => {
  const clock = makeVirtualClock(START_MS);
  const clients = ofRole('client').map(({id}) => id);
  const all = cluster.nodes.filter(({role}) => role !== 'client').map(({id}) => id);
  const world: AlluxioWorld = {
    clock,
    ask: <R extends Request>(id: NodeId, request: R) => answer(world, id, request) as Promise<ReplyTo<R>>,
    did: [],
    servers: new Map(all.map(id => [id, {running: from, startedAt: START_MS}])),
    journals: new Map(ofRole('master').map(({id}) => [id, {state: 'old', files: 9, copied: false}])),
    blocks: new Map(ofRole('worker').map(({id}) => [id, 6])),
    copies: new Map(),
    jars: new Map(
      clients.map(id => [id, {jar: from, classpath: `/old/alluxio-${from}-client.jar`, loaded: from}]),
    ),
    links: new Map(cluster.hosts.map(({id}) => [id, {version: from, staged: false}])),
    unreadable: new Set(),
    sequence: 4711,
    backedUp: false,
    restored: -1,
    loses: 0,
    usedUri: '',
    onAsk: () => undefined,
  };
  return world;
};

const running = (world: AlluxioWorld, role: string): readonly Server[] =>
  ofRole(role)
    .map(({id}) => entryOf(world.servers, id))
    .filter(server => server.running !== null);

/** A majority of masters elects one; a new one reads the backup then, or is empty. */
const elect = (world: AlluxioWorld): void => {
  const up = running(world, 'master');
  const second = up.map(({startedAt}) => startedAt).toSorted((a, b) => a - b)[1];
  if (second === undefined || world.clock.now() < second + ELECTION_MS || world.restored >= 0) return;
  if (up.every(server => server.running === to) && world.usedUri === BACKUP.uri)
    world.restored = BACKUP.entries - world.loses;
};

const content = (world: AlluxioWorld): Facts => {
  elect(world);
  const up = running(world, 'master');
  const led = up.length >= 2 && (up.every(server => server.running === from) || world.restored >= 0);
  const old =
    up.every(server => server.running === from) &&
    [...world.journals.values()].every(({state}) => state === 'old');
  const known = old || world.restored === BACKUP.entries;
  return {
    running: up.length,
    leaders: led ? 1 : 0,
    quorum: up.length,
    restored: world.restored,
    files: known ? 18 : 3,
    mounts: '/mnt/ufs',
    foreign: 'none',
  };
};

const wholeFacts = (world: AlluxioWorld): Facts => {
  const workers = running(world, 'worker');
  const versions = new Set([...world.servers.values()].flatMap(server => server.running ?? []));
  return {
    leaders: content(world).leaders ?? 0,
    liveWorkers: workers.length,
    lostWorkers: ofRole('worker').length - workers.length,
    safeMode: false,
    versions: [...versions].join(','),
  };
};

const backupFacts = ({backedUp}: AlluxioWorld): Facts =>
  backedUp ? {...BACKUP, gzip: 'ok', host: 'x2.lab'} : {gzip: 'none', entries: 0};

const proofFacts = (world: AlluxioWorld, id: string, path: unknown): Facts =>
  world.backedUp && path === BACKUP.path && !world.unreadable.has(id)
    ? {readable: true, gzip: 'ok', bytes: BACKUP.bytes, sha256: BACKUP.sha256}
    : {readable: false, gzip: 'none'};

const look = (world: AlluxioWorld, node: Node, name: string, given: Facts): Facts => {
  const {id} = node;
  switch (name) {
    case 'status': {
      const at = node.role === 'client' ? entryOf(world.jars, id).loaded : entryOf(world.servers, id).running;
      return at === null ? {health: 'down'} : {health: 'ok', version: at};
    }
    case 'cluster':
      return wholeFacts(world);
    case 'writes':
      return {moving: false, sequence: world.sequence, marked: world.did.includes('m-1 mark')};
    case 'backup':
      return backupFacts(world);
    case 'namespace':
      return {files: 18, mounts: '/mnt/ufs', notPersisted: 2};
    case 'proof':
      return proofFacts(world, id, given.path);
    case 'process': {
      const at = entryOf(world.servers, id).running;
      return at === null ? {running: false} : {running: true, version: at};
    }
    case 'processes':
      return {running: [...world.servers.values()].filter(server => server.running !== null).length};
    case 'cache':
      return {mounted: true, files: entryOf(world.blocks, id)};
    case 'cache-copy': {
      const copy = world.copies.get(id) ?? 0;
      return {same: world.copies.has(id) && copy === entryOf(world.blocks, id), files: copy};
    }
    case 'journal':
      return {state: entryOf(world.journals, id).state, foreign: 'none'};
    case 'journal-copy':
      return {same: entryOf(world.journals, id).copied};
    case 'journal-blast': {
      const {files, copied} = entryOf(world.journals, id);
      return {
        path: PLACES.journal,
        filesystem: 'ext4',
        files,
        bytes: files * 1_000,
        copied,
        backup: String(given.backup),
      };
    }
    case 'masters':
      return content(world);
    case 'worker': {
      const at = entryOf(world.servers, id).running;
      return {registered: at !== null, version: at ?? 'none', blocks: entryOf(world.blocks, id)};
    }
    case 'home': {
      const {version, staged} = entryOf(world.links, node.host);
      return {version, staged: staged ? to : 'none', confUnknown: 'none'};
    }
    case 'client': {
      const {jar, classpath, loaded} = entryOf(world.jars, id);
      return {jar, classpath, classpathVersion: classpath.includes(to) ? to : from, loaded};
    }
    default:
      throw new Error(`nobody looks at ${name} here`);
  }
};

const startServer = (world: AlluxioWorld, id: string, at: string): void => {
  const server = entryOf(world.servers, id);
  server.running ??= at;
  server.startedAt = world.clock.now();
};

const carryOut = (world: AlluxioWorld, node: Node, name: string, script: string): void => {
  const {id, host} = node;
  const home = entryOf(world.links, host);
  if (name.endsWith('.stop')) {
    entryOf(world.servers, id).running = null;
    return;
  }
  if (name.endsWith('.start')) {
    startServer(world, id, home.version);
    // Recorded: workers that meet a master without their files delete their blocks.
    if (node.role === 'worker' && content(world).files !== 18) world.blocks.set(id, 0);
    return;
  }
  switch (name) {
    case 'stage':
      home.staged = true;
      return;
    case 'mark':
      return;
    case 'backup':
      world.backedUp = true;
      return;
    case 'keep-cache':
      world.copies.set(id, entryOf(world.blocks, id));
      return;
    case 'keep-journal':
      entryOf(world.journals, id).copied = true;
      return;
    case 'link-new':
      home.version = to;
      return;
    case 'link-old':
      home.version = from;
      return;
    case 'unstage':
      home.staged = false;
      return;
    case 'journal-back':
      Object.assign(entryOf(world.journals, id), {state: 'old', files: 9});
      world.restored = -1;
      return;
    case 'format':
      Object.assign(entryOf(world.journals, id), {state: 'empty', files: 0});
      return;
    case 'master.start-from':
      world.usedUri = /^BACKUP=(\S+)$/m.exec(script)?.[1] ?? '';
      startServer(world, id, home.version);
      Object.assign(entryOf(world.journals, id), {state: 'new', files: 3});
      return;
    case 'client.jar':
      entryOf(world.jars, id).jar = to;
      return;
    case 'client.restart':
      entryOf(world.jars, id).loaded = to;
      return;
    default:
      throw new Error(`nobody does ${name} here`);
  }
};

const reply = (facts: Facts | null): ShellReply => ({
  kind: 'shell',
  code: 0,
  stdout: facts === null ? '' : JSON.stringify(facts),
  stderr: '',
  cut: false,
  ms: 1,
});

const givenIn = (request: ShellRequest): Facts => {
  const [, json] = /\n# given (.*)$/.exec(request.script) ?? [];
  return json === undefined ? {} : (JSON.parse(json) as Facts);
};

const answer = async (
  world: AlluxioWorld,
  id: NodeId,
  request: Request,
): Promise<ShellReply | Refused | Lost> => {
  if (request.kind !== 'shell') throw new Error('everything is asked of a shell here');
  const name = request.name.replace(/^alluxio\./, '');
  world.onAsk(id, name);
  await world.clock.sleep(request.lane === 'act' ? 1_000 : 20);
  if (request.lane === 'look') return reply(look(world, named(id), name, givenIn(request)));
  world.did.push(`${id} ${name}`);
  carryOut(world, named(id), name, request.script);
  return reply(null);
};
