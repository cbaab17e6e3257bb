import {mkdtempSync, readdirSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, it, onTestFinished} from 'vitest';
import {vaultFake} from '../systems/vault/fake.ts';
import {vault} from '../systems/vault/system.ts';
import {runCli} from '../unit/cli/outside.ts';

it('a system of its own folder is upgraded by the real program over real SSH', async () => {
  const state = mkdtempSync(join(tmpdir(), 'lakeup-third-'));
  onTestFinished(() => rmSync(state, {recursive: true, force: true}));
  const program = join(import.meta.dirname, '../systems/vault/process.mjs');
  const {code, stdout, stderr} = await runCli(
    ['demo', '--autopilot', '--speed', '20'],
    {XDG_STATE_HOME: state, PATH: process.env.PATH ?? '', HOME: state},
    {systems: [vault], fakes: [vaultFake], program},
  );
  expect(stdout.trim().split('\n').at(-1), stderr).toMatch(/^4 of 4 nodes verified: demo runs /);
  expect(code).toBe(0);
  expect(readdirSync(state), 'the demo keeps its runs with itself').toEqual([]);
});
