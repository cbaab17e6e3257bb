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

/** What an action does to a home. */
type Verb = 'stage' | 'stop' | 'backup' | 'deploy' | 'start' | 'unstage' | 'restore' | 'undeploy';

/** With this begins the name of what an action at work leaves below its home: a link that leads nowhere. */
export const MARK = '.lakeup-at-work';

/** In this variable every process of an action carries the name of its mark; a daemon that it starts does not. */
export const CARRIED = 'LAKEUP_AT_WORK';

/** What has to go on where no mark can be made: a full disk must keep no node down, nor what fills it. */
const UNMARKED: readonly Verb[] = ['stop', 'start', 'unstage'];

/** Shell function `at_work MARK`: a process that is at it, the owner or one of its that outlived it; nothing if none is. */
const workers: Sh = sh`at_work() {
  told=\${1#"$home/${MARK}."}
  case $told in "$boot".[1-9]*.[0-9]*) ;; *) return 0 ;; esac
  worker=\${told%.*}
  worker=\${worker##*.}
  if [ "$(ticks "$worker")" = "\${told##*.}" ]; then echo "$worker" && return 0; fi
  printf '%s\\n' /proc/[0-9]*/environ | xargs grep -lzxF -e ${CARRIED}="\${1##*/}" 2>/dev/null |
    sed -n 's|^/proc/\\([0-9]*\\)/.*|\\1|p; q'
}`;

/**
 * Lets one action at a time work on a home: after a cut link the first script may still be at it when the next is sent.
 * Each makes a mark of its own, named after boot, process and its birth, and only then looks for others: of two at once
 * both may give way, but never do both go on. What is cleared names an owner that is gone for good. Whoever meets a live
 * one ends with the exit code that means "an earlier action is still at work, nothing was done".
 */
const alone = (verb: Verb): Sh =>
  lines(
    sh`boot=$(cat /proc/sys/kernel/random/boot_id 2>/dev/null) || boot=
boot=\${boot%%-*}
self=$(exec sh -c 'echo $PPID')
${CARRIED}=${MARK}.$boot.$self.$(ticks "$self")
export ${CARRIED}
mark=$home/$${CARRIED}`,
    workers,
    sh`unmarked=
if said=$(ln -s ${verb} "$mark" 2>&1); then trap 'rm -f "$mark"' EXIT; else unmarked=\${said:-$mark cannot be made}; fi
for found in "$home"/${MARK}.*; do
  if [ "$found" = "$mark" ] || [ ! -L "$found" ]; then continue; fi
  doing=$(readlink "$found") || continue
  worker=$(at_work "$found")
  if [ -n "$worker" ]; then
    echo "$doing (process $worker) of an earlier call is still at work on $home" >&2
    exit 98
  fi
  rm -f "$found" 2>/dev/null || :
done`,
    UNMARKED.includes(verb)
      ? sh`if [ -n "$unmarked" ]; then echo "going on without a mark: $unmarked" >&2; fi`
      : sh`if [ -n "$unmarked" ]; then refuse "$unmarked"; fi`,
  );

/**
 * The beginning of every action: stop at the first error, know the process, and what may not be touched; and be the only
 * one at work on this home.
 */
export const begin = (node: Node, stamp: string, verb: Verb): Sh =>
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
