import type {AbsPath} from '../../../lib/abs-path.ts';
import {allSaid, type Said, said} from './lines.ts';
import {busyPorts, parseListener} from './sockets.ts';

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
  return text !== null && /^\d+$/.test(text) ? Number(text) : null;
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

/** Which roles a MetaService program plays, from its arguments: without a flag it plays both (domain: start.sh). */
export const parseRoles = (args: readonly string[]): 'ms' | 'recycler' | 'ms+recycler' => {
  const ms = args.includes('--meta-service');
  const recycler = args.includes('--recycler');
  if (ms === recycler) return 'ms+recycler';
  return ms ? 'ms' : 'recycler';
};

/** The role flags a process was started with, as they are given to start.sh again. */
export const roleFlags = (args: readonly string[]): string[] =>
  ['--meta-service', '--recycler'].filter(flag => args.includes(flag));

/**
 * Which binary a process runs: `home` from the home's lib, `old` one that was moved or removed since it started (exe
 * follows renames), `other` an interpreter, a JVM, or not told.
 */
export const parseBinary = (exe: string | null, home: AbsPath): 'home' | 'old' | 'other' => {
  if (exe === null) return 'other';
  if (exe.endsWith(' (deleted)') || /\/(lib_backup_|lib_failed_)[^/]*\//.test(exe)) return 'old';
  return exe.startsWith(`${home}/lib/`) ? 'home' : 'other';
};

/** Taken ports among `ports`, from the sockets the script listed. */
export const parseBusyPorts = (lines: Said, ports: readonly number[]): number[] => {
  const listeners = allSaid(lines, 'listen').flatMap(text => parseListener(text) ?? []);
  return busyPorts(listeners, ports, said(lines, 'self'));
};
