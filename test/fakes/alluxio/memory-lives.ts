import {compareVersions} from '../../../src/lib/version.ts';
import {between} from '../common/memory-timeline.ts';
import {backupOn, writeBackup} from './memory-backup.ts';
import {
  type Content,
  EMPTY,
  entriesOf,
  FIRST,
  type File,
  knowsBlock,
  lostIn,
  pinnedIn,
  sameContent,
} from './memory-content.ts';
import {type Part, partOf, readPart} from './memory-journal.ts';
import {liedOf} from './memory-lies.ts';
import {
  effect,
  isReady,
  isRegistered,
  type Life,
  LOST_AFTER_MS,
  leads,
  lifeOf,
  type Machine,
  ofRole,
  type Reign,
  type World,
} from './memory-world.ts';

const journalOf = ({journals}: World, {node}: Machine) => {
  const journal = journals.get(node.id);
  if (journal === undefined) throw new Error(`${node.id} has no journal`);
  return journal;
};

const partFor = (world: World, machine: Machine): Part =>
  partOf(lifeOf(machine)?.version ?? world.from, world.journalType);

/** Masters that are up and understand each other: those of another generation stand alone. */
const together = (world: World): Machine[] => {
  const groups = Map.groupBy(ofRole(world, 'master').filter(isReady), machine => partFor(world, machine));
  const most = [...groups.values()].toSorted((a, b) => b.length - a.length)[0] ?? [];
  const all = ofRole(world, 'master').length;
  const needed = world.journalType === 'UFS' ? 1 : Math.floor(all / 2) + 1;
  return most.length >= needed ? most : [];
};

/** What the masters agree upon that run, or null while none does or nothing was ever written for their generation. */
export const agreed = (world: World): Content | null => {
  const masters = ofRole(world, 'master');
  const running = masters.flatMap(machine => (lifeOf(machine) === null ? [] : partFor(world, machine)));
  const contents = masters.flatMap(machine => {
    const {parts} = journalOf(world, machine);
    return running.flatMap(part => parts.get(part) ?? []);
  });
  return contents.toSorted((a, b) => entriesOf(b) - entriesOf(a))[0] ?? null;
};

/** Writes to the journal of every master that is up and follows. */
export const commit = (world: World, content: Content, at: number): void => {
  const part = world.reign === null ? null : partFor(world, world.reign.leader);
  if (part === null) return;
  for (const machine of together(world)) {
    const journal = journalOf(world, machine);
    journal.parts.set(part, content);
    journal.changedAt = at;
  }
};

/** A worker of before 2.7 cannot register with a master from 2.7 on (issue 14668), nor does one side of 2.0 know the other. */
const understands = (worker: Life, master: Life): boolean =>
  ['2.0.0', '2.7.0'].every(
    limit => compareVersions(worker.version, limit) >= 0 || compareVersions(master.version, limit) < 0,
  ) &&
  (compareVersions(worker.version, '2.0.0') < 0 || compareVersions(master.version, '2.0.0') >= 0);

/** What is pinned, by a change to it; nothing where no master serves that could be told. */
const repin = (world: World, isPinned: (file: File) => boolean, at: number): boolean => {
  const content = contentOf(world);
  if (content === null || content.files.every(file => file.pinned === isPinned(file))) return false;
  commit(world, {...content, files: content.files.map(file => ({...file, pinned: isPinned(file)}))}, at);
  return true;
};

/** While this worker was not there the job service has given up a pin. */
const unpin = (world: World, worker: Machine, at: number): void => {
  const [gone] = pinnedIn(contentOf(world) ?? EMPTY);
  if (gone === undefined || !worker.renewed || !worker.faults.delete('unpins')) return;
  if (repin(world, ({path, pinned}) => pinned && path !== gone.path, at))
    effect(world, worker, 'unpinned', at);
};

/** A person pins again what had been pinned, as soon as somebody serves who can be told. */
export const pinAgain = (world: World, at: number): void => {
  world.pinsAgain = contentOf(world) === null;
  const before = new Set(pinnedIn(FIRST).map(({path}) => path));
  if (repin(world, ({path}) => before.has(path), at) && world.reign !== null)
    effect(world, world.reign.leader, 'pinned', at);
};

