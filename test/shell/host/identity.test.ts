import {type ChildProcess, execFileSync, spawn, spawnSync} from 'node:child_process';
import {chmodSync, chownSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {refuse} from '../../../src/host/guard.ts';
import {identity, type Kind, nothingRuns} from '../../../src/host/identity.ts';
import {GUARD_EXIT} from '../../../src/lib/exit-codes.ts';
import {lines, sh} from '../../../src/lib/sh.ts';
import {setVars, type Vars} from '../../../src/model/script.ts';

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

/** A process whose arguments are those of a JVM, of a user; without one of the test's own. */
const javaAs = async (uid: number | undefined, ...args: readonly string[]): Promise<number> => {
  const words = ['-e', 'console.log(1); setInterval(() => {}, 1e6)', '--', ...args];
  const child = spawn(process.execPath, words, uid === undefined ? {} : {uid, gid: uid});
  children.push(child);
  await new Promise(resolve => child.stdout?.once('data', resolve));
  if (child.pid === undefined) throw new Error('it did not start');
  return child.pid;
};

const java = (...args: readonly string[]): Promise<number> => javaAs(undefined, ...args);

const pidsOf = (
  home: string,
  kind = SERVERS,
  vars: Vars = {},
  shell = 'sh',
  whose: 'node' | 'anybody' = 'node',
): number[] =>
  execFileSync(shell, ['-c', lines(setVars({home, ...vars}), identity(kind, whose), sh`pids`)], {
    encoding: 'utf8',
  })
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

const isRoot = process.platform === 'linux' && process.getuid?.() === 0;

describe.runIf(isRoot)('a process counts as the node’s', () => {
  const HOME_OWNER = 54_321;
  const STRANGER = 54_322;

  it('only when it is of the login, of the home’s owner, or root’s, whatever it calls itself', async () => {
    const home = join(root, 'lake-1');
    chownSync(home, HOME_OWNER, HOME_OWNER);
    chmodSync(root, 0o755);
    const words = [`-Dlake.home=${home}`, 'lake.Master'];
    const own = await java(...words);
    const owners = await javaAs(HOME_OWNER, ...words);
    const forged = await javaAs(STRANGER, ...words);
    const sorted = (pids: readonly number[]) => pids.toSorted((a, b) => a - b);
    expect(pidsOf(home)).toEqual(sorted([own, owners]));
    // A survey sees them all, for preflight to say whose they are.
    expect(pidsOf(home, SERVERS, {}, 'sh', 'anybody')).toEqual(sorted([own, owners, forged]));
    // And nothing is moved beside one.
    const script = lines(setVars({home}), identity(SERVERS), refuse, nothingRuns);
    for (const pid of [own, owners]) process.kill(pid, 'SIGKILL');
    await expect.poll(() => pidsOf(home)).toEqual([]);
    const {status, stderr} = spawnSync('sh', ['-c', script], {encoding: 'utf8'});
    expect(status).toBe(GUARD_EXIT);
    expect(stderr).toContain(`process ${forged} calls itself one of ${home}`);
    // Whoever looks whose it is, and ends it, sees it go on.
    process.kill(forged, 'SIGKILL');
    await expect.poll(() => spawnSync('sh', ['-c', script]).status).toBe(0);
    const again = await javaAs(STRANGER, ...words);
    // Not by the home, where that is the stranger's: then it is the node's user.
    chownSync(home, STRANGER, STRANGER);
    expect(pidsOf(home)).toEqual([again]);
  });
});

describe.runIf(process.platform === 'linux')('processes of homes that are exchanged', () => {
  const BESIDE: Kind = {...SERVERS, homeIn: {property: 'lake.home', beside: true}};
  const of = (name: string): Promise<number> => java(`-Dlake.home=${join(root, name)}`, 'lake.Master');

  it.each(['sh', 'bash'])('are found by the names of versions beside the home, by %s', async shell => {
    for (const name of ['lake-2.9.4', 'lake-2.10.0-bin', 'lake_backup_x', 'lake.lakeup-x'])
      mkdirSync(join(root, name));
    const pids = [
      await of('lake-1'),
      await of('lake-2.9.4'),
      await of('lake-2.10.0-bin'),
      await of('lake_backup_x'),
      await of('lake.lakeup-x'),
      await of('lake-3.0.removed'),
    ].toSorted((a, b) => a - b);
    expect(pidsOf(join(root, 'lake'), BESIDE, {}, shell)).toEqual(pids);
    expect(pidsOf(join(root, 'lake'), SERVERS, {}, shell)).toEqual([pids[0]]);
  });

  it('are found from the version that a link was moved to, by what the link is called', async () => {
    mkdirSync(join(root, 'elsewhere'));
    symlinkSync('elsewhere', join(root, 'other'));
    mkdirSync(join(root, 'lake-2.9.4'));
    const pid = await of('lake-2.9.4');
    expect(pidsOf(join(root, 'elsewhere'), BESIDE)).toEqual([]);
    expect(pidsOf(join(root, 'elsewhere'), BESIDE, {link: join(root, 'lake')})).toEqual([pid]);
    // A link that leads to another name tells what versions of that are called.
    expect(pidsOf(join(root, 'other'), BESIDE)).toEqual([]);
  });

  it('are found by the name of the version that a link leads to', async () => {
    for (const name of ['sea-2.3.0-bin', 'sea-2.9.4-bin', 'sea-side-2.9.4']) mkdirSync(join(root, name));
    symlinkSync('sea-2.3.0-bin', join(root, 'current'));
    const pid = await of('sea-2.9.4-bin');
    await of('sea-side-2.9.4');
    expect(pidsOf(join(root, 'current'), BESIDE)).toEqual([pid]);
  });

  it('are not those of another home in the same place', async () => {
    for (const name of ['lake-two', 'lakes-2.9.4', 'deep/lake-2.9.4'])
      mkdirSync(join(root, name), {recursive: true});
    for (const name of ['lake-two', 'lake-2', 'lakes-2.9.4', 'deep/lake-2.9.4']) await of(name);
    expect(pidsOf(join(root, 'lake'), BESIDE)).toEqual([]);
  });
});
