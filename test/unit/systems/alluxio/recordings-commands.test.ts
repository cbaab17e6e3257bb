import {describe, expect, test} from 'vitest';
import {parseBackup, pathOf} from '../../../../src/systems/alluxio/parse/backup.ts';
import {parseBackupProgress} from '../../../../src/systems/alluxio/parse/backup-progress.ts';
import {confSurveyFacts, parseProperty, WANTED} from '../../../../src/systems/alluxio/parse/conf.ts';
import {parseOpenJobs} from '../../../../src/systems/alluxio/parse/jobs.ts';
import {type Entry, parseEntry, parseLayout} from '../../../../src/systems/alluxio/parse/journal.ts';
import {parseRestored} from '../../../../src/systems/alluxio/parse/namespace.ts';
import {parseQuorum} from '../../../../src/systems/alluxio/parse/quorum.ts';
import {keepStates} from '../../../../src/transport/keepers.ts';
import {linesOf, type Recording, readRecording, tableOf} from './recorded.ts';

/** What 1.8 says has a test of its own. */
const isLater = ([path]: [string, Recording]): boolean => !path.startsWith('1.8.1/');

const failedOf = (table: [string, Recording][]): [string, Recording][] =>
  table.filter(([, {exit}]) => exit !== 0);
const wellOf = (table: [string, Recording][]): [string, Recording][] =>
  table.filter(([, {exit}]) => exit === 0);

describe('fsadmin report jobservice', () => {
  const table = tableOf(/^bin\/alluxio fsadmin report jobservice$/);
  test('there is a recording of it', () => {
    expect(table).not.toEqual([]);
  });

  test.each(table)('%s counts no job that is not over, and names none', (_, {stdout}) => {
    expect(parseOpenJobs(linesOf(stdout))).toEqual({count: 0, named: []});
  });

  // The same words with other numbers, and jobs as that version writes them.
  test.each(table)('of jobs that run or wait %s would tell how many, and which, each once', (_, {stdout}) => {
    const job = (id: number, name: string, status: string): string =>
      `Timestamp: 11-22-2026 07:47:51:900       Id: ${String(id).padEnd(20)}Name: ${name.padEnd(20)}Status: ${status}`;
    const said = linesOf(stdout).map(line =>
      line.replace(/^(Status: RUNNING +Count: )0$/, '$12').replace(/^(Status: CREATED +Count: )0$/, '$11'),
    );
    const jobs = [
      job(1795333548545, 'Load', 'RUNNING'),
      job(1795333548546, 'Migrate a b', 'CREATED'),
      job(1795333548547, 'Load', 'FAILED'),
      job(1795333548545, 'Load', 'RUNNING'),
    ];
    expect(parseOpenJobs([...said, ...jobs])).toEqual({
      count: 3,
      named: ['1795333548545 Load', '1795333548546 Migrate a b'],
    });
  });

  // The loop that draws and reads keys waits for it meanwhile.
  test.each([
    ['the mark of a job', 'Timestamp: Id: 1 Name: '],
    ['blanks', 'Timestamp: 1 Id: 1 Name: x '.padEnd(60)],
    ['digits', `Timestamp: 1 Id: ${'1'.repeat(60)}`],
  ])('one line of 200,000 characters that is full of %s is read at once, and is no job', (_, piece) => {
    const long = `Timestamp: 1 Id: 1 Name: x${piece.repeat(200_000).slice(0, 200_000)}`;
    const began = performance.now();
    expect(parseOpenJobs(['Status: RUNNING   Count: 1', long, `${long}!`])).toEqual({count: 1, named: []});
    expect(performance.now() - began).toBeLessThan(1_000);
  });

  test.each(tableOf(/^bin\/alluxio fsadmin report(?! jobservice)/))(
    '%s says nothing of jobs',
    (_, {stdout}) => {
      expect(parseOpenJobs(linesOf(stdout))).toBeNull();
    },
  );
});

describe('fsadmin backup', () => {
  const table = tableOf(
    /^bin\/alluxio fsadmin backup( [^-]\S*)?( --(local|allow-leader|bypass-delegation))?$/,
  ).filter(isLater);
  test('there are recordings of it', () => {
    expect(wellOf(table).length).toBeGreaterThan(14);
    expect(failedOf(table).length).toBeGreaterThan(6);
  });

  test.each(wellOf(table))('%s names its place, its host and how much it holds', (_, {stdout}) => {
    const backup = parseBackup(linesOf(stdout));
    expect(backup).toMatchObject({error: null, host: expect.stringMatching(/^[mx]\d\.lab$/)});
    expect(backup.entries).toBeGreaterThan(0);
    expect(pathOf(backup.uri ?? '')).toMatch(/^\/(mnt|srv)\/.*\/alluxio-backup-\d{4}-\d\d-\d\d-\d+\.gz$/);
  });

  test.each(failedOf(table))('%s names none, and says why', (_, {stdout}) => {
    expect(parseBackup(linesOf(stdout))).toEqual({
      uri: null,
      host: null,
      entries: null,
      error: expect.stringMatching(
        /^(Backup failed at worker|Local backup failed|Failed to|No master found)/,
      ),
    });
  });
});

