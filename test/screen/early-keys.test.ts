import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {openTerminal, type Terminal} from '../terminal/terminal.ts';

const LAKEUP = join(import.meta.dirname, '../../dist/lakeup.mjs');
const WITHIN_MS = 30_000;
const QUESTION = /[│╭] y {2}begin/;

const openScenario = async (name: string): Promise<Terminal> => {
  const dir = mkdtempSync(join(tmpdir(), 'lakeup-early-'));
  const argv = [process.execPath, LAKEUP, 'demo', '--scenario', name];
  const env = {PATH: process.env.PATH ?? '', HOME: dir, LANG: 'en_US.UTF-8', TERM: 'xterm-256color'};
  const terminal = await openTerminal(argv, {env, columns: 80, rows: 24});
  onTestFinished(async () => {
    await terminal.close();
    rmSync(dir, {recursive: true, force: true, maxRetries: 5});
  });
  return terminal;
};

/** The screen without its clocks, which differ, and its footer, which may say that keys were dropped once it was there. */
const timeless = (screen: string): string =>
  screen
    .split('\n')
    .slice(0, -1)
    .join('\n')
    .replace(/\d\d:\d\d:\d\d/g, '--:--:--');

/** Types as fast as somebody who holds a key down, and faster, until something is drawn. */
const typeUntilDrawn = async (terminal: Terminal, keys: string): Promise<void> => {
  const typing = setInterval(() => terminal.press(keys), 1);
  try {
    await terminal.waitFor(/y {2}begin/, WITHIN_MS);
  } finally {
    clearInterval(typing);
  }
};

test.each([
  ['the key of its answer', 'y'],
  ['lines', 'y\r'],
  ['several at once', 'yyy\r'],
])(
  'typed while it starts, %s: nothing of it is on the first frame, and it answers nothing',
  async (_, keys) => {
    const calm = await openScenario('confirm');
    const expected = timeless(await calm.waitFor(QUESTION, WITHIN_MS));
    const terminal = await openScenario('confirm');
    await typeUntilDrawn(terminal, keys);
    expect(timeless(await terminal.waitFor(QUESTION, WITHIN_MS))).toBe(expected);
    expect(terminal.cursor()).toBe(false);
    terminal.press('y');
    await terminal.waitFor(screen => !QUESTION.test(screen), WITHIN_MS);
  },
);

test('Ctrl-C while it starts ends it, and the terminal is as it was', async () => {
  const terminal = await openScenario('confirm');
  const typing = setInterval(() => terminal.press('\u0003'), 5);
  onTestFinished(() => clearInterval(typing));
  await terminal.exited();
  clearInterval(typing);
  expect({alternate: terminal.alternate(), cursor: terminal.cursor()}).toEqual({
    alternate: false,
    cursor: true,
  });
});
