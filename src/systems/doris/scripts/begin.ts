import {lines, type Sh, sh} from '../../../lib/sh.ts';
import type {Node} from '../../../model/inventory.ts';
import {packageOf} from '../fields.ts';
import {backupName, failedName, stageName} from '../parse/tree.ts';
import {place, refuse} from './files.ts';
import {identity} from './identity.ts';

/** The names of one run below a home, as shell variables. One stamp makes bin and lib a pair. */
const names = (node: Node, stamp: string): Sh => sh`package=${packageOf(node)}
stage=$home/${stageName(stamp)}
bin_backup=$home/${backupName('bin', stamp)}
lib_backup=$home/${backupName('lib', stamp)}
bin_failed=$home/${failedName('bin', stamp)}
lib_failed=$home/${failedName('lib', stamp)}`;

/** What an action at work leaves below its home: a link that leads nowhere and names the boot, the process and the action. */
export const MARK = '.lakeup-at-work';

/**
 * Lets one action at a time work on a home: after a cut link the first script may still be at it when the next is sent.
 * The mark is made in one call, its words in it; one whose process is gone, by a kill or a reboot, is taken over. Whoever
 * meets a live one ends with the exit code that means "an earlier action is still at work, nothing was done".
 */
const alone = (verb: string): Sh => sh`mark=$home/${MARK}
boot=$(cat /proc/sys/kernel/random/boot_id 2>/dev/null) || boot=-
self=$(exec sh -c 'echo $PPID')
me=$boot:$self:$(ticks "$self"):${verb}
at_work() {
  case $1 in "$boot":*:*:*) ;; *) return 1 ;; esac
  worker=\${1#*:}
  since=\${worker#*:}
  worker=\${worker%%:*}
  doing=\${since#*:}
  since=\${since%%:*}
  [ -n "$since" ] && [ "$(ticks "$worker")" = "$since" ]
}
for _ in 1 2 3; do
  if [ -e "$mark" ] && [ ! -L "$mark" ]; then refuse "$mark is there and is no link"; fi
  if ln -s "$me" "$mark" 2>/dev/null; then break; fi
  found=$(readlink "$mark") || continue
  if at_work "$found"; then
    echo "$doing (process $worker) of an earlier call is still at work on $home" >&2
    exit 98
  fi
  rm -f "$mark"
done
if [ "$(readlink "$mark")" != "$me" ]; then refuse "$mark cannot be written"; fi
trap 'if [ "$(readlink "$mark")" = "$me" ]; then rm -f "$mark"; fi' EXIT`;

/**
 * The beginning of every action: stop at the first error, know the process, and what may not be touched; and be the only
 * one at work on this home.
 */
export const begin = (node: Node, stamp: string, verb: string): Sh =>
  lines(
    identity(node),
    refuse,
    place,
    names(node, stamp),
    sh`if [ "$(place "$home")" != dir ]; then refuse "$home is $(place "$home"), not a directory"; fi`,
    alone(verb),
  );

/** Only a node whose process is gone may have its bin and lib moved. */
export const nothingRuns: Sh = sh`running=$(pids)
if [ -n "$running" ]; then refuse "process $running of $home still runs"; fi`;
