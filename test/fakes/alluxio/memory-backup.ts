import {compareVersions} from '../../../src/lib/version.ts';
import {between} from '../common/memory-timeline.ts';
import {type Content, entriesOf, sameContent} from './memory-content.ts';
import {liedOf} from './memory-lies.ts';
import {
  type Backup,
  effect,
  hitsOnce,
  type Kept,
  type Life,
  leads,
  type Machine,
  ofRole,
  type World,
} from './memory-world.ts';

export const keyOf = ({node}: Machine, stamp: string): string => `${node.host} ${node.home} ${stamp}`;

export const keptOf = ({kept}: World, machine: Machine, stamp: string): Kept | undefined =>
  kept.get(keyOf(machine, stamp));

/** A mark that is made anew ends what an earlier one was followed by. */
export const mark = (world: World, machine: Machine, stamp: string): void => {
  world.kept.set(keyOf(machine, stamp), {going: false, lines: null, exit: null});
  world.lists.delete(keyOf(machine, stamp));
};

const DIRECTORY = '/mnt/ufs/alluxio_backups';

/** Written by no version, but told apart by what it is of: 64 hex digits. */
const sumOf = (path: string, entries: number): string => {
  let hash = 2_166_136_261;
  for (const letter of `${path} ${entries}`) hash = Math.imul(hash ^ letter.charCodeAt(0), 16_777_619) >>> 0;
  return hash.toString(16).padStart(8, '0').repeat(8);
};

export const writeBackup = (
  world: World,
  {directory, on = []}: {readonly directory: string; readonly on?: readonly Machine[]},
  content: Content,
  whole: boolean,
  at = world.clock.now(),
): Backup => {
  const path = `${directory}/alluxio-backup-${new Date(at).toISOString().slice(0, 10)}-${at}.gz`;
  const entries = entriesOf(content);
  const bytes = whole ? 400 + entries * 31 : 32 + entries;
  const sha256 = sumOf(path, whole ? entries : -1);
  const made = {path, local: on.length > 0, bytes, entries, sha256, whole, content};
  world.backups.set(path, made);
  for (const {node} of on) world.files.put(node.host, path, {sum: sha256, sizeBytes: bytes});
  return made;
};

