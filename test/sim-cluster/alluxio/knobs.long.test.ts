import {afterAll, beforeAll, expect, test} from 'vitest';
import type {DemoCluster} from '../../../src/sim/demo-cluster.ts';
import {page, placeOf, run, until} from '../support.ts';
import {boot, gauge, leader, script, tree, untilLed} from './support.ts';

let cluster: DemoCluster;

beforeAll(async () => {
  cluster = await boot({layout: 'small', from: '2.9.4'});
});
afterAll(async () => {
  await cluster.stop();
});

const restart = async (node: string, knobs: Readonly<Record<string, string>>): Promise<void> => {
  cluster.turn(node, knobs);
  const role = placeOf(cluster, node).role;
  const ran = await script(
    cluster,
    node,
    `alluxio-start.sh -a ${role} ${role === 'worker' ? 'NoMount' : ''}`,
  );
  expect(ran.code).toBe(0);
};
const told = (node: string): readonly string[] =>
  cluster
    .events()
    .filter(event => event.node === node)
    .map(({what}) => what);
const restored = async (): Promise<void> => {
  await restart('m-1', {});
  await untilLed(cluster, '2.9.4', 2);
};

test('a lone master writes the backup itself only when it is allowed to', async () => {
  const refused = await script(cluster, 'm-1', 'alluxio fsadmin backup');
  expect(refused).toMatchObject({code: 255, stdout: 'No master found to delegate backup.\n'});
  const allowed = await script(cluster, 'm-1', 'alluxio fsadmin backup --allow-leader');
  expect(allowed.code).toBe(0);
});

test.each([
  ['fails', 255, /Local backup failed: No space left on device\n$/],
  ['truncated', 0, /Backup Entry Count : \d+\n$/],
])('BACKUP=%s', async (how, code, words) => {
  await restart('m-1', {BACKUP: how});
  await untilLed(cluster, '2.9.4');
  const said = await script(cluster, 'm-1', 'alluxio fsadmin backup --allow-leader');
  expect(said.code).toBe(code);
  expect(said.stdout).toMatch(words);
  const path = /Backup URI {9}: (\S+)/.exec(said.stdout)?.[1];
  if (path !== undefined) expect((await run(cluster, 'm-1', `gzip -t '${path}'`)).code).toBe(1);
  await restored();
});

test('JOURNAL_LEFT=yes: formatting says what it always says', async () => {
  await script(cluster, 'm-1', 'alluxio-stop.sh master');
  cluster.turn('m-1', {JOURNAL_LEFT: 'yes'});
  const before = await tree(cluster, 'm-1', 'srv/alluxio/journal');
  const said = await script(cluster, 'm-1', 'alluxio formatJournal');
  expect(said).toMatchObject({code: 0});
  expect(said.stdout).toContain('Formatting complete');
  expect(await tree(cluster, 'm-1', 'srv/alluxio/journal')).toEqual(before);
  await restored();
});

test('WRITES=go-on: there are more paths all the time', async () => {
  await restart('m-1', {WRITES: 'go-on'});
  await untilLed(cluster, '2.9.4');
  const first = (await gauge(cluster, 'Master.TotalPaths')) ?? 0;
  await until(
    () => gauge(cluster, 'Master.TotalPaths'),
    paths => (paths ?? 0) > first,
  );
  await restored();
});

test('REPORTS: a wrong version, AT_VERSION: only where it is installed', async () => {
  await restart('m-1', {REPORTS: '2.9.3', AT_VERSION: '2.9.4'});
  await untilLed(cluster, '2.9.3');
  await restart('m-1', {REPORTS: '2.9.3', AT_VERSION: '2.8.0'});
  await untilLed(cluster, '2.9.4', 2);
});

test('NO_REGISTER=yes: its page answers, and no master knows it', async () => {
  await script(cluster, 'm-1', 'alluxio-stop.sh master');
  await restart('w-1', {NO_REGISTER: 'yes'});
  await restart('m-1', {});
  await untilLed(cluster, '2.9.4', 1);
  await until(
    () => page(cluster, 'w-1', 'webPort', '/api/v1/worker/info'),
    answer => answer?.startsWith('200') === true,
  );
  const hosts = (await leader(cluster))?.workers.map(({address}) => address.host);
  expect(hosts).toEqual([placeOf(cluster, 'w-2').address]);
  await restart('w-1', {});
  await untilLed(cluster, '2.9.4', 2);
});

