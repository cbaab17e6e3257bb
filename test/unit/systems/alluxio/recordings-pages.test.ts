import {describe, expect, test} from 'vitest';
import {isSafeMode, parseMasterInfo} from '../../../../src/systems/alluxio/parse/master.ts';
import {
  parseMetrics,
  pathsOf,
  pinnedOf,
  restoredOf,
  writesOf,
} from '../../../../src/systems/alluxio/parse/metrics.ts';
import {isJobLeader, parseWorkerInfo} from '../../../../src/systems/alluxio/parse/worker.ts';
import {httpReplyOf, metricsPage, readRecording, tableOf, wholePage} from './recorded.ts';

const pages = tableOf(/^curl -sS? (-i )?.*http:\/\/[\d.]+:\d+\//).filter(
  // What was piped through a filter is no page.
  ([path, {command}]) => !/\| (tr|grep|xxd|tail|head)/.test(command) && !path.startsWith('1.8.1/'),
);
const METRICS = /metrics_json_/;

describe('the leader’s page', () => {
  test('of 2.9.4', () => {
    const page = httpReplyOf(readRecording('2.9.4/rest-leader-info-noconf.txt'));
    expect(page.kind === 'http' && parseMasterInfo(page)).toEqual({
      version: '2.9.4',
      startTimeMs: 1795335837789,
      live: [
        {
          host: 'w1.lab',
          ports: [29999],
          usedBytes: 3000000,
          blocks: 3,
          version: '2.9.4',
          silentSec: 0,
          knownSec: 3.259,
        },
      ],
      lost: [],
      mounts: ['/ /mnt/ufs/root'],
      usedBytes: 3000000,
    });
  });

  test('of 2.3.0, which tells less of its workers', () => {
    const info = parseMasterInfo(wholePage('guide-a-emb/04-rest-x3.txt', {startTimeMs: 1}));
    expect(info).toMatchObject({
      version: '2.3.0',
      mounts: ['/ /mnt/ufs/xroot'],
      usedBytes: 6000000,
      lost: [],
    });
    const met = {silentSec: 0, knownSec: expect.any(Number)};
    expect(info?.live).toEqual([
      {host: 'x2.lab', ports: [29999], usedBytes: 3000000, blocks: null, version: null, ...met},
      {host: 'x1.lab', ports: [29999], usedBytes: 3000000, blocks: null, version: null, ...met},
    ]);
  });

  test('of one who does not serve yet', () => {
    const body = '{"statusCode":"UNAVAILABLE","message":"Alluxio master is in safe mode"}';
    expect(parseMasterInfo({status: 500, body})).toBeNull();
    expect(isSafeMode({body})).toBe(true);
    expect(isSafeMode({body: '{"statusCode":"NOT_FOUND"}'})).toBe(false);
  });
});

describe('pages', () => {
  test('there are recordings of them', () => expect(pages.length).toBeGreaterThan(25));

  test.each(pages)('%s is taken for nothing else', (path, recording) => {
    const reply = httpReplyOf(recording);
    if (reply.kind !== 'http') {
      expect(path).toMatch(/standby|noquorum|04-rest-x[12]|rpcport/);
      return;
    }
    // A page that was cut off is no JSON, and tells nothing.
    expect(parseMasterInfo(reply) === null).toBe(path !== '2.9.4/rest-leader-info-noconf.txt');
    expect(parseMetrics(reply) === null).toBe(!METRICS.test(path));
    expect(parseWorkerInfo(reply)).toEqual(
      path.endsWith('rest-worker-info.txt') ? {version: '2.9.4', usedBytes: 4951424, blocks: 5} : null,
    );
    expect(isSafeMode(reply)).toBe(false);
  });
});

describe('metrics', () => {
  test('tell of paths and writes, and of no restore', () => {
    const metrics = parseMetrics(metricsPage());
    expect(metrics).not.toBeNull();
    if (metrics === null) return;
    expect([pathsOf(metrics), writesOf(metrics), restoredOf(metrics), pinnedOf(metrics)]).toEqual([
      7,
      19,
      null,
      0,
    ]);
  });

  test('tell how much was restored', () => {
    const metrics = parseMetrics(metricsPage({'Master.LastBackupRestoreCount': 22}));
    expect(metrics && restoredOf(metrics)).toBe(22);
  });

  test('what is not told is not zero', () => {
    const metrics = parseMetrics({status: 200, body: '{"gauges":{"x":{"value":"a"},"y":{"value":{}}}}'});
    expect(metrics).toEqual(new Map());
    if (metrics === null) return;
    expect([pathsOf(metrics), writesOf(metrics), restoredOf(metrics), pinnedOf(metrics)]).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });
});

test('only a leading job master has a page', () => {
  const {status, body} = wholePage('2.9.4/rest-leader-jobmaster.txt', {configuration: {}});
  expect(isJobLeader({status, body})).toBe(true);
  expect(isJobLeader({status, body: '{"statusCode":"UNAVAILABLE"}'})).toBe(false);
  expect(isJobLeader({status: 404, body})).toBe(false);
});
