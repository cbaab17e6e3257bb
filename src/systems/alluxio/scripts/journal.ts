import {begun} from '../../../host/guard.ts';
import {nothingRuns} from '../../../host/identity.ts';
import {lines, raw, type Sh, sh} from '../../../lib/sh.ts';
import {type Body, body, type Vars} from '../../../model/script.ts';
import type {Context, ServerNode} from '../fields.ts';
import {JOURNAL_FOLDER, localFolder} from '../properties.ts';
import {actionVars, beginAction} from './begin.ts';
import {copyNames} from './names.ts';
import {ANY_PROCESS} from './role.ts';

/**
 * Shell function `journal_files DIR`: what a master has written there, below DIR. A format of the UFS kind leaves files of
 * its own (recorded), and the job service has its journal beside the master's.
 */
export const journalFiles: Sh = sh`journal_files() {
  (cd "$1" && find . -path ./JobJournal -prune -o -type f ! -name '_format_*' -print)
}`;

/** Shell function `proper DIR`: refuses what is no directory of its own, and what the home lies in. */
export const proper: Sh = sh`proper() {
  case $1 in /*) ;; *) refuse "'$1' is no absolute path" ;; esac
  case $1/ in */../* | */./*) refuse "$1 holds . or .." ;; esac
  if [ -z "$(printf '%s' "$1" | tr -d /)" ]; then refuse "'$1' is the root directory"; fi
  case $link/ in "\${1%/}"/*) refuse "$link lies in $1" ;; esac
  case $home/ in "\${1%/}"/*) refuse "$home lies in $1" ;; esac
}`;

/** Shell function `same_tree A B`: whether two directories hold the same, by names, sizes and checksums. */
export const sameTree: Sh = sh`sums() {
  (cd "$1" && find . '(' -type d -o -type l ')' | sort && find . -type f -exec cksum {} + | sort)
}
same_tree() {
  one=$(sums "$1") && other=$(sums "$2") && [ "$one" = "$other" ]
}`;

/**
 * Shell function `room_for FROM TO`: how much a copy takes (`needed`), how much all that were asked for on one file system
 * take (`asked`), and how much is `free` there. In KiB.
 */
export const roomFor: Sh = sh`asked=0
asked_of=
room_for() {
  needed=$(du -sk "$1" | awk '{print int($1 * 1.05) + 1024}')
  found=$(df -Pk "\${2%/*}/" | awk 'NR == 2 {print $4 " " $1}')
  if [ "\${found#* }" != "$asked_of" ]; then asked=0; fi
  asked_of=\${found#* }
  asked=$((asked + needed))
  free=\${found%% *}
}`;

/**
 * Shell function `room FROM TO`: refuses where TO cannot be a copy of FROM: what is full is full for others too. Several on
 * one file system need room for all. `copy_part FROM TO`: makes the part of TO, compared and on the disk,
 * while nothing of the home runs. `rename FROM TO`: TO
 * is a free name, or nothing happens. Masters may share a journal: each makes a part of its own, by its host and its home.
 */
const copyParts: Sh = sh`part_of() { printf '%s\\n' "$1.$(uname -n)-$(printf '%s' "$link" | cksum | cut -d ' ' -f 1).part"; }
room() {
  part=$(part_of "$2")
  case $(place "$part") in none | dir) ;; *) refuse "$part is $(place "$part")" ;; esac
  room_for "$1" "$2"
  if [ "$free" -lt "$asked" ]; then refuse "a copy as $2 takes $asked KiB, and $free KiB are free"; fi
}
copy_part() {
  part=$(part_of "$2")
  rm -rf "$part"
  mkdir -m 700 "$part"
  if ! cp -RPp "$1/." "$part/" || ! same_tree "$1" "$part"; then
    echo "$1 could not be copied to $2" >&2
    rm -rf "$part"
    exit 1
  fi
  sync -f "$part" 2>/dev/null || sync
  # Whatever was started meanwhile may write to what was copied, and has it open.
  if [ -n "$(anybodys)" ]; then
    rm -rf "$part"
    (${raw(nothingRuns)}) || :
    echo "it was started while $1 was copied" >&2
    exit 1
  fi
}
rename() {
  if [ "$(place "$2")" != none ]; then
    echo "$2 is $(place "$2") by now" >&2
    exit 1
  fi
  # Without -T it would land in what another has made there meanwhile.
  if mv --help 2>&1 | grep -q -e '-T'; then mv -T "$1" "$2"; else mv "$1" "$2"; fi
}`;

const copying: Sh = lines(copyNames, proper, sameTree, roomFor, copyParts);

/**
 * Copies a master's journal, and its metastore where that lies on a disk, while nothing runs: the old version's own, for
 * the way back (domain 3.4: it must never read what a new one wrote). An earlier copy stays as it is.
 */
