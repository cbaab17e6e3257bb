import type {Script} from '../../../src/model/script.ts';
import {did, failed, refused} from '../common/memory-replies.ts';
import {wordOf, wordsOf} from '../common/memory-script.ts';
import {between} from '../common/memory-timeline.ts';
import {keyOf} from './memory-backup.ts';
import {type Content, lostIn, notPersisted, pinnedIn} from './memory-content.ts';
import {isInstalled, keptAt, type Names, realOf} from './memory-homes.ts';
import {commit, contentOf} from './memory-lives.ts';
import {BLOCK_BYTES} from './memory-pages.ts';
import {type Act, namesOf, stillRuns} from './memory-undo.ts';
import {effect, hitsOnce, leads, lifeOf, type Machine, type World} from './memory-world.ts';

// Files that only workers hold, and what becomes of the workers' storage. Each has one tier: a ramdisk.

export const namespaceLines = (content: Content): string[] => {
  const open = notPersisted(content);
  return [
    `paths=${content.files.length + 4}`,
    `notPersisted=${open.length}`,
    `lost=${lostIn(content)}`,
    ...open.slice(0, 20).map(({path}) => `example=${path}`),
  ];
};

const NO_LEADER = 'Failed to determine address for FileSystemMasterClient after 1 attempts\n';

const list: Act = async ({world, machine, names}) => {
  await world.clock.sleep(between(world.chance, 2_000, 20_000));
  world.timeline.catchUp();
  const content = contentOf(world);
  if (content === null) return failed(255, '', NO_LEADER);
  const late = hitsOnce(world, 'list-late');
  world.lists.set(keyOf(machine, names.stamp), late ? null : content);
  effect(world, machine, 'list');
  return did(late ? 'not listed' : 'listed');
};

const persist: Act = async ({world, machine}) => {
  await world.clock.sleep(between(world.chance, 5_000, 60_000));
  world.timeline.catchUp();
  const [reign, content] = [leads(world), contentOf(world)];
  if (reign === null || content === null) return failed(255, '', NO_LEADER);
  if (notPersisted(content).length === 0) return did('nothing is left that only workers hold');
  reign.life.ops += notPersisted(content).length;
  world.truth = {...content, files: content.files.map(file => ({...file, persisted: true}))};
  commit(world, world.truth, world.clock.now());
  effect(world, machine, 'persist');
  return did('nothing is left that only workers hold');
};

/** Its host reboots before it is started again: what was in memory is gone. */
const reboot = (world: World, machine: Machine): void => {
  const at = world.clock.now() + between(world.chance, 1_000, 900_000);
  world.timeline.later(at, () => {
    if (lifeOf(machine) !== null) return;
    machine.blocks.clear();
    effect(world, machine, 'ramdisk-lost', at);
  });
};

const keepCache: Act = async acting => {
  const {world, machine, names, script} = acting;
  const runs = stillRuns(acting);
  if (runs !== null) return runs;
  const {cache} = machine;
  if (cache?.of === names.stamp) return did('the copy is there already');
  if (cache !== null && wordOf(script, 'overwrite') !== 'yes') return refused('the place is not empty');
  await world.clock.sleep(between(world.chance, 2_000, 30_000));
  world.timeline.catchUp();
  if (machine.faults.has('disk-full')) return failed(1, '', 'cp: error writing: No space left on device\n');
  if (cache !== null) effect(world, machine, 'overwritten');
  machine.cache = {of: names.stamp, blocks: new Set(machine.blocks)};
  effect(world, machine, 'keep-cache');
  if (machine.faults.delete('reboots')) reboot(world, machine);
  return did('copied the ramdisks');
};

const restoreCache: Act = async ({world, machine, names}) => {
  if (lifeOf(machine) !== null) return refused(`process ${lifeOf(machine)?.pid} still runs`);
  if (machine.cache?.of !== names.stamp) return refused('there is no copy of this run');
  await world.clock.sleep(between(world.chance, 1_000, 20_000));
  world.timeline.catchUp();
  for (const block of machine.cache.blocks) machine.blocks.add(block);
  effect(world, machine, 'restore-cache');
  return did('put back');
};

const formatTiers: Act = async ({world, machine, names}) => {
  if (lifeOf(machine) !== null) return refused(`process ${lifeOf(machine)?.pid} still runs`);
  if (!isInstalled(machine.home, names)) return refused(`${names.to} is not installed`);
  await world.clock.sleep(between(world.chance, 1_500, 5_000));
  world.timeline.catchUp();
  effect(world, machine, 'format-tiers', world.clock.now(), String(machine.blocks.size));
  machine.blocks.clear();
  machine.owes = new Set();
  return did('Formatting complete');
};

