import {describe, expect, test} from 'vitest';
import {type Answers, closed, factsOf, late, lookAt, page, reasonsOf, reset, running} from './asked.ts';
import {httpReplyOf, metricsPage, readRecording} from './recorded.ts';

const INFO = httpReplyOf(readRecording('2.9.4/rest-leader-info-noconf.txt'));
const WORKER = httpReplyOf(readRecording('2.9.4/rest-worker-info.txt'));
const JOBS = httpReplyOf(readRecording('2.9.4/rest-jobworker.txt'));
const SAFE_MODE = page('{"statusCode":"UNAVAILABLE","message":"in safe mode"}', 500);

const LED: Answers = {
  'm1 19999/api/v1/master/info': reset,
  'm2 19999/api/v1/master/info': INFO,
  'm3 19999/api/v1/master/info': reset,
  'm2 19999/metrics/json/': metricsPage({'Master.LastBackupRestoreCount': 22}),
  'm1 master.look.process': running('2.9.4', 19998, 19999),
  'm2 master.look.process': running('2.9.4', 19998, 19999),
  'w1 worker.look.process': running('2.9.4', 29999, 30000),
  'w1 30000/api/v1/worker/info': WORKER,
};
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
      writes: 19,
      restored: 22,
    });
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

  test('of two leaders nothing else is told', async () => {
    const split = {...LED, 'm1 19999/api/v1/master/info': INFO};
    expect(await factsOf('m-1', 'cluster', split)).toEqual({leaders: 2});
  });

  test('without metrics what they tell is no fact; without one of them the log does', async () => {
    const {'m2 19999/metrics/json/': _metrics, ...without} = LED;
    for (const name of ['paths', 'writes', 'restored'])
      expect(await factsOf('m-1', 'cluster', without)).not.toHaveProperty(name);
    const old = {...LED, 'm2 19999/metrics/json/': page('{"gauges":{}}')};
    expect(await factsOf('m-1', 'cluster', old)).toMatchObject({restored: -1});
    const logged = {...old, 'm2 master.look.restore': 'log=x Restored 17 entries from backup'};
    expect(await factsOf('m-1', 'cluster', logged)).toMatchObject({restored: 17});
    expect(await factsOf('m-1', 'cluster', {...old, 'm2 master.look.restore': late})).not.toHaveProperty(
      'restored',
    );
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
    ['another program', 'm-1', {...LED, 'm1 19999/api/v1/master/info': page('hello')}, 'degraded', ['page']],
    ['no answer', 'm-1', {...LED, 'm1 19999/api/v1/master/info': late}, 'degraded', ['page']],
  ])('%s', async (_, id, answers, health, causes) => {
    expect(await factsOf(id, 'status', answers)).toMatchObject({health, causes});
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
    ['no process', {...LED, 'w1 worker.look.process': ''}, 'down', ['no-process'], true],
    ['no page yet', {...LED, 'w1 30000/api/v1/worker/info': closed}, 'starting', ['page=closed'], true],
    ['another page', {...LED, 'w1 30000/api/v1/worker/info': JOBS}, 'degraded', ['page'], true],
    ['lost', {...LED, 'm2 19999/api/v1/master/info': LOST}, 'degraded', ['lost'], false],
    ['no leader', LEADERLESS, 'starting', ['no-leader'], undefined],
    ['safe mode', {...LED, 'm2 19999/api/v1/master/info': SAFE_MODE}, 'starting', ['no-leader'], undefined],
  ])('%s', async (_, answers, health, causes, registered) => {
    const facts = await factsOf('w-1', 'status', answers);
    expect(facts).toMatchObject({health, causes});
    expect(facts.registered).toBe(registered);
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
    ['jm-1', {'m1 20002/api/v1/job_master/info': late}, {health: 'degraded', causes: ['page']}],
    ['jm-1', {'m1 job-master.look.process': running('2.9.4')}, {health: 'starting', causes: ['no-port']}],
    ['jw-1', {'w1 30003/': JOBS}, {health: 'ok', causes: []}],
    ['jw-1', {}, {health: 'starting', causes: ['page=closed']}],
    ['jw-1', {'w1 30003/': reset}, {health: 'degraded', causes: ['page']}],
    ['p-1', {'w1 39999/': JOBS}, {health: 'ok', causes: []}],
    ['p-1', {'w1 39999/': JOBS, 'w1 proxy.look.process': ''}, {health: 'down', process: 'none'}],
  ])('%s %#', async (id, answers, facts) => {
    const up = {
      'm1 job-master.look.process': running('2.9.4', 20001),
      'w1 job-worker.look.process': running('2.9.4', 30001),
      'w1 proxy.look.process': running('2.9.4', 39999),
    };
    expect(await factsOf(id, 'status', {...up, ...answers})).toMatchObject(facts);
  });
});

