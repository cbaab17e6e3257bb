import type {Facts} from '../../model/facts.ts';
import type {Servers} from './fields.ts';

// Properties that a plan depends on, by their names in the configuration.

export const JOURNAL_TYPE = 'alluxio.master.journal.type';
export const JOURNAL_FOLDER = 'alluxio.master.journal.folder';
export const ROOT_UFS = 'alluxio.master.mount.table.root.ufs';
/** What 1.x calls it. */
export const OLD_ROOT_UFS = 'alluxio.underfs.address';
/** What 1.x calls `alluxio.master.rpc.port` and `alluxio.worker.rpc.port`; 2.x reads either name (seen on real servers). */
export const OLD_MASTER_PORT = 'alluxio.master.port';
export const OLD_WORKER_PORT = 'alluxio.worker.port';
/** How old what is known of a path may be before it is compared with the under store; -1: it never is. */
export const SYNC_INTERVAL = 'alluxio.user.file.metadata.sync.interval';
/** Whether a restored namespace is compared with the under store when it is first read: from 2.9.0 on it is, unless told not to. */
export const SYNC_RESTORED = 'alluxio.master.journal.sync.root.after.init.from.backup';
export const METASTORE_DIR = 'alluxio.master.metastore.dir';
export const ADDRESSES = 'alluxio.master.embedded.journal.addresses';
export const ZOOKEEPER = 'alluxio.zookeeper.enabled';
/** 2.x starts nothing where it is set and ZooKeeper is not enabled, nor the other way round (seen on real servers). */
export const ZOOKEEPER_ADDRESS = 'alluxio.zookeeper.address';

/** Where a node finds its masters: one of these, unless it is on the only master's host itself. */
export const NAMES_MASTERS = [
  'alluxio.master.hostname',
  'alluxio.master.rpc.addresses',
  ADDRESSES,
  ZOOKEEPER_ADDRESS,
] as const;

/** How many tiers a worker has (recorded: 1 by default); the rest of what is set for tiers means nothing. */
export const LEVELS = 'alluxio.worker.tieredstore.levels';
/** Those that have properties of their own. */
export const TIERS = [0, 1, 2] as const;
export const tierKey = (level: number, name: string): string =>
  `alluxio.worker.tieredstore.level${level}.${name}`;
/** The directories of each tier of a worker. */
export const TIER_PATHS: readonly string[] = TIERS.map(level => tierKey(level, 'dirs.path'));
/** Below each directory of a tier the blocks lie in this folder. */
export const DATA_FOLDER = 'alluxio.worker.data.folder';
/** From 2.8 or so on a worker may keep pages in directories of their own, and no blocks in tiers. */
export const BLOCK_STORE = 'alluxio.worker.block.store.type';
export const PAGE_DIRS = 'alluxio.worker.page.store.dirs';
/** What they mean where nothing is set, in every version that was recorded; older ones know FILE alone, by no name. */
export const WORKER_DEFAULTS: Readonly<Record<string, string>> = {
  [LEVELS]: '1',
  [DATA_FOLDER]: '/alluxioworker/',
  [BLOCK_STORE]: 'FILE',
};

/** What a node's configuration says of a property; undefined where it was not told. */
export const confOf = (facts: Facts, key: string): string | undefined => {
  const value = facts[`conf.${key}`];
  return value === undefined ? undefined : String(value);
};

/** A folder on a disk of the host, out of what a configuration calls it; null for a URI of another kind, and for none. */
export const localFolder = (value: string): string | null => {
  const path = value.replace(/^file:(\/\/)?/, '').replace(/(.)\/+$/, '$1');
  return path.startsWith('/') ? path : null;
};

/** Whether one folder is the other, or lies in it. */
export const within = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`);

/** What the new version's configuration is told to have instead. */
export const setTo = ({conf}: Servers['settings'], ...keys: readonly string[]): string | undefined =>
  keys.map(key => conf[key]).find(value => value !== undefined);
