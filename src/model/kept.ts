import {z} from 'zod';
import {NodeId, RunId} from './ids.ts';
import {type Text, text} from './text.ts';

/**
 * What a run leaves on the hosts for a way back, in the order in which it is pruned: the version before, cold copies of
 * journals, copies of caches, and last the backup, which is all that is left then. `client`: what an application loaded before;
 * lakeup removes none of these.
 */
export const KEPT_KINDS = ['version', 'journal', 'cache', 'backup', 'client'] as const;
export type KeptKind = (typeof KEPT_KINDS)[number];

/**
 * What a step that is done has left to go back to, on its node's host, or on that of the node it says. `bytes`: null where nobody
 * measured it. `knownBy`: a file that the run has left in it, of a place whose path has no name of the run: others may use it too.
 */
export type Kept = {
  readonly path: string;
  readonly bytes: number | null;
  readonly kind: KeptKind;
  readonly on?: NodeId;
  readonly knownBy?: string;
};

/** Which run's kept files a plan removes. `whole`: nothing that it has kept stays. */
export const Prunes = z.object({run: RunId, whole: z.boolean()}).readonly();

/** What was removed of it: a path on a node's host. */
export const Removed = z.object({node: NodeId, path: z.string()}).readonly();
export type Removed = z.infer<typeof Removed>;

/** What of a run is pruned: by which run, and what of it is known to be gone. `ended`: all that was to go is gone. */
export type PrunedBy = {
  readonly run: RunId;
  readonly ended: boolean;
  readonly removed: readonly Removed[];
};

/** What each kind is called, of several nodes. */
export const keptTitle = (kind: KeptKind): Text =>
  ({
    version: text('old versions', '旧版本'),
    journal: text('copies of journals', '日志的副本'),
    cache: text('copies of caches', '缓存的副本'),
    backup: text('backups', '备份'),
    client: text('old client jars', '旧的客户端 jar'),
  })[kind];
