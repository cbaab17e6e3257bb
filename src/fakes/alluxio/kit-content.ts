import {join} from 'node:path';
import type {KitContext, KitFile, Place} from '../../model/kit.ts';
import {generationOf} from './generation.ts';
import {embeddedFiles, OPEN_END, UFS_MASTERS} from './journal-files.ts';
import {isUfs, journalOf, secondStore, tierOf, underStore} from './kit-conf.ts';
import {countEntries, type Entry, type Metadata} from './namespace.ts';

const BLOCK = 65_536;
/** A day in the recordings. */
const WRITTEN = 1_795_333_652_697;

type Sketch = {
  readonly path: string;
  readonly blocks: number;
  readonly state?: Entry['state'];
  readonly cached?: boolean;
  readonly pinned?: boolean;
};

const FOLDERS = ['/lake', '/models', '/warehouse', '/warehouse/events', '/warehouse/orders'];
const FILES: readonly Sketch[] = [
  {path: '/lake/raw-0001.parquet', blocks: 2},
  {path: '/lake/raw-0002.parquet', blocks: 1, cached: false},
  {path: '/models/current', blocks: 2, pinned: true},
  {path: '/models/draft', blocks: 2, state: 'NOT_PERSISTED'},
  {path: '/warehouse/events/part-00000', blocks: 2},
  {path: '/warehouse/events/part-00001', blocks: 1, cached: false},
  {path: '/warehouse/orders/part-00000', blocks: 3},
  {path: '/warehouse/orders/part-00001', blocks: 2},
];

const file = (
  {path, blocks, state = 'PERSISTED', cached = true, pinned = false}: Sketch,
  i: number,
): Entry & {cached: boolean} => ({
  path,
  folder: false,
  length: blocks * BLOCK,
  state,
  at: WRITTEN + 1000 * i,
  blocks: Array.from({length: blocks}, (_, n) => ({id: String((i + 1) * 2 ** 24 + n), length: BLOCK})),
  cached,
  pinned,
});

/** The files there are; without the one that only workers have when a node says PERSISTED=all. */
const filesOf = ({knobs}: KitContext): readonly (Entry & {cached: boolean})[] => {
  const all = Object.values(knobs).some(({PERSISTED}) => PERSISTED === 'all');
  return FILES.filter(({state}) => !all || state === undefined).map(file);
};

/** What the masters know when the cluster is made: files, folders, and a second under store at /lake. */
export const content = (context: KitContext): Metadata => {
  const folders = FOLDERS.map(
    (path): Entry => ({path, folder: true, length: 0, state: 'PERSISTED', at: WRITTEN, blocks: []}),
  );
  const metadata = {
    index: 0,
    writer: context.from,
    entries: [...folders, ...filesOf(context).map(({cached: _, ...entry}) => entry)],
    mounts: [{path: '/lake', ufs: secondStore(context)}],
  };
  return {...metadata, index: countEntries(metadata)};
};

/** A master's journal, as a process that ended in good order leaves it. */
export const journalFiles = (place: Place, context: KitContext): KitFile[] => {
  const metadata = content(context);
  const folder = journalOf(place, context);
  const text = (name: string, words: string): KitFile => ({
    path: join(folder, name),
    text: words,
    mode: 0o644,
  });
  if (isUfs(context)) {
    return UFS_MASTERS.flatMap((master, i) => [
      text(`${master}/v1/_format_${WRITTEN + i}`, ''),
      ...(i === 3
        ? []
        : [
            text(
              `${master}/v1/logs/0x0-${OPEN_END}`,
              master === 'FileSystemMaster' ? JSON.stringify(metadata) : '{}',
            ),
          ]),
    ]);
  }
  const {log, meta} = embeddedFiles(generationOf(context.from).layout);
  return [text(log, JSON.stringify(metadata)), text(meta, '{"term":1,"votedFor":null}')];
};

/** Everything persisted, in the under stores. */
export const storeFiles = (context: KitContext): KitFile[] =>
  filesOf(context)
    .filter(({state}) => state === 'PERSISTED')
    .map(({path, length}) => ({
      path: path.startsWith('/lake/')
        ? join(secondStore(context), path.slice('/lake'.length))
        : join(underStore(context), path),
      text: 'u'.repeat(length),
      mode: 0o644,
    }));

/** A worker's share of the cached blocks: each is with one worker. */
export const blockFiles = (place: Place, context: KitContext): KitFile[] => {
  const workers = context.places.filter(({role}) => role === 'worker');
  const mine = workers.findIndex(({name}) => name === place.name);
  return filesOf(context)
    .filter(({cached}) => cached)
    .flatMap(({blocks}) => blocks)
    .filter((_, i) => i % workers.length === mine)
    .map(({id, length}) => ({
      path: join(tierOf(place, context).path, 'alluxioworker', id),
      text: 'b'.repeat(length),
      mode: 0o777,
    }));
};
