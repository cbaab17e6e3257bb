import {type Sh, sh} from '../lib/sh.ts';
import type {Facts} from '../model/facts.ts';
import {type Said, said} from './lines.ts';

/**
 * Shell function `unit_of PID`: the service unit whose cgroup the process is in, and, where the service manager tells,
 * what it does about its end (`unitRestart`) and which process it watches (`unitMain`).
 */
export const unitOf: Sh = sh`unit_of() {
  group=$(sed -n 's|^[^:]*:[^:]*:\\(.*\\.service\\)$|\\1|p' "/proc/$1/cgroup" 2>/dev/null | head -n 1) || group=
  if [ -z "$group" ]; then return 0; fi
  echo "unit=\${group##*/}"
  case $group in */user@*.service/*) manager=--user ;; *) manager=--system ;; esac
  # A unit it does not know is described by defaults: those are no answer.
  timeout 5 systemctl "$manager" show -p LoadState -p Restart -p MainPID "\${group##*/}" 2>/dev/null | awk -F= '
    {value[$1] = $2}
    END {if (value["LoadState"] == "loaded") {print "unitRestart=" value["Restart"]; print "unitMain=" value["MainPID"]}}
  ' || :
}`;

/** What the service manager says of the process's unit; no fact where it was not asked or did not answer. */
export const unitFacts = (lines: Said): Facts => {
  const [unit, restart, main] = [said(lines, 'unit'), said(lines, 'unitRestart'), said(lines, 'unitMain')];
  return {
    ...(unit === null ? {} : {unit}),
    ...(restart === null ? {} : {unitRestart: restart}),
    ...(main === null || !/^\d+$/.test(main) ? {} : {unitMain: Number(main)}),
  };
};
