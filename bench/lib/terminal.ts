import {dirname, join} from 'node:path';
import pty from '@lydell/node-pty';
import type {Cleanup} from './cleanup.ts';

const root = join(import.meta.dirname, '../..');

/** The built program; it is started by its first line, as an operator's shell does. */
export const LAKEUP = join(root, 'dist/lakeup.mjs');

/** Finds the node that runs this first. */
export const PATH_OF_THIS_NODE = `${dirname(process.execPath)}:${process.env.PATH}`;

/** A program in a real terminal. */
export type Terminal = {
  readonly pid: number;
  /** performance.now() just before it was started. */
  readonly begun: number;
  /** Calls back with everything that is written, and when it came. */
  onData(listener: (data: string, at: number) => void): void;
  write(keys: string): void;
  /** Whether it has ended. */
  ended(): boolean;
  stop(): Promise<void>;
};

export const COLUMNS = 200;
export const ROWS = 60;

/** Starts the built program on a terminal of 200 columns and 60 rows; `by`: what starts it, and becomes it. */
export const openTerminal = (
  cleanup: Cleanup,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  by: readonly string[] = [],
): Terminal => {
  const [file = LAKEUP, ...before] = by.length === 0 ? [] : [...by, LAKEUP];
  const listeners: ((data: string, at: number) => void)[] = [];
  const begun = performance.now();
  const child = pty.spawn(file, [...before, ...args], {
    name: 'xterm-256color',
    cols: COLUMNS,
    rows: ROWS,
    cwd: root,
    env: {
      PATH: PATH_OF_THIS_NODE,
      HOME: process.env.HOME,
      LANG: 'C.UTF-8',
      TERM: 'xterm-256color',
      TZ: 'UTC',
      ...env,
    },
  });
  let ended = false;
  const gone = new Promise<void>(resolve => {
    child.onExit(() => {
      ended = true;
      resolve();
    });
  });
  child.onData(data => {
    const at = performance.now();
    for (const listener of listeners) listener(data, at);
  });
  const stop = cleanup.add(async () => {
    if (!ended) child.kill('SIGKILL');
    await gone;
  });
  return {
    pid: child.pid,
    begun,
    onData: listener => void listeners.push(listener),
    write: keys => child.write(keys),
    ended: () => ended,
    stop,
  };
};
