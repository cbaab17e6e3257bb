import type {Ask} from '../../../src/model/ask.ts';
import type {HostId} from '../../../src/model/ids.ts';
import type {VirtualClock} from '../../sim/virtual-clock.ts';
import type {AlluxioCluster} from './fields.ts';

export const START_MS = Date.UTC(2026, 0, 1);
export const [FROM, TO] = ['2.3.0', '2.9.4'] as const;
/** Files that the masters know while their content is whole. */
export const FILES = 18;

/** The backup as the old version printed it. */
export const BACKUP = {
  uri: 'file:///mnt/ufs/alluxio_backups/alluxio-backup-2026-01-01-1767225600123.gz',
  path: '/mnt/ufs/alluxio_backups/alluxio-backup-2026-01-01-1767225600123.gz',
  bytes: 18_231,
  sha256: 'a3f1',
  entries: 17,
} as const;

export type Server = {running: string | null; startedAt: number};
type Journal = {state: 'old' | 'empty' | 'new'; files: number; copied: boolean};

/** Everything that can be turned or read while a walk goes on. */
export type AlluxioWorld = {
  readonly cluster: AlluxioCluster;
  readonly clock: VirtualClock;
  /** Answers as a host would; which of its nodes is meant stands in the script's variables. */
  readonly ask: Ask;
  /** Every action in order: "m-1 format". */
  readonly did: string[];
  readonly servers: Map<string, Server>;
  readonly journals: Map<string, Journal>;
  /** Blocks in each worker's ramdisk, and in its copy. */
  readonly blocks: Map<string, number>;
  readonly copies: Map<string, number>;
  readonly jars: Map<string, {jar: string; classpath: string; loaded: string}>;
  readonly links: Map<HostId, {version: string; staged: boolean}>;
  /** Masters that cannot read the backup. */
  readonly unreadable: Set<string>;
  journalType: string;
  sequence: number;
  backedUp: boolean;
  /** What a leader at the new version restored; −1 while it has not. */
  restored: number;
  /** How many entries get lost when the backup is read. */
  loses: number;
  usedUri: string;
  /** Called before an action or a look is answered, with its verb or what it looks at. */
  onAsk: (node: string, name: string) => void;
};

/** The entry of a node or a host that has to be there. */
export const entryOf = <K extends string, T>(of: Map<K, T>, id: K): T => {
  const found = of.get(id);
  if (found === undefined) throw new Error(`there is no ${id}`);
  return found;
};