export const CACHE_ACTS: Readonly<Record<string, Act>> = {
  list,
  persist,
  'keep-cache': keepCache,
  'restore-cache': restoreCache,
  'format-tiers': formatTiers,
};

/** This run's own folder, in the old version. */
const folderOf = ({home}: Machine, names: Names): string =>
  `${isInstalled(home, names) ? keptAt(home, names) : realOf(home)}/.lakeup-${names.stamp}`;

const pinLines = (content: Content, folder: string): string[] => {
  const pinned = pinnedIn(content);
  return [
    `pinnedPaths=${pinned.length}`,
    `pinnedList=${folder}/pinned`,
    ...pinned.slice(0, 5).map(({path}) => `pinned=${path}`),
  ];
};

const unpersisted = (world: World, machine: Machine, script: Script): string[] => {
  const names = namesOf(script);
  const listed = world.lists.get(keyOf(machine, names.stamp));
  if (listed === undefined) return [];
  if (listed === null) return ['end=124'];
  const folder = folderOf(machine, names);
  return [
    'end=0',
    ...namespaceLines(listed),
    ...(notPersisted(listed).length === 0 ? [] : [`notPersistedList=${folder}/not-persisted`]),
    ...pinLines(listed, folder),
  ];
};

const tierLines = (key: string, dirs: readonly string[], blocks: ReadonlySet<number>): string[] =>
  dirs.map((dir, i) => {
    const many = i === 0 ? blocks.size : 0;
    return `${key}=${many} ${many * BLOCK_BYTES} ${dir}`;
  });

const copyLines = ({blocks, cache}: Machine, script: Script): string[] => {
  if (cache?.of !== namesOf(script).stamp) return ['copied=no'];
  const copied = [...blocks].every(block => cache.blocks.has(block));
  const memories = wordsOf(script, 'memories');
  return [
    'copied=yes',
    ...tierLines('memory', memories, cache.blocks),
    ...(copied ? [] : memories.map(dir => `differs=${dir}`)),
  ];
};

/** A disk that is full from the beginning would keep every run from that. */
const freeKb = ({effects}: World, {faults}: Machine): number =>
  faults.has('disk-full') && effects.all.some(({effect: what}) => what === 'mark') ? 0 : 104_857_600;

const ofCache = ({cache}: Machine): string[] => {
  const files = cache?.blocks.size ?? 0;
  return [`files=${files}`, `bytes=${files * BLOCK_BYTES}`];
};

const placeLines = (world: World, machine: Machine, script: Script): string[] => [
  `place=${machine.cache === null ? 'none' : 'dir'}`,
  `path=${wordOf(script, 'path')}`,
  'writable=yes',
  'mounted=no',
  ...ofCache(machine),
  `neededKb=${machine.blocks.size * 1_024}`,
  'mount=/data',
  'filesystem=ext4',
  `freeKb=${freeKb(world, machine)}`,
];

const blastLines = (machine: Machine, script: Script): string[] => {
  const path = wordOf(script, 'path');
  const its = path.endsWith('/alluxioworker')
    ? [
        `files=${machine.blocks.size}`,
        `bytes=${machine.blocks.size * BLOCK_BYTES}`,
        'mount=/mnt/ramdisk',
        'filesystem=tmpfs',
      ]
    : [...ofCache(machine), 'mount=/data', 'filesystem=ext4'];
  return [`path=${path}`, ...its];
};

/** What a look of these prints; null for one that is none of them. */
export const cacheLook = (world: World, machine: Machine, what: string, script: Script): string[] | null => {
  switch (what) {
    case 'unpersisted':
      return unpersisted(world, machine, script);
    case 'cache':
      return [
        ...tierLines('dir', wordsOf(script, 'dirs'), machine.blocks),
        ...tierLines('memory', wordsOf(script, 'memories'), machine.blocks),
      ];
    case 'cache-copy':
      return copyLines(machine, script);
    case 'cache-place':
      return placeLines(world, machine, script);
    case 'folder-blast':
      return blastLines(machine, script);
    case 'journal-room': {
      const free = freeKb(world, machine);
      return [`freeKb=${free}`, 'neededKb=2048', ...(free > 0 ? [] : [`short=${wordOf(script, 'journal')}`])];
    }
    default:
      return null;
  }
};
