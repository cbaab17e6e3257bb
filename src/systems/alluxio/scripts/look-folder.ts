import {place} from '../../../host/files.ts';
import {look} from '../../../host/look.ts';
import {type Sh, sh} from '../../../lib/sh.ts';
import type {ShellRequest} from '../../../model/ask.ts';
import {body} from '../../../model/script.ts';
import type {ServerNode} from '../fields.ts';
import {quiet} from './command.ts';
import {nodeVars} from './role.ts';

export const FOLDER_TIMEOUT_MS = 120_000;

/** Shell function `totals DIR`: how many files there are below it, how many bytes, and when one last changed. */
export const totals: Sh = sh`totals() {
  # Journals move while they are looked at: a file that is gone by then is none.
  { find "$1/" -type f -exec stat -c '%s %Y' {} + 2>/dev/null || :; } | awk '
    {files++; bytes += $1; if ($2 > newest) newest = $2}
    END {
      printf "files=%d\\nbytes=%.0f\\n", files, bytes
      if (files) printf "newest=%d\\n", newest
    }'
}`;

/** Shell function `mount_of DIR`: where the file system is mounted that it lies on, and of which kind that is. */
export const mountOf: Sh = sh`mount_of() {
  mount=$(df -Pk "$1" | awk 'NR == 2 {for (i = 6; i <= NF; i++) printf "%s%s", (i > 6 ? " " : ""), $i}')
  echo "mount=$mount"
  # The last that is mounted there counts; blanks are written as octal.
  told=$(printf '%s' "$mount" | sed 's/ /\\\\040/g') awk '$2 == ENVIRON["told"] {type = $3} END {if (type) print "filesystem=" type}' \\
    /proc/self/mounts
}`;

/** Shell function `real_of PATH`: where it lies once links are followed, also of what is not there yet. */
export const realOf: Sh = sh`real_of() {
  at=$1
  rest=
  while [ -n "$at" ] && [ ! -d "$at" ]; do
    rest=/\${at##*/}$rest
    at=\${at%/*}
  done
  at=$(cd "\${at:-/}" && pwd -P)
  printf '%s\\n' "\${at%/}$rest"
}`;

/** Shell function `is_mounted DIR`: whether a file system of its own is mounted there. */
export const isMounted: Sh = sh`is_mounted() {
  if [ ! -d "$1" ]; then return 1; fi
  mounted=$(cd "$1" && pwd -P)
  if command -v mountpoint >/dev/null 2>&1; then mountpoint -q "$mounted" && return 0 || return 1; fi
  awk -v real="$mounted" '$2 == real {found = 1} END {exit !found}' /proc/self/mounts
}`;

const blastBody = body(
  'alluxio.worker.look.folder-blast',
  quiet,
  place,
  totals,
  mountOf,
  realOf,
  sh`echo "path=$(real_of "$path")"
case $(place "$path") in
  dir | symlink)
    mount_of "$path"
    totals "$path"
    ;;
  none) printf '%s\\n' files=0 bytes=0 ;;
  *) echo "$path is $(place "$path")" >&2 && exit 1 ;;
esac`,
);

/** What would be hit by whoever empties a folder: where it really is, on which file system, and how much is in it. */
export const askFolderBlast = (node: ServerNode, path: string): ShellRequest =>
  look(blastBody, {...nodeVars(node), path}, FOLDER_TIMEOUT_MS);

/**
 * The place that ramdisks are to be copied to. `inside`: what it lies in, or what lies in it, once links are followed: none
 * of these may be overwritten, or be copied into itself.
 */
const cachePlaceBody = body(
  'alluxio.worker.look.cache-place',
  quiet,
  place,
  totals,
  mountOf,
  realOf,
  isMounted,
  sh`real=$(real_of "$path")
parent=\${real%/*}
parent=\${parent:-/}
echo "place=$(place "$path")"
echo "path=$real"
if [ -d "$parent" ] && [ -w "$parent" ]; then echo writable=yes; else echo writable=no; fi
if is_mounted "$path"; then echo mounted=yes; else echo mounted=no; fi
for other in "$home" $others; do
  theirs=$(real_of "$other")
  case $theirs/ in "$real"/*) echo "inside=$other" && continue ;; esac
  case $real/ in "$theirs"/*) echo "inside=$other" ;; esac
done
if [ -d "$path" ]; then totals "$path"; else printf '%s\\n' files=0 bytes=0; fi
needed=0
for ramdisk in $ramdisks; do
  if [ ! -d "$ramdisk" ]; then continue; fi
  its=$(du -sk "$ramdisk/" 2>/dev/null | awk '{print int($1 * 1.05) + 1024}')
  needed=$((needed + its))
done
echo "neededKb=$needed"
if [ ! -d "$parent" ]; then exit 0; fi
mount_of "$parent"
df -Pk "$parent" | awk 'NR == 2 {print "freeKb=" $4}'`,
);

/** Whether ramdisks can be copied there, and what lies there now. */
export const askCachePlace = (
  node: ServerNode,
  path: string,
  others: readonly string[],
  ramdisks: readonly string[],
): ShellRequest => look(cachePlaceBody, {...nodeVars(node), path, others, ramdisks}, FOLDER_TIMEOUT_MS);
