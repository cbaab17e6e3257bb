import {readFileSync} from 'node:fs';
import {gunzipSync} from 'node:zlib';
import {afterAll, beforeAll, expect, test} from 'vitest';
import type {DemoCluster} from '../../../src/sim/demo-cluster.ts';
import {listens, placeOf, portOf, run, until} from '../support.ts';
import {boot, everywhere, gauge, info, install, leader, script, tree, untilLed} from './support.ts';

let cluster: DemoCluster;
let backup = '';
let entries = 0;

const MASTERS = ['m-1', 'm-2', 'm-3'];
const NOT_LOADED = 'alluxio fs -Dalluxio.user.file.metadata.load.type=NEVER ls -R /';

beforeAll(async () => {
  cluster = await boot();
});
afterAll(async () => {
  await cluster.stop();
});

const paths = async (command: string): Promise<readonly string[]> =>
  (await script(cluster, 'm-1', command)).stdout
    .trimEnd()
    .split('\n')
    .map(line => line.trimEnd().split(' ').at(-1) ?? '');
const blocks = async (node: string): Promise<readonly string[]> =>
  (await tree(cluster, node, 'mnt/ssd/alluxioworker')).filter(name => /\/\d+$/.test(name));
const logs = (node: string): Promise<string> =>
  run(cluster, node, `cat '${placeOf(cluster, node).home}/logs/master.log'`).then(({stdout}) => stdout);
const told = (): readonly string[] => cluster.events().map(({node, what}) => `${node} ${what}`);
const running = async (node: string): Promise<boolean> => {
  const {root} = placeOf(cluster, node);
  const {stdout} = await run(
    cluster,
    node,
    `ps -Aww -o command | grep -F 'alluxio.home=${root}' | grep -c '[A]lluxioMaster'`,
  );
  return stdout.trim() !== '0';
};

test('one master has a page; of 2.3 the others do not even listen', async () => {
  const led = await untilLed(cluster, '2.3.0', 2);
  for (const name of MASTERS) {
    const place = placeOf(cluster, name);
    expect(await listens(place.address, portOf(place, 'port')), name).toBe(true);
    expect(await listens(place.address, portOf(place, 'webPort')), name).toBe(name === led.name);
  }
  expect(Object.keys(led.mountPoints)).toEqual(['/', '/lake']);
  expect(await info(cluster, 'w-1', '/api/v1/worker/info')).toMatchObject({version: '2.3.0'});
  expect(await gauge(cluster, 'Master.TotalPaths')).toBe(14);
});

test('a leader that stops: another one leads, and the workers register with it', async () => {
  const before = await untilLed(cluster, '2.3.0', 2);
  await script(cluster, before.name, 'alluxio-stop.sh master');
  const after = await untilLed(cluster, '2.3.0', 2);
  expect(after.name).not.toBe(before.name);
  await script(cluster, before.name, 'alluxio-start.sh -a master');
  await until(
    async () => (await script(cluster, 'm-1', 'alluxio fsadmin journal quorum info -domain MASTER')).stdout,
    said => said.match(/^AVAILABLE/gm)?.length === 3,
  );
});

test('a backup is real, of all that the masters know; before 2.4 nothing says that it is whole', async () => {
  const {stdout} = await script(cluster, 'm-1', 'alluxio fsadmin backup');
  backup = /Backup URI {9}: (\S+)/.exec(stdout)?.[1] ?? '';
  entries = Number(/Backup Entry Count : (\d+)/.exec(stdout)?.[1]);
  expect(gunzipSync(readFileSync(backup)).toString()).toContain('/models/draft');
  const {stdout: listed} = await run(cluster, 'm-1', `ls "$(dirname '${backup}')"`);
  expect(listed.trim().split('\n')).toHaveLength(1);
  expect(entries).toBeGreaterThan(20);
});

test('2.9.4 on the journal of 2.3.0: healthy, and empty; what is in the under store is loaded', async () => {
  await everywhere(cluster, 'worker', 'alluxio-stop.sh worker');
  await everywhere(cluster, 'master', 'alluxio-stop.sh master');
  for (const {name} of cluster.places) await install(cluster, name, '2.9.4');
  expect(await everywhere(cluster, 'master', 'alluxio-start.sh -a master')).toMatchObject(
    MASTERS.map(() => ({code: 0})),
  );
  const led = await untilLed(cluster, '2.9.4');
  expect(Object.keys(led.mountPoints)).toEqual(['/']);
  const quorum = await script(cluster, 'm-1', 'alluxio fsadmin journal quorum info -domain MASTER');
  expect(quorum.stdout.match(/^AVAILABLE/gm)).toHaveLength(3);
  expect((await script(cluster, 'm-1', NOT_LOADED)).stdout).toBe('');
  const listed = await paths('alluxio fs ls -R /');
  expect(listed).toContain('/warehouse/orders/part-00000');
  expect(listed).not.toContain('/models/draft');
  const group = './raft/02511d47-d67c-49a3-9011-abb3109a44c1';
  expect((await tree(cluster, 'm-2', 'srv/alluxio/journal')).filter(name => !name.includes('sm'))).toEqual([
    ...['./copycat-1-1.log', './copycat-1-20261122075431.snapshot', './copycat.meta', './raft', group],
    ...[`${group}/current`, `${group}/current/log_inprogress_0`, `${group}/current/raft-meta`],
    ...[`${group}/current/raft-meta.conf`, `${group}/in_use.lock`],
  ]);
});

test('standbys of 2.9.4 take connections and drop them', async () => {
  const led = await untilLed(cluster, '2.9.4');
  for (const name of MASTERS.filter(other => other !== led.name)) {
    const place = placeOf(cluster, name);
    expect(await listens(place.address, portOf(place, 'webPort'))).toBe(true);
    expect(await info(cluster, name, '/api/v1/master/info')).toBeNull();
  }
});

