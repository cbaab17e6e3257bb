import {followed} from '../../../host/follow.ts';
import {foreignExit} from '../../../host/guard.ts';
import {sh} from '../../../lib/sh.ts';
import {type Body, body, type Vars} from '../../../model/script.ts';
import type {Context, ServerNode} from '../fields.ts';
import {actionVars, beginAction, envVars, setEnv} from './begin.ts';
import {clean} from './command.ts';
import {printedUri} from './printed-uri.ts';
import {ANY_PROCESS} from './role.ts';

/**
 * Makes the folder of this run in the old home of the master that backs up. A mark that is made anew ends what an earlier
 * one was followed by: a backup of before is none of this mark.
 */
export const markBody: Body = body(
  'alluxio.master.mark',
  beginAction(ANY_PROCESS, 'mark'),
  sh`case $(place "$kept") in
  dir) ;;
  none) mkdir -m 700 "$kept" ;;
  *) refuse "$kept is $(place "$kept")" ;;
esac
rm -f "$kept/backup.exit" "$kept/backup.out" "$kept/backup.part" "$kept/list.end"
echo "$kept is there"`,
);

/** What a backup is called by its receipt while it is at work. */
export const BACKUP = 'backup';

/**
 * Backs up with the old version's own command, once for each mark, and again where what it wrote is broken. What it printed
 * is kept, with its exit code, which is written last: only that names the backup. "The newest file" does not: failed restores
 * leave files there that look like backups (recorded). Where a leader delegates its backups and no other master is there to take it, it is asked itself.
 */
export const backupBody: Body = body(
  'alluxio.master.backup',
  beginAction(ANY_PROCESS, BACKUP),
  printedUri,
  foreignExit,
  clean,
  followed,
  sh`if [ "$(place "$kept")" != dir ]; then refuse "$kept is $(place "$kept"): the folder of this run is not there"; fi
for file in backup.out backup.exit backup.part; do
  if [ -L "$kept/$file" ] || [ -d "$kept/$file" ]; then refuse "$kept/$file is $(place "$kept/$file")"; fi
done
named() { [ -f "$1" ] && [ -n "$(printed_uri "$1")" ]; }
# What lies here and is broken is made anew. What lies elsewhere is proved elsewhere; on another master's disk it cannot be
# told to be whole from here, and who asks again has seen that it is not.
whole() {
  path=$(path_of "$(printed_uri "$1")")
  if [ -z "$path" ]; then return 0; fi
  if [ -f "$path" ]; then gzip -t <"$path" 2>/dev/null; else [ -z "$directory" ]; fi
}
if [ -s "$kept/backup.exit" ] && [ "$(cat "$kept/backup.exit")" = 0 ] && named "$kept/backup.out" &&
  whole "$kept/backup.out"; then
  echo "backed up already: $kept/backup.out"
  exit 0
fi
found=$(version_of "$link")
if [ "$found" != "$from" ]; then refuse "$link is version '$found', not $from"; fi
case $directory in '' | /?*) ;; *) refuse "'$directory' is no absolute path" ;; esac`,
  setEnv,
  sh`cd "$home"
rm -f "$kept/backup.exit" "$kept/backup.part"
set -- fsadmin backup
if [ -n "$directory" ]; then set -- "$@" "$directory" --local; fi
followed "$kept/backup.part" bash bin/alluxio "$@"
result=$ended
if [ "$result" -ne 0 ] && grep -q 'No master found to delegate backup' "$kept/backup.part"; then
  echo "no other master takes the backup: the leader is asked to write it itself"
  followed "$kept/backup.part" bash bin/alluxio "$@" --allow-leader
  result=$ended
fi
mv -f "$kept/backup.part" "$kept/backup.out"
sync -f "$kept/backup.out" 2>/dev/null || sync
echo "$result" >"$kept/backup.part"
mv -f "$kept/backup.part" "$kept/backup.exit"
clean <"$kept/backup.out" | tail -n 20
if [ "$result" -ne 0 ]; then foreign_exit "$result"; fi
if ! named "$kept/backup.out"; then
  echo "the command ended well, and names no backup" >&2
  exit 1
fi`,
);

/** Where the backup goes: a directory of the masters' own, or '' for the one of the root under store. */
export const backupVars = (node: ServerNode, context: Context): Vars => ({
  ...actionVars(node, context),
  ...envVars(node, context),
  directory: context.cluster.settings.backupDirectory ?? '',
});