/** The file that a URI names: a path of the root under store, or with `file:` one of the host. */
const backupAt = ({backups}: World, uri: string): Backup | undefined => {
  const found = backups.get(uri.replace(/^file:\/\//, ''));
  return found?.local === true && !uri.startsWith('file://') ? undefined : found;
};

/** What a master finds where a URI leads it, on its own host. */
export const backupOn = (world: World, machine: Machine, uri: string): Backup | undefined => {
  const found = backupAt(world, uri);
  if (found === undefined || machine.faults.has('backup-unreadable')) return undefined;
  const isThere = !found.local || world.files.at(machine.node.host, found.path)?.sum === found.sha256;
  if (!isThere || liedOf(world, machine, 'backup-other') === null) return isThere ? found : undefined;
  // One of another time, without what was written last.
  const content = {...found.content, files: found.content.files.slice(0, -1)};
  const entries = entriesOf(content);
  return {...found, content, entries, bytes: 400 + entries * 31, sha256: sumOf(found.path, entries)};
};

/** A standby writes it from 2.9.0 on; before, the leader itself (recorded). */
const writerOf = (world: World, leader: Machine): Machine => {
  const standby = ofRole(world, 'master').find(
    machine => machine !== leader && machine.lives.at(-1)?.readyAt,
  );
  return leader.lives.at(-1)?.version.startsWith('2.9.') === true ? (standby ?? leader) : leader;
};

/** Recorded: one line that is written over and over, then three. */
const INITIATING = 'Backup state: Initiating';
const RUNNING = 'Backup state: Running | Entries processed: ';

type Printed = Pick<Kept, 'lines' | 'exit'>;

/** In so many parts it is told how far it is. */
const PARTS = 5;

/** Writes entries for that long, and says from the second version of the command on how many there are. */
const writing = async (
  {clock}: World,
  {version}: Life,
  entries: number,
  ms: number,
  onSaid: (words: string) => void,
): Promise<void> => {
  const tells = compareVersions(version, '2.2.0') >= 0;
  for (let part = 0; part < PARTS; part += 1) {
    if (tells) onSaid(`${RUNNING}${Math.floor((entries * part) / PARTS)}`);
    await clock.sleep(ms / PARTS);
  }
};

/** `fsadmin backup`: what it printed, and its exit code. */
export const backUp = async (
  world: World,
  machine: Machine,
  directory: string,
  onSaid: (words: string) => void,
): Promise<Printed> => {
  await world.clock.sleep(between(world.chance, 1_500, 3_000));
  world.timeline.catchUp();
  const reign = leads(world);
  if (reign === null) return {lines: ['Failed to determine primary master rpc address'], exit: 255};
  if (hitsOnce(world, 'backup-fails'))
    return {lines: [INITIATING, `Local backup failed: Failed to create directory ${directory}`], exit: 255};
  const {truth} = world;
  await writing(world, reign.life, entriesOf(truth), between(world.chance, 2_000, 20_000), onSaid);
  world.timeline.catchUp();
  if (world.reign !== reign)
    return {lines: [INITIATING, 'Backup lost. Please check Alluxio logs.'], exit: 255};
  const whole = !hitsOnce(world, 'backup-truncated');
  const local = directory !== '';
  const writer = writerOf(world, reign.leader);
  const on = local ? (world.shared === true ? ofRole(world, 'master') : [writer]) : [];
  const {path, entries} = writeBackup(world, {directory: local ? directory : DIRECTORY, on}, truth, whole);
  effect(world, machine, whole ? 'backup' : 'backup-broken');
  if (compareVersions(reign.life.version, '2.1.0') < 0) {
    const scheme = compareVersions(reign.life.version, '2.0.0') < 0 ? 'file://' : '';
    const where = local ? `${scheme}${path} on master ${reign.leader.node.host}` : path;
    return {lines: [`Successfully backed up journal to ${where}`], exit: 0};
  }
  return {
    lines: [
      INITIATING,
      `Backup Host        : ${writer.node.host}`,
      `Backup URI         : ${local ? 'file://' : ''}${path}`,
      `Backup Entry Count : ${entries}`,
    ],
    exit: 0,
  };
};

/** What a proof of the file on one master finds. */
export const proofLines = (world: World, machine: Machine, path: string): string[] => {
  const found = backupOn(world, machine, `file://${path}`);
  if (found === undefined) return ['file=no', 'readable=no'];
  const {bytes, whole, sha256} = found;
  return [
    'file=yes',
    'readable=yes',
    `bytes=${bytes}`,
    `gzip=${whole ? 'ok' : 'broken'}`,
    `sha256=${sha256}`,
    `complete=${whole ? 'yes' : 'no'}`,
  ];
};

/** The place that the command names, in the words of either generation. */
export const placeIn = (lines: readonly string[]): string | undefined =>
  lines.findLast(line => line.startsWith('Backup URI'))?.split(/ : /)[1] ??
  lines.flatMap(line => /^Successfully backed up journal to (\S+)/.exec(line)?.[1] ?? []).at(-1);

const uriOf = ({lines, exit}: Printed): string | undefined => (exit === 0 ? placeIn(lines ?? []) : undefined);

/** The file that a backup command has printed, once it ended well, as far as it can be seen to be whole on that host. */
export const isBackedUp = (world: World, machine: Machine, printed: Printed): boolean =>
  backupOn(world, machine, uriOf(printed) ?? '')?.whole === true;

/** Why a journal may not be formatted yet: what is missing in the backup that was printed; null when nothing is. */
export const unproved = (world: World): string | null => {
  const uri = [...world.kept.values()].flatMap(kept => uriOf(kept) ?? []).at(-1) ?? '';
  const backup = backupAt(world, uri);
  if (backup === undefined) return 'there is no backup';
  if (!backup.whole) return 'the backup is not whole';
  const blind = ofRole(world, 'master').filter(machine => backupOn(world, machine, uri) === undefined);
  if (blind.length > 0) return `${blind.map(({node}) => node.id).join(', ')} cannot read the backup`;
  return sameContent(backup.content, world.truth) ? null : 'something was written after the backup';
};
