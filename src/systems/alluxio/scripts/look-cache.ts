import {look} from '../../../host/look.ts';
import {sh} from '../../../lib/sh.ts';
import type {ShellRequest} from '../../../model/ask.ts';
import {body} from '../../../model/script.ts';
import type {ServerNode} from '../fields.ts';
import {quiet} from './command.ts';
import {nodeVars} from './role.ts';

const CACHE_TIMEOUT_MS = 120_000;

/**
 * Blocks are files called by a number, directly below the worker's own folder; what is still written lies elsewhere. A
 * ramdisk that is no mount of its own is a plain directory, also where a tmpfs lies above it (recorded: the start script
 * takes that for mounted).
 */
const cacheBody = body(
  'alluxio.worker.look.cache',
  quiet,
  sh`for dir in $dirs; do
  { find "$dir/alluxioworker/" -mindepth 1 -maxdepth 1 -type f -exec stat -c '%s %n' {} + 2>/dev/null || :; } |
    DIR=$dir awk '
      {bytes_of = $1; sub(/^.*\\//, "")}
      /^[0-9]+$/ {blocks++; bytes += bytes_of}
      END {printf "dir=%d %.0f %s\\n", blocks, bytes, ENVIRON["DIR"]}'
done
for ramdisk in $ramdisks; do
  if [ ! -d "$ramdisk" ]; then echo "unmounted=$ramdisk" && continue; fi
  real=$(cd "$ramdisk" && pwd -P)
  if command -v mountpoint >/dev/null 2>&1; then
    mountpoint -q "$real" || echo "unmounted=$ramdisk"
  elif ! awk -v real="$real" '$2 == real {found = 1} END {exit !found}' /proc/self/mounts; then
    echo "unmounted=$ramdisk"
  fi
done`,
);

/** What lies in the tiers of a worker, and which of its ramdisks are not mounted. */
export const askCache = (
  node: ServerNode,
  dirs: readonly string[],
  ramdisks: readonly string[],
): ShellRequest => look(cacheBody, {...nodeVars(node), dirs, ramdisks}, CACHE_TIMEOUT_MS);
