import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {DemoCluster} from '../../../src/sim/demo-cluster.ts';
import {placeOf, run} from '../support.ts';
import {given, recorded, tidy} from './recorded.ts';
import {boot, script} from './support.ts';

/** What every version was asked. */
const ALL = [
  ...['noargs', 'badcmd', 'version', 'version-r', 'version-r8', 'validateConf-ok'],
  ...['alluxio-start-noargs', 'alluxio-start-h', 'alluxio-start-badaction', 'alluxio-start-badflag'],
  ...['alluxio-stop-noargs', 'alluxio-stop-h', 'alluxio-stop-badaction', 'alluxio-stop-c-first'],
  ...['getConf-unknown', 'getConf-removed-key', 'getConf-unset-none', 'getConf-source-default'],
  ...['getConf-source-site', 'getConf-alias', 'getConf-journal-type', 'getConf-delegation'],
  ...['stop-proxy-notrunning', 'fsadmin-backup-badflag'],
];
const DOWN = ['down-ls', 'down-masterInfo', 'down-leader', 'down-quorum', 'down-report', 'down-backup'];

/** While the cluster runs: backups of the leader, quorum and report, each in its version's manner. */
const RUNNING: Readonly<Record<string, readonly string[]>> = {
  '2.3.0': [
    ...['guide-a-emb/04-quorum', 'guide-a-emb/04-masterInfo', 'guide-a-emb/04-report'],
    ...['guide-a-emb/05-backup', 'guide-a-emb/05-backup-allow-leader'],
  ],
  '2.9.4': [
    ...['2.9.4/quorum-nodomain', '2.9.4/masterInfo', '2.9.4/report-plain', '2.9.4/report-summary'],
    ...['2.9.4/backup-plain', '2.9.4/backup-bypass', '2.9.4/backup-allow-leader'],
  ],
};

describe.each(['2.3.0', '2.9.4'])('what %s prints is what was recorded', version => {
  let cluster: DemoCluster;

  beforeAll(async () => {
    cluster = await boot({from: version, to: '2.9.4'});
  });
  afterAll(async () => {
    await cluster.stop();
  });

  test.each(ALL.map(name => `${version}/${name}`))('%s', async name => {
    expect(await given(cluster, 'm-1', name)).toEqual(recorded(name));
  });

  test.each(RUNNING[version] ?? [])('%s', async name => {
    expect(await given(cluster, 'm-1', name)).toEqual(recorded(name));
  });

  test('the quorum, with the leader where it is told', async () => {
    const name = version === '2.3.0' ? 'guide-a-emb/04-quorum' : '2.9.4/quorum-master';
    expect(await given(cluster, 'm-2', name)).toEqual(recorded(name));
  });

  test('a backup to where nothing can be written', async () => {
    // /dev/null is no directory, whoever asks.
    const said = await script(cluster, 'm-1', 'alluxio fsadmin backup /dev/null/x');
    const name = version === '2.3.0' ? 'guide-a-emb/05-backup-unwritable' : '2.9.4/backup-dir-unwritable';
    const wanted = recorded(name);
    expect(tidy({...said, stdout: said.stdout.replaceAll('/dev/null/x', '/nowrite/x')})).toEqual(wanted);
  });

  test('a listing, column by column', async () => {
    const {stdout} = await script(cluster, 'm-1', 'alluxio fs ls -R /');
    const shape = (text: string): string[] =>
      text
        .trimEnd()
        .split('\n')
        .map(line =>
          line
            .replace(/\/\S* *$/, '/')
            .replaceAll(/\d/g, '9')
            .replace(/ +9+(?= )/, ' 9'),
        );
    const known = new Set(
      shape(recorded('guide-a-emb/04-ls').stdout.replaceAll('TIME', '11-22-2026 07:55:34:412')),
    );
    // Folders, and files cached or not.
    for (const line of shape(stdout)) expect([...known]).toContain(line);
    expect(stdout).toMatch(/ NOT_PERSISTED .* 100% \/models\/draft\n/);
    expect(stdout).toMatch(/ PERSISTED .* 0% \/lake\/raw-0002\.parquet\n/);
  });

  test('Java of another version, and none', async () => {
    cluster.turn('m-1', {JAVA_SAYS: '17.0.15'});
    const other = await script(cluster, 'm-1', 'alluxio version');
    expect(other).toMatchObject({code: 1, stderr: ''});
    expect(other.stdout).toBe(
      `Error: Alluxio requires Java 8${version === '2.9.4' ? ' or Java 11' : ''}, currently Java 17.0.15 found.\n`,
    );
    cluster.turn('m-1', {});
    const {root} = placeOf(cluster, 'm-1');
    await run(cluster, 'm-1', `mv '${root}/usr/lib/jvm' '${root}/usr/lib/gone'`);
    const none = await script(cluster, 'm-1', 'alluxio version');
    expect(none).toMatchObject({code: 1, stdout: `${recorded(`${version}/java-none`).stdout}\n`});
    await run(cluster, 'm-1', `mv '${root}/usr/lib/gone' '${root}/usr/lib/jvm'`);
  });

  test('starts and stops', async () => {
    const again = await script(cluster, 'w-1', 'alluxio-start.sh -a worker NoMount');
    const words =
      version === '2.9.4'
        ? 'Successfully Killed 1 process(es) successfully on HOST'
        : 'Killed 1 process(es) on HOST';
    const {address, root} = placeOf(cluster, 'w-1');
    const logs = `${root}/opt/alluxio-${version}/logs`;
    expect(again).toMatchObject({
      code: 0,
      stdout: `${words.replace('HOST', address)}\nStarting worker @ ${address}. Logging to ${logs}\n`,
    });
    const wrong = await script(cluster, 'w-1', 'alluxio-start.sh -a worker Nosuch');
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toMatch(/^Invalid mount mode: Nosuch\nUsage: alluxio-start\.sh /);
    const mounted = await script(cluster, 'w-1', 'alluxio-start.sh -N worker');
    expect(mounted.stdout).toBe(
      `Assuming NoMount by default.\nStarting worker @ ${address}. Logging to ${logs}\n\u001b[1;37m---\u001b[0m \u001b[1;32m[ OK ]\u001b[0m The \u001b[1;36mworker\u001b[0m service @ \u001b[0;35m${address}\u001b[0m is in a healthy state.\u001b[0m\n`,
    );
  });

  test('without masters', async () => {
    for (const node of ['m-1', 'm-2', 'm-3']) {
      const {code} = await script(cluster, node, 'alluxio-stop.sh master');
      expect(code).toBe(0);
    }
    for (const name of DOWN) {
      expect(await given(cluster, 'm-1', `${version}/${name}`), name).toEqual(recorded(`${version}/${name}`));
    }
  });
});
