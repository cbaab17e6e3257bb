import {type ChildProcess, spawn} from 'node:child_process';
import {readdirSync, readFileSync} from 'node:fs';
import type {Cleanup} from './cleanup.ts';

/** What a program printed, how long it took, and the CPU of it and of every child it waited for. */
export type Took = {
  readonly stdout: string;
  readonly wallMs: number;
  readonly cpuMs: number;
};

/** Runs the command, then prints the CPU of its whole tree on fd 3: bash reads it from getrusage, to the millisecond. */
const TIMED = `"$@" 3>&-; code=$?; times >&3; exit "$code"`;

const text = (stream: NodeJS.ReadableStream | null): (() => string) => {
  const chunks: Buffer[] = [];
  stream?.on('data', (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString('utf8');
};

/** "0m1.250s 0m0.310s" in ms; the second line of `times` is that of the children. */
const parseTimes = (said: string): number => {
  const line = said.trim().split('\n')[1] ?? '';
  const parts = [...line.matchAll(/(\d+)m([\d.]+)s/g)];
  if (parts.length !== 2) throw new Error(`bash's times said ${JSON.stringify(said)}`);
  return parts.reduce(
    (ms, [, minutes, seconds]) => ms + Number(minutes) * 60_000 + Number(seconds) * 1000,
    0,
  );
};

/** Ends a process and all of its group; it has to be the leader. */
const killGroup = (child: ChildProcess): void => {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
};

/** Runs a program to its end and measures it. Throws with what it said when it fails. */
export const measure = async (
  cleanup: Cleanup,
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<Took> => {
  const begun = performance.now();
  const child = spawn('bash', ['-c', TIMED, 'bash', ...argv], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    env: {...env},
    detached: true,
  });
  const done = cleanup.add(() => killGroup(child));
  const [stdout, stderr] = [text(child.stdout), text(child.stderr)];
  const times = text(child.stdio[3] as NodeJS.ReadableStream);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const wallMs = performance.now() - begun;
  await done();
  if (code !== 0) throw new Error(`${argv.join(' ')} ended with ${code}: ${stderr().trim().slice(-2000)}`);
  return {stdout: stdout(), wallMs, cpuMs: parseTimes(times())};
};

const readOr = (file: string, other: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return other;
  }
};

/** Processes whose command line holds these words. */
export const processesWith = (words: string): readonly number[] =>
  readdirSync('/proc')
    .filter(name => /^\d+$/.test(name) && readOr(`/proc/${name}/cmdline`, '').includes(words))
    .map(Number);

/** CPU that a process and its threads have used, user and system, in ms; 0 when it is gone. */
export const cpuMsOf = (pid: number): number => {
  const stat = readOr(`/proc/${pid}/stat`, '');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // Fields 14 and 15 in ticks of 10 ms, the command's name and what is before it cut off.
  return stat === '' ? 0 : (Number(fields[11]) + Number(fields[12])) * 10;
};

/** The same of a process with one thread, to the nanosecond where the kernel keeps that. */
export const exactCpuMsOf = (pid: number): number => {
  const [ns] = readOr(`/proc/${pid}/schedstat`, '').split(' ');
  return ns === undefined || ns === '' ? cpuMsOf(pid) : Number(ns) / 1e6;
};

/** Most memory a process has had at once, in bytes. */
export const peakBytesOf = (pid: number): number =>
  Number(/^VmHWM:\s+(\d+) kB/m.exec(readOr(`/proc/${pid}/status`, ''))?.[1] ?? Number.NaN) * 1024;

/** The memory that a process has now, in bytes. */
export const bytesOf = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+) kB/m.exec(readOr(`/proc/${pid}/status`, ''))?.[1] ?? Number.NaN) * 1024;
