import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {gunzipSync, gzipSync} from 'node:zlib';
import {RECORDING_FILES} from '../../src/cli/recordings.ts';
import {PLAN_FORMAT} from '../../src/model/plan.ts';
import type {Recording} from './take.ts';

/** Where recordings lie, by the format of their plans. */
export const JOURNALS = import.meta.dirname;
export const NEWEST = join(JOURNALS, String(PLAN_FORMAT));

/** The byte of a gzip file that says on which system it was made. */
const SYSTEM_BYTE = 9;
const UNKNOWN_SYSTEM = 255;

/** Always the same bytes for the same text: no time, no system. */
const zip = (words: string): Buffer => {
  const bytes = gzipSync(words, {level: 9});
  bytes[SYSTEM_BYTE] = UNKNOWN_SYSTEM;
  return bytes;
};

const FILES: Readonly<Record<keyof Recording, string>> = {...RECORDING_FILES, inventory: 'inventory.yaml'};

export const readZipped = (file: string): string => gunzipSync(readFileSync(file)).toString();

const isZipped = (file: string): boolean => file.endsWith('.gz');

/** What is kept in a folder; a text that is missing is empty. */
export const readKept = (folder: string): Recording => {
  const read = (name: string): string => {
    const file = join(folder, name);
    if (!existsSync(file)) return '';
    return isZipped(name) ? readZipped(file) : readFileSync(file, 'utf8');
  };
  return {
    journal: read(FILES.journal),
    sightings: read(FILES.sightings),
    cluster: read(FILES.cluster),
    inventory: read(FILES.inventory),
  };
};

/** Keeps a recording; files that say the same already are left alone. Says how many bytes it takes, and whether it changed. */
export const keep = (folder: string, recording: Recording): {bytes: number; changed: boolean} => {
  mkdirSync(folder, {recursive: true});
  const kept = readKept(folder);
  let bytes = 0;
  let changed = false;
  for (const key of ['journal', 'sightings', 'cluster', 'inventory'] as const) {
    const file = join(folder, FILES[key]);
    if (kept[key] !== recording[key]) {
      writeFileSync(file, isZipped(file) ? zip(recording[key]) : recording[key]);
      changed = true;
    }
    bytes += readFileSync(file).length;
  }
  return {bytes, changed};
};
