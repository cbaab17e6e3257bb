import {execFileSync, spawnSync} from 'node:child_process';
import {copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {type FileHandle, open} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, afterEach, beforeAll, expect, it, vi} from 'vitest';
import {createJournal, readJournal} from '../../src/engine/journal.ts';
import type {Event} from '../../src/model/event.ts';

// What is on a real disk when the power goes, right after an append has resolved. A disk of its own is a file with a file
// system in it: what the file holds has left the kernel's memory, and what it does not is lost.

const IMAGE_BYTES = 8 * 1024 * 1024;
const top = mkdtempSync(join(tmpdir(), 'lakeup-disk-'));
const [image, place, later] = [join(top, 'disk'), join(top, 'mounted'), join(top, 'after')];
const mount = (file: string, at: string): boolean =>
  spawnSync('mount', ['-o', 'loop', file, at]).status === 0;
let isThere = false;

beforeAll(() => {
  mkdirSync(place);
  mkdirSync(later);
  writeFileSync(image, Buffer.alloc(IMAGE_BYTES));
  isThere = spawnSync('mkfs.ext4', ['-q', '-F', image]).status === 0 && mount(image, place);
  if (!isThere)
    process.stderr.write('skipped: a disk that loses its power: no file system can be mounted here\n');
});
afterAll(() => {
  if (isThere) execFileSync('umount', [place]);
  rmSync(top, {recursive: true, force: true});
});
afterEach(() => void vi.restoreAllMocks());

const left = (seq: number): Event => ({seq, at: seq, type: 'run.left'});

/** How many events are read after the power has gone. */
const keptAfterPowerCut = async (name: string): Promise<number> => {
  const copy = join(top, 'copy');
  copyFileSync(image, copy);
  if (!mount(copy, later)) throw new Error('the disk cannot be mounted after the power has gone');
  try {
    const {events} = await readJournal(join(later, name));
    return events.length;
  } catch {
    return 0;
  } finally {
    execFileSync('umount', [later]);
    rmSync(copy);
  }
};

const append = async (name: string): Promise<number[]> => {
  const journal = await createJournal(join(place, name));
  const kept: number[] = [];
  for (let seq = 0; seq < 3; seq += 1) {
    await journal.append(left(seq));
    kept.push(await keptAfterPowerCut(name));
  }
  await journal.close();
  return kept;
};

it('an event that was appended is there after the power has gone', async context => {
  if (!isThere) return context.skip();
  expect(await append('synced.ndjson')).toEqual([1, 2, 3]);
  return undefined;
});

it('an append without datasync is found out', async context => {
  if (!isThere) return context.skip();
  const handle = await open(image, 'r');
  const prototype: FileHandle = Object.getPrototypeOf(handle);
  await handle.close();
  vi.spyOn(prototype, 'datasync').mockResolvedValue(undefined);
  expect(await append('unsynced.ndjson')).not.toEqual([1, 2, 3]);
  return undefined;
});
