import {readFile, stat} from 'node:fs/promises';
import {type KnownHosts, makeKnownHosts, parseKnownHosts} from './known-hosts.ts';

/** Reads sets of known_hosts files, and again when one of them has changed. */
export type KnownHostsFiles = {
  read(files: readonly string[]): Promise<KnownHosts>;
  /** Changes when one of the files does: a key that was refused may be known now. */
  stamp(files: readonly string[]): Promise<string>;
};

const stampOf = async (file: string): Promise<string> => {
  try {
    const {mtimeMs, size, ino} = await stat(file);
    return `${mtimeMs}/${size}/${ino}`;
  } catch {
    return '-';
  }
};

/** A file that is not there holds nothing, as with OpenSSH. */
const textOf = async (file: string): Promise<string> => {
  try {
    return await readFile(file, 'utf8');
  } catch {
    return '';
  }
};

export const makeKnownHostsFiles = (): KnownHostsFiles => {
  const cache = new Map<string, {readonly stamp: string; readonly known: Promise<KnownHosts>}>();
  const stamp = async (files: readonly string[]) => (await Promise.all(files.map(stampOf))).join(' ');
  return {
    stamp,
    read: async files => {
      const key = files.join('\0');
      const now = await stamp(files);
      const cached = cache.get(key);
      if (cached?.stamp === now) return cached.known;
      const known = Promise.all(files.map(async file => parseKnownHosts(await textOf(file), file))).then(
        keys => makeKnownHosts(keys.flat()),
      );
      cache.set(key, {stamp: now, known});
      return known;
    },
  };
};