describe('fsadmin backup, while it is listened to', () => {
  const table = tableOf(/^bin\/alluxio fsadmin backup\b/);

  /** What is heard of it, in pieces of that many bytes, and what is kept at the end. */
  const hearIn = (stdout: string, bytes: number): {heard: string[]; kept: string[]} => {
    const keeper = keepStates(10_000);
    const heard: string[] = [];
    for (let at = 0; at < stdout.length; at += bytes) {
      keeper.keep(Buffer.from(stdout.slice(at, at + bytes)));
      if (keeper.says() !== heard.at(-1) && keeper.says() !== '') heard.push(keeper.says());
    }
    return {heard, kept: linesOf(keeper.kept().toString('utf8'))};
  };

  test.each(table)('%s keeps none of its states, and is understood as it was printed', (_, {stdout}) => {
    for (const bytes of [1, 7, 80, 10_000]) {
      const {kept} = hearIn(stdout, bytes);
      expect(
        kept.some(line => parseBackupProgress(line) !== null),
        `${bytes}`,
      ).toBe(false);
      expect(parseBackup(kept)).toEqual(parseBackup(linesOf(stdout)));
    }
  });

  test('its states are told in each of them that has any, dots where there are none', () => {
    const states = (stdout: string): unknown[] =>
      hearIn(stdout, 77).heard.flatMap(line => parseBackupProgress(line)?.state ?? []);
    const began = table.filter(([, {stdout}]) => stdout.includes('Backup state'));
    expect(began.length).toBeGreaterThan(16);
    for (const [path, {stdout}] of began) expect(states(stdout), path).toEqual(['initiating']);
    const dots = readRecording('2.1.0/down-backup.txt').stdout;
    expect(hearIn(dots, 1).heard.slice(0, 10).map(parseBackupProgress)).toEqual(
      Array.from({length: 10}, () => ({state: 'waiting'})),
    );
  });
});

describe('journal quorum info', () => {
  const table = tableOf(/^bin\/alluxio fsadmin journal quorum info -domain/);
  test('there are recordings of it', () => expect(table.length).toBeGreaterThan(9));

  test.each(wellOf(table))('%s tells of three masters', (path, {stdout}) => {
    const quorum = parseQuorum(linesOf(stdout));
    const away = path.endsWith('quorum-one-stopped.txt') ? ['m1:19200'] : [];
    expect(quorum?.size).toBe(3);
    expect(quorum?.members.length).toBe(3);
    expect(quorum?.members.flatMap(({available, address}) => (available ? [] : [address]))).toEqual(away);
    // 2.3.0 does not say who leads.
    const leader = path === 'guide-a-emb/04-quorum.txt' ? null : expect.stringMatching(/^[mx]\d:\d+$/);
    expect(quorum?.leader).toEqual(leader);
  });

  test.each(failedOf(table))('%s tells of none', (_, {stdout}) => {
    expect(parseQuorum(linesOf(stdout))).toBeNull();
  });
});

