import {existsSync, lstatSync, readFileSync} from 'node:fs';
import {describe, expect, onTestFinished, test} from 'vitest';
import {z} from 'zod';
import {alluxioKit} from '../../../src/fakes/alluxio/kit.ts';
import type {DemoCluster, DemoOptions} from '../../../src/sim/demo-cluster.ts';
import {ROLE_FIELDS, Settings} from '../../../src/systems/alluxio/fields.ts';
import {parseOpenJobs} from '../../../src/systems/alluxio/parse/jobs.ts';
import {page, placeOf, run, until} from '../support.ts';
import {boot, everywhere, gauge, info, install, script, tree, untilLed} from './support.ts';

const start = async (options: Partial<DemoOptions>): Promise<DemoCluster> => {
  const cluster = await boot(options);
  onTestFinished(() => cluster.stop());
  return cluster;
};

const Role = z.looseObject({nodes: z.array(z.looseObject({name: z.string(), host: z.string()}))});
const Inventory = z.object({
  clusters: z.object({
    'lake-cache': z.looseObject({
      settings: z.record(z.string(), z.unknown()),
      roles: z.record(z.string(), Role),
    }),
  }),
});

test('the demo cluster: 16 nodes on 9 hosts, a home for two servers, and an inventory that the system reads', async () => {
  const cluster = await start({layout: 'demo'});
  expect(cluster.hosts.map(({places}) => places.length)).toEqual([2, 2, 2, 2, 2, 2, 2, 1, 1]);
  const {settings, roles} = Inventory.parse(JSON.parse(readFileSync(cluster.inventory, 'utf8'))).clusters[
    'lake-cache'
  ];
  const read = Settings.parse(settings);
  expect(read).toMatchObject({version: '2.9.4'});
  expect(existsSync(read.package)).toBe(true);
  const counts = Object.entries(roles).map(([role, {nodes}]) => `${role} ${nodes.length}`);
  expect(counts).toEqual(['master 3', 'job-master 3', 'worker 4', 'job-worker 4', 'client 2']);
  for (const [role, {nodes, ...rest}] of Object.entries(roles)) {
    for (const {name, host: _, home, ...own} of nodes) {
      // An application has no home of Alluxio's.
      if (role !== 'client') expect({...rest, home}).toMatchObject({home: placeOf(cluster, name).home});
      const fields = Object.entries(ROLE_FIELDS).find(([known]) => known === role)?.[1];
      expect(fields?.parse({...rest, ...own})).toMatchObject({role});
    }
  }
  const {home, root} = placeOf(cluster, 'jm-2');
  expect(placeOf(cluster, 'm-2').home).toBe(home);
  expect(lstatSync(home).isSymbolicLink()).toBe(true);
  const {stdout} = await run(
    cluster,
    'm-2',
    `for p in $(ps -Aww -o pid,args | grep -F 'alluxio.home=${root}' | awk '/alluxio\\.(master|job)/ && !/awk/ {print $1}'); do cat /proc/$p/comm; done`,
  );
  expect(stdout).toBe('java\njava\n');
  const jobs = await Promise.all(
    ['jm-1', 'jm-2', 'jm-3'].map(name => page(cluster, name, 'webPort', '/api/v1/job_master/info')),
  );
  expect(jobs.filter(Boolean)).toHaveLength(1);
  expect(await page(cluster, 'jw-1', 'webPort', '/')).toMatch(/^404 <html>\n<head>/);
  // One file is pinned, and the job service is at nothing.
  await untilLed(cluster, '2.3.0', 4);
  const pinned = await script(cluster, 'm-1', 'alluxio fs ls -R -p /');
  expect(pinned.stdout).toMatch(/^\S+ .* \/models\/current\s*$/);
  const report = await script(cluster, 'm-2', 'alluxio fsadmin report jobservice');
  expect(parseOpenJobs(report.stdout.split('\n'))).toEqual({count: 0, named: []});
});

test('every role on one address, as on machines that have no other; and a proxy', async () => {
  const cluster = await start({layout: 'proxies', shared: true, from: '2.9.4'});
  expect(cluster.hosts).toHaveLength(1);
  await untilLed(cluster, '2.9.4', 1);
  expect(await page(cluster, 'p-1', 'webPort', '/')).toMatch(/^404 /);
  const stopped = await script(cluster, 'p-1', 'alluxio-stop.sh proxy');
  expect(stopped.stdout).toMatch(/^Successfully Killed 1 process\(es\) successfully on /);
});

