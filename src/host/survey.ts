import type {AbsPath} from '../lib/abs-path.ts';
import {type Sh, sh} from '../lib/sh.ts';
import type {Facts} from '../model/facts.ts';
import {numberFact, textFact} from './fact.ts';
import {parsePlace} from './files.ts';
import type {Folder} from './identity.ts';
import {allSaid, type Said, said} from './lines.ts';
import {type Process, parseBinary, parseProcesses} from './process.ts';

/**
 * Prints what a plan needs to know of the login and the home, `$home`, on any host: user, limits of open files, what lies
 * at the home, whose it is, whether it can be written, and the room there. Needs `place`.
 */
export const loginAndHome: Sh = sh`echo "login=$(id -u)"
echo "loginName=$(id -un 2>/dev/null || :)"
# Names of users come from ls, which knows them wherever they are kept.
ls -ldn "$home" 2>/dev/null | awk '{print "homeOwner=" $3}' || :
ls -ld "$home" 2>/dev/null | awk '{print "homeOwnerName=" $3}' || :
echo "session.nofile=$(ulimit -n)"
echo "session.hard=$(ulimit -Hn)"
echo "home=$(place "$home")"
if [ -w "$home" ]; then echo writable=yes; else echo writable=no; fi
df -Pk "$home" 2>/dev/null | awk 'NR == 2 {print "freeKb=" $4}' || :`;

/** Shell function `owner_of PID`: the name of the user a process belongs to. */
export const ownerOf: Sh = sh`owner_of() {
  ls -ld "/proc/$1" 2>/dev/null | awk '{print "ownerName=" $3}' || :
}`;

/** What `loginAndHome` printed, and the names below the home that runs of lakeup left (`leftovers`). */
export const loginAndHomeFacts = (lines: Said): Facts => ({
  login: said(lines, 'login') ?? '',
  ...textFact('loginName', said(lines, 'loginName')),
  ...textFact('ownerName', said(lines, 'ownerName')),
  ...textFact('homeOwner', said(lines, 'homeOwner')),
  ...textFact('homeOwnerName', said(lines, 'homeOwnerName')),
  home: parsePlace(said(lines, 'home')),
  writable: said(lines, 'writable') === 'yes',
  leftovers: allSaid(lines, 'leftover'),
  ...numberFact('freeKb', said(lines, 'freeKb')),
  ...numberFact('sessionNofile', said(lines, 'session.nofile')),
  ...numberFact('sessionHard', said(lines, 'session.hard')),
});

const finite = (value: number): number => (Number.isFinite(value) ? value : Number.MAX_SAFE_INTEGER);

/**
 * The oldest process of a home and how many there are, as facts: `process`, `count`, `pid`, `startTicks`, `binary`, `owner`,
 * `nofile`, and each variable of its environment that was asked for, as `env.NAME`.
 */
export const processSurveyFacts = (
  home: AbsPath,
  folder: Folder,
  lines: Said,
): {readonly facts: Facts; readonly first: Process | null} => {
  const processes = parseProcesses(lines);
  const [first] = processes;
  if (first === undefined) return {facts: {process: 'none', count: 0}, first: null};
  const facts: Facts = {
    process: 'running',
    count: processes.length,
    pid: first.pid,
    startTicks: first.startTicks,
    binary: parseBinary(first.exe, home, folder),
    ...(first.user === null ? {} : {owner: first.user}),
    ...(first.nofile === null ? {} : {nofile: finite(first.nofile)}),
    ...Object.fromEntries(Object.entries(first.env).map(([name, value]) => [`env.${name}`, value])),
  };
  return {facts, first};
};
