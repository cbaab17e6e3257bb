import {describe, expect, test} from 'vitest';
import {
  type Answers,
  closed,
  factsOf,
  INFO,
  LED,
  late,
  NOT_FOUND,
  page,
  reasonsOf,
  reset,
  running,
  SAFE_MODE,
  WORKER,
} from './asked.ts';

const LEADERLESS: Answers = {...LED, 'm2 19999/api/v1/master/info': reset};
const PROCESS = {process: 'running', pid: 1749, startTicks: 4711, version: '2.9.4'};

describe('the cluster', () => {
  test('is what its leader says', async () => {
    expect(await factsOf('m-1', 'cluster', LED)).toEqual({
      leaders: 1,
      leader: 'm-2',
      safeMode: false,
      since: 1795335837789,
      version: '2.9.4',
      versions: ['2.9.4'],
      live: ['w-1'],
      missing: ['w-2'],
      lost: [],
      strange: [],
      mounts: ['/ /mnt/ufs/root'],
      usedBytes: 3000000,
      blocks: 3,
      paths: 7,
      pinned: 0,
      uniqueBlocks: 12,
      writes: 19,
      restored: 22,
    });
  });

  test('tells how many files are pinned, beside how many were', async () => {
    const pinned = {...LED, 'm2 19999/metrics/json/': page('{"gauges":{"Master.FilesPinned":{"value":2}}}')};
    expect(await factsOf('m-1', 'pins', pinned, {counted: 3})).toEqual({pinned: 2, pinnedBefore: 3});
    // What is not told is not zero.
    const {'m2 19999/metrics/json/': _metrics, ...without} = LED;
    expect(await factsOf('m-1', 'pins', without, {counted: 3})).toEqual({pinnedBefore: 3});
    expect(await factsOf('m-1', 'pins', LEADERLESS)).toEqual({});
  });

  test('has no leader while nobody says that he leads, and is not known where somebody does not answer', async () => {
    expect(await factsOf('m-1', 'cluster', LEADERLESS)).toEqual({leaders: 0});
    expect(await factsOf('m-1', 'cluster', {})).toEqual({leaders: 0});
    const mute = {...LEADERLESS, 'm3 19999/api/v1/master/info': late};
    expect(await reasonsOf('m-1', 'cluster', mute)).toMatch(/no answer/);
    // One that answers is enough.
    expect(await factsOf('m-1', 'cluster', {...LED, 'm3 19999/api/v1/master/info': late})).toMatchObject({
      leader: 'm-2',
    });
  });

  test('tells nothing but its leader while that is in safe mode', async () => {
    const safe = {...LED, 'm2 19999/api/v1/master/info': SAFE_MODE};
    expect(await factsOf('m-1', 'cluster', safe)).toEqual({leaders: 1, leader: 'm-2', safeMode: true});
  });

  test('of two leaders is told who they are, and nothing else', async () => {
    const split = {...LED, 'm1 19999/api/v1/master/info': INFO};
    expect(await factsOf('m-1', 'cluster', split)).toEqual({
      leaders: 2,
      leading: ['m-1', 'm-2'],
    });
  });

  test('without metrics what they tell is no fact; where they tell of no restore the logs of all masters do', async () => {
    const {'m2 19999/metrics/json/': _metrics, ...without} = LED;
    for (const name of ['paths', 'writes', 'restored'])
      expect(await factsOf('m-1', 'cluster', without)).not.toHaveProperty(name);
    const backup = 'hdfs://n/bk/alluxio-backup-2.gz';
    const logged = (...lines: readonly string[]): string =>
      lines.map(line => `log=2026-11-22 08:01:51,551 INFO  [main](X.java:66) - ${line}`).join('\n');
    const start = 'Starting Alluxio master @m1:19998.';
    const from = (name: string): string => `Initializing metadata from backup /bk/${name}`;
    const restore = [start, from('alluxio-backup-2.gz'), 'Restored 17 entries from backup'];
    const ready = Object.fromEntries(
      ['m1', 'm2', 'm3'].map(host => [`${host} master.look.restore`, logged(start)]),
    );
    const old = {...LED, ...ready, 'm2 19999/metrics/json/': page('{"gauges":{}}')};
    const restoredIn = async (answers: Answers): Promise<unknown> =>
      (await factsOf('m-1', 'cluster', answers, {backup})).restored;
    expect(await factsOf('m-1', 'cluster', old), 'not asked for').not.toHaveProperty('restored');
    expect(await restoredIn(old), 'none of them restored anything').toBe(0);
    expect(await restoredIn({...old, 'm2 master.look.restore': logged(...restore)})).toBe(17);
    // Another leads, or the one who did it was started again: its metric is lost, its log is not.
    const none = page('{"gauges":{"Master.LastBackupRestoreCount":{"value":-1}}}');
    const moved = {...old, 'm2 19999/metrics/json/': none};
    expect(await factsOf('m-1', 'cluster', moved)).not.toHaveProperty('restored');
    expect(await restoredIn({...moved, 'm3 master.look.restore': logged(...restore, start)})).toBe(17);
    const other = [start, from('alluxio-backup-1.gz'), 'Restored 99 entries from backup'];
    expect(await restoredIn({...moved, 'm3 master.look.restore': logged(...other)})).toBe(0);
    expect(await restoredIn({...moved, 'm3 master.look.restore': logged(...restore, ...other)})).toBe(17);
    // One that cannot be read is unknown, and no number; so is one without even a start.
    const heard = {...old, 'm3 master.look.restore': logged(...restore)};
    for (const unread of [late, '', logged('Restored 17 entries from backup')]) {
      expect(await restoredIn({...heard, 'm1 master.look.restore': unread})).toBe(17);
      expect(await restoredIn({...old, 'm1 master.look.restore': unread})).toBeUndefined();
    }
  });

  test('names workers that are lost, and those that the inventory does not know', async () => {
    const worker = (host: string, state: string) => ({address: {host, rpcPort: 29999}, state, usedBytes: 5});
    const body = {
      version: '2.3.0',
      startTimeMs: 1,
      workers: [worker('w2.lab', 'In Service'), worker('w9.lab', 'In Service')],
      lostWorkers: [worker('w1.lab', 'Out of Service')],
      mountPoints: {'/b': {ufsUri: 'hdfs://h/b'}, '/': {ufsUri: 'hdfs://h/'}},
    };
    const old = {...LED, 'm2 19999/api/v1/master/info': page(JSON.stringify(body))};
    expect(await factsOf('m-1', 'cluster', old)).toMatchObject({
      live: ['w-2'],
      missing: ['w-1'],
      lost: ['w-1'],
      strange: ['w9.lab'],
      versions: ['2.3.0'],
      mounts: ['/ hdfs://h/', '/b hdfs://h/b'],
      usedBytes: 10,
      // Its metrics tell what rows do not.
      blocks: 9,
    });
  });
});

