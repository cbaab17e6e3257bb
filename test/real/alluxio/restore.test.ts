import {renameSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, inject, test} from 'vitest';
import {until} from '../../lab/command.ts';
import {agreeUntil, agreeUpTo, destroy, heldAnywhere, retry} from '../../terminal/person.ts';
import {blocksOf} from './files.ts';
import {HOME, JOURNAL, STORE, WORKERS} from './layout.ts';
import {leaderPage} from './pages.ts';
import {beginStory, type Story} from './story.ts';

const prepared = inject('prepared');
const WITHIN_MS = 900_000;

describe.skipIf(prepared === null)('Alluxio 2.3.0 with a journal on an under store', () => {
  let story: Story;

  beforeAll(async () => {
    if (prepared === null) return;
    story = await beginStory(
      prepared,
      {from: '2.3.0', to: '2.9.4', journal: 'UFS', masters: 1, jobs: true},
      {
        caches: 'drop',
        persist: true,
        conf: {
          'alluxio.master.journal.type': 'EMBEDDED',
          'alluxio.master.embedded.journal.addresses': 'm-1:19200',
        },
      },
    );
  }, WITHIN_MS);

  afterAll(() => story?.end());

  const journalFiles = async (): Promise<string> =>
    (await story.cluster.on('m-1', `find ${JOURNAL} -type f`)).trim();

  test('holds at each lie, no worker runs meanwhile, and it is 2.9.4 afterwards with every byte, though caches were given up', {
    timeout: 3_600_000,
  }, async () => {
    const {cluster} = story;
    let terminal = await story.run('upgrade');

    // Somebody starts the new version on the journal of the old one: it leads, and knows of nothing.
    await agreeUntil(terminal, 'Format the journals', WITHIN_MS);
    await cluster.start('m-1', 'master');
    const empty = await until('it leads', () => leaderPage(cluster.lab, ['m-1']), WITHIN_MS, 1_000);
    expect(Object.keys(empty.page.mountPoints)).toEqual(['/']);
    await agreeUpTo(terminal, 'Format the journals');
    expect(await heldAnywhere(terminal, WITHIN_MS)).toMatch(
      /"nothing runs anywhere" was not seen.*running +expected none +seen m-1/s,
    );
    await story.cachesUntouched();
    await cluster.stop('m-1', 'master');
    await retry(terminal);
    const question = await destroy(terminal, 'm-1', 'lake-alluxio', WITHIN_MS);
    expect(question).toContain(`Format the journal of m-1 in ${JOURNAL}?`);

    // Between format and start lakeup is killed, and somebody starts the master from a file that is not there.
    await agreeUntil(terminal, 'Start the masters', WITHIN_MS);
    await story.kill();
    expect(await journalFiles()).toBe('');
    await cluster.start('m-1', 'master', `-i ${STORE}/backups/alluxio-backup-none.gz`);
    await until(
      'it has died of that',
      async () => (await cluster.lab.ssh('m-1', 'pgrep -f alluxio.master.AlluxioMaster')).code !== 0,
      WITHIN_MS,
      1_000,
    );
    expect(await journalFiles()).not.toBe('');
    terminal = await story.run('resume');
    const journal = await heldAnywhere(terminal, WITHIN_MS);
    expect(journal).toMatch(/the journal is empty, and nothing foreign lies there/);
    await story.cachesUntouched();
    await cluster.on('m-1', `${HOME}/bin/alluxio formatJournal`);

    // And the backup is not where it was.
    const backups = join(cluster.store, 'backups');
    renameSync(backups, `${backups}.away`);
    await retry(terminal);
    const backup = await heldAnywhere(terminal, WITHIN_MS, seen => seen.includes('can read the backup'));
    expect(backup).toMatch(/readable +expected true +seen false/);
    await story.cachesUntouched();
    renameSync(`${backups}.away`, backups);
    await retry(terminal);

    await agreeUpTo(terminal, 'Start the masters', WITHIN_MS);
    await agreeUpTo(terminal, 'Format the tiers', WITHIN_MS);
    await story.cachesUntouched();
    for (const host of WORKERS) await destroy(terminal, host, 'lake-alluxio', WITHIN_MS);
    await agreeUntil(terminal, 'Start workers and services', WITHIN_MS);
    expect(await blocksOf(cluster)).toBe('0 blocks, 0 bytes');
    await agreeUpTo(terminal, 'Start workers and services');
    const paths = story.before.paths.map(path => path.replace(/ NOT_PERSISTED$/, ' PERSISTED'));
    // What is pinned is cached again by itself.
    await story.endsWell(WITHIN_MS, {paths, blocks: expect.any(String)});
  });
});