test('a plain home, an unpacked package, a ramdisk that is not mounted', async () => {
  const cluster = await start({
    layout: 'small',
    knobs: {'m-1': {HOME: 'directory', PACKAGE: 'directory', PERSISTED: 'all'}, 'w-1': {TIER: 'MEM'}},
  });
  const {home} = placeOf(cluster, 'm-1');
  expect(lstatSync(home).isDirectory()).toBe(true);
  expect(lstatSync(placeOf(cluster, 'w-1').home).isSymbolicLink()).toBe(true);
  const {settings} = Inventory.parse(JSON.parse(readFileSync(cluster.inventory, 'utf8'))).clusters[
    'lake-cache'
  ];
  const {stdout} = await run(
    cluster,
    'm-1',
    `grep ^VERSION= '${settings.package}'/libexec/alluxio-config.sh`,
  );
  expect(stdout).toBe('VERSION=2.9.4\n');
  expect((await script(cluster, 'm-1', 'alluxio fs ls -R /')).stdout).not.toContain('NOT_PERSISTED');
  const {root} = placeOf(cluster, 'w-1');
  await run(cluster, 'w-1', `: >'${root}/etc/fake-alluxio/mounts'`);
  const refused = await script(cluster, 'w-1', 'alluxio-start.sh -a worker NoMount');
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(
    /^ERROR: Ramdisk \S+\/mnt\/ramdisk is not mounted with mount option NoMount\. Use alluxio-mount\.sh to mount ramdisk\.\nUsage: /,
  );
});

describe('in place', () => {
  test.each([
    ['2.5.0', './02511d47-d67c-49a3-9011-abb3109a44c1'],
    ['2.8.1', './raft/02511d47-d67c-49a3-9011-abb3109a44c1'],
  ])('%s to 2.9.4: the journal is read, and moved to where it belongs', async (from, group) => {
    const cluster = await start({from, layout: 'small'});
    const journal = (): Promise<readonly string[]> => tree(cluster, 'm-1', 'srv/alluxio/journal');
    expect(await journal()).toContain(`${group}/current/log_inprogress_0`);
    await everywhere(cluster, 'worker', 'alluxio-stop.sh worker');
    await everywhere(cluster, 'master', 'alluxio-stop.sh master');
    for (const {name} of cluster.places) await install(cluster, name, '2.9.4');
    await everywhere(cluster, 'master', 'alluxio-start.sh -a master');
    await everywhere(cluster, 'worker', 'alluxio-start.sh -a worker NoMount');
    await untilLed(cluster, '2.9.4', 2);
    expect(await gauge(cluster, 'Master.TotalPaths')).toBe(14);
    expect(await journal()).toContain('./raft/02511d47-d67c-49a3-9011-abb3109a44c1/current/log_inprogress_0');
    expect(await journal()).not.toContain('./02511d47-d67c-49a3-9011-abb3109a44c1');
  });

  test('a journal in the under store, of 2.3.0 to 2.9.4', async () => {
    const cluster = await start({layout: 'ufs'});
    expect(await script(cluster, 'm-1', 'alluxio fsadmin journal quorum info -domain MASTER')).toMatchObject({
      code: 255,
      stdout: 'Quorum operations are supported for journal type: EMBEDDED\n',
    });
    await everywhere(cluster, 'master', 'alluxio-stop.sh master');
    await everywhere(cluster, 'worker', 'alluxio-stop.sh worker');
    for (const {name} of cluster.places) await install(cluster, name, '2.9.4');
    await script(cluster, 'm-1', 'alluxio-start.sh -a master');
    await everywhere(cluster, 'worker', 'alluxio-start.sh -a worker NoMount');
    await untilLed(cluster, '2.9.4', 2);
    expect(await gauge(cluster, 'Master.TotalPaths')).toBe(14);
    const master = './FileSystemMaster/v1';
    const logs = await tree(cluster, 'm-1', 'srv/alluxio/journal');
    expect(logs.filter(name => name.startsWith(`${master}/logs/`))).toHaveLength(2);
    expect(logs.some(name => /\/v1\/logs\/0x0-0x[0-9a-f]{1,3}$/.test(name))).toBe(true);
    await script(cluster, 'm-1', 'alluxio-stop.sh master');
    const {stdout} = await script(cluster, 'm-1', 'alluxio formatJournal');
    expect(stdout).toMatch(/UfsJournal\.java:\d+\) - Formatting \S+\/journal\/BlockMaster\/v1\n/);
    expect((await tree(cluster, 'm-1', `srv/alluxio/journal/${master.slice(2)}`)).join()).toMatch(
      /^\.\/_format_\d+$/,
    );
  });
});

test('a worker before 2.7 does not come into a later cluster', async () => {
  const cluster = await start({layout: 'small', from: '2.5.0', to: '2.9.4'});
  await script(cluster, 'm-1', 'alluxio-stop.sh master');
  await install(cluster, 'm-1', '2.9.4');
  await script(cluster, 'm-1', 'alluxio-start.sh -a master');
  await untilLed(cluster, '2.9.4');
  await new Promise(resolve => setTimeout(resolve, 1500));
  expect(await info(cluster, 'm-1', '/api/v1/master/info')).toMatchObject({workers: []});
  await until(
    () => page(cluster, 'w-1', 'webPort', '/'),
    answer => answer !== null,
  );
});

test.each(['1.7.1', '2.10.0', '3.1.0', '2.9', 'latest'])('%s is not pretended', version => {
  expect(alluxioKit.knows?.(version)).toBe(false);
});