describe('the status of a master', () => {
  test('a leader, a standby beside it', async () => {
    expect(await factsOf('m-2', 'status', LED)).toEqual({
      health: 'ok',
      causes: [],
      ...PROCESS,
      master: 'leader',
    });
    expect(await factsOf('m-1', 'status', LED)).toMatchObject({health: 'ok', master: 'standby'});
  });

  test.each<[string, string, Answers, string, readonly string[]]>([
    ['no process', 'm-1', {...LED, 'm1 master.look.process': ''}, 'down', ['no-process']],
    ['no port yet', 'm-1', {...LED, 'm1 master.look.process': running('2.9.4')}, 'starting', ['no-port']],
    ['an election', 'm-1', LEADERLESS, 'starting', ['no-leader']],
    ['safe mode', 'm-2', {...LED, 'm2 19999/api/v1/master/info': SAFE_MODE}, 'starting', ['safe-mode']],
    [
      'another program',
      'm-1',
      {...LED, 'm1 19999/api/v1/master/info': page('hello')},
      'not-serving',
      ['page'],
    ],
    ['no answer', 'm-1', {...LED, 'm1 19999/api/v1/master/info': late}, 'not-serving', ['page']],
  ])('%s', async (_, id, answers, health, causes) => {
    expect(await factsOf(id, 'status', answers)).toMatchObject({health, causes});
  });

  test('a standby that serves pages says that it is in safe mode', async () => {
    const pages = {
      ...LED,
      'm1 19999/api/v1/master/info': SAFE_MODE,
      'm3 19999/api/v1/master/info': SAFE_MODE,
    };
    expect(await factsOf('m-1', 'status', pages)).toMatchObject({health: 'ok', master: 'standby'});
    expect(await factsOf('m-1', 'cluster', pages)).toMatchObject({leaders: 1, leader: 'm-2'});
    const none = {...pages, 'm2 19999/api/v1/master/info': SAFE_MODE};
    expect(await factsOf('m-1', 'status', none)).toMatchObject({health: 'starting', causes: ['no-leader']});
    expect(await factsOf('m-1', 'cluster', none)).toEqual({leaders: 0});
  });

  test('a standby of 1.8 listens nowhere while another one leads', async () => {
    const led = {...LED, 'm1 19999/api/v1/master/info': closed};
    const mute = {...led, 'm1 master.look.process': running('1.8.1')};
    expect(await factsOf('m-1', 'status', mute)).toMatchObject({health: 'ok', causes: [], master: 'standby'});
    // Of later ones that is a sign of trouble, and where nobody leads it is one of any.
    const later = {...led, 'm1 master.look.process': running('2.0.1')};
    expect(await factsOf('m-1', 'status', later)).toMatchObject({health: 'starting', causes: ['no-port']});
    const nobody = {...LEADERLESS, 'm1 master.look.process': running('1.8.1')};
    expect(await factsOf('m-1', 'status', nobody)).toMatchObject({
      health: 'starting',
      causes: ['no-port', 'no-leader'],
    });
  });

  test('two leaders are no leader', async () => {
    const split = {...LED, 'm1 19999/api/v1/master/info': INFO};
    expect(
      await factsOf('m-3', 'status', {...split, 'm3 master.look.process': running('2.9.4', 19998)}),
    ).toMatchObject({health: 'degraded', causes: ['many-leaders']});
  });

  test('one that leads beside another one is not well either, whichever of them is right', async () => {
    const split = {...LED, 'm1 19999/api/v1/master/info': INFO};
    for (const [id, host] of [
      ['m-1', 'm1'],
      ['m-2', 'm2'],
    ] as const) {
      const facts = await factsOf(id, 'status', {
        ...split,
        [`${host} master.look.process`]: running('2.9.4', 19998),
      });
      expect(facts).toMatchObject({health: 'degraded', causes: ['many-leaders']});
      expect(facts).not.toHaveProperty('master');
    }
  });

  test('one that is down, or does not listen, is no standby', async () => {
    for (const printed of ['', running('2.9.4')])
      expect(await factsOf('m-1', 'status', {...LED, 'm1 master.look.process': printed})).not.toHaveProperty(
        'master',
      );
  });

  test('is not known while its host does not answer', async () => {
    expect(await reasonsOf('m-1', 'status', {...LED, 'm1 master.look.process': late})).toMatch(/no answer/);
  });
});

