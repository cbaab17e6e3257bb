import {mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {openTerminal, type Terminal} from './terminal.ts';

/** The built program, as it is delivered. */
const LAKEUP = join(import.meta.dirname, '../../dist/lakeup.mjs');

export type Size = {readonly columns: number; readonly rows: number};

/** Where an operator sits: a home, a state directory and a temp directory of their own, and as many terminals as wanted. */
export type Desk = {
  readonly dir: string;
  /** Where the programs of this desk make their temporary files. */
  readonly temp: string;
  /** Starts lakeup in a new terminal. */
  open(args: readonly string[], size?: Size): Promise<Terminal>;
  /** The folders of all runs, newest last. */
  runs(): string[];
  /** Ends every program and removes everything. */
  close(): Promise<void>;
};

const SIZE: Size = {columns: 120, rows: 40};

const namesIn = (dir: string): string[] => {
  try {
    return readdirSync(dir).sort();
  } catch {
    return [];
  }
};

/** Makes a desk. `env`: what this operator has in the environment besides the usual. */
export const makeDesk = (env: Readonly<Record<string, string>> = {}): Desk => {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'lakeup-desk-')));
  const within = (name: string): string => join(dir, name);
  for (const name of ['home', 'temp']) mkdirSync(within(name));
  const all: Readonly<Record<string, string>> = {
    PATH: process.env.PATH ?? '',
    HOME: within('home'),
    XDG_STATE_HOME: within('state'),
    TMPDIR: within('temp'),
    LANG: 'en_US.UTF-8',
    TERM: 'xterm-256color',
    TZ: 'UTC',
    ...env,
  };
  const terminals: Terminal[] = [];
  const runsDir = within('state/lakeup/runs');
  return {
    dir,
    temp: within('temp'),
    open: async (args, size = SIZE) => {
      const terminal = await openTerminal([process.execPath, LAKEUP, ...args], {env: all, ...size});
      terminals.push(terminal);
      return terminal;
    },
    runs: () => namesIn(runsDir).map(name => join(runsDir, name)),
    close: async () => {
      await Promise.all(terminals.map(terminal => terminal.close()));
      rmSync(dir, {recursive: true, force: true, maxRetries: 5});
    },
  };
};
