import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {vaultFake} from '../systems/vault/fake.ts';
import {vault} from '../systems/vault/system.ts';
import {printed, type Seen} from '../unit/cli/json-page.ts';
import {runCli} from '../unit/cli/outside.ts';

test('a whole upgrade with --json prints nothing but the lines that docs/json.md names, and last its report', async () => {
  const state = mkdtempSync(join(tmpdir(), 'lakeup-json-'));
  onTestFinished(() => rmSync(state, {recursive: true, force: true}));
  const program = join(import.meta.dirname, '../systems/vault/process.mjs');
  const {code, stdout, stderr} = await runCli(
    ['demo', '--autopilot', '--speed', '20', '--json'],
    {XDG_STATE_HOME: state, PATH: process.env.PATH ?? '', HOME: state},
    {systems: [vault], fakes: [vaultFake], program},
  );
  expect(code, stderr).toBe(0);
  const seen: Seen = new Set();
  const names = stdout
    .trim()
    .split('\n')
    .map(line => {
      const value: unknown = JSON.parse(line);
      const [, name = 'event'] = /^\{"type":"(headway|report)"/.exec(line) ?? [];
      expect(printed(name, seen).safeParse(value).error?.issues ?? [], line.slice(0, 500)).toEqual([]);
      return name;
    });
  expect(names.at(-1)).toBe('report');
  expect(names).toContain('event');
  expect(stderr).toBe('');
});
