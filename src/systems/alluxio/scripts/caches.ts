import {begun, foreignExit} from '../../../host/guard.ts';
import {nothingRuns} from '../../../host/identity.ts';
import {temporary} from '../../../host/temp.ts';
import {raw, sh} from '../../../lib/sh.ts';
import {type Body, body, type Vars} from '../../../model/script.ts';
import type {Context, ServerNode} from '../fields.ts';
import {actionVars, beginAction, envVars, setEnv} from './begin.ts';
import {proper, roomFor, sameTree} from './journal.ts';
import {isMounted} from './look-folder.ts';
import {ANY_PROCESS, otherInstalls, processOf, WORKER_CLASS} from './role.ts';

/**
 * Copies ramdisks to a place on a disk while nothing runs, each below it at its own path, as the product's own scripts with
 * -c would. Where `by` is scripts, those are called; they empty the place that they are given, so that is one where nothing lies. The
 * copy has its name only when it is whole and compared; what lies there before goes then, and only where the operator was asked
 * (`overwrite`). A receipt in it tells it from what others have put there, and from a part that is not whole:
 * after a reboot it may be all that is left of the blocks, so a copy goes only where the ramdisks hold all that it has.
 */
export const keepCacheBody: Body = body(
  'alluxio.worker.keep-cache',
  beginAction(ANY_PROCESS, 'keep-cache'),
  nothingRuns,
  proper,
  sameTree,
  roomFor,
  sh`proper "$path"
receipt=.lakeup-cache-$stamp
part=$path.lakeup-$stamp.part
before=$path.lakeup-$stamp.old
for there in "$path" "$part" "$before"; do
  case $(place "$there") in none | dir) ;; *) refuse "$there is $(place "$there")" ;; esac
done
asked=0
for memory in $memories; do
  proper "$memory"
  case $path/ in "$memory"/*) refuse "$path lies in the ramdisk $memory" ;; esac
  case $memory/ in "$path"/*) refuse "the ramdisk $memory lies in $path" ;; esac
done
# Whether all that lies in the ramdisks below $1 lies below $2 too, byte for byte; the ramdisks themselves are below ''.
within() {
  for memory in $memories; do
    if [ ! -d "$1$memory" ]; then continue; fi
    one=$(sums "$1$memory") && other=$(sums "$2$memory") || return 1
    alone=$(printf '%s\n' "$other" "$other" "$one" | sort | uniq -u)
    if [ -n "$alone" ]; then return 1; fi
  done
}
# Whether a directory is a whole copy of this run. One that the ramdisks do not replace is not given up.
holds_copy() {
  if [ ! -f "$1/$receipt" ]; then return 1; fi
  if within '' "$1"; then return 0; fi
  if ! within "$1" ''; then refuse "$1 is a copy of this run, and holds what the ramdisks do not: move it away by hand"; fi
  return 1
}
whole=no
if holds_copy "$part"; then whole=yes; fi
# Cut off between two renames, by a try whose copy is of no use any more: that is begun anew from where it began.
if [ -d "$before" ] && [ ! -d "$path" ] && [ "$whole" = no ]; then mv "$before" "$path"; fi
if holds_copy "$path"; then
  rm -rf "$part" "$before"
  echo "$path holds the copy already"
  exit 0
fi
# What this run has copied itself before is nobody else's.
if [ -d "$path" ] && [ ! -f "$path/$receipt" ]; then
  found=$(find "$path" ! -type d | head -n 1)
  if [ -n "$found" ] && [ "$overwrite" != yes ]; then
    refuse "$path is not empty: it holds $found, which is not overwritten unasked"
  fi
  if [ -n "$found" ] && [ -d "$before" ]; then
    refuse "$path holds $found, which came when what was asked for lay in $before already: it is not overwritten"
  fi
fi
same() {
  for memory in $memories; do
    if [ ! -d "$1$memory" ] || ! same_tree "$memory" "$1$memory"; then return 1; fi
  done
}
given_up() {
  echo "$1" >&2
  rm -rf "$part"
  exit 1
}
other_installs() (
  ${raw(otherInstalls)}
)
# Their exit code says whether they could copy; what they have copied is compared as any other copy.
by_scripts() (
  ${raw(setEnv)}
  cd "$home" || exit 1
  exec bash bin/alluxio-stop.sh "$@" </dev/null
)
if [ "$by" = scripts ]; then
  told=$(by_scripts -h 2>&1) || :
  case $told in *Usage:*) ;; *) refuse "bin/alluxio-stop.sh -h says: $told" ;; esac
  case $told in
    *'-c cache'*) ;;
    *) refuse "bin/alluxio-stop.sh -h tells of no -c; undo this run, write copyBy: lakeup and begin anew" ;;
  esac
  # The same command ends whatever is a worker, of any install.
  others=$(other_installs | grep -F ${` ${WORKER_CLASS} `} | cut -d ' ' -f 1 | tr '\\n' ' ') || others=
  if [ -n "$others" ]; then
    refuse "bin/alluxio-stop.sh would end a worker of another install too (\${others% }): stop that one first, or undo this run and write copyBy: lakeup"
  fi
fi
if [ "$whole" = no ]; then
  for memory in $memories; do
    if [ ! -d "$memory" ]; then refuse "$memory is $(place "$memory"): there is no ramdisk to copy"; fi
  done
  # The receipt goes first: what is removed in part must not look like a copy.
  rm -f "$part/$receipt"
  rm -rf "$part"
  for memory in $memories; do
    room_for "$memory" "$path"
    if [ "$free" -lt "$asked" ]; then refuse "a copy at $path takes $asked KiB, and $free KiB are free"; fi
  done
  mkdir -m 700 "$part"
  if [ "$by" = scripts ]; then
    by_scripts worker -c "$part" || given_up "bin/alluxio-stop.sh could not copy the ramdisks to $part"
  else
    for memory in $memories; do
      mkdir -p "$part$memory"
      cp -RPp "$memory/." "$part$memory/" || given_up "$memory could not be copied to $part"
    done
  fi
  same "$part" || given_up "the copy in $part is not what the ramdisks hold"
  sync -f "$part" 2>/dev/null || sync
  : >"$part/$receipt"
  sync -f "$part" 2>/dev/null || sync
fi
if [ -d "$path" ]; then
  # What was put aside in an earlier try was asked for then.
  rm -rf "$before"
  mv "$path" "$before"
fi
mv "$part" "$path"
rm -rf "$before"
echo "copied the ramdisks to $path"`,
);