describe('the status of a worker', () => {
  test('one that its leader knows', async () => {
    expect(await factsOf('w-1', 'status', LED)).toEqual({
      health: 'ok',
      causes: [],
      ...PROCESS,
      registered: true,
      blocks: 3,
      usedBytes: 4951424,
    });
  });

  test('one without a process says what it said last, where it was to be started', async () => {
    const ended = {...LED, 'w1 worker.look.process': 'lastWords=worker.out (11-22 01:02:03): secret: abc'};
    const lastWords = ['worker.out (11-22 01:02:03): secret: …'];
    expect(await factsOf('w-1', 'status', ended)).toMatchObject({process: 'none', lastWords});
    expect(await factsOf('w-1', 'process', ended, {lastWords: true})).toMatchObject({lastWords});
    expect(await factsOf('w-1', 'process', ended)).not.toHaveProperty('lastWords');
  });

  test('one without a process is registered nowhere, though its leader still has it', async () => {
    const gone = await factsOf('w-1', 'status', {...LED, 'w1 worker.look.process': ''});
    expect(gone).toMatchObject({process: 'none', stillRegistered: true});
    for (const name of ['registered', 'version', 'pid']) expect(gone).not.toHaveProperty(name);
  });

  const LOST = page(
    JSON.stringify({
      version: '2.9.4',
      startTimeMs: 1,
      workers: [],
      lostWorkers: [{address: {host: 'w1.lab'}}],
      mountPoints: {},
    }),
  );

  test.each<[string, Answers, string, readonly string[], boolean | undefined]>([
    ['no process', {...LED, 'w1 worker.look.process': ''}, 'down', ['no-process'], undefined],
    ['no page yet', {...LED, 'w1 30000/api/v1/worker/info': closed}, 'starting', ['page=closed'], true],
    ['another page', {...LED, 'w1 30000/api/v1/worker/info': NOT_FOUND}, 'not-serving', ['page'], true],
    ['lost', {...LED, 'm2 19999/api/v1/master/info': LOST}, 'not-serving', ['lost'], false],
    ['no leader', LEADERLESS, 'starting', ['no-leader'], undefined],
    ['safe mode', {...LED, 'm2 19999/api/v1/master/info': SAFE_MODE}, 'starting', ['no-leader'], undefined],
  ])('%s', async (_, answers, health, causes, registered) => {
    const facts = await factsOf('w-1', 'status', answers);
    expect(facts).toMatchObject({health, causes});
    expect(facts.registered).toBe(registered);
  });

  /** A leader that runs for a minute, and tells so of w-1; whose process is so old, in seconds. */
  const told = (row: object, ageSec: number | null): Answers => ({
    ...LED,
    'm2 19999/api/v1/master/info': page(
      JSON.stringify({
        version: '2.9.4',
        startTimeMs: 1_000_000,
        uptimeMs: 60_000,
        workers: [{address: {host: 'w1.lab'}, blockCount: 9, ...row}],
        lostWorkers: [],
        mountPoints: {},
      }),
    ),
    'w1 worker.look.process': [
      running('2.9.4', 29999),
      ...(ageSec === null ? [] : [`now=${4711 + ageSec * 100}`]),
    ].join('\n'),
  });

  test.each<[string, object, number | null, boolean]>([
    ['met before the process, not heard since', {startTimeMs: 1_010_000, lastContactSec: 30}, 29, false],
    [
      'met before the process, heard since as far as a page is late',
      {startTimeMs: 1_010_000, lastContactSec: 0},
      17,
      false,
    ],
    [
      'met before the process, heard since for certain',
      {startTimeMs: 1_010_000, lastContactSec: 0},
      18,
      true,
    ],
    ['heard of for ever', {startTimeMs: 1_000_000, lastContactSec: 1}, 90_000, true],
    ['met after the process began', {startTimeMs: 1_055_000, lastContactSec: 0}, 8, true],
    ['met as the process began', {startTimeMs: 1_055_000, lastContactSec: 0}, 2, true],
    ['met before it began', {startTimeMs: 1_055_000, lastContactSec: 0}, 1, false],
    ['a leader that does not say when it met it', {lastContactSec: 30}, 40, false],
    ['a leader that does not say when it heard of it', {startTimeMs: 1_010_000}, 5, true],
    ['nobody knows how old it is', {startTimeMs: 1_010_000, lastContactSec: 30}, null, true],
  ])('a row of its own process, or of the one before: %s', async (_, row, ageSec, registered) => {
    const facts = await factsOf('w-1', 'status', told(row, ageSec));
    expect(facts).toMatchObject(
      registered
        ? {health: 'ok', causes: [], registered, blocks: 9}
        : {health: 'starting', causes: ['not-registered'], registered, blocks: 5},
    );
  });

  test('not registered', async () => {
    const answers = {
      ...LED,
      '10.78.0.22 worker.look.process': running('2.9.4', 29999),
      '10.78.0.22 30000/api/v1/worker/info': WORKER,
    };
    expect(await factsOf('w-2', 'status', answers)).toMatchObject({
      health: 'starting',
      causes: ['not-registered'],
      registered: false,
      // By its own account.
      blocks: 5,
    });
  });
});