describe('getConf --source', () => {
  const table = tableOf(/^bin\/alluxio getConf --source \|/);
  const propertiesOf = (stdout: string): string[] => stdout.split('\n').filter(line => line !== '');
  test('there are recordings of it', () => expect(table.length).toBe(3));

  test.each(table)('%s: every line is a property', (_, {stdout}) => {
    for (const line of propertiesOf(stdout)) {
      const property = parseProperty(line);
      expect(property, line).not.toBeNull();
      expect(property?.source).toMatch(/^(DEFAULT|SITE_PROPERTY|SYSTEM_PROPERTY)$/);
    }
  });

  test.each(table)('%s: what a master is', (_, {stdout}) => {
    const lines = propertiesOf(stdout)
      .filter(line => WANTED.includes(line.split('=')[0] ?? ''))
      .map(line => ['prop', line] as const);
    expect(confSurveyFacts('master', lines, [])).toMatchObject({
      journalType: 'EMBEDDED',
      journalTypeSource: 'SITE_PROPERTY',
      journalFolder: '/srv/alluxio/journal',
      rootUfs: '/mnt/ufs/root',
      'conf.alluxio.master.embedded.journal.addresses': 'm1:19200,m2:19200,m3:19200',
      'source.alluxio.master.metastore.dir': 'SITE_PROPERTY',
    });
  });

  test('the metastore is on the disk or it is not, and only then it has a directory', () => {
    const linesIn = (path: string) =>
      propertiesOf(readRecording(path).stdout).map(line => ['prop', line] as const);
    const directory = (path: string) => confSurveyFacts('master', linesIn(path), []).metastoreDir;
    expect(directory('2.1.0/getConf-all-source.txt')).toBe('');
    expect(directory('2.9.4/getConf-all-source.txt')).toBe('/srv/alluxio/metastore');
  });

  test('the tiers of a worker', () => {
    const lines = propertiesOf(readRecording('2.1.0/getConf-all-source.txt').stdout).map(
      line => ['prop', line] as const,
    );
    expect(confSurveyFacts('worker', lines, [])).toMatchObject({
      tierDirs: ['/mnt/ramdisk'],
      ramdisks: ['/mnt/ramdisk'],
    });
  });
});

describe('a journal’s folder', () => {
  const table = tableOf(/^find \/srv\/alluxio(\/journal)? -printf/);
  /** As our own look tells it: below the folder, no deeper than four. */
  const entriesOf = (stdout: string): Entry[] =>
    stdout.split('\n').flatMap(line => {
      const [, kind, bytes, path = ''] = /^(\w) +(\d+) .*?\/srv\/alluxio\/journal\/(.+)$/.exec(line) ?? [];
      return path === '' || path.split('/').length > 4 ? [] : (parseEntry(`${kind} ${bytes} ${path}`) ?? []);
    });
  const LAYOUTS: Readonly<Record<string, string>> = {
    '2.9.4/i-badpath-journal-m1.txt': 'raft',
    '2.9.4/i-badpath-journal-m2.txt': 'raft',
    '2.9.4/i-badpath-journal-m3.txt': 'raft',
    '2.9.4/i-ok-journal.txt': 'raft',
    '2.9.4/journal-after-format.txt': 'empty',
    '2.9.4/journal-after-run.txt': 'raft',
    'guide-a-emb/01-journal-after-format.txt': 'empty',
    'guide-a-emb/05-journal-run.txt': 'copycat',
    'guide-a-emb/09-incompatible-journal-x1.txt': 'raft',
    'guide-a-emb/09-incompatible-journal-x2.txt': 'raft',
    'guide-a-emb/09-incompatible-journal-x3.txt': 'raft',
    'guide-a-emb/10-journal-formatted.txt': 'empty',
    'guide-a-emb/11-journal.txt': 'raft',
    'guide-a-ufs/01-journal.txt': 'empty',
    'guide-u/02-journal.txt': 'formatted',
    'guide-u/03-journal.txt': 'ufs',
    'guide-u/04-journal.txt': 'ufs',
  };
  test('every recording of one is in the table', () =>
    expect(table.map(([path]) => path).toSorted()).toEqual(Object.keys(LAYOUTS).toSorted()));

  test.each(table)('%s', (path, {stdout}) => {
    const {layout, foreign} = parseLayout(entriesOf(stdout));
    expect(layout).toBe(LAYOUTS[path]);
    // A newer version began beside what it does not read.
    const beside = path.includes('/09-incompatible-')
      ? ['copycat-1-1.log', 'copycat-1-20261122075431.snapshot', 'copycat.meta']
      : [];
    expect(foreign).toEqual(beside);
  });
});

describe('what a master logs of a restore', () => {
  const table = tableOf(/grep -nE 'Restored\|/);
  const RESTORED: Readonly<Record<string, number>> = {
    '2.9.4/i-ok-log-m2.txt': 22,
    'guide-a-emb/11-restore-log-x3.txt': 17,
    'guide-a-emb/15-restore-log-x1.txt': 17,
    'guide-a-emb/17-restore-log-x1.txt': 17,
    'guide-a-ufs/02-log-x2.txt': 8,
  };
  test('there are recordings of it', () => expect(table.length).toBeGreaterThan(20));

  test.each(table)('%s', (path, {stdout}) => {
    const log = stdout.split('\n');
    const [, backup = ''] = / - Initializing metadata from backup (.*)/.exec(stdout) ?? [];
    // Those that were recorded leave out where a master started.
    expect(parseRestored(log, backup)).toBe(RESTORED[path] ?? null);
    expect(parseRestored(log, `${backup}x`)).toBeNull();
  });
});
