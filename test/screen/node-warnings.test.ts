import {existsSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {openTerminal} from '../terminal/terminal.ts';

const LAKEUP = join(import.meta.dirname, '../../dist/lakeup.mjs');

/** Node warns twice of one thing while the screen is open, once it is told to; what it has written by then is written. */
const PRELOAD = `import {writeFileSync} from 'node:fs';
process.on('SIGUSR2', () => {
  for (let i = 0; i < 2; i += 1) process.emitWarning('a thing is\\x1b[31m old', {type: 'DeprecationWarning', code: 'DEP0999'});
  setImmediate(() => writeFileSync(process.env.LAKEUP_TEST_WARNED, ''));
});`;

test.each([
  ['told once the screen is left', {}, true],
  ['not told where they are switched off', {NODE_NO_WARNINGS: '1'}, false],
] as const)('warnings of node are never written over the screen, and %s', async (_, more, isTold) => {
  const dir = mkdtempSync(join(tmpdir(), 'lakeup-warnings-'));
  const [preload, warned] = [join(dir, 'preload.mjs'), join(dir, 'warned')];
  writeFileSync(preload, PRELOAD);
  const terminal = await openTerminal([process.execPath, LAKEUP, 'demo', '--scenario', 'confirm'], {
    env: {
      ...{PATH: process.env.PATH ?? '', HOME: dir, LANG: 'en_US.UTF-8', TERM: 'xterm-256color'},
      ...{NODE_OPTIONS: `--import=${preload}`, LAKEUP_TEST_WARNED: warned},
      ...more,
    },
    columns: 80,
    rows: 24,
  });
  onTestFinished(async () => {
    await terminal.close();
    rmSync(dir, {recursive: true, force: true, maxRetries: 5});
  });
  await terminal.waitFor(/y {2}begin/);
  terminal.kill('SIGUSR2');
  await expect.poll(() => existsSync(warned)).toBe(true);
  expect(terminal.screen().join('\n')).not.toContain('Warning');
  terminal.press('?');
  expect(await terminal.waitFor('the grid')).not.toContain('Warning');
  terminal.kill('SIGTERM');
  expect(await terminal.exited()).toBe(143);
  const told = terminal
    .screen()
    .join('\n')
    .match(/node warned: .*/g);
  expect(told).toEqual(
    isTold ? [expect.stringMatching(/^node warned: DeprecationWarning: a thing is\S* old/)] : null,
  );
});