/**
 * Puts back into the ramdisks what the copy has and they lack, after a reboot for instance. Nothing there is overwritten or
 * removed: a block is written once, so one of the same name and another size is nobody's to judge here. While the worker
 * is stopped, and only where the ramdisk is mounted again: what is put below a mount point is hidden by the mount.
 */
export const restoreCacheBody: Body = body(
  'alluxio.worker.restore-cache',
  beginAction(processOf('worker'), 'restore-cache'),
  temporary('action'),
  nothingRuns,
  proper,
  isMounted,
  sh`proper "$path"
if [ ! -f "$path/.lakeup-cache-$stamp" ]; then refuse "$path holds no copy of this run"; fi
for ramdisk in $ramdisks; do
  if ! is_mounted "$ramdisk"; then refuse "$ramdisk is not mounted: mount it (bin/alluxio-mount.sh Mount) and try again"; fi
done
size_of() { wc -c <"$1" | tr -d ' '; }
missing=$temp/missing
for memory in $memories; do
  proper "$memory"
  (cd "$path$memory" && find . -type f ! -path './*/.tmp_blocks/*') >"$missing.all"
  : >"$missing"
  while IFS= read -r file; do
    if [ ! -e "$memory/$file" ] && [ ! -L "$memory/$file" ]; then printf '%s\\n' "$file" >>"$missing"
    elif [ ! -f "$memory/$file" ] || [ "$(size_of "$memory/$file")" != "$(size_of "$path$memory/$file")" ]; then
      refuse "$memory/$file is there and is not what was copied: it is not overwritten"
    fi
  done <"$missing.all"
  part=$memory/.lakeup-$stamp.part
  case $(place "$part") in none | dir) ;; *) refuse "$part is $(place "$part")" ;; esac
  rm -rf "$part"
  if [ ! -d "$memory" ]; then refuse "$memory is $(place "$memory")"; fi
  if [ ! -s "$missing" ]; then echo "$memory holds all that was copied" && continue; fi
  ${raw(begun)}
  mkdir -m 700 "$part"
  # A folder with its own mode, where the worker's is not there at all.
  for folder in "$path$memory"/*/; do
    name=$(basename "$folder")
    if [ -d "$folder" ] && [ ! -e "$memory/$name" ]; then
      mkdir "$part/folder"
      chmod "$(stat -c %a "$folder")" "$part/folder"
      mv "$part/folder" "$memory/$name"
    fi
  done
  while IFS= read -r file; do
    mkdir -p "$memory/\${file%/*}"
    cp -Pp "$path$memory/$file" "$part/block"
    mv "$part/block" "$memory/$file"
  done <"$missing"
  rm -rf "$part"
  echo "put $(wc -l <"$missing" | tr -d ' ') files back into $memory"
done`,
);