test('a worker that registers with the empty master deletes all its blocks', async () => {
  expect((await blocks('w-1')).length).toBeGreaterThan(3);
  await script(cluster, 'w-1', 'alluxio-start.sh -a worker NoMount');
  await untilLed(cluster, '2.9.4', 1);
  await until(
    () => blocks('w-1'),
    left => left.length === 0,
  );
  expect(told().some(what => /^w-1 removes \d+ blocks$/.test(what))).toBe(true);
  expect((await blocks('w-2')).length).toBeGreaterThan(3);
});

test('a backup beside a journal that is not empty is ignored', async () => {
  await everywhere(cluster, 'worker', 'alluxio-stop.sh worker');
  await everywhere(cluster, 'master', 'alluxio-stop.sh master');
  await everywhere(cluster, 'master', `alluxio-start.sh -a -i '${backup}' master`);
  const led = await untilLed(cluster, '2.9.4');
  expect(await logs(led.name)).toContain(
    `The journal system is not freshly formatted, skipping restoring backup from ${backup}`,
  );
  expect(await gauge(cluster, 'Master.LastBackupRestoreCount')).toBe(-1);
});

test('a formatted journal is filled from the backup, and blocks that were left alone are known again', async () => {
  await everywhere(cluster, 'master', 'alluxio-stop.sh master');
  const [formatted] = await everywhere(cluster, 'master', 'alluxio formatJournal');
  expect(formatted?.stdout).toMatch(
    /^Formatting Alluxio Master @ \S+\n\S+ \S+ INFO {2}\[main\]\(Format\.java:\d+\) - Formatting master journal: \S+\/journal\/\n\S+ \S+ INFO {2}\[main\]\(Format\.java:\d+\) - Formatting complete\n$/,
  );
  expect(await tree(cluster, 'm-3', 'srv/alluxio/journal')).toEqual([]);
  await everywhere(cluster, 'master', `alluxio-start.sh -a -i '${backup}' master`);
  const led = await untilLed(cluster, '2.9.4');
  expect(await gauge(cluster, 'Master.LastBackupRestoreCount')).toBe(entries);
  expect(await logs(led.name)).toContain(`Initializing metadata from backup ${backup}\n`);
  expect(await logs(led.name)).toContain(`Restored ${entries} entries from backup\n`);
  for (const name of MASTERS.filter(other => other !== led.name))
    expect(await logs(name)).not.toContain('Initializing metadata from backup');
  expect(Object.keys(led.mountPoints)).toEqual(['/', '/lake']);
  const before = await blocks('w-2');
  await everywhere(cluster, 'worker', 'alluxio-start.sh -a worker NoMount');
  await untilLed(cluster, '2.9.4', 2);
  expect(await blocks('w-2')).toEqual(before);
  expect(await paths(NOT_LOADED)).toContain('/models/draft');
});

test('a backup of 2.9.4 is written by a standby, and called complete', async () => {
  const led = await untilLed(cluster, '2.9.4');
  const address = placeOf(cluster, led.name).address;
  const delegated = await script(cluster, 'm-1', 'alluxio fsadmin backup');
  expect(delegated.stdout).not.toContain(`Backup Host        : ${address}\n`);
  const uri = /Backup URI {9}: (\S+)/.exec(delegated.stdout)?.[1];
  expect((await run(cluster, 'm-1', `ls '${uri}.complete'`)).code).toBe(0);
  const own = await script(cluster, 'm-1', 'alluxio fsadmin backup --bypass-delegation');
  expect(own.stdout).toContain(`Backup Host        : ${address}\n`);
});

test('a backup that is not there kills each leader in turn, and leaves a complete one of nothing', async () => {
  await everywhere(cluster, 'worker', 'alluxio-stop.sh worker');
  await everywhere(cluster, 'master', 'alluxio-stop.sh master');
  await everywhere(cluster, 'master', 'alluxio formatJournal');
  await everywhere(cluster, 'master', 'alluxio-start.sh -a -i /nowhere/backup.gz master');
  await until(
    async () => (await Promise.all(MASTERS.map(running))).filter(Boolean).length,
    left => left === 1,
  );
  expect(await leader(cluster)).toBeNull();
  const {stdout} = await run(cluster, 'm-1', `ls -S "$(dirname '${backup}')"/*.complete | wc -l`);
  expect(Number(stdout)).toBe(4);
  await everywhere(cluster, 'master', 'alluxio-stop.sh master');
});

test('a missing journal folder: 2.9.4 makes its own, 2.3.0 formats everybody, workers included', async () => {
  const {home, root} = placeOf(cluster, 'm-1');
  expect((await blocks('w-2')).length).toBeGreaterThan(3);
  await run(cluster, 'm-1', `rm -rf '${root}/srv/alluxio/journal'`);
  await script(cluster, 'm-1', 'alluxio-start.sh -a master');
  expect((await run(cluster, 'm-1', `ls -d '${root}/srv/alluxio/journal'`)).code).toBe(0);
  expect((await blocks('w-2')).length).toBeGreaterThan(3);
  await script(cluster, 'm-1', 'alluxio-stop.sh master');
  for (const {name} of cluster.places)
    await run(cluster, name, `ln -sfn alluxio-2.3.0 '${placeOf(cluster, name).home}'`);
  await run(cluster, 'm-1', `rm -rf '${root}/srv/alluxio/journal'`);
  await script(cluster, 'm-1', 'alluxio-start.sh -a master');
  expect(await blocks('w-2')).toEqual([]);
  expect((await run(cluster, 'm-1', `cat '${home}/logs/task.log'`)).stdout).toContain(
    'Formatting Alluxio Worker @ ',
  );
});
