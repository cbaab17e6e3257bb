import {describe, expect, test} from 'vitest';
import {parseBackup, pathOf} from '../../../../src/systems/alluxio/parse/backup.ts';
import {confSurveyFacts, parseProperty, WANTED} from '../../../../src/systems/alluxio/parse/conf.ts';
import {parseEntry, parseLayout} from '../../../../src/systems/alluxio/parse/journal.ts';
import {parseMasterInfo} from '../../../../src/systems/alluxio/parse/master.ts';
import {
  parseMetrics,
  pathsOf,
  pinnedOf,
  primaryOf,
  replicasOf,
  restoredOf,
  writesOf,
} from '../../../../src/systems/alluxio/parse/metrics.ts';
import {backupFacts} from '../../../../src/systems/alluxio/parse/proof.ts';
import {parseQuorum} from '../../../../src/systems/alluxio/parse/quorum.ts';
import {parseWorkerInfo} from '../../../../src/systems/alluxio/parse/worker.ts';
import {httpReplyOf, linesOf, readRecording} from './recorded.ts';

const printed = (name: string): string[] => linesOf(readRecording(`1.8.1/${name}.txt`).stdout);

const pageOf = (name: string) => {
  const reply = httpReplyOf(readRecording(`1.8.1/${name}.txt`));
  if (reply.kind !== 'http') throw new Error(`${name} is no page`);
  return reply;
};

describe('what 1.8.1 says', () => {
  const properties = printed('getConf-all-source');
  const wanted = properties
    .filter(line => WANTED.includes(line.split('=')[0] ?? ''))
    .map(line => ['prop', line] as const);

  test('every line of its configuration is a property, and what is not set is nothing', () => {
    expect(properties.length).toBeGreaterThan(300);
    for (const line of properties) expect(parseProperty(line), line).not.toBeNull();
    expect(parseProperty('alluxio.zookeeper.address=(no value set) (DEFAULT)')?.value).toBe('');
  });

  test('what a master is: the root under store stands under both names, the metastore is in memory', () => {
    expect(confSurveyFacts('master', wanted, [])).toMatchObject({
      journalType: 'UFS',
      journalTypeSource: 'DEFAULT',
      journalFolder: '/opt/alluxio/journal',
      rootUfs: '/mnt/ufs/root',
      metastoreDir: '',
      'conf.alluxio.master.port': '18998',
      'conf.alluxio.zookeeper.enabled': 'false',
      'conf.alluxio.user.file.metadata.sync.interval': '-1',
      'conf.alluxio.master.backup.directory': '/alluxio_backups',
    });
  });

  test('the tiers of a worker: it knows no medium, and a tier is called by it', () => {
    expect(confSurveyFacts('worker', wanted, [])).toMatchObject({
      tierDirs: ['/mnt/ramdisk'],
      ramdisks: ['/mnt/ramdisk'],
      'conf.alluxio.worker.port': '28998',
      'source.alluxio.worker.port': 'SITE_PROPERTY',
    });
  });

  test('the leader’s page', () => {
    const info = parseMasterInfo(pageOf('rest-leader_api_v1_master_info'));
    expect(info).toMatchObject({
      version: '1.8.1',
      lost: [],
      mounts: ['/ /mnt/ufs/root'],
      usedBytes: 2861,
      live: [{host: '10.78.0.21', ports: [28998, 28999], usedBytes: 2861, blocks: null, version: null}],
    });
    expect(info?.startTimeMs).toBeGreaterThan(0);
  });

  test('its metrics tell of paths and writes, of no restore, no replicas, and not since when it leads', () => {
    const metrics = parseMetrics(pageOf('rest-leader_metrics_json_'));
    expect(metrics).not.toBeNull();
    if (metrics === null) return;
    expect([pathsOf(metrics), writesOf(metrics), pinnedOf(metrics)]).toEqual([6, 13, 0]);
    expect([restoredOf(metrics), replicasOf(metrics), primaryOf(metrics)]).toEqual([null, null, null]);
  });

  test('a worker’s page, whose metrics have the host in the middle', () => {
    expect(parseWorkerInfo(pageOf('rest-worker-info'))).toEqual({
      version: '1.8.1',
      usedBytes: 2861,
      blocks: 3,
    });
  });

  test('a backup is named by its path, or with its host; how much it holds is not told', () => {
    const plain = parseBackup(printed('backup-plain'));
    expect(plain).toMatchObject({host: null, entries: null, error: null});
    expect(pathOf(plain.uri ?? '')).toMatch(/^\/alluxio_backups\/alluxio-backup-2026-11-26-\d+\.gz$/);
    const local = parseBackup(printed('backup-local'));
    expect(local).toMatchObject({host: 'localhost', entries: null, error: null});
    expect(local.uri).toMatch(/^file:\/\/\/srv\/bk\/alluxio-backup-/);
    // The start is given what the command said, with its scheme.
    const lines = [...printed('backup-local').map(line => ['out', line] as const), ['exit', '0'] as const];
    expect(backupFacts(lines, true)).toMatchObject({uri: local.uri, path: pathOf(local.uri ?? '')});
  });

  test.each(['backup-badflag', 'backup-local-unwritable', 'down-backup'])('%s is no backup', name => {
    expect(parseBackup(printed(name))).toMatchObject({uri: null, error: expect.stringMatching(/./)});
  });

  test('it has no quorum', () => expect(parseQuorum(printed('quorum'))).toBeNull());

  test('its journal is one of the under-store kind', () => {
    const entries = printed('journal').flatMap(line => {
      const [, path] = /^\/opt\/alluxio\/journal\/(.+)$/.exec(line) ?? [];
      if (path === undefined) return [];
      return parseEntry(`${/0x|_format_/.test(path) ? 'f' : 'd'} 0 ${path}`) ?? [];
    });
    expect(parseLayout(entries)).toEqual({layout: 'ufs', foreign: []});
    const formatted = entries.filter(({path}) => !path.includes('0x'));
    expect(parseLayout(formatted)).toEqual({layout: 'formatted', foreign: []});
  });
});
