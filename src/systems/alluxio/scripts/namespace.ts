import {place} from '../../../host/files.ts';
import {foreignExit} from '../../../host/guard.ts';
import {look} from '../../../host/look.ts';
import {lines, type Sh, sh} from '../../../lib/sh.ts';
import type {ShellRequest} from '../../../model/ask.ts';
import {type Body, body, type Vars} from '../../../model/script.ts';
import type {Context, ServerNode} from '../fields.ts';
import {actionVars, beginAction, envVars, setEnv} from './begin.ts';
import {quiet} from './command.ts';
import {counted, listing} from './listing.ts';
import {names} from './names.ts';
import {ANY_PROCESS, nodeVars} from './role.ts';

/**
 * Shell function `limited SECONDS COMMAND...`: runs it for that long at most; `ended` is its exit code, or 124 when its time
 * was up. Then it is ended with all that it has begun: a script of the product leaves its JVM behind. Needs `$kept`.
 */
const limited: Sh = sh`seconds() {
  read -r up _ </proc/uptime
  echo "\${up%%.*}"
}
end_all() {
  for status in $(grep -ls "^PPid:[[:space:]]*$1\$" /proc/[0-9]*/status || :); do
    child=\${status%/status}
    (end_all "\${child##*/}")
  done
  kill "$1" 2>/dev/null || :
}
limited() {
  until=$(($(seconds) + $1))
  shift
  rm -f "$kept/over"
  (
    code=0
    "$@" </dev/null || code=$?
    echo "$code" >"$kept/over.part"
    mv -f "$kept/over.part" "$kept/over"
  ) &
  work=$!
  while [ ! -f "$kept/over" ]; do
    if [ "$(seconds)" -ge "$until" ]; then
      end_all "$work"
      wait "$work" 2>/dev/null || :
      ended=124
      return 0
    fi
    sleep 1
  done
  wait "$work" || :
  ended=$(cat "$kept/over")
  rm -f "$kept/over"
}`;

/**
 * Shell function `list_to FILE SECONDS`: every path that only workers hold, one a line, and what was counted beside it in
 * FILE.told; `ended` as above. Java writes paths by the locale, and in that of C none but plain letters.
 */
const listTo: Sh = lines(
  listing,
  counted,
  limited,
  sh`utf8=$(locale -a 2>/dev/null | grep -i -x -e 'C\\.utf-\\{0,1\\}8' -e 'en_US\\.utf-\\{0,1\\}8' | head -n 1) || utf8=
if [ -n "$utf8" ]; then export LC_ALL="$utf8"; fi
counted_list() {
  { list 2>"$all.err" || echo $? >"$all.code"; } | counted >"$all.told"
}
list_to() {
  all=$1
  rm -f "$all" "$all.err" "$all.code" "$all.told"
  : >"$all"
  limited "$2" counted_list
  if [ "$ended" = 0 ] && [ -s "$all.code" ]; then ended=$(cat "$all.code"); fi
  # A list that is not understood is none.
  if [ "$ended" = 0 ] && grep -q '^unread=' "$all.told"; then ended=1; fi
}
why() {
  sed -n 's/^odd=//p' "$all.told"
  tail -n 5 "$all.err"
}`,
);

/**
 * Shell function `pins_to FILE SECONDS`: every file that is pinned, one a line, and every folder in FILE-folders, where there is one;
 * no such files where that cannot be listed, which keeps nobody from anything. Of an upgrade that loses a pin the old version alone
 * could have said which. Folders stand apart: who pins one pins all that lies below it, what never was pinned or was unpinned since too.
 */
const pinsTo: Sh = sh`pin_list() {
  { list -p 2>/dev/null || echo $? >"$pins_file.code"; } |
    FOLDERS="$pins_file.folders" LC_ALL=C awk 'match($0, / (DIR|[0-9]+%) \\//) {
      path = substr($0, RSTART + RLENGTH - 1)
      sub(/[ \\t\\r]+$/, "", path)
      if (substr($0, RSTART, 5) == " DIR ") print path >ENVIRON["FOLDERS"]
      else print path
    }' >"$pins_file.part"
}
pins_to() {
  pins_file=$1
  rm -f "$pins_file" "$pins_file-folders" "$pins_file.part" "$pins_file.folders" "$pins_file.code"
  limited "$2" pin_list
  if [ "$ended" = 0 ] && [ ! -s "$pins_file.code" ]; then
    if [ -f "$pins_file.folders" ]; then mv -f "$pins_file.folders" "$pins_file-folders"; fi
    mv -f "$pins_file.part" "$pins_file"
  fi
  rm -f "$pins_file.part" "$pins_file.folders" "$pins_file.code"
}`;

/** In the old version, in this run's own folder, which is made where it is not there. */
const inFolder: Sh = sh`case $(place "$kept") in
  dir) ;;
  none) mkdir -m 700 "$kept" ;;
  *) refuse "$kept is $(place "$kept")" ;;
esac
found=$(version_of "$link")
if [ "$found" != "$from" ]; then refuse "$link is version '$found', not $from"; fi`;

/**
 * Lists every file whose bytes only workers hold, into this run's folder: the whole list is too long to be a fact. Where it
 * takes too long that is written there instead, and it is a matter of the plan whether it may go on so. What is pinned is
 * listed besides, where anything is.
 */
