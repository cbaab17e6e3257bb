import {look} from '../../../host/look.ts';
import {type Sh, sh} from '../../../lib/sh.ts';
import type {ShellRequest} from '../../../model/ask.ts';
import {body} from '../../../model/script.ts';
import type {ServerNode} from '../fields.ts';
import {quiet} from './command.ts';
import {isMounted} from './look-folder.ts';
import {nodeVars} from './role.ts';

export const CACHE_TIMEOUT_MS = 120_000;

/**
 * Shell function `blocks_in KEY DIR`: how many blocks lie in a tier, and how many bytes. Blocks are files called by a number,
 * directly below the worker's own folder; what is still written lies elsewhere.
 */
export const blocksIn: Sh = sh`blocks_in() {
  { find "$2/alluxioworker/" -mindepth 1 -maxdepth 1 -type f -exec stat -c '%s %n' {} + 2>/dev/null || :; } |
    KEY=$1 DIR=$2 awk '
      {bytes_of = $1; sub(/^.*\\//, "")}
      /^[0-9]+$/ {blocks++; bytes += bytes_of}
      END {printf "%s=%d %.0f %s\\n", ENVIRON["KEY"], blocks, bytes, ENVIRON["DIR"]}'
}`;

/**
 * A ramdisk that is no mount of its own is a plain directory, also where a tmpfs lies above it (recorded: the start script
 * takes that for mounted).
 */
const cacheBody = body(
  'alluxio.worker.look.cache',
  quiet,
  blocksIn,
  isMounted,
  sh`for dir in $dirs; do blocks_in dir "$dir"; done
for memory in $memories; do blocks_in memory "$memory"; done
for ramdisk in $ramdisks; do
  if ! is_mounted "$ramdisk"; then echo "unmounted=$ramdisk"; fi
done`,
);

/** The folders of a worker: all its tiers, those in memory, and those of them that have to be mounted. */
export type Tiers = {
  readonly dirs: readonly string[];
  readonly memories: readonly string[];
  readonly ramdisks: readonly string[];
};

/** What lies in the tiers of a worker, and which of its ramdisks are not mounted. */
export const askCache = (node: ServerNode, tiers: Tiers): ShellRequest =>
  look(cacheBody, {...nodeVars(node), ...tiers}, CACHE_TIMEOUT_MS);

/**
 * What was copied by this run: in full by its receipt, which is written when all was compared. Names and sizes are compared
 * again: bytes are as they were when both were read. A ramdisk may lack what was copied, for its host may have been started
 * again since; what it holds besides was not copied.
 */
const copyBody = body(
  'alluxio.worker.look.cache-copy',
  quiet,
  blocksIn,
  sh`if [ ! -f "$path/.lakeup-cache-$stamp" ]; then echo copied=no && exit 0; fi
echo copied=yes
names() {
  if [ -d "$1" ]; then (cd "$1" && find . -type f -exec stat -c '%s %n' {} +); fi
}
for memory in $memories; do
  blocks_in memory "$path$memory"
  if [ ! -d "$memory" ]; then continue; fi
  besides=$({ names "$path$memory"; names "$path$memory"; names "$memory"; } | sort | uniq -u)
  if [ -n "$besides" ]; then echo "differs=$memory"; fi
done`,
);

/** The copy of a worker's ramdisks at a path, and which of them hold what it does not. */
export const askCacheCopy = (
  node: ServerNode,
  path: string,
  stamp: string,
  memories: readonly string[],
): ShellRequest => look(copyBody, {...nodeVars(node), path, stamp, memories}, CACHE_TIMEOUT_MS);
