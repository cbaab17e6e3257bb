import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {openTerminal} from '../terminal/terminal.ts';

const LAKEUP = join(import.meta.dirname, '../../dist/lakeup.mjs');
const WITHIN_MS = 30_000;

test('what is thrown where nobody catches it is read once the screen is gone, and so is what node warned of', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'lakeup-bug-'));
  const planted = join(dir, 'planted.cjs');
  writeFileSync(
    planted,
    `process.on('SIGUSR2', () => {
  process.emitWarning('planted warning');
  setImmediate(() => { throw new Error('planted fault'); });
});
`,
  );
  const argv = [process.execPath, '--require', planted, LAKEUP, 'demo', '--scenario', 'confirm'];
  const env = {PATH: process.env.PATH ?? '', HOME: dir, LANG: 'en_US.UTF-8', TERM: 'xterm-256color'};
  const terminal = await openTerminal(argv, {env, columns: 80, rows: 24});
  onTestFinished(async () => {
    await terminal.close();
    rmSync(dir, {recursive: true, force: true, maxRetries: 5});
  });
  await terminal.waitFor(/[│╭] y {2}begin/, WITHIN_MS);
  expect(terminal.alternate()).toBe(true);
  terminal.kill('SIGUSR2');
  expect(await terminal.exited(WITHIN_MS)).toBe(1);
  expect(terminal.alternate()).toBe(false);
  expect(terminal.cursor()).toBe(true);
  const screen = terminal.screen().join('\n');
  expect(screen).toContain('planted fault');
  expect(screen).toContain('node warned: Warning: planted warning');
});
