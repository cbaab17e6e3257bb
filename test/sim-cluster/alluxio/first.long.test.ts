import {afterAll, beforeAll, expect, test} from 'vitest';
import type {DemoCluster} from '../../../src/sim/demo-cluster.ts';
import {listens, placeOf, portOf, run, until} from '../support.ts';
import {given, recorded} from './recorded.ts';
import {boot, everywhere, gauge, install, leader, script, tree, untilLed} from './support.ts';

// 1.8 as it is made highly available: masters that ZooKeeper elects, and that share a journal.

let cluster: DemoCluster;

beforeAll(async () => {
  cluster = await boot({layout: 'pair', from: '1.8.1', to: '2.9.4'});
});
afterAll(async () => {
  await cluster.stop();
});

const MASTERS = ['m-1', 'm-2'];
const blocks = async (): Promise<readonly string[]> =>
  (await tree(cluster, 'w-1', 'mnt/ssd/alluxioworker')).filter(name => /\/\d+$/.test(name));

test('one master leads and has ports; the standby listens nowhere', async () => {
  const led = await untilLed(cluster, '1.8.1', 1);
  for (const name of MASTERS) {
    const place = placeOf(cluster, name);
    for (const port of ['port', 'webPort'])
      expect(await listens(place.address, portOf(place, port)), name).toBe(name === led.name);
  }
  expect(Object.keys(led.mountPoints)).toEqual(['/', '/lake']);
  expect(await gauge(cluster, 'Master.PathsTotal')).toBe(14);
  expect(await gauge(cluster, 'Master.TotalPaths')).toBeUndefined();
});

test.each([
  ...['version', 'getConf-unknown', 'getConf-journal-type', 'backup-plain', 'backup-badflag'],
  ...['fsadmin-noargs', 'quorum', 'fs-ls-upper'],
])('%s prints what was recorded', async name => {
  const {stdout, stderr, code} = await given(cluster, 'm-1', `1.8.1/${name}`);
  const wanted = recorded(`1.8.1/${name}`);
  expect({code, stderr}).toEqual({code: wanted.code, stderr: wanted.stderr});
  expect(stdout.replace(/ +$/gm, '')).toBe(wanted.stdout.replace(/ +$/gm, ''));
});

test('what is not set is called so, and properties have their old names', async () => {
  const {stdout} = await script(cluster, 'm-1', 'alluxio getConf --source');
  expect(stdout).toMatch(/^alluxio\.worker\.tieredstore\.level1\.dirs\.path=\(no value set\) \(DEFAULT\)$/m);
  expect(stdout).toMatch(/^alluxio\.master\.port=\d+ \(SITE_PROPERTY /m);
  expect(stdout).toMatch(/^alluxio\.underfs\.address=\/.* \(SITE_PROPERTY /m);
  expect(stdout).not.toMatch(/rpc\.port|embedded|metastore|alluxio\.job/);
});

test('a listing has the columns that were recorded', async () => {
  const {stdout} = await script(cluster, 'm-1', 'alluxio fs ls -R /');
  const columns = (line: string): string => line.replace(/\S/g, 'x').replace(/x *$/, '');
  const [folder, file] = recorded('1.8.1/fs-ls')
    .stdout.replaceAll('TIME', '11-22-2026 07:55:34:412')
    .split('\n')
    .map(line => line.indexOf(' /'));
  for (const line of stdout.trimEnd().split('\n'))
    expect(line.indexOf(' /'), columns(line)).toBe(line.startsWith('d') ? folder : file);
  expect(stdout).toMatch(/ NOT_PERSISTED .* 100% \/models\/draft\n/);
});

test('no job service; a start that does not look is one without -m', async () => {
  const job = await script(cluster, 'm-1', 'alluxio-start.sh job_master');
  expect(job).toMatchObject({code: 1, stderr: expect.stringMatching(/^Error: Invalid ACTION: job_master\n/)});
  const flag = await script(cluster, 'm-1', 'alluxio-start.sh -a master');
  expect(flag).toMatchObject({code: 1, stderr: expect.stringMatching(/illegal option -- a\n/)});
});

test('a standby takes over, and reads the journal that they share', async () => {
  const before = await untilLed(cluster, '1.8.1', 1);
  const again = await script(cluster, before.name, 'alluxio-start.sh master');
  expect(again.stdout).toMatch(/^Killed 1 processes on /);
  const led = await untilLed(cluster, '1.8.1', 1);
  expect(Object.keys(led.mountPoints)).toEqual(['/', '/lake']);
  expect(await gauge(cluster, 'Master.PathsTotal')).toBe(14);
});

test('2.9.4 from its backup: every path is there, every block, and no worker of 1.8 beside it', async () => {
  const {stdout} = await script(cluster, 'm-1', 'alluxio fsadmin backup');
  const backup = /^Successfully backed up journal to (\S+)\n$/.exec(stdout)?.[1] ?? '';
  const kept = await blocks();
  await everywhere(cluster, 'master', 'alluxio-stop.sh master');
  for (const name of MASTERS) await install(cluster, name, '2.9.4');
  // Without it the new version would look for a journal of its own.
  for (const name of MASTERS) {
    const site = `${placeOf(cluster, name).home}/conf/alluxio-site.properties`;
    await run(cluster, name, `echo alluxio.master.journal.type=UFS >>'${site}'`);
  }
  expect((await script(cluster, 'm-1', 'alluxio formatJournal')).stdout).toMatch(/Formatting complete/);
  await everywhere(cluster, 'master', `alluxio-start.sh -a -i '${backup}' master`);
  const led = await untilLed(cluster, '2.9.4');
  expect(await gauge(cluster, 'Master.TotalPaths')).toBe(14);
  expect(led.workers).toEqual([]);
  await install(cluster, 'w-1', '2.9.4');
  await script(cluster, 'w-1', 'alluxio-start.sh -a worker NoMount');
  await untilLed(cluster, '2.9.4', 1);
  expect(await blocks()).toEqual(kept);
  await until(
    async () =>
      (
        await Promise.all(
          MASTERS.map(name =>
            listens(placeOf(cluster, name).address, portOf(placeOf(cluster, name), 'port')),
          ),
        )
      ).every(Boolean),
    all => all,
  );
  expect((await leader(cluster))?.version).toBe('2.9.4');
});
