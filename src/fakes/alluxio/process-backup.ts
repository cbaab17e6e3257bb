import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {gunzipSync, gzipSync} from 'node:zlib';
import {z} from 'zod';
import {sleep} from '../common/process-node.ts';
import {countEntries, Metadata} from './namespace.ts';
import type {Me} from './process-self.ts';

export const BackupWish = z.object({
  directory: z.string(),
  local: z.boolean(),
  allowLeader: z.boolean(),
  bypass: z.boolean(),
});
export type BackupWish = z.infer<typeof BackupWish>;

export const BackupDone = z.union([
  z.object({host: z.string(), uri: z.string(), entries: z.number()}),
  z.object({error: z.string()}),
]);
export type BackupDone = z.infer<typeof BackupDone>;

const Content = z.object({entries: z.number(), metadata: Metadata});

const fileName = (at: Date): string => `alluxio-backup-${at.toISOString().slice(0, 10)}-${at.getTime()}.gz`;

/** How much of a backup comes to its file. */
const keptOf = (me: Me, bytes: number): number => {
  const knob = me.knob('BACKUP');
  if (knob === 'begun') return 32;
  return knob === 'truncated' ? Math.floor(bytes / 2) : bytes;
};

const put = (me: Me, metadata: Metadata, directory: string): {path: string; entries: number} => {
  const entries = countEntries(metadata);
  const path = join(directory, fileName(new Date()));
  const whole = gzipSync(JSON.stringify({entries, metadata}));
  if (me.knob('BACKUP') !== 'unwritten') {
    writeFileSync(path, whole.subarray(0, keptOf(me, whole.length)));
    if (me.generation.completes) writeFileSync(`${path}.complete`, '');
  }
  return {path, entries};
};

/** What a leader says of a backup that it or another one is at. */
export const BackupState = z.union([
  z.object({state: z.enum(['None', 'Initiating', 'Transitioning'])}),
  z.object({state: z.literal('Running'), entries: z.number()}),
]);
export type BackupState = z.infer<typeof BackupState>;

/** A backup that is being written: since when, of how many entries, and whether a standby does it. */
export type Backing = {readonly since: number; readonly entries: number; readonly delegated: boolean};

const backupMs = (me: Me): number => me.scaled(me.knob('BACKUP') === 'slow' ? 120_000 : 80_000);

/** It takes its time to begin, longer where a standby has to get ready, and then writes at an even rate. */
export const stateOf = (me: Me, backing: Backing | null): BackupState => {
  if (backing === null) return {state: 'None'};
  const share = (Date.now() - backing.since) / backupMs(me);
  const begins = backing.delegated ? 0.25 : 0.15;
  if (share < 0.15) return {state: 'Initiating'};
  if (share < begins) return {state: 'Transitioning'};
  const written = Math.min(1, (share - begins) / (1 - begins));
  return {state: 'Running', entries: Math.floor(written * backing.entries)};
};

/** Writes all metadata to a file of its own. A directory that cannot be made is the product's own error. */
export const writeBackup = async (
  me: Me,
  metadata: Metadata,
  {directory, local}: BackupWish,
): Promise<BackupDone> => {
  await sleep(backupMs(me));
  try {
    mkdirSync(directory, {recursive: true});
  } catch {
    return {error: `Failed to create directory ${directory}`};
  }
  if (me.knob('BACKUP') === 'fails') return {error: 'No space left on device'};
  try {
    const {path, entries} = put(me, metadata, directory);
    me.log('INFO', 'BackupManager.java:202', `Created backup with ${entries} entries`);
    return {host: me.address, uri: local ? `file://${path}` : path, entries};
  } catch (error) {
    return {error: error instanceof Error ? error.message : String(error)};
  }
};

/** What a master writes before it gives up: two entries, and called complete. */
export const emergencyBackup = (me: Me, metadata: Metadata): void => {
  me.log('WARN', 'AlluxioMasterProcess.java:371', 'Emergency backup triggered');
  const directory = me.text('alluxio.master.backup.directory');
  try {
    mkdirSync(directory, {recursive: true});
    const {entries} = put(me, {...metadata, entries: [], mounts: []}, directory);
    me.log('INFO', 'BackupManager.java:202', `Created backup with ${entries} entries`);
    const words = `Auto backup state: Completed | Entries processed: ${entries}.`;
    me.log('INFO', 'AlluxioMasterProcess.java:380', words);
  } catch {
    me.log(
      'WARN',
      'AlluxioMasterProcess.java:383',
      `Auto backup failed: Failed to create directory ${directory}`,
    );
  }
};

/** Reads a backup; of a URI only the path counts. Throws in Java's words. */
export const readBackup = (uri: string): {readonly entries: number; readonly metadata: Metadata} => {
  const path = uri.replace(/^[a-z0-9]+:\/\/[^/]*/, '');
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch {
    throw new Error(`java.io.FileNotFoundException: ${path} (No such file or directory)`);
  }
  try {
    return Content.parse(JSON.parse(gunzipSync(bytes).toString('utf8')));
  } catch {
    throw new Error(`java.io.EOFException: Unexpected end of ZLIB input stream in ${dirname(path)}`);
  }
};