export const keepJournalBody: Body = body(
  'alluxio.master.keep-journal',
  beginAction(ANY_PROCESS, 'keep-journal'),
  nothingRuns,
  copying,
  sh`for folder in "$journal" "$metastore"; do
  if [ -z "$folder" ]; then continue; fi
  proper "$folder"
  copy=$(copy_of "$folder")
  case $(place "$copy") in none | dir) ;; *) refuse "$copy is $(place "$copy")" ;; esac
  case $(place "$folder") in
    dir) ;;
    none) if [ "$folder" = "$journal" ]; then refuse "$folder is none: there is no journal to copy"; fi ;;
    *) refuse "$folder is $(place "$folder")" ;;
  esac
  if [ -d "$folder" ] && [ ! -d "$copy" ]; then room "$folder" "$copy"; fi
done
for folder in "$journal" "$metastore"; do
  if [ -z "$folder" ] || [ ! -d "$folder" ]; then continue; fi
  copy=$(copy_of "$folder")
  if [ -d "$copy" ]; then echo "$copy is there already" && continue; fi
  copy_part "$folder" "$copy"
  if [ -d "$copy" ] && same_tree "$copy" "$part"; then
    rm -rf "$part"
    echo "another has copied $folder to $copy meanwhile"
    continue
  fi
  rename "$part" "$copy"
  ${raw(begun)}
  echo "copied $folder to $copy"
done`,
);

/**
 * Puts the journal back as it was copied. What the new version wrote goes aside, and the copy stays: it is copied again.
 * A folder that is as the copy is left alone.
 */
export const journalBackBody: Body = body(
  'alluxio.master.journal-back',
  beginAction(ANY_PROCESS, 'journal-back'),
  nothingRuns,
  copying,
  sh`back() {
  copy=$(copy_of "$1")
  written=$(new_of "$1")
  if [ -d "$1" ] && same_tree "$1" "$copy"; then echo "$1 is as it was copied" && return 0; fi
  copy_part "$copy" "$1"
  if [ -d "$1" ]; then
    rename "$1" "$written"
    ${raw(begun)}
    echo "put $1 aside as $written"
  fi
  rename "$part" "$1"
  ${raw(begun)}
  echo "copied $copy back to $1"
}
for folder in "$journal" "$metastore"; do
  if [ -z "$folder" ]; then continue; fi
  proper "$folder"
  copy=$(copy_of "$folder")
  written=$(new_of "$folder")
  case $(place "$copy") in
    dir) ;;
    none)
      # A metastore that was not there could not be copied.
      if [ "$folder" = "$journal" ]; then refuse "$copy is none: there is nothing to go back to"; fi
      continue
      ;;
    *) refuse "$copy is $(place "$copy")" ;;
  esac
  case $(place "$folder")-$(place "$written") in
    none-none | none-dir) room "$copy" "$folder" ;;
    dir-none) if ! same_tree "$folder" "$copy"; then room "$copy" "$folder"; fi ;;
    dir-dir)
      if ! same_tree "$folder" "$copy"; then refuse "$folder was put back before and is not as the copy any more: what a master of the old version wrote to it since is lost if it is put back again. If a master of the new version wrote it, give $written another name, and retry"; fi
      ;;
    *) refuse "$folder is $(place "$folder") and $written is $(place "$written")" ;;
  esac
done
for folder in "$journal" "$metastore"; do
  if [ -n "$folder" ] && [ -d "$(copy_of "$folder")" ]; then back "$folder"; fi
done`,
);

/** Where the journal and the metastore lie on the master's own disks; '' for what does not. */
export const journalVars = (node: ServerNode, context: Context): Vars => ({
  ...actionVars(node, context),
  ...journalOf(node, context),
});

/** A folder of the host that a fact or a property names; '' for what is none. */
export const folderOf = (value: unknown): string =>
  typeof value === 'string' ? (localFolder(value) ?? '') : '';

/** Where the new version's journal lies: where its configuration is told to have it, else where it was. */
export const newJournalOf = (node: ServerNode, context: Pick<Context, 'facts' | 'cluster'>): string => {
  const moved = context.cluster.settings.conf[JOURNAL_FOLDER];
  return moved === undefined ? journalOf(node, context).journal : folderOf(moved);
};

/** What a master's survey says of its `journal` and its `metastore`, as folders of its host. */
export const journalOf = (
  node: ServerNode,
  {facts}: Pick<Context, 'facts'>,
): {readonly journal: string; readonly metastore: string} => {
  const {journalFolder, metastoreDir} = facts.get(node.id) ?? {};
  return {journal: folderOf(journalFolder), metastore: folderOf(metastoreDir)};
};