/** Recorded: a worker deletes at once what the leader it registers with does not know. */
const register = (world: World, worker: Machine, life: Life, reign: Reign, at: number): void => {
  if (lifeOf(worker) !== life || world.reign !== reign || isRegistered(world, worker)) return;
  if (worker.faults.has('not-registering') || !understands(life, reign.life)) return;
  unpin(world, worker, at);
  const before = worker.registered?.reign === reign ? worker.registered : null;
  worker.registered = {reign, life, knownSince: before?.knownSince ?? at};
  const content = journalOf(world, reign.leader).parts.get(partFor(world, reign.leader)) ?? EMPTY;
  const unknown = [...worker.blocks].filter(block => !knowsBlock(content, block));
  for (const block of unknown) worker.blocks.delete(block);
  if (unknown.length > 0) effect(world, worker, 'blocks-deleted', at, String(unknown.length));
  if (world.pinsAgain) pinAgain(world, at);
};

/** A worker looks for the leader from when both are there. */
export const callWorker = (world: World, worker: Machine, from: number): void => {
  const [life, {reign}] = [lifeOf(worker), world];
  if (life === null || life.readyAt === null || reign === null || reign.servesAt === null) return;
  const at = Math.max(from, reign.servesAt) + between(world.chance, 500, 8_000);
  world.timeline.later(at, () => register(world, worker, life, reign, at));
};

const servesAs = (content: Content, truth: Content): string => {
  if (!sameContent(content, truth)) return 'serves-other';
  return lostIn(content) > lostIn(truth) ? 'serves-lost' : 'serves-whole';
};

/** Recorded: in safe mode until the workers had time to come. */
const SAFE_MODE_MS = 5_000;

const serve = (world: World, reign: Reign, from: number): void => {
  const at = from + SAFE_MODE_MS;
  reign.servesAt = at;
  world.timeline.later(at, () => {
    if (world.reign !== reign) return;
    const content = journalOf(world, reign.leader).parts.get(partFor(world, reign.leader)) ?? EMPTY;
    effect(world, reign.leader, servesAs(content, world.truth), at);
  });
  for (const worker of ofRole(world, 'worker')) callWorker(world, worker, at);
};

/** Recorded: a wrong `-i` ends the leader, and leaves a file of 32 bytes that is the newest backup then. */
const restoreFailed = (world: World, reign: Reign, at: number): void => {
  writeBackup(world, {directory: '/mnt/ufs/alluxio_backups'}, EMPTY, true, at);
  world.timeline.later(at + 1_000, () => {
    if (lifeOf(reign.leader) === reign.life) endLife(world, reign.leader, at + 1_000);
  });
};

/** The leader's journal is empty: it reads the backup it was given, or has nothing. */
const begin = (world: World, reign: Reign, at: number): void => {
  const {leader, life} = reign;
  const known = readPart(journalOf(world, leader), partFor(world, leader));
  const uri = life.backup;
  if (known !== undefined) {
    if (uri !== '')
      life.log.push(`The journal system is not freshly formatted, skipping restoring backup from ${uri}`);
    commit(world, known, at);
    serve(world, reign, at);
    return;
  }
  const isLie = liedOf(world, leader, 'comes-up-empty', at) !== null;
  if (uri === '' || isLie) {
    commit(world, EMPTY, at);
    effect(world, leader, isLie ? 'comes-up-empty' : 'came-up-empty', at);
    serve(world, reign, at);
    return;
  }
  life.log.push(`Initializing metadata from backup ${uri}`);
  const backup = backupOn(world, leader, uri);
  if (backup?.whole !== true) {
    restoreFailed(world, reign, at);
    return;
  }
  const doneAt = at + between(world.chance, 1_500, 15_000);
  world.timeline.later(doneAt, () => {
    if (world.reign !== reign) return;
    commit(world, backup.content, doneAt);
    reign.restored = backup.entries;
    life.log.push(`Restored ${backup.entries} entries from backup`);
    effect(world, leader, 'restored', doneAt);
    serve(world, reign, doneAt);
  });
};

