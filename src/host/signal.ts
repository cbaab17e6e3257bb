import {lines, type Sh, sh} from '../lib/sh.ts';
import {moved} from './guard.ts';

/**
 * Shell functions about the one process that was found, `pid` born at `born`: whether it is `gone`, whether it may still
 * be touched (`ours`), and `signal_it`, which looks at both right before the signal. Needs `identity`.
 */
export const oneProcess = (signal: 'INT' | 'TERM'): Sh => sh`gone() {
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

/**
 * Goes on only with the process that was looked at right before, where one was: `pid` born at `born` is `seen_pid` born at
 * `seen_born`. Who came since may be what another hand has just upgraded; the gates saw somebody else, and look again.
 */
export const asSeen: Sh = lines(
  moved,
  sh`if [ -n "\${seen_pid+set}" ] && [ "$pid $born" != "$seen_pid $seen_born" ]; then
  moved "process $pid, begun at tick $born, is not the one that was looked at (\${seen_pid:-none}, begun at \${seen_born:-none})"
fi`,
);

/**
 * Seconds that never run backwards, and `wait_until SECONDS`: waits until the process is gone or that many have passed
 * since the beginning. Needs `oneProcess`.
 */
export const patience: Sh = sh`seconds() {
  read -r up _ </proc/uptime
  echo "\${up%%.*}"
}
began=$(seconds)
wait_until() {
  while ! gone && [ $(($(seconds) - began)) -lt "$1" ]; do sleep 1; done
}`;
