import {describe, expect, test} from 'vitest';
import type {Said} from '../../../../src/host/lines.ts';
import {parseBackup, pathOf} from '../../../../src/systems/alluxio/parse/backup.ts';
import {confSurveyFacts, parseProperty} from '../../../../src/systems/alluxio/parse/conf.ts';
import {homeFacts} from '../../../../src/systems/alluxio/parse/home.ts';
import {type Entry, parseLayout} from '../../../../src/systems/alluxio/parse/journal.ts';
import {mayTake} from '../../../../src/systems/alluxio/parse/memory.ts';
import {parseQuorum} from '../../../../src/systems/alluxio/parse/quorum.ts';
import {linesOf} from './recorded.ts';

describe('a backup in the words of versions that were not recorded', () => {
  test.each<[string, string, ReturnType<typeof parseBackup>]>([
    [
      '1.8.1',
      'Successfully backed up journal to hdfs://h:9000/alluxio_backups/b.gz\n',
      {uri: 'hdfs://h:9000/alluxio_backups/b.gz', host: null, entries: null, error: null},
    ],
    [
      '2.0 --local',
      'Successfully backed up journal to /b/b.gz on master m1.lab\n',
      {uri: '/b/b.gz', host: 'm1.lab', entries: null, error: null},
    ],
    [
      'a preview of 2.1',
      '..Successfully backed up journal to /b/b.gz on master m1 with 12 entries\n',
      {uri: '/b/b.gz', host: 'm1', entries: 12, error: null},
    ],
    [
      'another',
      'Successfully backed up journal to s3://b/b.gz with 3 entries\n',
      {uri: 's3://b/b.gz', host: null, entries: 3, error: null},
    ],
    [
      'nothing',
      ' Backup state: Running | Entries processed: 4\r',
      {uri: null, host: null, entries: null, error: null},
    ],
  ])('%s', (_, printed, backup) => {
    expect(parseBackup(linesOf(printed))).toEqual(backup);
  });

  test('a path is one of a host only where it says no other file system', () => {
    expect(['/b/x', 'file:///b/x', 'file:/b/x', 'hdfs://h/b/x', 's3://b/x'].map(pathOf)).toEqual([
      '/b/x',
      '/b/x',
      null,
      null,
      null,
    ]);
  });
});

