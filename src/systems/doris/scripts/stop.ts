import {pickScript} from '../../../host/files.ts';
import {foreignExit} from '../../../host/guard.ts';
import {asSeen, oneProcess, patience} from '../../../host/signal.ts';
import {type Sh, sh} from '../../../lib/sh.ts';
import type {Vars} from '../../../model/script.ts';
import type {DorisNode} from '../fields.ts';
import {actionVars, beginAction} from './begin.ts';
import {pidFile} from './pid-file.ts';
import {forEachKind, type RoleScripts} from './role.ts';
import {askOnTheSpot, spotVars} from './spot.ts';

/**
 * Every pid file that a stop script of this role may read names this process, or is not there. Domain: some honour
 * PID_DIR and some do not, and all signal what they find.
 */
const filesAgree = ({pidFiles}: RoleScripts): Sh => sh`agree=yes
for name in ${pidFiles}; do
  for file in "$pid_dir/$name" "$home/bin/$name"; do
    if [ -f "$file" ]; then
      said=$(tr -d '[:space:]' <"$file")
      if [ "$said" != "$pid" ]; then agree="$file says '$said'"; fi
    fi
  done
done
if [ "$listed" != "$pid" ]; then agree="$pid_file says '$listed'"; fi`;

/**
 * Shell function `forget_it`: removes every pid file of this role that names the process. Its stop script does so itself; where that was
 * not let loose, or was cut off, the file would say of a node that was stopped that it ended by itself.
 */
const forgetIt = ({pidFiles}: RoleScripts): Sh => sh`forget_it() {
  for name in ${pidFiles}; do
    for file in "$pid_dir/$name" "$home/bin/$name"; do
      if [ -f "$file" ] && [ "$(tr -d '[:space:]' <"$file")" = "$pid" ]; then
        rm -f "$file" || echo "$file could not be removed"
      fi
    done
  done
}`;

/**
 * Stops the process of this home and nothing else. Its own stop script is only let loose when the pid files name exactly
 * that process (domain: stop scripts signal whatever pid stands there, and may wait for ever). A script that ends and
 * leaves it alive (it ignored PID_DIR, it found no pid file) is not asked again: the very process that was verified is
 * sent the signal the script would have sent. It is never killed outright. Once it is gone no pid file names it.
 */
export const stopBody = forEachKind('stop', (role, kind) => [
  beginAction(role, 'stop', 'go on'),
  pidFile(role),
  pickScript(sh`"$home"/bin`, role.stops),
  sh`set -- $(pids)
# Whoever begins a command is there twice for a moment, under the same words.
if [ $# -gt 1 ]; then sleep 1 && set -- $(pids); fi
if [ $# -eq 0 ]; then echo "no process of $home runs" && exit 0; fi
if [ $# -gt 1 ]; then refuse "more than one process of $home runs: $*"; fi
pid=$1
born=$(ticks "$pid")`,
  asSeen,
  oneProcess(role.signal),
  patience,
  filesAgree(role),
  forgetIt(role),
  foreignExit,
  ...(kind === 'fe' ? [askOnTheSpot] : []),
  sh`result=0
if [ "$agree" = yes ] && [ -n "$script" ]; then
  (cd "$home" && exec timeout -k 5 "$within_s" bash "bin/$script" ${role.stopArgs}) || result=$?
  # It may have signalled and left the waiting to others (domain: older stop.sh): half of the time is given to that.
  if [ "$result" -eq 0 ]; then wait_until $(((within_s + 1) / 2)); fi
  case $result in
    124 | 137) ;;
    *)
      if ! gone; then
        echo "$script has ended with exit code $result, and process $pid still runs"
        signal_it
      fi
      ;;
  esac
else
  echo "$agree, the process is $pid, the stop script is '$script': signalling it directly"
  signal_it
fi
case $result in 124 | 137) ;; *) wait_until "$within_s" ;; esac
if gone; then
  echo "process $pid has ended"
  forget_it
  exit 0
fi
echo "process $pid still runs" >&2
if [ "$result" -eq 0 ]; then exit 1; fi
foreign_exit "$result"`,
]);

/** How long the script may wait for the process to end stands in the inventory. `isAsked`: a frontend, what it is right before. */
export const stopVars = (node: DorisNode, stamp: string, isAsked = false): Vars => ({
  ...actionVars(node, stamp),
  within_s: Math.ceil(node.fields.stopWithinMs / 1000),
  ...(node.fields.role === 'fe' ? spotVars(node, isAsked) : {}),
});
