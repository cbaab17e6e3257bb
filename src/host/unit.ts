import {type Sh, sh} from '../lib/sh.ts';
import type {Facts} from '../model/facts.ts';
import {numberFact} from './fact.ts';
import {allSaid, type Said, said} from './lines.ts';

/**
 * Shell function `unit_of PID [ROOT]`: the innermost service unit in whose cgroup the process is, be it in a group below
 * the unit's own, and, where the service manager tells, what it does about its end (`unitRestart`), which process it
 * watches (`unitMain`, `unitMainProgram`), and which other units start it, each with how that one is: triggers, and those that
 * uphold it. Who only wants it starts it once. ROOT stands before /proc.
 */
export const unitOf: Sh = sh`unit_of() {
  group=$(sed -n 's|^[^:]*:[^:]*:\\(.*\\.service\\)$|\\1|p; s|^[^:]*:[^:]*:\\(.*\\.service\\)/.*$|\\1|p' "\${2:-}/proc/$1/cgroup" 2>/dev/null |
    head -n 1) || group=
  if [ -z "$group" ]; then return 0; fi
  printf 'unit=%s\\n' "\${group##*/}"
  case $group in */user@*.service/*) manager=--user ;; *) manager=--system ;; esac
  # A unit it does not know is described by defaults: those are no answer. What it was asked for by name it prints though it is
  # empty; what it does not know at all (Upholds= is of version 249) it leaves out.
  answer=$(timeout 5 systemctl "$manager" show -p LoadState -p Restart -p MainPID -p TriggeredBy -p UpheldBy "\${group##*/}" 2>/dev/null | awk '
    {at = index($0, "="); value[substr($0, 1, at - 1)] = substr($0, at + 1)}
    # An older one writes the backslash of a name in its own way once more.
    function names(key) {
      if (key in value) {
        gsub(/\\\\x5c/, "\\\\", value[key])
        print key "=" value[key]
      }
    }
    END {
      if (value["LoadState"] == "loaded") {
        print "unitRestart=" value["Restart"]
        print "unitMain=" value["MainPID"]
        names("TriggeredBy")
        names("UpheldBy")
      }
    }
  ') || answer=
  if [ -z "$answer" ]; then return 0; fi
  printf '%s\\n' "$answer"
  if [ "$manager" = --user ]; then echo unitUser=yes; fi
  main=$(printf '%s\\n' "$answer" | sed -n 's/^unitMain=//p')
  if read -r comm 2>/dev/null <"\${2:-}/proc/$main/comm"; then echo "unitMainProgram=$comm"; fi
  starts=$(printf '%s\\n' "$answer" | sed -n 's/^TriggeredBy=//p; s/^UpheldBy=//p')
  if [ -z "$starts" ]; then return 0; fi
  set -f
  timeout 5 systemctl "$manager" show -p Id -p ActiveState $starts 2>/dev/null | awk '
    /^Id=/ {id = substr($0, 4)}
    /^ActiveState=/ {state = substr($0, 13)}
    /^$/ {tell()}
    END {tell()}
    function tell() {
      if (id != "" && state != "") print "state." id "=" state
      id = state = ""
    }
  ' || :
  set +f
}`;

/** A unit of these states starts nothing; of one that nothing is told of nobody knows. */
const OFF = ['inactive', 'failed'];

const namesIn = (lines: Said, key: string): readonly string[] =>
  allSaid(lines, key).flatMap(names => names.split(' ').filter(name => name !== ''));

/**
 * Who starts the unit: `unitTriggers`, which is there wherever the service manager tells of triggers, and `unitUpheldBy`;
 * `unitTriggersOff`, which of either kind are stopped.
 */
const starts = (lines: Said): Facts => {
  const isOff = (name: string): boolean => OFF.includes(said(lines, `state.${name}`) ?? '');
  const [triggers, upheld] = [namesIn(lines, 'TriggeredBy'), namesIn(lines, 'UpheldBy')];
  const off = [...triggers, ...upheld].filter(isOff);
  const upholding = upheld.filter(name => !isOff(name));
  return {
    ...(said(lines, 'TriggeredBy') === null ? {} : {unitTriggers: triggers.filter(name => !isOff(name))}),
    ...(upholding.length === 0 ? {} : {unitUpheldBy: upholding}),
    ...(off.length === 0 ? {} : {unitTriggersOff: off}),
  };
};

/** What the service manager says of the process's unit; no fact where it was not asked or did not answer. */
export const unitFacts = (lines: Said): Facts => {
  const [unit, restart, main] = [said(lines, 'unit'), said(lines, 'unitRestart'), said(lines, 'unitMain')];
  const program = said(lines, 'unitMainProgram');
  return {
    ...(unit === null ? {} : {unit}),
    ...(restart === null ? {} : {unitRestart: restart}),
    ...numberFact('unitMain', main),
    ...(program === null ? {} : {unitMainProgram: program}),
    ...(said(lines, 'unitUser') === null ? {} : {unitUser: true}),
    ...starts(lines),
  };
};
