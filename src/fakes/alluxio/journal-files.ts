import type {Layout} from './generation.ts';

/** The one Raft group of every product's masters. */
const GROUP = '02511d47-d67c-49a3-9011-abb3109a44c1';

/** The file that holds the metadata, and the one with term and vote: both below the journal's folder. */
export type JournalFiles = {
  readonly log: string;
  readonly meta: string;
  /** How long the log is while it is open, and how long the meta file is. */
  readonly logBytes: number;
  readonly metaBytes: number;
  /** What else lies there, with its size; a folder ends in a slash. */
  readonly beside: readonly (readonly [path: string, bytes: number])[];
  /** There while a process has the journal open. */
  readonly lock: string | null;
};

/** As recorded: sizes, names and all. */
export const embeddedFiles = (layout: Layout): JournalFiles => {
  if (layout === 'copycat') {
    return {
      log: 'copycat-1-1.log',
      meta: 'copycat.meta',
      logBytes: 1_048_576,
      metaBytes: 128,
      beside: [['copycat-1-20261122075431.snapshot', 1024]],
      lock: null,
    };
  }
  const group = layout === 'raft' ? `raft/${GROUP}` : GROUP;
  return {
    log: `${group}/current/log_inprogress_0`,
    meta: `${group}/current/raft-meta`,
    logBytes: 4_194_304,
    metaBytes: 57,
    beside: [
      [`${group}/current/raft-meta.conf`, 76],
      [`${group}/sm/`, 0],
    ],
    lock: `${group}/in_use.lock`,
  };
};

/** A flat journal is moved to where later versions have it, when one of them starts. */
export const MOVED = {from: GROUP, to: `raft/${GROUP}`} as const;

/** The masters that write a journal of their own in an UFS journal's folder. The last one writes nothing of itself. */
export const UFS_MASTERS = ['BlockMaster', 'FileSystemMaster', 'MetaMaster', 'MetricsMaster'] as const;
/** The open end of an UFS journal's log. */
export const OPEN_END = '0x7fffffffffffffff';

/** Filled up to its size; the product's own files are full of zeros too. */
export const padded = (text: string, bytes: number): string => text.padEnd(bytes, '\0');
