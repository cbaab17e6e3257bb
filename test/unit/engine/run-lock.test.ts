import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdir, mkdtemp, readdir, readFile, rm, rmdir, stat, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {lockRun} from '../../../src/engine/run-lock.ts';

const NOW = '2026-01-01T00:00:00Z';
let folder = '';
let file = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lakeup-lock-'));
  file = join(folder, 'lock');
});
afterEach(() => rm(folder, {recursive: true, force: true}));

/** The pid of a process that has ended and was buried. */
const deadPid = async (): Promise<number> => {
  const child = spawn(process.execPath, ['-e', ''], {stdio: 'ignore'});
  const {pid} = child;
  await once(child, 'exit');
  if (pid === undefined) throw new Error('no process was made');
  return pid;
};

describe('a run lock', () => {
  it('is taken once, names its owner, and can be read by that owner alone', async () => {
    const first = await lockRun(file, NOW);
    expect(first.kind).toBe('locked');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const second = await lockRun(file, NOW);
    expect(second).toMatchObject({kind: 'taken', owner: {pid: process.pid, at: NOW}});
  });

  it('can be taken again when it was given back, and leaves nothing behind', async () => {
    const first = await lockRun(file, NOW);
    if (first.kind === 'locked') await first.release();
    expect(await readdir(folder)).toEqual([]);
    expect((await lockRun(file, NOW)).kind).toBe('locked');
    expect(await readdir(folder)).toEqual(['lock']);
  });

  it('of a process that is gone is taken over', async () => {
    await writeFile(file, JSON.stringify({pid: await deadPid(), started: '123', at: NOW}));
    expect((await lockRun(file, NOW)).kind).toBe('locked');
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({pid: process.pid});
  });

  it('of a pid that another process has now is taken over', async () => {
    await writeFile(file, JSON.stringify({pid: process.pid, started: '1', at: NOW}));
    expect((await lockRun(file, NOW)).kind).toBe('locked');
  });

  it.each(['', '{"pid":', '[]', '{"pid":-4,"started":"","at":""}'])(
    'that was cut while it was written is taken over: %j',
    async text => {
      await writeFile(file, text);
      expect((await lockRun(file, NOW)).kind).toBe('locked');
    },
  );

  it('goes to one of many that want it at the same moment', async () => {
    const results = await Promise.all(Array.from({length: 20}, () => lockRun(file, NOW)));
    expect(results.filter(({kind}) => kind === 'locked')).toHaveLength(1);
  });

  it('of a dead owner goes to one of many that want it at the same moment', async () => {
    const pid = await deadPid();
    for (let round = 0; round < 20; round += 1) {
      await writeFile(file, JSON.stringify({pid, started: '123', at: NOW}));
      const results = await Promise.all(Array.from({length: 8}, () => lockRun(file, NOW)));
      expect(results.filter(({kind}) => kind === 'locked')).toHaveLength(1);
      expect(await readdir(folder)).toEqual(['lock']);
      await rm(file);
    }
  });

  it('says why it cannot be made at all', async () => {
    await expect(lockRun(join(folder, 'missing', 'lock'), NOW)).rejects.toThrow(/ENOENT/);
  });

  it('of a dead owner, whose taker was killed in the middle of it, says what that one left behind', async () => {
    await writeFile(file, JSON.stringify({pid: await deadPid(), started: '123', at: NOW}));
    await mkdir(`${file}.takeover`);
    expect(await lockRun(file, NOW)).toEqual({kind: 'stuck', left: `${file}.takeover`});
    await rmdir(`${file}.takeover`);
    expect((await lockRun(file, NOW)).kind).toBe('locked');
  });
});
