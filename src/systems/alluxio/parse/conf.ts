import {allSaid, type Said} from '../../../host/lines.ts';
import type {Facts} from '../../../model/facts.ts';
import {
  BLOCK_STORE,
  DATA_FOLDER,
  JOURNAL_FOLDER,
  JOURNAL_TYPE,
  LEVELS,
  localFolder,
  METASTORE_DIR,
  NAMES_MASTERS,
  OLD_MASTER_PORT,
  OLD_ROOT_UFS,
  OLD_WORKER_PORT,
  PAGE_DIRS,
  ROOT_UFS,
  SYNC_INTERVAL,
  TIERS,
  tierKey,
  WORKER_DEFAULTS,
  ZOOKEEPER,
} from '../properties.ts';

/** From 2.9 on inodes and blocks may be kept each in their own way; unset they follow the first. */
const METASTORES = [
  'alluxio.master.metastore',
  'alluxio.master.metastore.inode',
  'alluxio.master.metastore.block',
];

/** Properties that a plan is made of. None of them holds a secret: what is printed is kept. */
export const WANTED: readonly string[] = [
  JOURNAL_TYPE,
  JOURNAL_FOLDER,
  ROOT_UFS,
  OLD_ROOT_UFS,
  'alluxio.master.backup.directory',
  'alluxio.master.backup.delegation.enabled',
  ...METASTORES,
  METASTORE_DIR,
  'alluxio.work.dir',
  ZOOKEEPER,
  ...NAMES_MASTERS,
  'alluxio.master.embedded.journal.port',
  'alluxio.master.rpc.port',
  OLD_MASTER_PORT,
  'alluxio.master.web.port',
  'alluxio.job.master.rpc.port',
  'alluxio.job.master.web.port',
  'alluxio.worker.rpc.port',
  OLD_WORKER_PORT,
  'alluxio.worker.web.port',
  'alluxio.job.worker.rpc.port',
  'alluxio.job.worker.web.port',
  'alluxio.proxy.web.port',
  BLOCK_STORE,
  PAGE_DIRS,
  DATA_FOLDER,
  SYNC_INTERVAL,
  LEVELS,
  ...TIERS.flatMap(level => ['alias', 'dirs.path', 'dirs.mediumtype'].map(name => tierKey(level, name))),
];

/** A property in effect, and where it comes from: DEFAULT, SITE_PROPERTY, SYSTEM_PROPERTY. */
export type Property = {readonly key: string; readonly value: string; readonly source: string};

/** How 1.8 writes that a property is not set; later versions write nothing (recorded). */
const NOT_SET = '(no value set)';

/** `getConf --source`: KEY=VALUE (SOURCE), where a site property names its file in brackets of its own (recorded). */
export const parseProperty = (line: string): Property | null => {
  const [, key, told, source] = /^([\w.-]+)=(.*) \(([A-Z_]+)(?: \(.*\))?\)$/.exec(line) ?? [];
  if (key === undefined || told === undefined || source === undefined) return null;
  const value = told.trim();
  return {key, value: value === NOT_SET ? '' : value, source};
};

/** What a process was given as system properties goes before any file: options of one role are in no getConf (domain 1.1). */
const givenTo = (args: readonly string[]): Property[] =>
  args.flatMap(arg => {
    const [, key, value] = /^-D(alluxio\.[\w.-]+)=(.*)$/.exec(arg) ?? [];
    if (key === undefined || value === undefined || !WANTED.includes(key)) return [];
    return [{key, value: value.trim(), source: 'SYSTEM_PROPERTY'}];
  });

type Known = ReadonlyMap<string, Property>;

const listIn = (value: string): string[] =>
  value
    .split(',')
    .map(item => item.trim())
    .filter(item => item !== '');

const told = (known: Known, key: string): string => known.get(key)?.value || (WORKER_DEFAULTS[key] ?? '');

type Dir = {readonly dir: string; readonly medium: string};

