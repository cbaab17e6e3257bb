import {readFile, stat} from 'node:fs/promises';
import {type KnownHosts, makeKnownHosts, parseKnownHosts} from './known-hosts.ts';

/** What a set of files holds. */
export type KnownKeys = {
  readonly hosts: KnownHosts;
  /** The files that were to be read. */
  readonly files: readonly string[];
  /** Those that are there and could not be read, each with the reason: "/x/known_hosts (EACCES)". */
  readonly unreadable: readonly string[];
};

/** Reads sets of known_hosts files, and again when one of them has changed. */
export type KnownHostsFiles = {
  read(files: readonly string[]): Promise<KnownKeys>;
  /** Changes when one of the files does, or who may read it: a key that was refused may be known now. */
  stamp(files: readonly string[]): Promise<string>;
};

const stampOf = async (file: string): Promise<string> => {
  try {
    const {mtimeMs, ctimeMs, size, ino} = await stat(file);
    return `${mtimeMs}/${ctimeMs}/${size}/${ino}`;
  } catch {
    return '-';
  }
};

type Content = {readonly text: string; readonly trouble: string | null};

/** A file that is not there holds nothing, as with OpenSSH. */
const contentOf = async (file: string): Promise<Content> => {
  try {
    return {text: await readFile(file, 'utf8'), trouble: null};
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return {text: '', trouble: code === 'ENOENT' || code === 'ENOTDIR' ? null : `${file} (${code})`};
  }
};

const readAll = async (files: readonly string[]): Promise<KnownKeys> => {
  const read = await Promise.all(files.map(async file => ({file, ...(await contentOf(file))})));
  return {
    hosts: makeKnownHosts(read.flatMap(({file, text}) => parseKnownHosts(text, file))),
    files,
    unreadable: read.flatMap(({trouble}) => trouble ?? []),
  };
};

export const makeKnownHostsFiles = (): KnownHostsFiles => {
  const cache = new Map<string, {readonly stamp: string; readonly known: Promise<KnownKeys>}>();
  const stamp = async (files: readonly string[]) => (await Promise.all(files.map(stampOf))).join(' ');
  return {
    stamp,
    read: async files => {
      const key = files.join('\0');
      const now = await stamp(files);
      const cached = cache.get(key);
      if (cached?.stamp === now) return cached.known;
      const known = readAll(files);
      cache.set(key, {stamp: now, known});
      return known;
    },
  };
};
