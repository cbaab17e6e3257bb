import {allSaid, type Said} from '../../../host/lines.ts';
import type {Facts} from '../../../model/facts.ts';
import {OLD_MASTER_PORT, OLD_WORKER_PORT, SYNC_INTERVAL} from '../properties.ts';

const TIERS = [0, 1, 2] as const;
const tier = (level: number, name: string): string => `alluxio.worker.tieredstore.level${level}.${name}`;

const JOURNAL_TYPE = 'alluxio.master.journal.type';
const JOURNAL_FOLDER = 'alluxio.master.journal.folder';
const ROOT_UFS = 'alluxio.master.mount.table.root.ufs';
/** What 1.x calls it; later versions list it by its new name only (recorded). */
const OLD_ROOT_UFS = 'alluxio.underfs.address';
const METASTORE_DIR = 'alluxio.master.metastore.dir';
/** From 2.9 on inodes and blocks may be kept each in their own way; unset they follow the first. */
const METASTORES = [
  'alluxio.master.metastore',
  'alluxio.master.metastore.inode',
  'alluxio.master.metastore.block',
];
const LEVELS = 'alluxio.worker.tieredstore.levels';

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
  'alluxio.zookeeper.enabled',
  'alluxio.master.embedded.journal.addresses',
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
  'alluxio.worker.block.store.type',
  SYNC_INTERVAL,
  LEVELS,
  ...TIERS.flatMap(level => ['alias', 'dirs.path', 'dirs.mediumtype'].map(name => tier(level, name))),
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

const listIn = (value: string): string[] => value.split(',').map(item => item.trim());

/** The directories of every tier, with what they are made of: said for each, or by the name of the tier. */
const dirsOf = (known: Known): readonly {readonly dir: string; readonly medium: string}[] => {
  const told = (key: string): string => known.get(key)?.value ?? '';
  const levels = Number.parseInt(told(LEVELS), 10);
  return TIERS.filter(level => !(level >= levels)).flatMap(level => {
    const mediums = listIn(told(tier(level, 'dirs.mediumtype')));
    const alias = told(tier(level, 'alias'));
    return (
      listIn(told(tier(level, 'dirs.path')))
        // The product's own scripts take no blanks in them.
        .filter(dir => dir.startsWith('/') && !/\s/.test(dir))
        .map((dir, i) => ({dir, medium: mediums[i] || mediums.at(-1) || alias}))
    );
  });
};

const localPath = (value: string): string => (value.startsWith('file://') ? value.slice(7) : value);

const journalFacts = (known: Known): Facts => {
  const [type, folder] = [known.get(JOURNAL_TYPE), known.get(JOURNAL_FOLDER)];
  const root = known.get(ROOT_UFS) ?? known.get(OLD_ROOT_UFS);
  const metastores = METASTORES.flatMap(key => known.get(key)?.value.toUpperCase() || []);
  const directory = known.get(METASTORE_DIR)?.value ?? '';
  return {
    ...(type === undefined ? {} : {journalType: type.value.toUpperCase(), journalTypeSource: type.source}),
    ...(folder === undefined ? {} : {journalFolder: localPath(folder.value)}),
    ...(root === undefined ? {} : {rootUfs: root.value}),
    // In memory there is nothing on the disk. Before 2.1 all of it was.
    metastoreDir: metastores.includes('ROCKS') ? localPath(directory) : '',
  };
};

const tierFacts = (known: Known): Facts => {
  const dirs = dirsOf(known);
  return {
    tierDirs: dirs.map(({dir}) => dir),
    ramdisks: dirs.filter(({medium}) => medium.toUpperCase() === 'MEM').map(({dir}) => dir),
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
