import {existsSync, readdirSync, statSync} from 'node:fs';
import {join} from 'node:path';
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
