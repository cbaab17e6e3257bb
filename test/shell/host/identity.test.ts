import {type ChildProcess, execFileSync, spawn} from 'node:child_process';
import {mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {identity, type Kind} from '../../../src/host/identity.ts';
import {lines, sh} from '../../../src/lib/sh.ts';
import {setVars} from '../../../src/model/script.ts';

const SERVERS: Kind = {
  kind: 'jvm',
  mainClasses: ['lake.Master', 'lake.Worker'],
  homeIn: {property: 'lake.home'},
  passing: ['--version'],
};

let root = '';
const children: ChildProcess[] = [];
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'lakeup it\'s "a" home ')));
  for (const version of ['lake-1', 'lake-2']) mkdirSync(join(root, version));
  symlinkSync('lake-1', join(root, 'lake'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(root, {recursive: true, force: true});
});

/** A process whose arguments are those of a JVM. */
const java = async (...args: readonly string[]): Promise<number> => {
  const child = spawn(process.execPath, ['-e', 'console.log(1); setInterval(() => {}, 1e6)', '--', ...args]);
  children.push(child);
  await new Promise(resolve => child.stdout?.once('data', resolve));
  if (child.pid === undefined) throw new Error('it did not start');
  return child.pid;
};

const pidsOf = (home: string, shell = 'sh'): number[] =>
  execFileSync(shell, ['-c', lines(setVars({home}), identity(SERVERS), sh`pids`)], {encoding: 'utf8'})
    .split('\n')
    .filter(line => line !== '')
    .map(Number)
    .toSorted((a, b) => a - b);

describe.runIf(process.platform === 'linux')('processes that name their home in a system property', () => {
  it('are found by it, whichever of the main classes they run, through a link or not', async () => {
    const pids = [
      await java(`-Dlake.home=${join(root, 'lake-1')}`, 'lake.Master'),
      await java(`-Dlake.home=${join(root, 'lake')}`, '-Xmx1g', 'lake.Worker', 'start'),
    ].toSorted((a, b) => a - b);
    expect(pidsOf(join(root, 'lake-1'))).toEqual(pids);
    expect(pidsOf(join(root, 'lake'))).toEqual(pids);
    expect(pidsOf(join(root, 'lake-2'))).toEqual([]);
  });

  it('are not taken for another home’s, another program’s, or one that only prints something', async () => {
    await java(`-Dlake.home=${join(root, 'lake-2')}`, 'lake.Master');
    await java(`-Dlake.home=${join(root, 'lake-1')}`, 'lake.Shell');
    await java(`-Dlake.home=${join(root, 'lake-1')}`, 'lake.Master', '--version');
    await java(`-DlakeXhome=${join(root, 'lake-1')}`, 'lake.Master');
    await java('lake.Master', join(root, 'lake-1'));
    expect(pidsOf(join(root, 'lake-1'))).toEqual([]);
  });
});