test.each([
  ['DIES', 'at-start', ['process begins 2.9.4', 'process ends by itself']],
  ['DIES', 'when-up', ['process begins 2.9.4', 'process up 2.9.4', 'process ends by itself']],
])('%s=%s', async (knob, value, wanted) => {
  const from = told('w-2').length;
  await restart('w-2', {[knob]: value});
  const since = (): readonly string[] => {
    const events = told('w-2').slice(from);
    return events.slice(events.indexOf('process begins 2.9.4')).filter(what => what.startsWith('process'));
  };
  await until(since, events => events.includes('process ends by itself'));
  expect(since()).toEqual(wanted);
});

test('NEVER_READY=yes: a process without ports; IGNORES_SIGNALS=yes: only SIGKILL ends it', async () => {
  const from = told('w-2').length;
  await restart('w-2', {NEVER_READY: 'yes', IGNORES_SIGNALS: 'yes'});
  // Before it says so it ignores nothing.
  await until(
    () => told('w-2').slice(from),
    events => events.includes('process begins 2.9.4'),
  );
  expect(await page(cluster, 'w-2', 'webPort', '/')).toBeNull();
  const {root} = placeOf(cluster, 'w-2');
  const pids = `ps -Aww -o pid,args | grep -F 'alluxio.home=${root}' | awk '/[A]lluxioWorker$/ {print $1}'`;
  const pid = await until(
    async () => (await run(cluster, 'w-2', pids)).stdout.trim(),
    found => /^\d+$/.test(found),
  );
  const {stdout} = await run(cluster, 'w-2', `kill ${pid}; sleep 1; ${pids}; kill -9 ${pid}`);
  expect(stdout.trim()).toBe(pid);
});

/** The lone master's journal is formatted, and it starts from that backup; then what it says that it restored, and what it knows. */
const restoredWith = async (uri: string, knobs: Readonly<Record<string, string>>) => {
  await script(cluster, 'm-1', 'alluxio-stop.sh master');
  await script(cluster, 'm-1', 'alluxio formatJournal');
  cluster.turn('m-1', knobs);
  expect(await script(cluster, 'm-1', `alluxio-start.sh -i ${uri} -a master`)).toMatchObject({code: 0});
  await untilLed(cluster, '2.9.4');
  return {
    said: await gauge(cluster, 'Master.LastBackupRestoreCount'),
    paths: await gauge(cluster, 'Master.TotalPaths'),
  };
};

// The root alone is one path. The last one: workers delete what an empty master does not know.
test('BACKUP=unwritten: named, and not there; RESTORE: what a master says, and what it knows', async () => {
  const {stdout} = await script(cluster, 'm-1', 'alluxio fsadmin backup --allow-leader');
  const uri = /Backup URI +: (\S+)/.exec(stdout)?.[1] ?? '';
  const entries = Number(/Backup Entry Count +: (\d+)/.exec(stdout)?.[1]);
  const path = uri.replace('file://', '');
  expect((await run(cluster, 'm-1', `test -f ${path}`)).code).toBe(0);
  const whole = await restoredWith(uri, {});
  expect(whole.said).toBe(entries);
  expect(whole.paths).toBeGreaterThan(1);
  expect(await restoredWith(uri, {RESTORE: 'miscounts'})).toEqual({said: entries - 1, paths: whole.paths});
  expect(await restoredWith(uri, {RESTORE: 'nothing'})).toEqual({said: entries, paths: 1});

  await restart('m-1', {BACKUP: 'unwritten'});
  await untilLed(cluster, '2.9.4');
  const lied = await script(cluster, 'm-1', 'alluxio fsadmin backup --allow-leader');
  expect(lied.code).toBe(0);
  const named = /Backup URI +: (\S+)/.exec(lied.stdout)?.[1] ?? '';
  expect(named).not.toBe('');
  expect((await run(cluster, 'm-1', `test -e ${named.replace('file://', '')}`)).code).toBe(1);
});
