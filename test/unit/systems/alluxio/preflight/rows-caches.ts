import type {Change, Changes, Row} from './support.ts';

const block = {level: 'block'} as const;
const warn = {level: 'warn'} as const;

/** What the survey sees of a place that ramdisks can be copied to. */
const FREE: Changes = {
  'cache.place': 'none',
  'cache.path': '/data/cache',
  'cache.writable': true,
  'cache.mounted': false,
  'cache.inside': [],
  'cache.mount': '/data',
  'cache.filesystem': 'ext4',
  'cache.files': 0,
  'cache.bytes': 0,
  'cache.neededKb': 2_048,
  'cache.freeKb': 4_096,
  'cache.short': false,
};

const copied = (facts: Changes = {}, path: string | null = '/data/cache'): Change => ({
  settings: {caches: 'copy'},
  facts: {workers: {...FREE, ...facts}},
  fields: {'w-1': path === null ? {} : {cachePath: path}, 'w-2': {cachePath: '/data/cache'}},
});

const row = (name: string, wrong: Change, seen: RegExp, fix?: RegExp): Row => ({
  ...block,
  name,
  check: 'cache-path',
  node: 'w-1',
  wrong,
  right: copied(),
  seen,
  ...(fix === undefined ? {} : {fix}),
});

const scripts = (name: string, seen: RegExp): Row => ({
  ...warn,
  name,
  check: 'cache-scripts',
  node: null,
  wrong: {...copied(), settings: {caches: 'copy', copyBy: 'scripts'}},
  right: copied(),
  seen,
  fix: /copyBy: lakeup/,
});

const PAGES: Changes = {
  pages: true,
  uncounted: ['alluxio.worker.block.store.type=PAGE', 'alluxio.worker.page.store.dirs=/ssd'],
};
const FOLDER: Changes = {pages: false, uncounted: ['alluxio.worker.data.folder=/blocks/']};

const uncounted = (
  name: string,
  level: 'warn' | 'block',
  facts: Changes,
  settings: object,
  fix: RegExp,
): Row => ({
  level,
  name,
  check: 'tiers-counted',
  node: 'w-1',
  wrong: {facts: {'w-1': facts}, settings},
  right: {settings},
  seen: facts === PAGES ? /caches pages and no blocks.*type=PAGE .*dirs=\/ssd/ : /data\.folder=\/blocks\//,
  fix,
});

