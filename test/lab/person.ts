import {mkdirSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {openTerminal, type Terminal} from '../terminal/terminal.ts';
import type {Ran} from './command.ts';
import type {Installed} from './install.ts';
import type {Lab} from './lab.ts';

/** The built program, as it is delivered: its first line finds the node that runs this. */
const LAKEUP = join(import.meta.dirname, '../../dist/lakeup.mjs');

/** What a person at the operator's needs to know of a cluster, and where they keep what is theirs. */
export type Known = Pick<Installed, 'cluster' | 'dir' | 'inventory'>;

const envOf = ({dir}: Known): Record<string, string> => {
  const home = join(dir, 'home');
  mkdirSync(home, {recursive: true});
  return {
    PATH: `${dirname(process.execPath)}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
    HOME: home,
    XDG_STATE_HOME: join(dir, 'state'),
    LANG: 'en_US.UTF-8',
    TERM: 'xterm-256color',
  };
};

/** What finds cluster and inventory in the run. */
const OF_RUNS: readonly string[] = ['resume', 'undo', 'abandon', 'runs'];

/** The command line. */
const lakeup = ({cluster, inventory}: Known, [command = '', ...more]: readonly string[]): string[] => {
  const which = OF_RUNS.includes(command) ? [] : [cluster, '-i', inventory];
  return [LAKEUP, command, ...which, ...more];
};

/** Starts lakeup in a terminal of the operator: `sit(lab, demo, ['upgrade'])`. */
export const sit = (
  lab: Lab,
  known: Known,
  command: readonly string[],
  size = {columns: 120, rows: 40},
): Promise<Terminal> => openTerminal(lab.inOperator(...lakeup(known, command)), {env: envOf(known), ...size});

/** Runs lakeup without a terminal, to its end. */
export const ask = (lab: Lab, known: Known, command: readonly string[]): Promise<Ran> =>
  lab.operator(lakeup(known, command), {env: envOf(known)});
