import {mkdtempSync, readdirSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, it} from 'vitest';
import {createRunDir, listRunDirs, makeRunId, runsDir} from '../../../src/cli/state-dir.ts';
import {UserError} from '../../../src/cli/user-error.ts';

let base = '';
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'lakeup-state-'));
});
afterEach(() => rmSync(base, {recursive: true, force: true}));

const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8);

it('keeps runs where XDG says, else below the home, and never in a relative place', () => {
  expect(runsDir({XDG_STATE_HOME: '/x', HOME: '/h'})).toBe('/x/lakeup/runs');
  expect(runsDir({HOME: '/h'})).toBe('/h/.local/state/lakeup/runs');
  expect(runsDir({XDG_STATE_HOME: 'relative', HOME: '/h'})).toBe('/h/.local/state/lakeup/runs');
  expect(() => runsDir({})).toThrow(UserError);
});

it('names a run by its time and chance', () => {
  expect(makeRunId(Date.UTC(2026, 10, 22, 13, 1, 2), () => 0.5)).toBe('20261122-130102-iiii');
});

it('makes a folder that only its owner can read, and lists the newest first', async () => {
  const env = {XDG_STATE_HOME: base};
  const older = await createRunDir(
    env,
    makeRunId(0, () => 0),
    'clusters: {}\n',
  );
  const newer = await createRunDir(
    env,
    makeRunId(1e12, () => 0),
    'clusters: {}\n',
  );
  writeFileSync(join(runsDir(env), 'something-else'), '');
  expect([mode(runsDir(env)), mode(older.path), mode(older.inventory)]).toEqual(['700', '700', '600']);
  expect((await listRunDirs(env)).map(({id}) => id)).toEqual([newer.id, older.id]);
  await expect(createRunDir(env, older.id, '')).rejects.toThrow();
  expect(readdirSync(older.path)).toEqual(['inventory.yaml']);
});