describe('the status of what serves jobs, and of proxies', () => {
  const LEADER = page('{"version":"2.9.4","configuration":{}}');
  test.each<[string, Answers, object]>([
    ['jm-1', {'m1 20002/api/v1/job_master/info': LEADER}, {health: 'ok', master: 'leader'}],
    ['jm-1', {'m1 20002/api/v1/job_master/info': reset}, {health: 'ok', master: 'standby'}],
    ['jm-1', {}, {health: 'ok', master: 'standby'}],
    ['jm-1', {'m1 20002/api/v1/job_master/info': late}, {health: 'not-serving', causes: ['page']}],
    ['jm-1', {'m1 job-master.look.process': running('2.9.4')}, {health: 'starting', causes: ['no-port']}],
    [
      'jm-1',
      {'m1 job-master.look.process': running('2.7.3'), 'm3 20002/api/v1/job_master/info': LEADER},
      {health: 'ok', causes: [], master: 'standby'},
    ],
    // One that listens nowhere may have come up, or still be at it.
    ...[59, 60].map((ageSec): [string, Answers, object] => [
      'jm-1',
      {
        'm1 job-master.look.process': `${running('2.7.3')}\nnow=${4711 + ageSec * 100}`,
        'm3 20002/api/v1/job_master/info': LEADER,
      },
      ageSec < 60 ? {health: 'starting', causes: ['no-port']} : {health: 'ok', master: 'standby'},
    ]),
    ['jw-1', {'w1 30003/': NOT_FOUND}, {health: 'ok', causes: []}],
    ['jw-1', {}, {health: 'starting', causes: ['page=closed']}],
    ['jw-1', {'w1 30003/': reset}, {health: 'not-serving', causes: ['page']}],
    ['p-1', {'w1 39999/': NOT_FOUND}, {health: 'ok', causes: []}],
    ['p-1', {'w1 39999/': NOT_FOUND, 'w1 proxy.look.process': ''}, {health: 'down', process: 'none'}],
  ])('%s %#', async (id, answers, facts) => {
    const up = {
      'm1 job-master.look.process': running('2.9.4', 20001),
      'w1 job-worker.look.process': running('2.9.4', 30001),
      'w1 proxy.look.process': running('2.9.4', 39999),
    };
    expect(await factsOf(id, 'status', {...up, ...answers})).toMatchObject(facts);
  });
});

test('who leads the jobs: everybody who says so, and nobody else', async () => {
  const [leader, at] = [page('{"version":"2.9.4","configuration":{}}'), '20002/api/v1/job_master/info'];
  const leaders = async (answers: Answers) => (await factsOf('jm-1', 'jobs', answers)).leaders;
  expect(await leaders({})).toBe(0);
  expect(await leaders({[`m1 ${at}`]: reset, [`m2 ${at}`]: late, [`m3 ${at}`]: NOT_FOUND})).toBe(0);
  expect(await leaders({[`m3 ${at}`]: leader})).toBe(1);
  // A leader that was cut off still says so.
  expect(await leaders({[`m1 ${at}`]: leader, [`m3 ${at}`]: leader})).toBe(2);
});
