import {existsSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {processesOf} from '../../src/sim/owner.ts';
import {type Desk, makeDesk} from '../terminal/desk.ts';
import {asked, KEY} from '../terminal/person.ts';
import {lastLine, type Terminal} from '../terminal/terminal.ts';

let desk: Desk;

beforeEach(() => {
  desk = makeDesk();
});
afterEach(() => desk.close());

const demo = (): Promise<Terminal> => desk.open(['demo', '--speed', '50']);

/** The directory of the demo's cluster, or null. */
const clusterDir = (): string | null => {
  const name = readdirSync(desk.temp).find(found => found.startsWith('lakeup-sim-'));
  return name === undefined ? null : join(desk.temp, name);
};

const standing = async (terminal: Terminal, processes: number): Promise<string> => {
  await terminal.waitFor(() => {
    const dir = clusterDir();
    return dir !== null && processesOf(dir).length >= processes;
  });
  return clusterDir() ?? '';
};

const nothingLeft = (dir: string): void => {
  expect(processesOf(dir)).toEqual([]);
  expect(existsSync(dir)).toBe(false);
};

test('Ctrl-C while the demo starts leaves nothing', async () => {
  const terminal = await demo();
  const dir = await standing(terminal, 1);
  terminal.press(KEY.ctrlC);
  expect(await terminal.exited()).toBe(130);
  nothingLeft(dir);
  expect(readdirSync(desk.temp)).toEqual([]);
});

test('Ctrl-C at a question asks and leaves the run, Ctrl-C again the demo: nothing is left', async () => {
  const terminal = await demo();
  await asked(terminal, 1);
  const dir = await standing(terminal, 14);
  terminal.press(KEY.ctrlC);
  await terminal.waitFor('Leave?');
  terminal.press('y');
  await terminal.waitFor('Type r and Enter to resume the run');
  expect(terminal.alternate()).toBe(false);
  expect(terminal.screen().join('\n'), 'that run cannot be resumed by a command').not.toContain(
    'lakeup resume',
  );
  expect(processesOf(dir).length).toBeGreaterThanOrEqual(14);
  terminal.press(KEY.ctrlC);
  expect(await terminal.exited()).toBe(3);
  nothingLeft(dir);
  expect(readdirSync(desk.temp)).toEqual([]);
});

test('where it is offered, r and Enter resume the run: its first question is put again', async () => {
  const terminal = await demo();
  await asked(terminal, 1);
  const dir = await standing(terminal, 14);
  terminal.press(KEY.ctrlC);
  await terminal.waitFor('Leave?');
  terminal.press('y');
  await terminal.waitFor('Type r and Enter to resume the run');
  terminal.press('r\r');
  await asked(terminal, 1);
  expect(terminal.alternate()).toBe(true);
  terminal.press(KEY.ctrlC);
  await terminal.waitFor('Leave?');
  terminal.press('y');
  await terminal.waitFor('Type r and Enter to resume the run');
  terminal.press('\r');
  expect(await terminal.exited()).toBe(3);
  nothingLeft(dir);
});

test('what a killed demo leaves behind, the next one clears; SIGTERM leaves nothing', async () => {
  const killed = await demo();
  await asked(killed, 1);
  const dir = await standing(killed, 14);
  killed.kill('SIGKILL');
  expect(await killed.exited()).toBe(137);
  expect(existsSync(dir)).toBe(true);

  const next = await demo();
  await asked(next, 1);
  nothingLeft(dir);
  const own = await standing(next, 14);
  next.kill('SIGTERM');
  expect(await next.exited()).toBe(143);
  expect(lastLine(next)).toBe(
    'Left: lakeup does nothing more on any node. The demo ends here, and its run with it.',
  );
  nothingLeft(own);
  expect(readdirSync(desk.temp)).toEqual([]);
});
