import {type Sh, sh} from '../lib/sh.ts';
import type {Facts} from '../model/facts.ts';
import {numberFact} from './fact.ts';
import {type Said, said} from './lines.ts';

/**
 * Shell function `unit_of PID [ROOT]`: the innermost service unit in whose cgroup the process is, be it in a group below
 * the unit's own, and, where the service manager tells, what it does about its end (`unitRestart`) and which process it
 * watches (`unitMain`, `unitMainProgram`). ROOT stands before /proc.
 */
export const unitOf: Sh = sh`unit_of() {
  group=$(sed -n 's|^[^:]*:[^:]*:\\(.*\\.service\\)$|\\1|p; s|^[^:]*:[^:]*:\\(.*\\.service\\)/.*$|\\1|p' "\${2:-}/proc/$1/cgroup" 2>/dev/null |
    head -n 1) || group=
  if [ -z "$group" ]; then return 0; fi
  echo "unit=\${group##*/}"
  case $group in */user@*.service/*) manager=--user ;; *) manager=--system ;; esac
  # A unit it does not know is described by defaults: those are no answer.
  answer=$(timeout 5 systemctl "$manager" show -p LoadState -p Restart -p MainPID "\${group##*/}" 2>/dev/null | awk -F= '
    {value[$1] = $2}
    END {if (value["LoadState"] == "loaded") print value["Restart"], value["MainPID"]}
  ') || answer=
  if [ -z "$answer" ]; then return 0; fi
  main=\${answer#* }
  echo "unitRestart=\${answer% *}"
  echo "unitMain=$main"
  if read -r comm 2>/dev/null <"\${2:-}/proc/$main/comm"; then echo "unitMainProgram=$comm"; fi
}`;

/** What the service manager says of the process's unit; no fact where it was not asked or did not answer. */
export const unitFacts = (lines: Said): Facts => {
  const [unit, restart, main] = [said(lines, 'unit'), said(lines, 'unitRestart'), said(lines, 'unitMain')];
  const program = said(lines, 'unitMainProgram');
  return {
    ...(unit === null ? {} : {unit}),
    ...(restart === null ? {} : {unitRestart: restart}),
    ...numberFact('unitMain', main),
    ...(program === null ? {} : {unitMainProgram: program}),
  };
};
