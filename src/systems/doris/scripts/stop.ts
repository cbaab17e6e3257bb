import {lines, type Sh, sh} from '../../../lib/sh.ts';
import type {Node} from '../../../model/inventory.ts';
import {fieldsOf} from '../fields.ts';
import {begin} from './begin.ts';
import {pickScript, pidFile} from './identity.ts';
import {type RoleScripts, roleScripts} from './role.ts';

/**
 * Shell functions about the one process that was found, `pid` born at `born`: whether it is `gone`, whether it may still
 * be touched (`ours`), and `signal_it`, which looks at both right before the signal.
 */
const oneProcess = (signal: RoleScripts['signal']): Sh => sh`gone() {
  [ -z "$born" ] || [ "$(ticks "$pid")" != "$born" ]
}
ours() {
  for found in $(pids); do
    if [ "$found" = "$pid" ] && ! gone; then return 0; fi
  done
  return 1
}
signal_it() {
  if gone; then return 0; fi
  if ! ours; then
    echo "process $pid is no longer known as one of $home: it is not signalled" >&2
    exit 1
  fi
  echo "signalling process $pid of $home, begun at tick $born, with SIG"${signal}
  kill -${signal} "$pid" || gone
}`;

/** Seconds that never run backwards, and waiting until the process is gone or that many have passed since the beginning. */
const patience: Sh = sh`seconds() {
  read -r up _ </proc/uptime
  echo "\${up%%.*}"
}
began=$(seconds)
wait_until() {
  while ! gone && [ $(($(seconds) - began)) -lt "$1" ]; do sleep 1; done
}`;

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
 * Stops the process of this home and nothing else. Its own stop script is only let loose when the pid files name exactly
 * that process (domain: stop scripts signal whatever pid stands there, and may wait for ever). A script that ends and
 * leaves it alive (it ignored PID_DIR, it found no pid file) is not asked again: the very process that was verified is
 * sent the signal the script would have sent. It is never killed outright.
 */
export const stopScript = (node: Node, stamp: string): Sh => {
  const role = roleScripts(fieldsOf(node).role);
  const withinS = Math.ceil(fieldsOf(node).stopWithinMs / 1000);
  return lines(
    begin(node, stamp, 'stop'),
    pidFile(node),
    pickScript(sh`"$home"/bin`, role.stops),
    sh`set -- $(pids)
if [ $# -eq 0 ]; then echo "no process of $home runs" && exit 0; fi
if [ $# -gt 1 ]; then refuse "more than one process of $home runs: $*"; fi
pid=$1
born=$(ticks "$pid")`,
    oneProcess(role.signal),
    patience,
    filesAgree(role),
    sh`result=0
if [ "$agree" = yes ] && [ -n "$script" ]; then
  (cd "$home" && exec timeout -k 5 ${withinS} bash "bin/$script" ${role.stopArgs}) || result=$?
  # It may have signalled and left the waiting to others (domain: older stop.sh): half of the time is given to that.
  if [ "$result" -eq 0 ]; then wait_until ${Math.ceil(withinS / 2)}; fi
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
case $result in 124 | 137) ;; *) wait_until ${withinS} ;; esac
if gone; then echo "process $pid has ended" && exit 0; fi
echo "process $pid still runs" >&2
case $result in 0 | 97 | 98) exit 1 ;; *) exit "$result" ;; esac`,
  );
};
