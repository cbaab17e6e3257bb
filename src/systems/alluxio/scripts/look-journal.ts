import {place} from '../../../host/files.ts';
import {look} from '../../../host/look.ts';
import {type Sh, sh} from '../../../lib/sh.ts';
import type {ShellRequest} from '../../../model/ask.ts';
import {body} from '../../../model/script.ts';
import type {ServerNode} from '../fields.ts';
import {quiet} from './command.ts';
import {roomFor} from './journal.ts';
import {mountOf, totals} from './look-folder.ts';
import {copyNames} from './names.ts';
import {nodeVars} from './role.ts';

const ENTRIES = 200;
export const JOURNAL_TIMEOUT_MS = 120_000;

const journalBody = body(
  'alluxio.master.look.journal',
  quiet,
  place,
  totals,
  sh`echo "place=$(place "$journal")"
if [ ! -d "$journal" ]; then exit 0; fi
cd "$journal"
ls -A . >/dev/null
{
  find . -mindepth 1 -maxdepth 4 -type d -exec stat -c 'd %s %n' {} + 2>/dev/null || :
  find . -mindepth 1 -maxdepth 4 -type f -exec stat -c 'f %s %n' {} + 2>/dev/null || :
  find . -mindepth 1 -maxdepth 4 ! -type f ! -type d -exec stat -c 'o %s %n' {} + 2>/dev/null || :
} | sed 's|^\\([a-z] [0-9]*\\) \\./|entry=\\1 |' | awk -v most=${ENTRIES} '
  # What lies deep is many files of one kind: names near the top come first.
  {depth = gsub("/", "/"); line[depth, ++count[depth]] = $0}
  END {for (depth = 0; depth < 4; depth++) for (i = 1; i <= count[depth] && told < most; i++) {print line[depth, i]; told++}}'
totals .`,
);

/** What a journal's folder holds: the layout tells which generation wrote it (domain 3.2). */
export const askJournal = (node: ServerNode, journal: string): ShellRequest =>
  look(journalBody, {...nodeVars(node), journal}, JOURNAL_TIMEOUT_MS);

/** Shell function `sum_of DIR`: one hash of names, sizes and contents of all that is below it. */
const sums: Sh = sh`sum_of() {
  (
    cd "$1"
    find . ! -type f | sort
    find . -type f -exec cksum {} + | sort
  ) | cksum
}`;

/** A metastore in memory has no directory: then there is nothing to copy, and nothing that differs. */
const copyBody = body(
  'alluxio.master.look.journal-copy',
  quiet,
  place,
  copyNames,
  sums,
  sh`compare() {
  copy=$(copy_of "$2")
  echo "$1.place=$(place "$2")"
  echo "$1.copy=$(place "$copy")"
  if [ ! -e "$2" ] && [ ! -e "$copy" ]; then echo "$1.same=yes"
  elif [ -d "$2" ] && [ -d "$copy" ] && [ "$(sum_of "$2")" = "$(sum_of "$copy")" ]; then echo "$1.same=yes"
  else echo "$1.same=no"
  fi
  # What a way back has put aside.
  if [ -d "$(new_of "$2")" ]; then echo "aside=$(new_of "$2")"; fi
}
compare journal "$journal"
if [ -n "$metastore" ]; then compare metastore "$metastore"; fi`,
);

export type Kept = {readonly journal: string; readonly metastore: string; readonly stamp: string};

/** Whether the cold copies of this run are there, and equal to what lies in place. Reads every byte of both. */
export const askJournalCopy = (node: ServerNode, kept: Kept, timeoutMs: number): ShellRequest =>
  look(copyBody, {...nodeVars(node), ...kept}, timeoutMs);

const blastBody = body(
  'alluxio.master.look.journal-blast',
  quiet,
  place,
  copyNames,
  totals,
  mountOf,
  sh`case $(place "$journal") in
  dir | symlink) ;;
  none)
    # Where a journal is to be kept from now on nothing may lie yet.
    printf '%s\\n' "path=$journal" files=0 bytes=0 copied=yes
    exit 0
    ;;
  *) echo "$journal is $(place "$journal")" >&2 && exit 1 ;;
esac
path=$(cd "$journal" && pwd -P)
echo "path=$path"
mount_of "$path"
totals "$path"
copied=yes
for kept in "$journal" "$metastore"; do
  if [ -n "$kept" ] && [ -d "$kept" ] && [ ! -d "$(copy_of "$kept")" ]; then copied=no; fi
done
echo "copied=$copied"`,
);

/** What a format destroys: which folder it is, on which filesystem, how much is in it, and whether a copy is kept. */
export const askJournalBlast = (node: ServerNode, kept: Kept): ShellRequest =>
  look(blastBody, {...nodeVars(node), ...kept}, JOURNAL_TIMEOUT_MS);

const roomBody = body(
  'alluxio.master.look.journal-room',
  quiet,
  place,
  copyNames,
  roomFor,
  sh`total=0
for folder in "$journal" "$metastore"; do
  if [ -z "$folder" ] || [ ! -d "$folder" ]; then continue; fi
  copy=$(copy_of "$folder")
  if [ -d "$copy" ]; then continue; fi
  room_for "$folder" "$copy"
  total=$((total + needed))
  echo "freeKb=$free"
  if [ "$free" -lt "$asked" ]; then echo "short=$folder"; fi
done
echo "neededKb=$total"`,
);

/** Whether there is room for the cold copies beside journal and metastore, by the measure that the copy itself takes. */
export const askJournalRoom = (node: ServerNode, kept: Kept): ShellRequest =>
  look(roomBody, {...nodeVars(node), ...kept}, JOURNAL_TIMEOUT_MS);
