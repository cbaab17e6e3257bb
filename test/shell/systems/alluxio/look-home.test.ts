import {spawnSync} from 'node:child_process';
import {mkdirSync, renameSync, rmSync, symlinkSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {identity} from '../../../../src/host/identity.ts';
import {ageSec, parseProcesses} from '../../../../src/host/process.ts';
import {quote} from '../../../../src/lib/sh.ts';
import {confFacts, homeFacts} from '../../../../src/systems/alluxio/parse/home.ts';
import {processFacts} from '../../../../src/systems/alluxio/parse/process.ts';
import {serversFact, serversOf} from '../../../../src/systems/alluxio/parse/servers.ts';
import {askProcess} from '../../../../src/systems/alluxio/scripts/look.ts';
import {askConf, askHome} from '../../../../src/systems/alluxio/scripts/look-home.ts';
import {ANY_PROCESS} from '../../../../src/systems/alluxio/scripts/role.ts';
import {
  answer,
  callsOf,
  java,
  linux,
  lookOf,
  makeHome,
  makeVersion,
  nodeAt,
  SHELLS,
  STAMP,
  write,
} from './looked.ts';

const RUN = {from: '2.3.0', to: '2.9.4', stamp: STAMP};

describe.each(SHELLS)('look.home, by %s', shell => {
  const factsOf = (home: string, old: string) => {
    const told = lookOf(askHome(nodeAt(home), {...RUN, old}), shell);
    expect(told.stderr).toBe('');
    return homeFacts(told.lines);
  };

  it('sees a link, the version beside it, and where it is led to', () => {
    const {home, real} = makeHome('link');
    const kept = {kind: 'link', kept: '2.3.0'};
    expect(factsOf(home, real)).toEqual({...kept, version: '2.3.0', staged: 'none'});
    mkdirSync(`${home}-2.9.4.part`);
    expect(factsOf(home, real).staged).toBe('none');
    makeVersion(`${home}-2.9.4`, '2.9.4');
    expect(factsOf(home, real)).toEqual({...kept, version: '2.3.0', staged: '2.9.4'});
    rmSync(home);
    symlinkSync(`${home}-2.9.4`, home);
    expect(factsOf(home, real)).toEqual({...kept, version: '2.9.4', staged: '2.9.4'});
  });

  it('sees a directory, its stage, and what it was exchanged for', () => {
    const {home} = makeHome('dir');
    const staged = `${home}.lakeup-${STAMP}`;
    expect(factsOf(home, home)).toEqual({kind: 'dir', version: '2.3.0', staged: 'none', kept: 'none'});
    makeVersion(staged, '2.9.4');
    expect(factsOf(home, home).staged).toBe('2.9.4');
    renameSync(home, `${home}_backup_${STAMP}`);
    expect(factsOf(home, home)).toEqual({kind: 'none', staged: '2.9.4', kept: '2.3.0'});
    renameSync(staged, home);
    expect(factsOf(home, home)).toEqual({kind: 'dir', version: '2.9.4', staged: 'none', kept: '2.3.0'});
  });

  it('takes nothing else for a home', () => {
    const {root, home} = makeHome('dir');
    symlinkSync(join(root, 'nowhere'), join(root, 'broken'));
    write(join(root, 'file'), '');
    mkdirSync(`${home}.lakeup-${STAMP}`);
    expect(factsOf(join(root, 'broken'), '')).toMatchObject({kind: 'other'});
    expect(factsOf(join(root, 'file'), '')).toMatchObject({kind: 'other'});
    // What does not say what it is has not been staged whole.
    expect(factsOf(home, '').staged).toBe('other');
  });
});

describe.each(SHELLS)('look.conf, by %s', shell => {
  const make = () => {
    const {home, real} = makeHome('link');
    const staged = `${home}-2.9.4`;
    makeVersion(staged, '2.9.4');
    write(
      join(staged, 'conf/alluxio-site.properties'),
      [
        '# alluxio.master.hostname=m1',
        'alluxio.master.journal.type=UFS',
        '  alluxio.underfs.address = /mnt/ufs',
        'alluxio.keyvalue.enabled:true',
        'alluxio.no.such.key',
        'fs.s3a.endpoint=example',
        '',
      ].join('\n'),
    );
    answer(staged, 'alluxio.getConf', 'alluxio.master.journal.type=UFS\nalluxio.debug=false\n');
    answer(staged, 'alluxio.getConf.alluxio.underfs.address', '/mnt/ufs\n');
    const node = nodeAt(home);
    return {home, real, staged, look: () => lookOf(askConf(node, RUN), shell)};
  };

  it('asks the version that is staged, for what its list does not hold', () => {
    const {staged, real, look} = make();
    expect(confFacts(look().lines)).toEqual({
      unknown: ['alluxio.keyvalue.enabled', 'alluxio.no.such.key'],
      asked: 4,
      journalType: 'UFS',
    });
    expect(callsOf(staged)).toEqual([
      'alluxio getConf',
      'alluxio getConf alluxio.keyvalue.enabled',
      'alluxio getConf alluxio.no.such.key',
      'alluxio getConf alluxio.underfs.address',
    ]);
    expect(callsOf(real)).toEqual([]);
  });

  it('says nothing where the command does not work', () => {
    const {staged, look} = make();
    answer(staged, 'alluxio.getConf.alluxio.no.such.key', "Error: Cannot find 'java' on path\n", 1);
    expect(look()).toMatchObject({code: 1, stderr: expect.stringContaining('Cannot find')});
    answer(staged, 'alluxio.getConf', "Error: Cannot find 'java' on path\n", 1);
    expect(look()).toMatchObject({code: 1, stdout: '', stderr: expect.stringContaining('Cannot find')});
    rmSync(join(staged, 'bin/alluxio'));
    expect(look()).toMatchObject({code: 1, stdout: ''});
  });
});

describe.runIf(linux).each(SHELLS)('look.process, by %s', shell => {
  it('tells what each process was started from, and what lies there', async () => {
    const {home, real} = makeHome('link');
    const node = nodeAt(home, 'worker');
    const facts = () => processFacts(node, lookOf(askProcess(node), shell).lines);
    expect(facts()).toMatchObject({running: false, count: 0, busyPorts: expect.any(Array)});
    const pid = await java(`-Dalluxio.home=${real}`, 'alluxio.worker.AlluxioWorker');
    await java(`-Dalluxio.home=${real}`, 'alluxio.master.AlluxioMaster');
    expect(facts()).toMatchObject({running: true, count: 1, pid, at: real, version: '2.3.0'});
    makeVersion(`${home}-2.9.4`, '2.9.4');
    rmSync(home);
    symlinkSync(`${home}-2.9.4`, home);
    // The old one still runs once the link leads elsewhere.
    expect(facts()).toMatchObject({running: true, count: 1, pid, at: real, version: '2.3.0'});
  });

  it('tells how old a process is, by the births of the two alone', async () => {
    const {home, real} = makeHome('link');
    const node = nodeAt(home, 'worker');
    const before = performance.now();
    await java(`-Dalluxio.home=${real}`, 'alluxio.worker.AlluxioWorker');
    const born = performance.now();
    const {lines} = lookOf(askProcess(node), shell);
    const [process] = parseProcesses(lines);
    const age = process === undefined ? null : ageSec(lines, process);
    // A tick is a hundredth of a second.
    expect(age).toBeLessThanOrEqual((performance.now() - before) / 1_000 + 0.01);
    expect(age).toBeGreaterThan(0);
    expect(processFacts(node, lines)).not.toHaveProperty('now');
    await expect
      .poll(() => {
        const later = lookOf(askProcess(node), shell).lines;
        return process === undefined ? null : ageSec(later, process);
      })
      .toBeGreaterThan((born - before) / 1_000 + 0.1);
  });

  it('tells of every other process that the scripts would refuse to work beside, and of no other install', async () => {
    const {root, home, real} = makeHome('link');
    const node = nodeAt(home, 'worker');
    const servers = () => serversOf(serversFact(lookOf(askProcess(node), shell).lines));
    expect(servers()).toEqual([]);
    const worker = await java(`-Dalluxio.home=${real}`, 'alluxio.worker.AlluxioWorker');
    const job = await java(`-Dalluxio.home=${home}`, 'alluxio.worker.AlluxioJobWorker');
    const beside = await java(`-Dalluxio.home=${home}-2.1.0`, 'alluxio.master.AlluxioSecondaryMaster');
    const elsewhere = join(root, 'other/the alluxio-2.3.0');
    makeVersion(elsewhere, '2.3.0');
    for (const other of [elsewhere, join(root, 'the second alluxio')])
      await java(`-Dalluxio.home=${other}`, 'alluxio.proxy.AlluxioProxy');
    await java(`-Dalluxio.home=${real}`, 'alluxio.cli.fs.FileSystemShell');
    const found = servers();
    expect(
      found.map(({pid, role, home: at}) => [pid, role, at]).toSorted(([a], [b]) => Number(a) - Number(b)),
    ).toEqual(
      [
        [worker, 'worker', real],
        [job, 'job-worker', home],
        [beside, 'secondary-master', `${home}-2.1.0`],
      ].toSorted(([a], [b]) => Number(a) - Number(b)),
    );
    // The guard of the scripts, asked in the same place.
    const guarded = spawnSync('sh', ['-c', `home=${quote(home)}\n${identity(ANY_PROCESS)}\npids`], {
      encoding: 'utf8',
    });
    expect(guarded.stdout.trim().split('\n').map(Number).toSorted()).toEqual(
      found.map(({pid}) => pid).toSorted(),
    );
    // Its own process is the worker alone, as before.
    expect(processFacts(node, lookOf(askProcess(node), shell).lines)).toMatchObject({count: 1, pid: worker});
  });

  it('believes the jar that it runs before the files that lie there now', async () => {
    const {home} = makeHome('dir');
    const node = nodeAt(home);
    await java(
      '-cp',
      `${home}/conf/::${home}/assembly/alluxio-server-2.1.0.jar`,
      `-Dalluxio.home=${home}`,
      'alluxio.master.AlluxioMaster',
    );
    expect(processFacts(node, lookOf(askProcess(node), shell).lines)).toMatchObject({version: '2.1.0'});
  });
});
