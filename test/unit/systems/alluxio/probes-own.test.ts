import {describe, expect, test} from 'vitest';
import {type Answers, factsOf, LED, late, lookAt, page, reasonsOf, running, SPREAD} from './asked.ts';
import {readRecording} from './recorded.ts';

describe('processes', () => {
  test('are asked of every host, whatever the masters know', async () => {
    // In the order of the inventory.
    const answers = {
      'w1 proxy.look.process': running('2.9.4', 39999),
      'm1 master.look.process': running('2.3.0', 19998),
    };
    expect(await factsOf('m-1', 'processes', answers)).toMatchObject({
      running: ['m-1', 'p-1'],
      roles: ['master', 'proxy'],
    });
    expect(await factsOf('m-1', 'processes', {})).toMatchObject({running: [], roles: []});
    expect(await reasonsOf('m-1', 'processes', {...answers, 'w2 job-worker.look.process': late})).toMatch(
      /no answer/,
    );
  });

  test('run too where no node of the inventory is one of them', async () => {
    const [own, job] = [
      'server=1749 4711 alluxio.master.AlluxioMaster /opt/alluxio-2.3.0',
      'server=1800 4800 alluxio.worker.AlluxioJobWorker /opt/alluxio-2.3.0',
    ];
    const secondary = 'server=1801 4801 alluxio.master.AlluxioSecondaryMaster /opt/alluxio-2.3.0';
    const master = running('2.3.0', 19998);
    // Each node of a host sees the processes of the others.
    const answers = {
      'm1 master.look.process': [own, job, master].join('\n'),
      'm1 job-master.look.process': [own, job].join('\n'),
      'm2 job-master.look.process': secondary,
    };
    expect(await factsOf('m-1', 'processes', answers)).toMatchObject({
      running: ['m-1', 'job-worker 1800 on m1', 'secondary-master 1801 on m2'],
      roles: ['master', 'job-worker', 'secondary-master'],
      down: expect.not.arrayContaining(['m-1']),
    });
    // A pid is used again: it is the birth that says whose it is.
    const reused = own.replace(' 4711 ', ' 4712 ');
    expect(
      await factsOf('m-1', 'processes', {'m1 master.look.process': `${reused}\n${master}`}),
    ).toMatchObject({running: ['m-1', 'master 1749 on m1'], roles: ['master']});
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
      unavailable: ['m-1 (m1:19200)'],
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
    const strange = `unread=1\n${counted}odd=EVICTED /b\nexit=0`;
    expect(await reasonsOf('m-1', 'namespace', {'m1 master.look.namespace': strange})).toMatch(/EVICTED \/b/);
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
      going: false,
    });
    expect(await factsOf('m-1', 'backup', at('2.9.4/noquorum-backup.txt'))).toEqual({
      error: 'No master found to delegate backup.',
      going: false,
    });
    const begun = {'m1 master.look.backup': 'folder=dir\ngoing=yes'};
    expect(await factsOf('m-1', 'backup', begun)).toEqual({folder: 'dir', going: true});
  });

  describe('a backup on the disk of a master', () => {
    const path = '/srv/alluxio/bk/alluxio-backup-2026-11-22-1795333734638.gz';
    const whole = 'file=yes\nreadable=yes\nbytes=671\ngzip=ok\nsha256=ab';
    const at = (more: Answers, said = printed('2.9.4/backup-local.txt')): Answers => ({
      'm1 master.look.backup': said,
      ...more,
    });
    const told = (more: Answers, said?: string) => factsOf('m-1', 'backup', at(more, said), {}, SPREAD);
    const proved = {bytes: 671, gzip: 'ok', sha256: 'ab', backupNode: 'm-3', path, uri: `file://${path}`};

    test('is proved where it lies: on the host that the command named', async () => {
      expect(await told({'m3 master.look.proof': whole})).toMatchObject({
        ...proved,
        host: 'm3.lab',
        entries: 22,
      });
      expect(await reasonsOf('m-1', 'backup', at({'m3 master.look.proof': late}), {}, SPREAD)).toMatch(
        /no answer/,
      );
    });

    test('is none where only another file of that name is to be seen', async () => {
      const facts = await told({'m1 master.look.proof': whole, 'm3 master.look.proof': 'file=no'});
      expect(facts).toMatchObject({path, backupNode: ''});
      expect(facts).not.toHaveProperty('gzip');
      const own = `${printed('2.9.4/backup-local.txt')}\n${whole}`;
      expect(await told({'m3 master.look.proof': 'file=no'}, own)).not.toHaveProperty('gzip');
    });

    test('is looked for on each where the inventory knows that host by no such name', async () => {
      const said = printed('2.9.4/backup-local.txt').replace('m3.lab', 'alluxio-7.lab');
      expect(await told({'m3 master.look.proof': whole}, said)).toMatchObject(proved);
      const silent = {'m2 master.look.proof': late, 'm3 master.look.proof': whole};
      expect(await reasonsOf('m-1', 'backup', at(silent, said), {}, SPREAD)).toMatch(/no answer/);
    });

    test('is a file of that disk also where the command names its path alone', async () => {
      const said = `out=Successfully backed up journal to ${path} on master m3 with 22 entries\nexit=0`;
      expect(await told({'m3 master.look.proof': whole}, said)).toMatchObject(proved);
      expect(await factsOf('m-1', 'backup', at({}, said))).toMatchObject({uri: path, path});
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
    ).toEqual({layout: 'copycat', foreign: [], files: 1, bytes: 128, newestAt: 7_000});
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

describe('a survey of who serves jobs', () => {
  const LEADS = {'m1 20002/api/v1/job_master/info': page('{"version":"2.3.0","configuration":{}}')};
  const SURVEY = {
    'm1 job-master.look.survey': 'homeVersion=2.3.0',
    'm1 job-master.look.process': running('2.3.0', 20_001, 20_002),
    ...LEADS,
  };
  const REPORT = ['out=Status: CREATED   Count: 1', 'out=Status: RUNNING   Count: 2', 'exit=0'].join('\n');
  const key = 'm1 job-master.look.open-jobs';

  test('tells of the one that leads how many jobs are not over', async () => {
    expect(await factsOf('jm-1', 'survey', {...SURVEY, [key]: REPORT})).toMatchObject({
      openJobs: 3,
      openJobsSuchAs: [],
    });
  });

  test('tells nothing of jobs where its command fails, says something else, or does not answer', async () => {
    for (const answer of [REPORT.replace('exit=0', 'exit=255'), 'out=hello\nexit=0', '', late])
      expect(await factsOf('jm-1', 'survey', {...SURVEY, [key]: answer})).not.toHaveProperty('openJobs');
  });

  test('asks nobody else', async () => {
    expect(
      await factsOf('jm-2', 'survey', {...SURVEY, 'm2 job-master.look.open-jobs': REPORT}),
    ).not.toHaveProperty('openJobs');
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
