import {mkdirSync} from 'node:fs';
import {join} from 'node:path';
import type {Installed} from './install.ts';
import type {Lab} from './lab.ts';
import {openTerminal, type Terminal} from './terminal.ts';

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

/** Starts lakeup in a terminal of the operator: `sit(lab, demo, 'upgrade')`. */
export const sit = (lab: Lab, demo: Installed, command: string, ...more: readonly string[]): Terminal =>
  openTerminal(
    lab.inOperator(process.execPath, LAKEUP, command, demo.cluster, '-i', demo.inventory, ...more),
    envOf(demo),
  );

/** Runs lakeup without a terminal, to its end. */
export const ask = (lab: Lab, demo: Installed, command: string, ...more: readonly string[]) =>
  lab.operator([process.execPath, LAKEUP, command, demo.cluster, '-i', demo.inventory, ...more], {
    env: envOf(demo),
  });

const phaseTitle = (n: number): RegExp => new RegExp(`╭─ Phase ${n} of \\d`);

/** The key that the question's last line names, once it counts; null before. */
const namedKey = (screen: string): string | null => {
  if (screen.includes('one moment')) return null;
  return /│ (\S) {2}(?:begin|retry)/.exec(screen)?.[1] ?? null;
};

/** Reads the question before a phase, waits until keys count, and presses the one it names. Returns what was read. */
export const agree = async (terminal: Terminal, phase: number, withinMs = 300_000): Promise<string> => {
  const title = phaseTitle(phase);
  const screen = await terminal.sees(seen => title.test(seen) && namedKey(seen) !== null, withinMs);
  terminal.press(namedKey(screen) ?? '');
  await terminal.sees(seen => !title.test(seen));
  return screen;
};

/** Waits until the run is held at a node, and the keys of its question count. Returns what it says. */
export const held = (terminal: Terminal, node: string, withinMs = 300_000): Promise<string> =>
  terminal.sees(seen => seen.includes(`╭─ Held · ${node}`) && namedKey(seen) !== null, withinMs);

/** Reads the verdict, closes the screen, and returns the exit code. */
export const finish = async (terminal: Terminal, withinMs = 300_000): Promise<number> => {
  await terminal.sees(/nodes verified ─/, withinMs);
  terminal.press('q');
  return terminal.exitCode;
};