export const listBody: Body = body(
  'alluxio.master.list',
  beginAction(ANY_PROCESS, 'list'),
  foreignExit,
  inFolder,
  setEnv,
  listTo,
  pinsTo,
  sh`rm -f "$kept/list.end" "$kept/pinned" "$kept/pinned-folders" "$kept/pinned.unlisted"
list_to "$kept/not-persisted" "$within_s"
case $ended in
  0) echo "$(wc -l <"$all" | tr -d ' ') files are not persisted: $all" ;;
  124) echo "not listed: it took longer than $within_s s" ;;
  *)
    why >&2
    foreign_exit "$ended"
    ;;
esac
code=$ended
if [ "$pins" -gt 0 ]; then
  pins_to "$kept/pinned" "$within_s"
  if [ -f "$kept/pinned" ]; then
    echo "what is pinned: $kept/pinned"
  else
    echo "what is pinned was not listed"
    : >"$kept/pinned.unlisted"
  fi
fi
echo "$code" >"$kept/list.part"
mv -f "$kept/list.part" "$kept/list.end"`,
);

/** How many paths a command is given at once. */
const BATCH = 50;
/** How often nothing may come of it before it is given up, and how long it waits for those that others are at. */
const IDLE_PASSES = 3;
const IDLE_SECONDS = 20;

/**
 * Persists what only workers hold, by the product's own command, and lists again until nothing is left. Where one of a batch
 * fails the command leaves the rest: then they are given one by one.
 */
export const persistBody: Body = body(
  'alluxio.master.persist',
  beginAction(ANY_PROCESS, 'persist'),
  foreignExit,
  inFolder,
  setEnv,
  listTo,
  sh`deadline=$(($(seconds) + within_s))
remaining() {
  rest=$((deadline - $(seconds)))
  if [ "$rest" -le 0 ]; then
    echo "after $within_s s files are left that only workers hold: $kept/to-persist" >&2
    exit 1
  fi
}
persist() {
  remaining
  limited "$rest" bash "$home/bin/alluxio" fs persist "$@"
  if [ "$ended" = 0 ] || [ "$ended" = 124 ] || [ $# -eq 1 ]; then return 0; fi
  for each in "$@"; do
    remaining
    limited "$rest" bash "$home/bin/alluxio" fs persist "$each"
  done
}
before=
idle=0
while :; do
  remaining
  list_to "$kept/to-persist" "$rest"
  if [ "$ended" = 124 ]; then remaining; fi
  if [ "$ended" != 0 ]; then
    why >&2
    foreign_exit "$ended"
  fi
  open=$(wc -l <"$all" | tr -d ' ')
  if [ "$open" -eq 0 ]; then echo "nothing is left that only workers hold" && exit 0; fi
  if [ "$open" = "$before" ]; then idle=$((idle + 1)); else idle=0; fi
  if [ "$idle" -ge ${IDLE_PASSES} ]; then
    if [ "$open" -eq 1 ]; then stay='1 file stays'; else stay="$open files stay"; fi
    echo "$stay where only workers hold them:" >&2
    head -n 20 "$all" >&2
    exit 1
  fi
  if [ "$idle" -gt 0 ]; then sleep "$idle_s"; fi
  before=$open
  set --
  while IFS= read -r path; do
    set -- "$@" "$path"
    if [ $# -eq ${BATCH} ]; then
      persist "$@"
      set --
    fi
  done <"$all"
  if [ $# -gt 0 ]; then persist "$@"; fi
done`,
);

const limitOf = (ms: number): number => Math.ceil(ms / 1_000);

/** Besides these it is told how many files are pinned (`pins`): where none is, nothing is listed of them. */
export const listVars = (node: ServerNode, context: Context): Vars => ({
  ...actionVars(node, context),
  ...envVars(node, context),
  within_s: limitOf(context.cluster.settings.listWithinMs),
});

export const persistVars = (node: ServerNode, context: Context): Vars => ({
  ...actionVars(node, context),
  ...envVars(node, context),
  within_s: limitOf(context.cluster.settings.persistWithinMs),
  idle_s: IDLE_SECONDS,
});

/** How many pinned files a question names. */
const PINS_SHOWN = 5;

const unpersistedBody = body(
  'alluxio.master.look.unpersisted',
  quiet,
  place,
  sh`link=$home`,
  names,
  sh`if [ ! -f "$kept/list.end" ]; then exit 0; fi
echo "end=$(cat "$kept/list.end")"
cat "$kept/not-persisted.told"
if [ -s "$kept/not-persisted" ]; then echo "notPersistedList=$kept/not-persisted"; fi
if [ -f "$kept/pinned" ]; then
  echo "pinnedPaths=$(wc -l <"$kept/pinned" | tr -d ' ')"
  echo "pinnedList=$kept/pinned"
  head -n ${PINS_SHOWN} "$kept/pinned" | sed 's/^/pinned=/'
  if [ -f "$kept/pinned-folders" ]; then echo "pinnedFolders=$(wc -l <"$kept/pinned-folders" | tr -d ' ')"; fi
elif [ -f "$kept/pinned.unlisted" ]; then
  echo "pinnedPaths=unknown"
fi`,
);

/** What the list of this run says, once it has ended. */
export const askUnpersisted = (node: ServerNode, {stamp, old}: {stamp: string; old: string}): ShellRequest =>
  look(unpersistedBody, {...nodeVars(node), stamp, old});
