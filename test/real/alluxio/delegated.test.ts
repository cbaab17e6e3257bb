import {afterAll, beforeAll, describe, expect, inject, test} from 'vitest';
import {until} from '../../lab/command.ts';
import {agreeUntil, agreeUpTo, destroy, heldAnywhere, retry} from '../../terminal/person.ts';
import {mountRamdisk} from './cluster.ts';
import {blocksOf} from './files.ts';
import {addressesOf, HOMES, JOURNAL, type Layout, OWN_BACKUPS, WORKERS} from './layout.ts';
import {leaderPage} from './pages.ts';
import {beginStory, type Story} from './story.ts';

const prepared = inject('prepared');
const WITHIN_MS = 900_000;
const LAYOUT: Layout = {from: '2.3.0', to: '2.9.4', journal: 'UFS', masters: 3, jobs: false};

describe.skipIf(prepared === null)('Alluxio 2.3.0 with ZooKeeper and a shared journal', () => {
  let story: Story;

  beforeAll(async () => {
    if (prepared === null) return;
    story = await beginStory(prepared, LAYOUT, {
      backupDirectory: OWN_BACKUPS,
      caches: 'copy',
      conf: {
        'alluxio.master.journal.type': 'EMBEDDED',
        'alluxio.master.journal.folder': JOURNAL,
        'alluxio.master.embedded.journal.addresses': addressesOf(LAYOUT),
        'alluxio.zookeeper.enabled': 'false',
      },
    });
  }, WITHIN_MS);

  afterAll(() => story?.end());

  const onMasters = (command: string): Promise<string[]> =>
    Promise.all(story.cluster.masters.map(async host => (await story.cluster.on(host, command)).trim()));

  const filesIn = async (host: string, folder: string): Promise<string> =>
    (await story.cluster.lab.ssh(host, `find ${folder} -type f`)).stdout.trim();

  test('is backed up by a standby, and 2.9.4 afterwards with an embedded journal and every byte', {
    timeout: 3_600_000,
  }, async () => {
    const {cluster, before} = story;
    const {masters} = cluster;
    const leader = await leaderPage(cluster.lab, masters);
    const terminal = await story.run('upgrade');

    // Whoever does not lead writes it, on its own disk; from there it comes to every other.
    await agreeUpTo(terminal, 'Back up the metadata', WITHIN_MS);
    await agreeUntil(terminal, 'Stop workers and services', WITHIN_MS);
    const [printed = ''] = await onMasters(`cat ${HOMES}/alluxio-2.3.0/.lakeup-*/backup.out || :`);
    const [, writer] = /Backup Host\s*:\s*([\w-]+)/.exec(printed) ?? [];
    expect(masters.filter(host => host !== leader?.host)).toContain(writer);
    const [sum, ...others] = await onMasters(`cd ${OWN_BACKUPS} && sha256sum *.gz`);
    expect(sum).toMatch(/^[0-9a-f]{64} {2}alluxio-backup-\S+\.gz$/);
    expect(others).toEqual([sum, sum]);

    // Somebody has started a master of the new version, alone: the journal that it began is nobody's copy.
    await agreeUntil(terminal, 'Format the journals', WITHIN_MS);
    await cluster.start('m-1', 'master');
    await until('it has a journal', async () => (await filesIn('m-1', JOURNAL)) !== '', WITHIN_MS, 1_000);
    await cluster.stop('m-1', 'master');
    await agreeUpTo(terminal, 'Format the journals');
    await destroy(terminal, 'm-1', 'lake-alluxio', WITHIN_MS);
    expect(await heldAnywhere(terminal, WITHIN_MS)).toContain('what is formatted is gone for good');
    expect(await filesIn('m-1', JOURNAL)).not.toBe('');
    await story.cachesUntouched();
    await cluster.on('m-1', `rm -r ${JOURNAL}`);
    await retry(terminal);
    for (const host of masters) await destroy(terminal, host, 'lake-alluxio', WITHIN_MS);

    // A host was off: what it had in its ramdisk is nowhere but in the copy.
    await agreeUntil(terminal, 'Start workers and services', WITHIN_MS);
    await story.cachesUntouched();
    const [worker = ''] = WORKERS;
    await mountRamdisk(cluster.lab, worker);
    expect(await blocksOf(cluster)).not.toBe(before.blocks);
    await agreeUpTo(terminal, 'Start workers and services');
    await story.endsWell(WITHIN_MS);

    const uri = `file://${OWN_BACKUPS}/${sum?.split('  ')[1]}`;
    const started = "ps -Aww -o args | grep '[i]nit.from.backup' | sed 's/.*backup=//; s/ .*//'";
    expect(await onMasters(started)).toEqual([uri, uri, uri]);
  });
});
