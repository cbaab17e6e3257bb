import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {openTerminal, type Terminal} from '../terminal/terminal.ts';

const LAKEUP = join(import.meta.dirname, '../../dist/lakeup.mjs');

/** A prepared screen in a terminal, with standard error in a file. */
const openScenario = async (name: string): Promise<{terminal: Terminal; errors: () => string}> => {
  const dir = mkdtempSync(join(tmpdir(), 'lakeup-signals-'));
  const script = 'exec "$0" "$1" demo --scenario "$2" 2>"$3"';
  const argv = ['sh', '-c', script, process.execPath, LAKEUP, name, join(dir, 'errors')];
  const env = {PATH: process.env.PATH ?? '', HOME: dir, LANG: 'en_US.UTF-8', TERM: 'xterm-256color'};
  const terminal = await openTerminal(argv, {env, columns: 80, rows: 24});
  onTestFinished(async () => {
    await terminal.close();
    rmSync(dir, {recursive: true, force: true, maxRetries: 5});
  });
  return {terminal, errors: () => readFileSync(join(dir, 'errors'), 'utf8')};
};

test.each([
  ['SIGHUP', 129],
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)(
  '%s gives the terminal back and ends with %i; standard error, which is a file, gets no byte',
  async (signal, code) => {
    const {terminal, errors} = await openScenario('confirm');
    await terminal.waitFor(/y {2}begin/);
    terminal.kill(signal);
    expect(await terminal.exited()).toBe(code);
    expect({alternate: terminal.alternate(), cursor: terminal.cursor()}).toEqual({
      alternate: false,
      cursor: true,
    });
    expect(errors()).toBe('');
  },
);

test('a scenario that is left does not speak of a run that could be resumed', async () => {
  const {terminal, errors} = await openScenario('held');
  await terminal.waitFor(screen => /[│┃] r {2}retry.*q {2}leave.*[│┃]/.test(screen));
  terminal.press('q');
  const screen = await terminal.waitFor(/there is nothing to +resume/);
  expect(screen).not.toContain('lakeup resume');
  terminal.press('q');
  expect(await terminal.exited()).toBe(0);
  expect(errors()).toBe('');
});