describe('properties', () => {
  const lines = (properties: Readonly<Record<string, string>>): Said =>
    Object.entries(properties).map(([key, value]) => [
      'prop',
      `${key}=${value} (SITE_PROPERTY (/c/a.properties))`,
    ]);
  const master = (properties: Readonly<Record<string, string>>, ...args: readonly string[]) =>
    confSurveyFacts('master', lines(properties), args);
  const worker = (properties: Readonly<Record<string, string>>) =>
    confSurveyFacts('worker', lines(properties), []);
  const tier = (level: number, name: string): string => `alluxio.worker.tieredstore.level${level}.${name}`;

  test('values may hold what looks like a source', () => {
    expect(parseProperty('a.b=x (y) (DEFAULT)')).toEqual({key: 'a.b', value: 'x (y)', source: 'DEFAULT'});
    expect(parseProperty('a.b= (DEFAULT)')).toEqual({key: 'a.b', value: '', source: 'DEFAULT'});
    expect(parseProperty('Error: Cannot find')).toBeNull();
  });

  test('where none was told nothing is known', () => {
    expect(confSurveyFacts('master', [], ['-Dalluxio.master.journal.type=UFS'])).toEqual({});
  });

  test('a journal on another file system, and a metastore that is on the disk only in part', () => {
    expect(
      master({
        'alluxio.master.journal.type': 'ufs',
        'alluxio.master.journal.folder': 'hdfs://h:9000/journal',
        'alluxio.underfs.address': 'hdfs://h:9000/',
        'alluxio.master.metastore': 'HEAP',
        'alluxio.master.metastore.inode': 'ROCKS',
        'alluxio.master.metastore.dir': '/m',
      }),
    ).toMatchObject({
      journalType: 'UFS',
      journalFolder: 'hdfs://h:9000/journal',
      rootUfs: 'hdfs://h:9000/',
      metastoreDir: '/m',
    });
  });

  test('a path with a scheme is a path', () => {
    expect(master({'alluxio.master.journal.folder': 'file:///srv/journal'}).journalFolder).toBe(
      '/srv/journal',
    );
  });

  test('every directory of every tier, and which of them are in memory', () => {
    expect(
      worker({
        'alluxio.worker.tieredstore.levels': '2',
        [tier(0, 'alias')]: 'MEM',
        [tier(0, 'dirs.path')]: '/mnt/ramdisk, /mnt/ssd0',
        [tier(0, 'dirs.mediumtype')]: 'MEM,SSD',
        [tier(1, 'alias')]: 'HDD',
        [tier(1, 'dirs.path')]: '/mnt/h0,/mnt/h1',
        [tier(1, 'dirs.mediumtype')]: 'HDD',
        [tier(2, 'dirs.path')]: '/mnt/unused',
      }),
    ).toMatchObject({
      tierDirs: ['/mnt/ramdisk', '/mnt/ssd0', '/mnt/h0', '/mnt/h1'],
      ramdisks: ['/mnt/ramdisk'],
    });
  });

  const counted = {[tier(0, 'alias')]: 'MEM', [tier(0, 'dirs.path')]: '/mnt/ramdisk'};
  const uncounted = (properties: Readonly<Record<string, string>>) => {
    const facts = worker({...counted, ...properties});
    return {pages: facts.pages, uncounted: facts.uncounted, dirs: facts.tierDirs};
  };

  test('what is set as it is by default can be counted', () => {
    expect(worker(counted)).not.toHaveProperty('uncounted');
    for (const folder of ['/alluxioworker/', 'alluxioworker', ''])
      expect(
        worker({
          ...counted,
          'alluxio.worker.block.store.type': 'FILE',
          'alluxio.worker.data.folder': folder,
          'alluxio.worker.page.store.dirs': '/tmp/alluxio_cache',
          [tier(1, 'dirs.path')]: 'unused',
        }),
      ).not.toHaveProperty('uncounted');
  });

  test('pages, blocks in another folder, and tiers that no script takes are told as what they are', () => {
    expect(
      uncounted({'alluxio.worker.block.store.type': 'page', 'alluxio.worker.page.store.dirs': '/ssd1,/ssd2'}),
    ).toEqual({
      pages: true,
      uncounted: ['alluxio.worker.block.store.type=page', 'alluxio.worker.page.store.dirs=/ssd1,/ssd2'],
      dirs: [],
    });
    expect(uncounted({'alluxio.worker.data.folder': '/alluxio/worker/'})).toEqual({
      pages: false,
      uncounted: ['alluxio.worker.data.folder=/alluxio/worker/'],
      dirs: ['/mnt/ramdisk'],
    });
    expect(
      uncounted({
        'alluxio.worker.tieredstore.levels': '2',
        [tier(1, 'dirs.path')]: '/mnt/a disk,file:///mnt/b,/mnt/c',
      }),
    ).toEqual({
      pages: false,
      uncounted: ["'/mnt/a disk'", "'file:///mnt/b'"],
      dirs: ['/mnt/ramdisk', '/mnt/c'],
    });
    expect(uncounted({'alluxio.worker.tieredstore.levels': '4'}).uncounted).toEqual([
      'alluxio.worker.tieredstore.levels=4',
    ]);
    expect(uncounted({[tier(0, 'dirs.path')]: ''}).uncounted).toEqual([
      'alluxio.worker.tieredstore.level0.dirs.path=',
    ]);
  });

  test('1.x tells a medium by the name of the tier alone', () => {
    expect(
      worker({
        'alluxio.worker.tieredstore.levels': '1',
        [tier(0, 'alias')]: 'MEM',
        [tier(0, 'dirs.path')]: '/mnt/ramdisk',
      }),
    ).toMatchObject({ramdisks: ['/mnt/ramdisk']});
  });
});

test('what calls itself nothing is no version', () => {
  expect(homeFacts([])).toEqual({kind: 'other', staged: 'other', kept: 'other'});
  expect(homeFacts([['version', '2.2.0-RC1']])).toMatchObject({version: '2.2.0'});
});

test('a folder of a journal holds what its generation reads, and what it does not', () => {
  const file = (path: string): Entry => ({kind: 'f', bytes: 1, path});
  const uuid = '02511d47-d67c-49a3-9011-abb3109a44c1';
  expect(parseLayout([file('lost+found'), file('raft/x')])).toEqual({
    layout: 'raft',
    foreign: ['lost+found'],
  });
  expect(parseLayout([file(`${uuid}/in_use.lock`), file('FileSystemMaster/v1/logs/0x0')])).toEqual({
    layout: 'raft-flat',
    foreign: ['FileSystemMaster'],
  });
  expect(parseLayout([file('BlockMaster/v1/_format_1'), file('BlockMaster/v1/logs/0x0')]).layout).toBe('ufs');
});

test.each<[readonly string[], object]>([
  [['-Xmx8g', '-Dx=-Xmx1g'], {heapKb: 8_388_608}],
  [['-Xmx4096M', '-XX:MaxDirectMemorySize=4g'], {heapKb: 4_194_304, directKb: 4_194_304}],
  [['-Xmx1g', '-Xmx1073741824'], {heapKb: 1_048_576}],
  [['-Xmx', '-Xmxplenty', '-Xms1g'], {}],
])('what a process may take by %j', (args, facts) => {
  expect(mayTake(args)).toEqual(facts);
});

test('a quorum without a leader', () => {
  const lines = ['Quorum size\t: 1', 'Quorum leader\t: UNKNOWN', 'UNAVAILABLE | 0 | m1.lab:19200'];
  expect(parseQuorum(lines)).toEqual({
    size: 1,
    leader: null,
    members: [{available: false, address: 'm1.lab:19200'}],
  });
});