describe('processes', () => {
  test('are asked of every host, whatever the masters know', async () => {
    const answers = {
      'm1 master.look.process': running('2.3.0', 19998),
      'w1 proxy.look.process': running('2.9.4', 39999),
    };
    expect(await factsOf('m-1', 'processes', answers)).toEqual({running: ['m-1', 'p-1']});
    expect(await factsOf('m-1', 'processes', {})).toEqual({running: []});
    expect(await reasonsOf('m-1', 'processes', {...answers, 'w2 job-worker.look.process': late})).toMatch(
      /no answer/,
    );
  });

  test('one of them, with its ports', async () => {
    expect(await factsOf('m-1', 'process', {'m1 master.look.process': running('2.3.0', 19998)})).toEqual({
      running: true,
      count: 1,
      portsFree: false,
      busyPorts: [19998],
      pid: 1749,
      startTicks: 4711,
      version: '2.3.0',
      at: '/opt/alluxio-2.3.0',
    });
    expect(await factsOf('m-1', 'process', {})).toEqual({
      running: false,
      count: 0,
      portsFree: true,
      busyPorts: [],
    });
  });
});

/** As our own look prints what a command said. */
const printed = (path: string): string => {
  const {stdout, exit} = readRecording(path);
  const lines = stdout.split(/[\r\n]+/).filter(line => line.trim() !== '');
  return [...lines.map(line => `out=${line.trim()}`), `exit=${exit}`].join('\n');
};

describe('what commands of the product say', () => {
  test('a quorum', async () => {
    const at = (path: string): Answers => ({'m1 master.look.quorum': printed(path)});
    expect(await factsOf('m-1', 'quorum', at('2.9.4/quorum-one-stopped.txt'))).toEqual({
      size: 3,
      available: 2,
      unavailable: ['m1:19200'],
      leader: 'm2:19200',
    });
    expect(await factsOf('m-1', 'quorum', at('guide-a-emb/04-quorum.txt'))).toEqual({
      size: 3,
      available: 3,
      unavailable: [],
    });
    expect(await reasonsOf('m-1', 'quorum', at('guide-u/03-quorum.txt'))).toMatch(
      /255: Quorum operations are supported for journal type: EMBEDDED/,
    );
    expect(await reasonsOf('m-1', 'quorum', at('2.9.4/noquorum-quorum.txt'))).toMatch(/is not found/);
  });

  test('a namespace', async () => {
    const counted = 'example=/a\npaths=7\nnotPersisted=1\nlost=0\n';
    expect(await factsOf('m-1', 'namespace', {'m1 master.look.namespace': `${counted}exit=0`})).toEqual({
      paths: 7,
      notPersisted: 1,
      lost: 0,
      examples: ['/a'],
    });
    const failed = `paths=1\nodd=Failed to determine address\nexit=255`;
    expect(await reasonsOf('m-1', 'namespace', {'m1 master.look.namespace': failed})).toMatch(
      /255: Failed to determine/,
    );
  });

  test('a backup', async () => {
    const at = (path: string): Answers => ({'m1 master.look.backup': printed(path)});
    expect(await factsOf('m-1', 'backup', at('2.9.4/backup-local.txt'))).toEqual({
      uri: 'file:///srv/alluxio/bk/alluxio-backup-2026-11-22-1795333734638.gz',
      path: '/srv/alluxio/bk/alluxio-backup-2026-11-22-1795333734638.gz',
      host: 'm3.lab',
      entries: 22,
    });
    expect(await factsOf('m-1', 'backup', at('2.9.4/noquorum-backup.txt'))).toEqual({
      error: 'No master found to delegate backup.',
    });
  });
});