/** Findings about what only workers hold, what cannot be counted, and room for cold copies. */
export const CACHE_ROWS: readonly Row[] = [
  uncounted('a store of pages', 'block', PAGES, {}, /Write `persist: true`.* Or write `caches: drop`/),
  uncounted('a store of pages that is to be copied', 'block', PAGES, {caches: 'copy'}, /persist: true/),
  uncounted(
    'a store of pages beside files that are persisted',
    'warn',
    PAGES,
    {persist: true},
    /is not proved/,
  ),
  uncounted('a store of pages that is given up', 'warn', PAGES, {caches: 'drop'}, /does not remove them/),
  uncounted('blocks in another folder', 'block', FOLDER, {}, /^Write `persist: true`[^`]*$/),
  uncounted('blocks in another folder, of persisted files', 'warn', FOLDER, {persist: true}, /is not proved/),
  uncounted(
    'blocks in another folder that are to be formatted',
    'block',
    FOLDER,
    {caches: 'drop', persist: true},
    /Take `caches: drop` out/,
  ),
  {
    ...warn,
    name: 'files that only workers hold',
    check: 'persisted',
    node: null,
    wrong: {facts: {'m-1': {listed: true, notPersisted: 1_200, lostFiles: 0, examples: ['/a', '/b']}}},
    right: {facts: {'m-1': {listed: true, notPersisted: 0, lostFiles: 0, examples: []}}},
    seen: /1,200 files are nowhere but in the tiers of the workers: \/a \/b …/,
    fix: /persist: true/,
  },
  {
    ...warn,
    name: 'files that only workers hold, which are persisted first',
    check: 'persisted',
    node: null,
    wrong: {
      settings: {persist: true},
      facts: {'m-1': {listed: true, notPersisted: 1, lostFiles: 0, examples: ['/a']}},
    },
    right: {settings: {persist: true}},
    seen: /1 file is nowhere/,
    fix: /persisted before the backup/,
  },
  {
    ...warn,
    name: 'files that nobody has',
    check: 'persisted',
    node: null,
    wrong: {facts: {'m-1': {listed: true, notPersisted: 0, lostFiles: 3, examples: []}}},
    right: {facts: {'m-2': {lostFiles: 3}}},
    seen: /3 files are lost already/,
  },
  ...(
    [
      [{}, /within `listWithinMs`: look at what the question/],
      [{persist: true}, /persisted and listed before the backup/],
      [{caches: 'drop'}, /without that list no tier is formatted/],
    ] as const
  ).map(
    ([settings, fix]): Row => ({
      ...warn,
      name: `too many paths to list, ${JSON.stringify(settings)}`,
      check: 'persisted',
      node: null,
      wrong: {settings, facts: {'m-1': {listed: false, paths: 3_000_000}}},
      right: {settings},
      seen: /is not known: a list of every path \(3,000,000\) takes longer/,
      fix,
    }),
  ),
  {
    ...warn,
    name: 'files of which nobody was told whether only workers hold them',
    check: 'persisted',
    node: null,
    wrong: {facts: {'m-1': {listed: undefined, notPersisted: undefined, lostFiles: undefined}}},
    right: {facts: {'m-1': {listed: true, notPersisted: 0, lostFiles: 0}}},
    seen: /how many files only workers hold is not known/,
  },
  {
    ...block,
    name: 'no room for a copy of the journal',
    check: 'copy-room',
    node: 'm-1',
    wrong: {facts: {'m-1': {copyShort: ['/srv/alluxio/journal'], copyNeededKb: 2_048, copyFreeKb: 1_024}}},
    right: {facts: {'m-1': {copyShort: [], copyNeededKb: 2_048, copyFreeKb: 1_024}}},
    seen: /no room for a copy of \/srv\/alluxio\/journal beside it: 2\.0 MiB are needed, 1\.0 MiB are free/,
    fix: /the copy is the way back/,
  },
  row('nowhere to copy to', copied({}, null), /no `cachePath` says where the copy of \/mnt\/ramdisk goes/),
  row('a path with a blank', copied({}, '/data/my cache'), /holds a blank/),
  row(
    'a path in a tier',
    copied({}, '/mnt/ramdisk/copy'),
    /\/mnt\/ramdisk\/copy and \/mnt\/ramdisk lie in one another/,
  ),
  row(
    'a path above a tier',
    copied({tierDirs: ['/data/cache/ssd']}),
    /\/data\/cache and \/data\/cache\/ssd lie in one another/,
  ),
  row('a path in the home', copied({}, '/opt/alluxio-2.3.0/x'), /and \/opt\/alluxio-2\.3\.0 lie/),
  row(
    'a path in the under store',
    copied({}, '/mnt/ufs/root/cache'),
    /and \/mnt\/ufs\/root lie in one another/,
  ),
  row(
    'a path that leads into a tier',
    copied({'cache.path': '/mnt/ramdisk/cache', 'cache.inside': ['/mnt/ramdisk']}),
    /\/data\/cache and \/mnt\/ramdisk lie in one another/,
  ),
  row('a place that was not seen', copied({'cache.place': undefined}), /could not be seen/),
  row('a link', copied({'cache.place': 'symlink'}), /is a link/),
  row('a file', copied({'cache.place': 'other'}), /is a file/),
  row(
    'a mount point',
    copied({'cache.place': 'dir', 'cache.mounted': true}),
    /is a mount point/,
    /cache\/ramdisks/,
  ),
  row('no directory above it', copied({'cache.writable': false}), /is not there or cannot be written/),
  row(
    'a path in memory',
    copied({'cache.filesystem': 'tmpfs', 'cache.mount': '/tmp'}),
    /in memory too \(tmpfs at \/tmp\)/,
  ),
  row(
    'no room for it',
    copied({'cache.short': true, 'cache.freeKb': 1_024}),
    /takes 2\.0 MiB, and 1\.0 MiB are free/,
  ),
  {
    ...row(
      'something is there',
      copied({'cache.files': 7, 'cache.bytes': 4_096}),
      /7 files, 4\.0 KiB/,
      /asked by itself/,
    ),
    ...warn,
  },
  scripts('old scripts that would copy nothing', /the scripts of 2\.3\.0 know no -c: .*lakeup copies/),
  {...row('a file system that others see', copied({'cache.filesystem': 'nfs4'}), /lies on nfs4/), ...warn},
];
