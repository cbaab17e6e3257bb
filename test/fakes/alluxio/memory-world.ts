import type {NodeId} from '../../../src/model/ids.ts';
import type {Cluster} from '../../../src/model/inventory.ts';
import type {Clock} from '../../../src/model/world.ts';
import type {Alluxio, ServerNode, ServerRole} from '../../../src/systems/alluxio/fields.ts';
import type {Alone} from '../common/memory-alone.ts';
import type {Effects} from '../common/memory-effects.ts';
import type {Files} from '../common/memory-files.ts';
import type {Hosts} from '../common/memory-hosts.ts';
import type {Lies} from '../common/memory-lies.ts';
import type {Timeline} from '../common/memory-timeline.ts';
import type {Client} from './memory-clients.ts';
import type {Content} from './memory-content.ts';
import type {Home} from './memory-homes.ts';
import type {Journal} from './memory-journal.ts';

/**
 * Faults the fake knows, each on one node, until `heal` or until somebody else puts it right (`BRIEF`): what keeps a run
 * from its beginning would hide all that may go wrong later. Those of the backup and the writers hit the whole cluster.
 */
export const FAULTS = [
  /** It takes several times as long until it serves. */
  'slow-start',
  /** Its process runs and never serves. */
  'start-hangs',
  /** It ends by itself while it starts, the first time. */
  'start-dies',
  /** It ends by itself some seconds after it was ready, the first time. */
  'dies-when-ready',
  /** Somebody starts it from the directory of the old version. */
  'wrong-version',
  /** It ignores the stop signal. */
  'stop-hangs',
  /** Its disk is full: nothing is staged, and nothing copied. */
  'disk-full',
  /** Somebody puts another release where the package was, after it was looked at. */
  'package-exchanged',
  /** The backup ends in the middle of its file, the first time. */
  'backup-truncated',
  /** The command says why it cannot back up, the first time. */
  'backup-fails',
  /** This master cannot read what the others wrote to the under store. */
  'backup-unreadable',
  /** Of a master: somebody writes, and is not told to stop. */
  'writes-go-on',
  /** The first format leaves a file of the old version behind. */
  'format-leaves',
  /** This worker does not reach the leader. */
  'not-registering',
  /** Started anew, a worker is lost by the leader's list every now and then. */
  'flaps',
  /** Of a worker: it comes up later than the job service, which gives up the pin of a file of its meanwhile (issue 17865). */
  'unpins',
] as const;
/** Those of clusters that copy their ramdisks, or have to list their files. */
export const CACHE_FAULTS = [
  /** The host of a worker reboots once its ramdisk was copied: it is mounted again, and empty. */
  'reboots',
  /** Listing takes too long, the first time. */
  'list-late',
] as const;
/** Those of clusters that go by cluster-wide commands, which end with 0 in any case; each once. */
export const FAN_OUT_FAULTS = [
  /** The command does not reach its host, and says so among much else. */
  'stop-not-reached',
  'start-not-reached',
  /** It reaches its host and says that all is well, and nothing happens there. */
  'stop-not-heeded',
  'start-not-heeded',
] as const;
export type Fault = (typeof FAULTS)[number] | (typeof CACHE_FAULTS)[number] | (typeof FAN_OUT_FAULTS)[number];

export const BRIEF: readonly Fault[] = ['disk-full', 'package-exchanged', 'backup-unreadable', 'stop-hangs'];

/** One life of a process. `readyAt` and `endAt` are null while they are not known. */
export type Life = {
  readonly pid: number;
  readonly startedAt: number;
  readonly version: string;
  /** The directory it was started from, as it really lay then. */
  readonly from: string;
  /** What a master was told by `-i`; empty without. */
  readonly backup: string;
  readyAt: number | null;
  endAt: number | null;
  /** It was told to stop and is draining. */
  stopping: boolean;
  /** Operations that a master carried out as leader, since it was started. */
  ops: number;
  /** Lines of its log. */
  readonly log: string[];
};

/** One node: its processes, and a worker's cache. */
export type Machine = {
  readonly node: ServerNode;
  readonly role: ServerRole;
  readonly home: Home;
  readonly lives: Life[];
  /** Blocks in a worker's storage. */
  readonly blocks: Set<number>;
  /** Blocks in it when its process ended last, and what was not given up of them since. */
  owes: ReadonlySet<number>;
  /** What lies where its ramdisk is copied to: a copy by its stamp, or what others have put there ('foreign'). */
  cache: {readonly of: string; readonly blocks: ReadonlySet<number>} | null;
  /** With whom a worker is registered, or was in its last life. */
  registered: {readonly reign: Reign; readonly life: Life; readonly knownSince: number} | null;
  /** The run has started it: what it was before is over. */
  renewed: boolean;
  /** It ended from outside, and nobody has started it since. */
  lost: boolean;
  readonly faults: Set<Fault>;
};

/** One master's time as leader. It serves from `servesAt` on; before that it restores, or is in safe mode. */
export type Reign = {
  readonly leader: Machine;
  readonly life: Life;
  readonly since: number;
  servesAt: number | null;
  /** How many entries it read from a backup itself, as its metrics tell; −1 where it read none. */
  restored: number;
};

/** A backup: in the under store, where every master sees it, or (`local`) on the disks of those hosts alone that have the file. */
export type Backup = {
  readonly path: string;
  readonly local: boolean;
  readonly bytes: number;
  readonly entries: number;
  readonly sha256: string;
  /** Its end is there. */
  readonly whole: boolean;
  readonly content: Content;
};

