import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import {dirname, join} from 'node:path';
import {z} from 'zod';
import type {Layout} from './generation.ts';
import {embeddedFiles, MOVED, OPEN_END, padded, UFS_MASTERS} from './journal-files.ts';
import {Metadata, nothing} from './namespace.ts';

const Kept = z.object({term: z.number(), votedFor: z.string().nullable()});
/** What a member of a group must not forget. */
export type Kept = z.infer<typeof Kept>;

/** A journal that a process has open. */
export type Journal = {
  readonly metadata: Metadata;
  readonly kept: Kept;
  write(metadata: Metadata): void;
  keep(kept: Kept): void;
  /** As a process that ends in good order leaves it. */
  close(): void;
};

const readJson = (path: string): unknown => {
  const text = readFileSync(path, 'utf8').replaceAll('\0', '').trim();
  return text === '' ? null : JSON.parse(text);
};

const write = (path: string, text: string, bytes = 0): void => {
  mkdirSync(dirname(path), {recursive: true});
  writeFileSync(path, text);
  // Zeros that nobody wrote take no room.
  if (text.length < bytes) truncateSync(path, bytes);
};

/**
 * Opens an embedded journal in one version's layout. What lies there in another layout is not seen, and not touched: the
 * journal is then as empty as one that was just formatted.
 */
export const openEmbedded = (folder: string, layout: Layout, version: string): Journal => {
  const {log, meta, logBytes, metaBytes, beside, lock} = embeddedFiles(layout);
  const at = (name: string): string => join(folder, name);
  if (layout === 'raft' && existsSync(at(MOVED.from)) && !existsSync(at(MOVED.to))) {
    mkdirSync(dirname(at(MOVED.to)), {recursive: true});
    renameSync(at(MOVED.from), at(MOVED.to));
  }
  const found = existsSync(at(log)) ? Metadata.nullable().parse(readJson(at(log))) : null;
  const kept = existsSync(at(meta)) ? Kept.nullable().parse(readJson(at(meta))) : null;
  const metadata = found ?? nothing(version);
  let text = found === null ? '' : JSON.stringify(metadata);
  for (const [name, bytes] of beside) {
    if (name.endsWith('/')) mkdirSync(at(name), {recursive: true});
    else if (!existsSync(at(name))) write(at(name), '', bytes);
  }
  if (lock !== null) write(at(lock), `${process.pid}\n`);
  write(at(log), text, logBytes);
  return {
    metadata,
    kept: kept ?? {term: 0, votedFor: null},
    write: next => {
      text = JSON.stringify(next);
      write(at(log), text, logBytes);
    },
    keep: next => write(at(meta), padded(JSON.stringify(next), metaBytes)),
    close: () => {
      if (lock !== null) rmSync(at(lock), {force: true});
      if (existsSync(at(log))) write(at(log), text);
    },
  };
};

const logsOf = (folder: string, master: string): string => join(folder, master, 'v1/logs');

/** Opens an UFS journal as the one that leads: the open log is closed and a new one begun. Not formatted is no hindrance. */
export const openUfs = (folder: string, version: string): Journal => {
  const mine = logsOf(folder, 'FileSystemMaster');
  const logs = existsSync(mine) ? readdirSync(mine) : [];
  const start = (name: string): number => Number(name.split('-')[0]);
  const last = logs.sort((a, b) => start(a) - start(b)).at(-1);
  const metadata =
    last === undefined
      ? nothing(version)
      : (Metadata.nullable().parse(readJson(join(mine, last))) ?? nothing(version));
  const end = `0x${metadata.index.toString(16)}`;
  let begun = '0x0';
  if (last?.endsWith(OPEN_END) === true) {
    begun = end;
    if (last !== `${end}-${OPEN_END}`) {
      for (const master of UFS_MASTERS.slice(0, 3)) {
        const path = logsOf(folder, master);
        const from = join(path, last);
        if (existsSync(from)) renameSync(from, join(path, `${last.split('-')[0]}-${end}`));
      }
    }
  }
  const open = `${begun}-${OPEN_END}`;
  const put = (next: Metadata): void => {
    write(join(mine, open), JSON.stringify(next));
  };
  for (const master of ['BlockMaster', 'MetaMaster']) write(join(logsOf(folder, master), open), '{}');
  put(metadata);
  return {metadata, kept: {term: 1, votedFor: null}, write: put, keep: () => {}, close: () => {}};
};

const clear = (folder: string): void => {
  mkdirSync(folder, {recursive: true});
  for (const name of readdirSync(folder)) rmSync(join(folder, name), {recursive: true, force: true});
};

/** Everything inside is gone, whatever layout it is of. */
export const formatEmbedded = (folder: string): void => {
  if (existsSync(folder) && !statSync(folder).isDirectory()) throw new Error(`${folder} is no directory`);
  clear(folder);
};

/** The masters' folders are emptied and marked; the folders that were formatted, in order. */
export const formatUfs = (folder: string): readonly string[] =>
  UFS_MASTERS.map(master => {
    const place = join(folder, master, 'v1');
    clear(place);
    writeFileSync(join(place, `_format_${Date.now()}`), '');
    return place;
  });