describe('probes that have to be told what to look at', () => {
  test.each(['proof', 'journal', 'journal-copy', 'journal-blast'])('%s', async probe => {
    expect(await reasonsOf('m-1', probe, {})).toMatch(/nothing says which/);
    expect(await reasonsOf('m-1', probe, {}, {path: 'hdfs://h/x', journal: 'hdfs://h/j'})).toMatch(
      /nothing says which/,
    );
  });

  test('a proof, a journal, its copy, a home', async () => {
    expect(
      await factsOf(
        'm-1',
        'proof',
        {'m1 master.look.proof': 'file=yes\nreadable=yes\nbytes=671\ngzip=ok\ncomplete=yes'},
        {path: '/b/x.gz'},
      ),
    ).toEqual({readable: true, bytes: 671, gzip: 'ok', complete: true});
    expect(
      await factsOf(
        'm-1',
        'journal',
        {'m1 master.look.journal': 'place=dir\nentry=f 128 copycat.meta\nfiles=1\nbytes=128\nnewest=7'},
        {journal: '/j'},
      ),
    ).toEqual({layout: 'copycat', foreign: [], files: 1, bytes: 128, newest: 7});
    const copies = 'journal.place=dir\njournal.copy=dir\njournal.same=yes';
    const told = {journal: '/j', metastore: '', stamp: 's'};
    expect(await factsOf('m-1', 'journal-copy', {'m1 master.look.journal-copy': copies}, told)).toEqual({
      copied: true,
      same: true,
    });
    // A look that printed nothing has seen no copy.
    expect(await factsOf('m-1', 'journal-copy', {}, told)).toEqual({copied: false, same: false});
    expect(
      await factsOf('w-1', 'home', {
        'w1 worker.look.home': 'kind=link\nversion=2.3.0\nstaged=none\nkept=2.3.0',
      }),
    ).toEqual({kind: 'link', version: '2.3.0', staged: 'none', kept: '2.3.0'});
  });
});

describe('a survey', () => {
  const SURVEY = [
    running('2.9.4', 19998).replace('self=', 'user=1000\nnofile=unlimited\nenv=JAVA_HOME=/opt/java\nself='),
    'homeKind=link',
    'homeReal=/opt/alluxio-2.3.0',
    'homeVersion=2.3.0',
    'newPlace=none',
    'package=tar',
    'packageVersion=2.9.4',
    'login=1000',
    'prop=alluxio.master.journal.type=EMBEDDED (DEFAULT)',
    'propExit=0',
  ].join('\n');

  test('of the leader tells of the cluster too', async () => {
    const answers = {...LED, 'm2 master.look.survey': SURVEY, 'm1 master.look.survey': SURVEY};
    expect(await factsOf('m-2', 'survey', answers)).toMatchObject({
      health: 'ok',
      version: '2.9.4',
      homeVersion: '2.3.0',
      'env.JAVA_HOME': '/opt/java',
      nofile: Number.MAX_SAFE_INTEGER,
      owner: '1000',
      master: 'leader',
      mounts: ['/ /mnt/ufs/root'],
      paths: 7,
      journalType: 'EMBEDDED',
      journalTypeSource: 'DEFAULT',
    });
    expect(await factsOf('m-1', 'survey', answers)).not.toHaveProperty('mounts');
    expect(await factsOf('m-1', 'survey', answers)).toMatchObject({master: 'standby'});
  });

  test('of one that does not run tells the version that its home holds', async () => {
    const answers = {...LED, 'm1 master.look.survey': 'homeVersion=2.3.0', 'm1 master.look.process': ''};
    expect(await factsOf('m-1', 'survey', answers)).toMatchObject({
      health: 'down',
      version: '2.3.0',
      process: 'none',
    });
    expect((await lookAt('m-1', 'survey', {...answers, 'm1 master.look.survey': late})).kind).toBe('silent');
  });
});