/** What a backup command printed, kept below the home, and its exit code; both null until it has ended. */
export type Kept = {going: boolean; lines: readonly string[] | null; exit: number | null};

/** The fake's whole state. Nothing happens by itself: `timeline.catchUp` does what was due since it was last asked. */
export type World = {
  /** A person is about to pin again. */
  pinsAgain: boolean;
  readonly cluster: Cluster<Alluxio>;
  readonly from: string;
  readonly journalType: 'EMBEDDED' | 'UFS';
  readonly shared?: boolean;
  readonly clock: Clock;
  readonly chance: () => number;
  readonly bootAt: number;
  readonly machines: ReadonlyMap<NodeId, Machine>;
  readonly homes: readonly Home[];
  /** Applications that load the client. */
  readonly clients: ReadonlyMap<NodeId, Client>;
  readonly hosts: Hosts<Machine>;
  readonly timeline: Timeline;
  readonly effects: Effects;
  readonly alone: Alone;
  readonly lies: Lies;
  /** Each master's journal; with journals in the under store all have the same one. */
  readonly journals: ReadonlyMap<NodeId, Journal>;
  /** Backups by path, which is each one's own, oldest first. */
  readonly backups: Map<string, Backup>;
  /** Files on the disks of the hosts: backups that were written there, and what was copied. */
  readonly files: Files;
  /** What backup commands printed, by home and stamp. */
  readonly kept: Map<string, Kept>;
  /** Lists of files that are not persisted, by home and stamp; null where it took too long. */
  readonly lists: Map<string, Content | null>;
  reign: Reign | null;
  /** What was written last, whoever serves now: the measure of everything. */
  truth: Content;
  /** Until when somebody writes every few seconds. */
  writesUntil: number;
  nextPid: number;
  nextFile: number;
};

/** What a master is at this moment; other roles do not move. */
const standing = ({reign}: World, machine: Machine): string | null => {
  if (machine.role !== 'master') return null;
  return reign?.leader === machine ? 'leader' : 'standby';
};

/**
 * Writes down what changed. Of processes: 'start', 'ready', 'stop' (told to), 'end' (by that), 'died' (by itself), 'lost'
 * (from outside), 'returned'. Of the masters: 'elected', 'serves-whole' and 'serves-other' (a leader whose content is,
 * or is not, what was written last), 'serves-lost' (it is, and files are marked as lost whose workers were stopped),
 * 'restored', 'came-up-empty'. Of files: 'stage', 'unstage', 'mark', 'backup', 'copied', 'keep-journal', 'journal-back', 'format',
 * 'format-unproved', 'format-all', 'install', 'uninstall', 'blocks-deleted', 'files-lost', 'unpinned' (by
 * the job service), 'pinned' (by a person), 'start-unproved', 'reads-newer'
 * (a master that is older than what wrote in its journal).
 * Of caches: 'list', 'persist', 'keep-cache', 'overwritten', 'ramdisk-lost', 'restore-cache', 'format-tiers', 'blocks-missing'.
 */
export const effect = (
  world: World,
  machine: Machine,
  what: string,
  at = world.clock.now(),
  as: string | null = standing(world, machine),
): void => world.effects.add(machine.node.id, what, as, at);

export const machineOf = (world: World, id: NodeId): Machine => {
  const machine = world.machines.get(id);
  if (machine === undefined) throw new Error(`the fake cluster has no node ${id}`);
  return machine;
};

export const ofRole = ({machines}: World, ...roles: readonly ServerRole[]): Machine[] =>
  [...machines.values()].filter(({role}) => roles.includes(role));

/** The process that runs now, or null. */
export const lifeOf = (machine: Machine): Life | null => {
  const life = machine.lives.at(-1);
  return life === undefined || life.endAt !== null ? null : life;
};

/** Its own process is up. Whether anybody leads is another matter. */
export const isReady = (machine: Machine): boolean => {
  const life = lifeOf(machine);
  return life !== null && life.readyAt !== null;
};

/** `alluxio.master.worker.timeout`. */
export const LOST_AFTER_MS = 300_000;

/** Somebody who leads, and answers. */
export const leads = ({reign, clock}: World): Reign | null =>
  reign !== null && reign.servesAt !== null && reign.servesAt <= clock.now() ? reign : null;

/** The whole cluster is hit by a fault that any of its nodes has. */
const whoHas = ({machines}: World, fault: Fault): Machine | undefined =>
  [...machines.values()].find(({faults}) => faults.has(fault));

/** The same, for one that happens once. */
export const hitsOnce = (world: World, fault: Fault): boolean =>
  whoHas(world, fault)?.faults.delete(fault) === true;

/** Somebody writes who was to stop. */
export const writesGoOn = (world: World): boolean => whoHas(world, 'writes-go-on')?.role === 'master';

/** The leader knows this worker as it runs now. */
export const isRegistered = ({reign}: World, machine: Machine): boolean =>
  machine.registered !== null &&
  machine.registered.reign === reign &&
  machine.registered.life === lifeOf(machine);

/** After an election workers find the new leader by themselves, within this time. */
const FINDS_WITHIN_MS = 45_000;

/** Whether a node does not do its work: its process is not up, or the leader has not known it for a while. */
export const isDown = (world: World, machine: Machine): boolean => {
  if (!isReady(machine)) return true;
  const since = leads(world)?.servesAt ?? null;
  if (machine.role !== 'worker' || since === null || isRegistered(world, machine)) return false;
  const readyAt = lifeOf(machine)?.readyAt ?? 0;
  return world.clock.now() > Math.max(since, readyAt) + FINDS_WITHIN_MS;
};