/** The directories of every tier, with what they are made of: said for each, or by the name of the tier. */
const dirsOf = (known: Known): readonly Dir[] => {
  const levels = Number.parseInt(told(known, LEVELS), 10);
  return TIERS.filter(level => !(level >= levels)).flatMap(level => {
    const mediums = listIn(told(known, tierKey(level, 'dirs.mediumtype')));
    const alias = told(known, tierKey(level, 'alias'));
    return listIn(told(known, tierKey(level, 'dirs.path'))).map((dir, i) => ({
      dir,
      medium: mediums[i] ?? mediums.at(-1) ?? alias,
    }));
  });
};

/** A folder as it is on the host; what lies elsewhere by the name it has. */
const placeOf = (value: string): string => localFolder(value) ?? value;

const journalFacts = (known: Known): Facts => {
  const [type, folder] = [known.get(JOURNAL_TYPE), known.get(JOURNAL_FOLDER)];
  const root = known.get(ROOT_UFS) ?? known.get(OLD_ROOT_UFS);
  const metastores = METASTORES.flatMap(key => known.get(key)?.value.toUpperCase() || []);
  const directory = known.get(METASTORE_DIR)?.value ?? '';
  return {
    ...(type === undefined ? {} : {journalType: type.value.toUpperCase(), journalTypeSource: type.source}),
    ...(folder === undefined ? {} : {journalFolder: placeOf(folder.value)}),
    ...(root === undefined ? {} : {rootUfs: root.value}),
    // In memory there is nothing on the disk. Before 2.1 all of it was.
    metastoreDir: metastores.includes('ROCKS') ? placeOf(directory) : '',
  };
};

/** Blocks are looked for and counted in directories of tiers, each in the folder that is the default one. */
const isCounted = ({dir}: Dir): boolean => dir.startsWith('/') && !/\s/.test(dir);

const bare = (folder: string): string => folder.replace(/^\/+|\/+$/g, '');

/** What a worker's blocks lie in that cannot be counted, in words of its configuration. */
const uncountedIn = (known: Known, dirs: readonly Dir[]): readonly string[] => {
  const say = (key: string): string => `${key}=${told(known, key)}`;
  if (told(known, BLOCK_STORE).toUpperCase() !== WORKER_DEFAULTS[BLOCK_STORE])
    return [say(BLOCK_STORE), say(PAGE_DIRS)];
  return [
    ...(bare(told(known, DATA_FOLDER)) === bare(WORKER_DEFAULTS[DATA_FOLDER] ?? '')
      ? []
      : [say(DATA_FOLDER)]),
    ...(Number(told(known, LEVELS)) > TIERS.length ? [say(LEVELS)] : []),
    ...(dirs.length === 0 ? [say(tierKey(0, 'dirs.path'))] : []),
    ...dirs.filter(dir => !isCounted(dir)).map(({dir}) => `'${dir}'`),
  ];
};

const tierFacts = (known: Known): Facts => {
  const all = dirsOf(known);
  const pages = told(known, BLOCK_STORE).toUpperCase() === 'PAGE';
  // The product's own scripts take no blanks in them.
  const dirs = pages ? [] : all.filter(isCounted);
  const uncounted = uncountedIn(known, all);
  return {
    tierDirs: dirs.map(({dir}) => dir),
    ramdisks: dirs.filter(({medium}) => medium.toUpperCase() === 'MEM').map(({dir}) => dir),
    ...(uncounted.length === 0 ? {} : {uncounted, pages}),
  };
};

/**
 * The properties in effect as facts: each as `conf.KEY` and `source.KEY`; and of masters and workers what follows from them.
 * None where the command told of none: then nothing is known, not the defaults. `args` are those of the running process.
 */
export const confSurveyFacts = (role: string, lines: Said, args: readonly string[]): Facts => {
  const printed = allSaid(lines, 'prop').flatMap(line => parseProperty(line) ?? []);
  if (printed.length === 0) return {};
  const known: Known = new Map(
    [...printed, ...givenTo(args)].map(property => [property.key, property] as const),
  );
  const each = [...known.values()].flatMap(({key, value, source}) => [
    [`conf.${key}`, value],
    [`source.${key}`, source],
  ]);
  return {
    ...Object.fromEntries(each),
    ...(role === 'master' ? journalFacts(known) : {}),
    ...(role === 'worker' ? tierFacts(known) : {}),
  };
};