/** Makes a master the leader; of what it did as a leader before it remembers nothing. */
export const lead = (world: World, leader: Machine, at: number): void => {
  const life = lifeOf(leader);
  if (life === null) return;
  const reign: Reign = {leader, life, since: at, servesAt: null, restored: -1};
  world.reign = reign;
  effect(world, leader, 'elected', at);
  begin(world, reign, at);
};

/** Those who may lead: whose journal holds most (Raft). */
export const candidates = (world: World): Machine[] => {
  const up = together(world);
  const lengthOf = (machine: Machine): number => {
    const known = journalOf(world, machine).parts.get(partFor(world, machine));
    return known === undefined ? -1 : entriesOf(known);
  };
  const longest = Math.max(-1, ...up.map(lengthOf));
  return up.filter(machine => lengthOf(machine) === longest);
};

const elect = (world: World, at: number): void => {
  if (world.reign !== null) return;
  const able = candidates(world);
  const leader = able[Math.floor(world.chance() * able.length)];
  if (leader !== undefined) lead(world, leader, at);
};

/** Recorded: a leader 15 to 30 s after the start, of which the masters themselves take the most. */
const callElection = (world: World, from: number): void => {
  const at = from + between(world.chance, 3_000, 12_000);
  world.timeline.later(at, () => elect(world, at));
};

/** Without a majority nobody leads. */
const lookAround = (world: World, at: number): void => {
  const {reign} = world;
  if (reign !== null && !together(world).includes(reign.leader)) world.reign = null;
  if (world.reign === null && together(world).length > 0) callElection(world, at);
};

/**
 * A leader that has not heard of a worker for so long marks as lost what nobody else has, and what was marked so stays so when
 * the worker is back (issue 14685). Who lost a worker from outside has lost these files; whoever stopped it has them lost.
 */
const markLost = (world: World, worker: Machine, since: Reign, at: number): void => {
  if (world.reign !== since || isRegistered(world, worker)) return;
  const content = contentOf(world);
  if (content === null) return;
  const isGone = ({persisted, lost, blocks}: File): boolean =>
    !persisted && !lost && blocks.some(block => worker.blocks.has(block));
  const gone = content.files.filter(isGone);
  if (gone.length === 0) return;
  const marked = {
    ...content,
    files: content.files.map(file => (isGone(file) ? {...file, lost: true} : file)),
  };
  if (worker.lost) world.truth = marked;
  commit(world, marked, at);
  effect(world, worker, 'files-lost', at, worker.lost ? 'outside' : String(gone.length));
};

/** The process is gone, by a stop or by itself. */
export const endLife = (world: World, machine: Machine, at: number): void => {
  const life = lifeOf(machine);
  if (life === null) return;
  effect(world, machine, life.stopping ? 'end' : machine.lost ? 'lost' : 'died', at);
  life.endAt = at;
  machine.owes = new Set(machine.blocks);
  const known = machine.registered;
  if (machine.role === 'worker' && known !== null && known.life === life) {
    const lostAt = at + LOST_AFTER_MS;
    world.timeline.later(lostAt, () => markLost(world, machine, known.reign, lostAt));
  }
  if (machine.role === 'master') lookAround(world, at);
};

/** The process is up from now on; who leads, and who knows it, comes later. */
export const becomeReady = (world: World, machine: Machine, life: Life, at: number): void => {
  if (life.endAt !== null || life.readyAt !== null) return;
  life.readyAt = at;
  effect(world, machine, 'ready', at);
  if (machine.role === 'worker') callWorker(world, machine, at);
  if (machine.role !== 'master') return;
  const {reign} = world;
  if (reign === null) {
    lookAround(world, at);
    return;
  }
  const known = journalOf(world, reign.leader).parts.get(partFor(world, reign.leader));
  if (known !== undefined && together(world).includes(machine)) commit(world, known, at);
};

/** What the leader serves now, or null while none does. */
export const contentOf = (world: World): Content | null => {
  const reign = leads(world);
  if (reign === null) return null;
  return journalOf(world, reign.leader).parts.get(partFor(world, reign.leader)) ?? EMPTY;
};
