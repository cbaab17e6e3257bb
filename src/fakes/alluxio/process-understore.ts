import {existsSync, mkdirSync, readdirSync, statSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import type {Entry, Metadata, Mount} from './namespace.ts';

/** What lies below one mount and is not known yet, as a listing that loads metadata finds it. */
const below = (mount: Mount, known: ReadonlySet<string>): Entry[] => {
  if (!existsSync(mount.ufs)) return [];
  const walk = (folder: string): Entry[] =>
    readdirSync(join(mount.ufs, folder), {withFileTypes: true}).flatMap(item => {
      const inside = `${folder}/${item.name}`;
      const path = `${mount.path === '/' ? '' : mount.path}${inside}`;
      const {size, mtimeMs} = statSync(join(mount.ufs, inside));
      const entry: Entry = {
        path,
        folder: item.isDirectory(),
        length: item.isDirectory() ? 0 : size,
        state: 'PERSISTED',
        at: Math.round(mtimeMs),
        // Loaded from the under store: nothing of it is cached.
        blocks: [],
      };
      return [...(known.has(path) ? [] : [entry]), ...(item.isDirectory() ? walk(inside) : [])];
    });
  return walk('');
};

/** The metadata with everything that the under stores hold; the very same when there is nothing new. */
export const loaded = (metadata: Metadata, root: string): Metadata => {
  const known = new Set(metadata.entries.map(({path}) => path));
  const found = [{path: '/', ufs: root}, ...metadata.mounts].flatMap(mount => below(mount, known));
  if (found.length === 0) return metadata;
  return {...metadata, index: metadata.index + found.length, entries: [...metadata.entries, ...found]};
};

/** Where a path lies in the under store of the mount that it is in. */
const storedAt = ({mounts}: Metadata, root: string, path: string): string => {
  const mount = mounts.find(({path: at}) => path.startsWith(`${at}/`));
  return mount === undefined ? join(root, path) : join(mount.ufs, path.slice(mount.path.length));
};

/** Writes a file to the under store, as the job service does where a worker has all of it; why not, where it cannot. */
export const persist = (
  metadata: Metadata,
  root: string,
  path: string,
  cached: ReadonlySet<string>,
): Metadata | string | null => {
  const found = metadata.entries.find(entry => entry.path === path && !entry.folder);
  if (found === undefined) return `Path "${path}" does not exist.`;
  if (found.state === 'PERSISTED') return null;
  if (!found.blocks.every(({id}) => cached.has(id))) return `Failed to persist ${path}`;
  const at = storedAt(metadata, root, path);
  mkdirSync(dirname(at), {recursive: true});
  writeFileSync(at, 'u'.repeat(found.length));
  const entries = metadata.entries.map(entry =>
    entry === found ? {...entry, state: 'PERSISTED' as const} : entry,
  );
  return {...metadata, index: metadata.index + 1, entries};
};
