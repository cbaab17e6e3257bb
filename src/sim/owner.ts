import {execFileSync} from 'node:child_process';
import {existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

/** Every process of a simulated cluster carries this variable with the cluster's directory. */
export const DIR_MARK = 'LAKEUP_SIM_DIR';
/** The process that owns the cluster: fake processes end by themselves when it is gone. */
export const OWNER_MARK = 'LAKEUP_SIM_OWNER';
export const DIR_PREFIX = 'lakeup-sim-';
const OWNER_FILE = 'owner';

/** When a process began, in the system's own words; null when there is none. Tells a reused pid from the first one. */
const beginningOf = (pid: number): string | null => {
  try {
    if (process.platform === 'linux') {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return state === 'Z' ? null : (rest[18] ?? null);
    }
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {encoding: 'utf8'}).trim() || null;
  } catch {
    return null;
  }
};

/** Says in `dir` that this process owns it. */
export const ownDir = (dir: string): void =>
  writeFileSync(join(dir, OWNER_FILE), `${process.pid} ${beginningOf(process.pid) ?? ''}\n`);

const isOwned = (dir: string): boolean => {
  const path = join(dir, OWNER_FILE);
  // A directory without the file is being made or removed right now, or its maker was killed at it.
  if (!existsSync(path)) return Date.now() - statSync(dir).mtimeMs < 60_000;
  const [pid = '', ...began] = readFileSync(path, 'utf8').trim().split(' ');
  return beginningOf(Number(pid)) === began.join(' ');
};

/** Processes that carry `dir` in their environment; where that cannot be read, in their command line. */
export const processesOf = (dir: string): number[] => {
  const others = (pids: readonly number[]): number[] => pids.filter(pid => pid !== process.pid);
  if (process.platform !== 'linux') {
    const lines = execFileSync('ps', ['-axww', '-o', 'pid=,command='], {encoding: 'utf8'}).split('\n');
    return others(lines.filter(line => line.includes(dir)).map(line => Number.parseInt(line, 10)));
  }
  const mark = `${DIR_MARK}=${dir}`;
  return others(
    readdirSync('/proc')
      .filter(name => /^\d+$/.test(name))
      .map(Number)
      .filter(pid => {
        try {
          return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(mark);
        } catch {
          return false;
        }
      }),
  );
};

/**
 * Kills what runs in `dir` and removes it, at once and without waiting for anybody, so that it can be done while the
 * program exits. Looks again until nothing is found: a script may just have started one more.
 */
export const clearDir = (dir: string): void => {
  for (let round = 0; round < 50; round += 1) {
    const pids = processesOf(dir);
    if (pids.length === 0) break;
    for (const pid of pids) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // Gone already.
      }
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
  }
  rmSync(dir, {recursive: true, force: true, maxRetries: 5});
};

/** Removes clusters below `base` whose owner was killed before it could clean up. Returns their directories. */
export const clearLeftovers = (base: string): string[] =>
  readdirSync(base)
    .filter(name => name.startsWith(DIR_PREFIX))
    .map(name => join(base, name))
    .filter(dir => {
      try {
        if (isOwned(dir)) return false;
        clearDir(dir);
        return true;
      } catch {
        // Another user's, or another start is clearing it.
        return false;
      }
    });

const ours = new Set<(signal: NodeJS.Signals) => void>();

/**
 * Clears `dir` however this process ends: return, exit, error, Ctrl-C, SIGTERM, SIGHUP. A signal that nobody else
 * listens for ends the process afterwards, as it would have; somebody who listens ends it himself. Returns a function
 * that calls it off.
 */
export const clearAtExit = (dir: string): (() => void) => {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const clear = (): void => clearDir(dir);
  const onSignal = (signal: NodeJS.Signals): void => {
    if (process.listeners(signal).some(listener => !ours.has(listener))) return;
    clear();
    stop();
    process.kill(process.pid, signal);
  };
  const stop = (): void => {
    process.off('exit', clear);
    for (const signal of signals) process.off(signal, onSignal);
    ours.delete(onSignal);
  };
  ours.add(onSignal);
  process.on('exit', clear);
  // First in line: a listener for once has left the list by the time a later one looks.
  for (const signal of signals) process.prependListener(signal, onSignal);
  return stop;
};
