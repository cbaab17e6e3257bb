import {hexPorts} from '../../../src/host/sockets.ts';
import type {Script} from '../../../src/model/script.ts';
import {wordOf} from '../../fakes/common/memory-script.ts';
import {type AlluxioNode, homeOf, ofRole, type SERVERS} from './fields.ts';
import {type AlluxioWorld, BACKUP, entryOf, FILES, FROM, type Server, START_MS, TO} from './world-state.ts';

const ELECTION_MS = 8_000;

const running = ({cluster, servers}: AlluxioWorld, role: (typeof SERVERS)[number]): readonly Server[] =>
  ofRole(cluster, role)
    .map(({id}) => entryOf(servers, id))
    .filter(server => server.running !== null);

/** A majority of masters elects one; a new one reads the backup then, or is empty. */
const elect = (world: AlluxioWorld): void => {
  const up = running(world, 'master');
  const second = up.map(({startedAt}) => startedAt).toSorted((a, b) => a - b)[1];
  if (second === undefined || world.clock.now() < second + ELECTION_MS || world.restored >= 0) return;
  if (up.every(server => server.running === TO) && world.usedUri === BACKUP.uri)
    world.restored = BACKUP.entries - world.loses;
};

/** What the masters know, as their leader tells it. */
export const content = (world: AlluxioWorld) => {
  elect(world);
  const up = running(world, 'master');
  const old = up.every(server => server.running === FROM);
  const led = up.length >= 2 && (old || world.restored >= 0);
  const whole = old && [...world.journals.values()].every(({state}) => state === 'old');
  return {
    running: up.length,
    leaders: led ? 1 : 0,
    files: whole || world.restored === BACKUP.entries ? FILES : 3,
  };
};

type Line = readonly [name: string, value: string | number | boolean];

const shown = (entries: readonly Line[]): string[] =>
  entries.map(([name, value]) => `${name}=${value === true ? 'yes' : value === false ? 'no' : value}`);

/** A process as /proc shows it: its main class, its home, and the jar that tells its version. */
const processLines = (world: AlluxioWorld, node: AlluxioNode): Line[] => {
  const {running: version, startedAt} = entryOf(world.servers, node.id);
  if (version === null || !('port' in node.fields)) return [];
  return [
    ['process', 1_000 + [...world.servers.keys()].indexOf(node.id)],
    ['ticks', Math.max(1, startedAt - START_MS)],
    ['comm', 'java'],
    ['user', 0],
    ['arg', `-Dalluxio.home=${homeOf(node)}`],
    ['arg', `${homeOf(node)}/assembly/alluxio-server-${version}.jar`],
    ['listen', `00000000:${hexPorts([node.fields.port])[0]}`],
  ];
};

const clusterLines = (world: AlluxioWorld): Line[] => {
  const workers = ofRole(world.cluster, 'worker');
  const lost = workers.filter(({id}) => entryOf(world.servers, id).running === null);
  const versions = new Set([...world.servers.values()].flatMap(server => server.running ?? []));
  return [
    ['leaders', content(world).leaders],
    ['liveWorkers', workers.length - lost.length],
    ...lost.map(({id}): Line => ['lostWorkers', id]),
    ['safeMode', false],
    ...[...versions].map((version): Line => ['versions', version]),
  ];
};

const look = (world: AlluxioWorld, node: AlluxioNode, what: string, script: Script): Line[] => {
  const {id, host} = node;
  switch (what) {
    case 'process':
      return processLines(world, node);
    case 'survey':
      return [
        ...processLines(world, node),
        ['login', 0],
        ['home', 'symlink'],
        ['writable', true],
        ['freeKb', 9_000_000],
        ['journalType', world.journalType],
      ];
    case 'cluster':
      return clusterLines(world);
    case 'writes':
      return [
        ['moving', false],
        ['sequence', world.sequence],
        ['marked', world.did.includes('m-1 mark')],
      ];
    case 'backup':
      return world.backedUp
        ? [...Object.entries(BACKUP), ['gzip', 'ok'], ['host', 'x2.lab']]
        : [
            ['gzip', 'none'],
            ['entries', 0],
          ];
    case 'namespace':
      return [
        ['files', FILES],
        ['mounts', '/mnt/ufs'],
        ['notPersisted', 2],
      ];
    case 'proof':
      return world.backedUp && wordOf(script, 'path') === BACKUP.path && !world.unreadable.has(id)
        ? [
            ['readable', true],
            ['gzip', 'ok'],
            ['bytes', BACKUP.bytes],
            ['sha256', BACKUP.sha256],
          ]
        : [
            ['readable', false],
            ['gzip', 'none'],
          ];
    case 'cache':
      return [
        ['mounted', true],
        ['files', entryOf(world.blocks, id)],
      ];
    case 'cache-copy': {
      const copy = world.copies.get(id) ?? 0;
      return [
        ['same', world.copies.has(id) && copy === entryOf(world.blocks, id)],
        ['files', copy],
      ];
    }
    case 'journal':
      return [['state', entryOf(world.journals, id).state]];
    case 'journal-copy':
      return [['same', entryOf(world.journals, id).copied]];
    case 'journal-blast': {
      const {files, copied} = entryOf(world.journals, id);
      return [
        ['path', wordOf(script, 'journal')],
        ['filesystem', 'ext4'],
        ['files', files],
        ['bytes', files * 1_000],
        ['copied', copied],
        ['backup', wordOf(script, 'backup')],
      ];
    }
    case 'masters': {
      const {running: up, leaders, files} = content(world);
      return [
        ['running', up],
        ['leaders', leaders],
        ['quorum', up],
        ['restored', world.restored],
        ['files', files],
        ['mounts', '/mnt/ufs'],
      ];
    }
    case 'worker': {
      const at = entryOf(world.servers, id).running;
      return [
        ['registered', at !== null],
        ...(at === null ? [] : [['version', at] as const]),
        ['blocks', entryOf(world.blocks, id)],
      ];
    }
    case 'home': {
      const {version, staged} = entryOf(world.links, host);
      return [
        ['version', version],
        ['staged', staged ? TO : 'none'],
      ];
    }
    case 'client': {
      const {jar, classpath, loaded} = entryOf(world.jars, id);
      return [
        ['jar', jar],
        ['classpath', classpath],
        ['classpathVersion', classpath.includes(TO) ? TO : FROM],
        ['loaded', loaded],
      ];
    }
    default:
      throw new Error(`nobody looks at ${what} here`);
  }
};

/** What a look at a node prints. */
export const lookAt = (
  world: AlluxioWorld,
  node: AlluxioNode,
  what: string,
  script: Script,
): readonly string[] => shown(look(world, node, what, script));