/**
 * Formats the tiers of this worker by the new version's own command: all of them, whatever they are made of. Only where the
 * version means those very folders that were measured for the question.
 */
export const formatTiersBody: Body = body(
  'alluxio.worker.format-tiers',
  beginAction(processOf('worker'), 'format-tiers'),
  temporary('action'),
  nothingRuns,
  proper,
  foreignExit,
  sh`found=$(version_of "$link")
if [ "$found" != "$to" ]; then refuse "$link is version '$found', not $to"; fi
for dir in $dirs; do
  proper "$dir"
  case $(place "$dir/alluxioworker") in none | dir) ;; *) refuse "$dir/alluxioworker is $(place "$dir/alluxioworker")" ;; esac
done`,
  setEnv,
  sh`cd "$home"
told=$temp/told
if ! bash bin/alluxio getConf >"$told" 2>&1 </dev/null; then refuse "bin/alluxio getConf says: $(tail -n 3 "$told")"; fi
tiered() { sed -n "s/^alluxio\\.worker\\.tieredstore\\.$1=//p" "$told" | head -n 1; }
levels=$(tiered levels)
case $levels in [1-9]) ;; *) refuse "alluxio.worker.tieredstore.levels is '$levels'" ;; esac
level=0
meant=
while [ "$level" -lt "$levels" ]; do
  meant="$meant $(tiered "level$level\\.dirs\\.path" | tr ',' ' ')"
  level=$((level + 1))
done
in_order() { for each in $1; do printf '%s\\n' "\${each%/}"; done | sort; }
if [ "$(in_order "$meant")" != "$(in_order "$dirs")" ]; then refuse "$link means the tiers$meant, and not" $dirs; fi
result=0
bash bin/alluxio formatWorker || result=$?
if [ "$result" -ne 0 ]; then foreign_exit "$result"; fi
for dir in $dirs; do
  left=$(find "$dir/alluxioworker" ! -type d 2>/dev/null | head -n 1) || :
  if [ -n "$left" ]; then echo "formatWorker has left $left" >&2 && exit 1; fi
done`,
);

/** What a worker's copy of its ramdisks is told of them. */
export type CacheCopy = {
  readonly path: string;
  readonly memories: readonly string[];
  readonly ramdisks: readonly string[];
};

export const keepCacheVars = (
  node: ServerNode,
  context: Context,
  {path, memories}: CacheCopy,
  {overwrites, by}: {readonly overwrites: boolean; readonly by: 'lakeup' | 'scripts'},
): Vars => ({
  ...actionVars(node, context),
  ...(by === 'scripts' ? envVars(node, context) : {}),
  path,
  memories,
  overwrite: overwrites ? 'yes' : 'no',
  by,
});

export const restoreCacheVars = (
  node: ServerNode,
  context: Context,
  {path, memories, ramdisks}: CacheCopy,
): Vars => ({...actionVars(node, context), path, memories, ramdisks});

export const formatTiersVars = (node: ServerNode, context: Context, dirs: readonly string[]): Vars => ({
  ...actionVars(node, context),
  ...envVars(node, context),
  dirs,
});
