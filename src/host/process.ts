import type {AbsPath} from '../lib/abs-path.ts';
import {type Sh, sh} from '../lib/sh.ts';
import {parseWhole} from '../lib/whole.ts';
import type {Folder} from './identity.ts';
import {allSaid, type Said, said} from './lines.ts';

/** One process of a node's home, as /proc shows it. */
export type Process = {
  readonly pid: number;
  /** Clock ticks since boot at which it began: with the pid it names one process for good. */
  readonly startTicks: number;
  readonly comm: string;
  readonly user: string | null;
  readonly exe: string | null;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Soft limit of open files; Infinity for unlimited. */
  readonly nofile: number | null;
};

const number = (text: string | null): number | null => {
  if (text === 'unlimited') return Number.POSITIVE_INFINITY;
  return parseWhole(text);
};

const pairs = (values: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    values.flatMap(value => {
      const at = value.indexOf('=');
      return at < 1 ? [] : [[value.slice(0, at), value.slice(at + 1)]];
    }),
  );

const parseBlock = (block: Said): Process[] => {
  const pid = number(said(block, 'process'));
  const startTicks = number(said(block, 'ticks'));
  // A process that ended while it was looked at has no ticks: it is not there.
  if (pid === null || startTicks === null) return [];
  return [
    {
      pid,
      startTicks,
      comm: said(block, 'comm') ?? '',
      user: said(block, 'user'),
      exe: said(block, 'exe'),
      args: allSaid(block, 'arg'),
      env: pairs(allSaid(block, 'env')),
      nofile: number(said(block, 'nofile')),
    },
  ];
};

/** The processes of a home, oldest first. */
export const parseProcesses = (lines: Said): Process[] => {
  const starts = lines.flatMap(([key], i) => (key === 'process' ? [i] : []));
  return starts
    .flatMap((start, i) => parseBlock(lines.slice(start, starts[i + 1])))
    .toSorted((a, b) => a.startTicks - b.startTicks);
};

/**
 * Which binary a process runs: `home` from the home's own folder, `old` one that was moved or removed since it started (exe
 * follows renames), `other` an interpreter, a JVM, or not told.
 */
export const parseBinary = (
  exe: string | null,
  home: AbsPath,
  {folder, movedTo}: Folder,
): 'home' | 'old' | 'other' => {
  if (exe === null) return 'other';
  const old = exe.split('/').some(name => movedTo.some(beginning => name.startsWith(beginning)));
  if (exe.endsWith(' (deleted)') || old) return 'old';
  return exe.startsWith(`${home}/${folder}/`) ? 'home' : 'other';
};

/**
 * Shell function `brief PID`: prints process, birth, name, exe and arguments, one `key=value` a line; and the address
 * lakeup reached the host by. Needs `identity`.
 */
export const brief: Sh = sh`brief() {
  echo "process=$1"
  echo "ticks=$(ticks "$1")"
  read -r comm 2>/dev/null <"/proc/$1/comm" || comm=
  echo "comm=$comm"
  exe=$(readlink "/proc/$1/exe" 2>/dev/null) || exe=
  if [ -n "$exe" ]; then echo "exe=$exe"; fi
  arguments "$1" | sed 's/^/arg=/'
}
reached() {
  if [ $# -ge 3 ]; then echo "self=$3"; fi
}
reached \${SSH_CONNECTION:-}`;

/**
 * Shell function `full PID`: the same with its user, its limit of open files, and these variables of its environment. No
 * name may hold a secret: what is printed is kept.
 */
export const full = (variables: readonly string[]): Sh => sh`full() {
  brief "$1"
  awk '/^Uid:/ {print "user=" $2}' "/proc/$1/status" 2>/dev/null || :
  awk '/^Max open files/ {print "nofile=" $4}' "/proc/$1/limits" 2>/dev/null || :
  tr '\\0' '\\n' 2>/dev/null <"/proc/$1/environ" | grep -E ${`^(${variables.join('|')})=`} | sed 's/^/env=/' || :
}`;

/** Prints when a process would begin that begins now, in the same ticks: the shell that prints it is one. Needs `births`. */
export const birthNow: Sh = sh`echo "now=$(ticks self)"`;

/** Linux tells times in hundredths of a second, whatever its kernel counts in (proc(5), time(7)). */
const TICKS_PER_SEC = 100;

/** How old a process is, in seconds, by what `birthNow` printed on its host; null where that is not told. */
export const ageSec = (lines: Said, {startTicks}: Process): number | null => {
  const now = number(said(lines, 'now'));
  return now === null ? null : (now - startTicks) / TICKS_PER_SEC;
};

/** Of each process of the home, what `brief` tells; what `full` tells. */
export const eachBrief: Sh = sh`for pid in $(pids); do brief "$pid"; done`;
export const eachFull: Sh = sh`for pid in $(pids); do full "$pid"; done`;
