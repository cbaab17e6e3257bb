import {mkdirSync} from 'node:fs';
import {join} from 'node:path';
import type {SimEvent} from '../../src/sim/events-log.ts';
import type {Ran} from './command.ts';
import type {Installed} from './install.ts';
import type {Lab} from './lab.ts';
import {openTerminal, type Size, type Terminal} from './terminal.ts';

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
export const sit = (lab: Lab, demo: Installed, command: readonly string[], size?: Size): Terminal =>
  openTerminal(lab.inOperator(...lakeup(demo, command)), envOf(demo), size);

/** Runs lakeup without a terminal, to its end. */
export const ask = (lab: Lab, demo: Installed, command: readonly string[]): Promise<Ran> =>
  lab.operator(lakeup(demo, command), {env: envOf(demo)});

const phaseTitle = (n: number): RegExp => new RegExp(`[╭┏][─━] Phase ${n} of \\d`);

/** The key that the question's last line names, once it counts; null before. */
const namedKey = (screen: string): string | null => {
  if (screen.includes('one moment')) return null;
  return /[│┃] (\S) {2}(?:begin|retry)/.exec(screen)?.[1] ?? null;
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
  terminal.sees(
    seen => /[╭┏][─━] Held · (\S+)/.exec(seen)?.[1] === node && namedKey(seen) !== null,
    withinMs,
  );

/** Reads the verdict, closes the screen, and returns the exit code. */
export const finish = async (terminal: Terminal, withinMs = 300_000): Promise<number> => {
  await terminal.sees(/nodes verified [─━]/, withinMs);
  terminal.press('q');
  return terminal.exitCode;
};

/** What the grid says of a node: its cell of one line or two, from its name on; empty when it is not in the grid. */
export const cellOf = (screen: string, node: string): string => {
  const lines = screen.split('\n');
  const row = lines.findIndex(line => new RegExp(`[^\\w\\s·→] ${node}( |$)`).test(line));
  const line = lines[row] ?? '';
  const from = line.indexOf(`${node}`);
  if (from < 0) return '';
  const next = /\s\S{1,2} [a-z]+-\d/.exec(line.slice(from));
  const to = next === null ? undefined : from + next.index;
  const below = (lines[row + 1] ?? '').slice(from, to);
  return `${line.slice(from, to)}${/[a-z]+-\d/.test(below) ? '' : ` ${below}`}`.replace(/\s+/g, ' ').trim();
};

/** Waits until the grid says this of a node. */
export const seesNode = (
  terminal: Terminal,
  node: string,
  what: RegExp,
  withinMs = 120_000,
): Promise<string> => terminal.sees(seen => what.test(cellOf(seen, node)), withinMs);

/** "stop ms-1", "start ms-1", … as the nodes' own scripts noted it, in order. */
export const stopsAndStarts = (events: readonly SimEvent[]): string[] =>
  events.flatMap(({node, what}) => {
    const [, verb] = /^call (stop|start)_\w+\.sh(?!.*--version)/.exec(what) ?? [];
    return verb === undefined ? [] : [`${verb} ${node}`];
  });

/** What stopsAndStarts finds when each of these nodes was restarted once, one after the other. */
export const eachOnce = (...nodes: readonly string[]): string[] =>
  nodes.flatMap(node => [`stop ${node}`, `start ${node}`]);
