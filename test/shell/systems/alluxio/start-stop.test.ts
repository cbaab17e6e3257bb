import {spawnSync} from 'node:child_process';
import {existsSync, mkdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {identity} from '../../../../src/host/identity.ts';
import {CARRIED} from '../../../../src/host/receipt-names.ts';
import {lines, sh} from '../../../../src/lib/sh.ts';
import {body} from '../../../../src/model/script.ts';
import type {ServerRole} from '../../../../src/systems/alluxio/fields.ts';
import {processOf} from '../../../../src/systems/alluxio/scripts/role.ts';
import {startBody, startVars} from '../../../../src/systems/alluxio/scripts/start.ts';
import {stopBody, stopVars} from '../../../../src/systems/alluxio/scripts/stop.ts';
import {
  install,
  javaOf,
  linux,
  type Place,
  run,
  shells,
  type Told,
  treeOf,
  write,
  writeVersion,
} from './homes.ts';

const roleOf = ({node}: Place): ServerRole => node.fields.role;
const start = (place: Place, more: object = {}, shell?: string[], env?: NodeJS.ProcessEnv): Told => {
  const vars = {...startVars(place.node, place.context), ...more};
  const told = run(startBody(roleOf(place)), vars, shell, env);
  if (told.code === 0 && told.stdout.includes('Starting')) awaitUp(place);
  return told;
};
const stop = (place: Place, shell?: string[]): Told =>
  run(stopBody(roleOf(place)), stopVars(place.node, place.context), shell);

/** Waits until what was started is there and minds signals: a start script ends before that. */
const awaitUp = ({home}: Place): void => {
  const end = Date.now() + 60_000;
  while (!existsSync(join(home, 'logs/up'))) {
    if (Date.now() > end) throw new Error(`nothing came up in ${home}`);
    spawnSync('sleep', ['0.05']);
  }
};
const running = (place: Place): number[] =>
  run(body('pids', lines(identity(processOf(roleOf(place))), sh`pids`)), {home: place.home})
    .stdout.split('\n')
    .filter(line => line !== '')
    .map(Number);
const logged = ({home}: Place, name: string): string => {
  const file = join(home, 'logs', name);
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
};
const refused = (place: Place, act: () => Told): string => {
  const before = treeOf(place.root);
  const {code, stderr} = act();
  expect(`${code} ${stderr}`).toMatch(/^97 ./);
  expect(treeOf(place.root)).toEqual(before);
  return stderr;
};

describe.runIf(linux)('starting', () => {
  test.each(shells)('by $name: starts once, and stops nobody', ({words}) => {
    const place = install();
    expect(start(place, {}, words)).toMatchObject({code: 0, stderr: ''});
    const pids = running(place);
    expect(pids).toHaveLength(1);
    const again = start(place, {}, words);
    expect(again).toMatchObject({code: 0, stderr: ''});
    expect(again.stdout).toContain('runs already');
    expect(running(place)).toEqual(pids);
    expect(logged(place, 'starts')).toBe('-a -N master\n');
    expect(logged(place, 'killed')).toBe('');
    expect(stop(place, words)).toMatchObject({code: 0, stderr: ''});
    expect(running(place)).toEqual([]);
  });

  test.each([
    ['master', '-a -N master'],
    ['job-master', '-a -N job_master'],
    ['worker', '-a -N worker NoMount'],
    ['job-worker', '-a -N job_worker'],
    ['proxy', '-a -N proxy'],
  ] as const)('%s is called by its own word: %s', (role, given) => {
    const place = install({role});
    expect(start(place)).toMatchObject({code: 0, stderr: ''});
    expect(logged(place, 'starts')).toBe(`${given}\n`);
    expect(running(place)).toHaveLength(1);
    expect(stop(place)).toMatchObject({code: 0, stderr: ''});
  });

  test('a script that knows no -a is not given one', () => {
    const place = install({from: '1.8.2'});
    expect(start(place)).toMatchObject({code: 0, stderr: ''});
    expect(logged(place, 'starts')).toBe('-N master\n');
  });

  test('a backup is named before the role, and only where the journal is empty', () => {
    const backup = 'file:///b/alluxio-backup.gz';
    const place = install();
    expect(refused(place, () => start(place, {backup}))).toContain('would be ignored');
    rmSync(place.journal, {recursive: true});
    mkdirSync(place.journal);
    expect(start(place, {backup})).toMatchObject({code: 0, stderr: ''});
    expect(logged(place, 'starts')).toBe(`-a -N -i ${backup} master\n`);
    const ufs = install({type: 'UFS'});
    expect(refused(ufs, () => start(ufs, {backup}))).toContain('FileSystemMaster');
    rmSync(join(ufs.journal, 'FileSystemMaster/v1/logs'), {recursive: true});
    expect(start(ufs, {backup}), 'formatted, beside the journal of the job service').toMatchObject({code: 0});
  });

  test('a journal of the under store that a master was begun on since the format is no hindrance', () => {
    const backup = 'file:///b/alluxio-backup.gz';
    const place = install({type: 'UFS'});
    const logs = join(place.journal, 'FileSystemMaster/v1/logs');
    rmSync(logs, {recursive: true});
    expect(start(place, {backup})).toMatchObject({code: 0, stderr: ''});
    expect(stop(place)).toMatchObject({code: 0, stderr: ''});
    // It has restored, or another one has that shares the journal.
    mkdirSync(logs, {recursive: true});
    writeFileSync(join(logs, '0x0-0x7fffffffffffffff'), 'entries');
    expect(start(place, {backup})).toMatchObject({code: 0, stderr: ''});
    expect(stop(place)).toMatchObject({code: 0, stderr: ''});
    // What no master of that kind writes is one all the same.
    writeFileSync(join(place.journal, 'copycat-1-1.log'), 'entries');
    expect(refused(place, () => start(place, {backup}))).toContain('copycat-1-1.log');
  });

  test('a master without its journal folder is not started: it would format the whole cluster', () => {
    const place = install();
    rmSync(place.journal, {recursive: true});
    expect(refused(place, () => start(place))).toContain('would format');
    expect(logged(place, 'formatted')).toBe('');
    const uri = install({facts: {journalFolder: 'hdfs://n/journal'}});
    expect(start(uri)).toMatchObject({code: 0});
  });

  test('the new process has the environment of the old, no proxy, no mark, and as many files', () => {
    const facts = {'env.JAVA_HOME': '/old/java', 'env.TZ': 'UTC', 'env.LC_ALL': 'zh_CN.UTF-8', nofile: 512};
    const place = install({facts});
    const env = {http_proxy: 'http://proxy', HTTPS_PROXY: 'x'};
    // A host without that locale says so.
    expect(start(place, {}, ['sh'], env)).toMatchObject({code: 0});
    const seen = logged(place, 'env');
    expect(seen).toContain('JAVA_HOME=/old/java\n');
    expect(seen).toContain('TZ=UTC\n');
    expect(seen).toContain('LC_ALL=zh_CN.UTF-8\n');
    expect(seen).not.toMatch(/^(http_proxy|HTTPS_PROXY)=/m);
    expect(seen).not.toContain(CARRIED);
    expect(Number(logged(place, 'nofile').replace('unlimited', '1e9'))).toBeGreaterThanOrEqual(512);
    expect(logged(place, 'cwd').trim(), 'the real place, which it tells as its home').toBe(place.old);
    const [pid = 0] = running(place);
    expect(readFileSync(`/proc/${pid}/environ`, 'utf8')).not.toContain(CARRIED);
  });

  test('our own locale is not handed on, and the inventory’s JAVA_HOME comes first', () => {
    const place = install({facts: {'env.JAVA_HOME': '/old/java', nofile: Number.MAX_SAFE_INTEGER}});
    const node = {...place.node, fields: {...place.node.fields, javaHome: place.node.home}};
    const vars = startVars(node, place.context);
    expect(vars).toMatchObject({nofile: 'unlimited'});
    expect(start(place, vars)).toMatchObject({code: 0, stderr: ''});
    expect(logged(place, 'env')).not.toContain('LC_ALL=C\n');
    expect(logged(place, 'env')).toContain(`JAVA_HOME=${place.home}\n`);
    expect(logged(place, 'env'), 'which wins over the PATH').toContain(`JAVA=${place.home}/bin/java\n`);
  });

  test('what the script says where it will not start is told', () => {
    const java = install();
    write(join(java.old, 'no-java'), '');
    expect(start(java)).toMatchObject({code: 97});
    expect(start(java).stderr).toContain("Cannot find 'java'");
    const worker = install({role: 'worker'});
    write(join(worker.old, 'unmounted'), '');
    const told = start(worker);
    expect(told.code).toBe(1);
    expect(told.stderr).toContain('Ramdisk /mnt/ramdisk is not mounted');
    const bare = install();
    rmSync(join(bare.old, 'bin/alluxio-start.sh'));
    expect(refused(bare, () => start(bare))).toContain('holds no bin/alluxio-start.sh');
  });
});

describe.runIf(linux)('stopping', () => {
  test('is said where there is nothing to stop', () => {
    const place = install();
    expect(stop(place)).toMatchObject({code: 0, stderr: ''});
    expect(stop(place).stdout).toContain('no master of');
  });

  test('hits this role of this home and nobody else', async () => {
    const [place, other] = [install(), install()];
    start(place);
    start(other);
    const worker = await javaOf(place.old, 'alluxio.worker.AlluxioWorker');
    const [pid] = running(place);
    const told = stop(place);
    expect(told).toMatchObject({code: 0, stderr: ''});
    expect(told.stdout).toContain(`signalling process ${pid} of`);
    expect(told.stdout).toContain(`process ${pid} has ended`);
    expect(running(other)).toHaveLength(1);
    expect(existsSync(`/proc/${worker}`)).toBe(true);
  });

  test('finds the old process also after the link leads elsewhere', () => {
    const place = install();
    start(place);
    writeVersion(place.staged, '2.9.4');
    rmSync(place.home);
    symlinkSync(place.staged, place.home);
    expect(stop(place).stdout).toContain('has ended');
    expect(realpathSync(place.home)).toBe(place.staged);
  });

  test('two processes are refused', async () => {
    const place = install();
    const pids = [await javaOf(place.old), await javaOf(place.old)];
    expect(refused(place, () => stop(place))).toContain('more than one master');
    for (const pid of pids) expect(existsSync(`/proc/${pid}`)).toBe(true);
  });

  test('a process that does not end is left alone, and said to run still', () => {
    const place = install({stopWithinMs: 2_000});
    write(join(place.old, 'deaf'), '');
    start(place);
    const told = stop(place);
    expect(told.code).toBe(1);
    expect(told.stderr).toContain('still runs');
    expect(running(place)).toHaveLength(1);
  });
});
