import {mkdirSync} from 'node:fs';
import {join} from 'node:path';
import {openTerminal, type Terminal} from '../terminal/terminal.ts';
import type {Ran} from './command.ts';
import type {Installed} from './install.ts';
import type {Lab} from './lab.ts';

/** The built program, as it is delivered. */
const LAKEUP = join(import.meta.dirname, '../../dist/lakeup.mjs');

const envOf = ({dir}: Installed): Record<string, string> => {
  const home = join(dir, 'home');
  mkdirSync(home, {recursive: true});
  return {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: home,
    XDG_STATE_HOME: join(dir, 'state'),
    LANG: 'en_US.UTF-8',
    TERM: 'xterm-256color',
  };
};

/** The command line; `resume` finds cluster and inventory in the run. */
const lakeup = ({cluster, inventory}: Installed, [command = '', ...more]: readonly string[]): string[] => {
  const which = command === 'resume' ? [] : [cluster, '-i', inventory];
  return [process.execPath, LAKEUP, command, ...which, ...more];
};

/** Starts lakeup in a terminal of the operator: `sit(lab, demo, ['upgrade'])`. */
export const sit = (
  lab: Lab,
  demo: Installed,
  command: readonly string[],
  size = {columns: 120, rows: 40},
): Promise<Terminal> => openTerminal(lab.inOperator(...lakeup(demo, command)), {env: envOf(demo), ...size});

/** Runs lakeup without a terminal, to its end. */
export const ask = (lab: Lab, demo: Installed, command: readonly string[]): Promise<Ran> =>
  lab.operator(lakeup(demo, command), {env: envOf(demo)});
