import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {delimiter, dirname, join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {limitLines, limitsOf} from '../../../../src/host/cgroup.ts';
import {parseLines} from '../../../../src/host/lines.ts';
import {lastWordsFact} from '../../../../src/host/log.ts';
import {unitFacts, unitOf} from '../../../../src/host/unit.ts';
import {lines, sh} from '../../../../src/lib/sh.ts';
import type {Facts} from '../../../../src/model/facts.ts';
import {besidesOf} from '../../../../src/systems/doris/parse/beside.ts';
import {parseSurvey} from '../../../../src/systems/doris/parse/survey.ts';
import {askAlive, askProcess, askSurvey} from '../../../../src/systems/doris/scripts/look.ts';
import {readText} from '../../../unit/systems/doris/recorded.ts';
import {children} from '../../made.ts';
import {install, linux, type Place, program, run, shells} from './homes.ts';

const conf = ({home}: Place, fdb: string): void =>
  writeFileSync(join(home, 'conf/doris_cloud.conf'), `brpc_listen_port = 5000\nfdb_cluster = ${fdb}\n`);

/** A process of the home by the product's name, started as start.sh does: in the home. */
const startCloud = ({home}: Place, ...flags: string[]): number => {
  const binary = join(home, 'lib/doris_cloud');
  program(binary, '#!/bin/sh\nwhile :; do sleep 0.1; done\n');
  const child = spawn(binary, flags, {cwd: home, stdio: 'ignore'});
  children.push(child);
  return child.pid ?? 0;
};

const surveyOf = ({node}: Place, shell = shells[0]): Facts =>
  parseSurvey(node, parseLines(run(askSurvey(node).script, shell).stdout));

describe.runIf(linux)('what runs beside a MetaService', () => {
  test('a Recycler of the same FoundationDB, with its home and roles; not one of another cluster', async () => {
    const [ms, recycler, both, foreign] = [install('ms'), install('recycler'), install('ms'), install('ms')];
    const fdb = `own:${process.pid}@127.0.0.1:4500`;
    for (const place of [ms, recycler, both]) conf(place, fdb);
    conf(foreign, `other:${process.pid}@127.0.0.1:4500`);
    startCloud(ms, '--meta-service');
    startCloud(foreign, '--recycler');
    const pids = [startCloud(recycler, '--recycler'), startCloud(both)];
    const mine = (): unknown[] =>
      besidesOf(surveyOf(ms)).filter(({home}) =>
        [ms, recycler, both, foreign].some(place => place.home === home),
      );
    await expect.poll(mine).toEqual(
      expect.arrayContaining([
        {pid: pids[0], roles: 'recycler', home: recycler.home},
        {pid: pids[1], roles: 'ms+recycler', home: both.home},
      ]),
    );
    expect(mine()).toHaveLength(2);
  });

  test('one that has ended is none, though nobody has taken note of its end', async () => {
    const [ms, ended] = [install('ms'), install('ms')];
    const binary = join(ended.home, 'lib/doris_cloud');
    program(binary, '#!/bin/sh\necho $$\n');
    // Its parent does not wait for it, as the first process of many a container does not.
    const parent = spawn('sh', ['-c', '"$0" & exec sleep 300', binary], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    children.push(parent);
    const [said] = await once(parent.stdout, 'data');
    const pid = Number(String(said));
    await expect.poll(() => readFileSync(`/proc/${pid}/stat`, 'utf8')).toMatch(/\(doris_cloud\) Z /);
    expect(besidesOf(surveyOf(ms)).filter(beside => beside.pid === pid)).toEqual([]);
  });
});

/** A root with files of its own, for looks that are told where / is. */
const rootWith = (files: Readonly<Record<string, string>>): string => {
  const root = mkdtempSync(join(tmpdir(), "lakeup it's a root "));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), {recursive: true});
    writeFileSync(join(root, path), text);
  }
  return root;
};

describe.runIf(linux)('the unit of a process', () => {
  /** What the function says where the cgroup file holds this and systemctl answers that. */
  const told = (cgroup: string, systemctl: string | null, active?: string): Facts => {
    const root = rootWith({'proc/12/cgroup': `${cgroup}\n`, 'proc/77/comm': 'supervisord\n'});
    const [units, others = 'exit 1'] = [systemctl, active].map(said =>
      said === undefined || said === null ? 'exit 1' : `printf '${said}'`,
    );
    const answer = `case $* in *'-p ActiveState'*) ${others} ;; *) ${units} ;; esac`;
    mkdirSync(join(root, 'bin'));
    program(join(root, 'bin/systemctl'), `#!/bin/sh\n${answer}\n`);
    const found = shells.map(shell => {
      const {stdout} = spawnSync(shell, [], {
        input: lines(sh`set -eu`, unitOf, sh`unit_of 12 ${root}`),
        encoding: 'utf8',
        env: {PATH: `${join(root, 'bin')}${delimiter}${process.env.PATH}`},
      });
      return unitFacts(parseLines(stdout));
    });
    rmSync(root, {recursive: true});
    const [first = {}] = found;
    for (const facts of found) expect(facts).toEqual(first);
    return first;
  };

  const BE = {unit: 'doris-be.service'};
  test.each([
    [
      '0::/system.slice/doris-be.service',
      'Restart=always\\nLoadState=loaded\\nMainPID=12\\n',
      {...BE, unitRestart: 'always', unitMain: 12},
    ],
    [
      '0::/system.slice/supervisord.service',
      'Restart=on-failure\\nLoadState=loaded\\nMainPID=77\\n',
      {
        ...{unit: 'supervisord.service', unitRestart: 'on-failure'},
        ...{unitMain: 77, unitMainProgram: 'supervisord'},
      },
    ],
    // A unit may have groups of its own below it: the process is still one of the unit's.
    [
      '0::/system.slice/doris-be.service/workers/1',
      'LoadState=loaded\\nRestart=no\\nMainPID=0\\n',
      {...BE, unitRestart: 'no', unitMain: 0},
    ],
    ['0::/user.slice/user-1000.slice/user@1000.service/app.slice/doris-be.service', null, BE],
    [
      '0::/user.slice/user-1000.slice/user@1000.service/tmux-spawn-1.scope',
      null,
      {unit: 'user@1000.service'},
    ],
    ['11:memory:/doris_be1\n1:name=systemd:/system.slice/doris-be.service', null, BE],
    ['0::/system.slice/doris-be.service', 'Restart=no\\nLoadState=not-found\\nMainPID=0\\n', BE],
    ['0::/system.slice/doris-be.service', null, BE],
    ['0::/user.slice/user-1000.slice/session-3.scope', 'Restart=no\\nLoadState=loaded\\nMainPID=0\\n', {}],
    ['0::/', null, {}],
    ['12:pids:/system.slice/cron.service', null, {unit: 'cron.service'}],
  ])('%s', (cgroup, systemctl, facts) => {
    expect(told(cgroup, systemctl)).toEqual(facts);
  });

  const KEEP = {unit: 'keep\\x2dbe.service', unitRestart: 'no', unitMain: 0};
  const KEPT = '0::/system.slice/keep\\x2dbe.service';
  const OWN = 'Restart=no\\nLoadState=loaded\\nMainPID=0\\n';
  test.each<[string, string, string, string | undefined, Facts]>([
    ['nothing', KEPT, `${OWN}TriggeredBy=\\nUpheldBy=\\n`, undefined, {...KEEP, unitTriggers: []}],
    ['no Upholds= yet', KEPT, `${OWN}TriggeredBy=\\n`, undefined, {...KEEP, unitTriggers: []}],
    // A service manager so old tells nothing of it: that is no "nothing".
    ['not told', KEPT, OWN, undefined, KEEP],
    [
      'a timer',
      KEPT,
      `${OWN}TriggeredBy=keep-be.timer\\nUpheldBy=\\n`,
      'Id=keep-be.timer\\nActiveState=active\\n',
      {...KEEP, unitTriggers: ['keep-be.timer']},
    ],
    [
      'a timer and a path, one of them stopped',
      KEPT,
      `${OWN}TriggeredBy=keep\\\\x2dbe.timer keep\\\\x2dbe.path\\n`,
      'ActiveState=inactive\\nId=keep\\\\x2dbe.timer\\n\\nActiveState=active\\nId=keep\\\\x2dbe.path\\n',
      {...KEEP, unitTriggers: ['keep\\x2dbe.path'], unitTriggersOff: ['keep\\x2dbe.timer']},
    ],
    [
      'names as an older one writes them',
      KEPT,
      `${OWN}TriggeredBy=keep\\\\x5cx2dbe.timer\\n`,
      'Id=keep\\\\x2dbe.timer\\nActiveState=failed\\n',
      {...KEEP, unitTriggers: [], unitTriggersOff: ['keep\\x2dbe.timer']},
    ],
    // Whether it is stopped was not told: it may be at work.
    [
      'a timer that nothing more is told of',
      KEPT,
      `${OWN}TriggeredBy=keep-be.timer\\n`,
      undefined,
      {...KEEP, unitTriggers: ['keep-be.timer']},
    ],
    [
      'a unit that upholds it',
      KEPT,
      `${OWN}TriggeredBy=\\nUpheldBy=multi-user.target keeper.service\\n`,
      'Id=multi-user.target\\nActiveState=active\\n\\nId=keeper.service\\nActiveState=inactive\\n',
      {...KEEP, unitTriggers: [], unitUpheldBy: ['multi-user.target'], unitTriggersOff: ['keeper.service']},
    ],
    [
      'a timer of the user’s own manager',
      '0::/user.slice/user-1000.slice/user@1000.service/app.slice/be.service',
      `${OWN}TriggeredBy=be.timer\\n`,
      'Id=be.timer\\nActiveState=active\\n',
      {unit: 'be.service', unitRestart: 'no', unitMain: 0, unitUser: true, unitTriggers: ['be.timer']},
    ],
  ])('what starts its unit: %s', (_, cgroup, systemctl, active, facts) => {
    expect(told(cgroup, systemctl, active)).toEqual(facts);
  });
});

describe.runIf(linux).each(shells)('the limits of a control group, seen by %s', shell => {
  const told = (its: string, ours: string, files: Readonly<Record<string, string>>): readonly string[] => {
    const root = rootWith({
      ...{'proc/12/cgroup': `${its}\n`, 'proc/self/cgroup': `${ours}\n`},
      ...Object.fromEntries(
        Object.entries(files).map(([path, text]) => [`sys/fs/cgroup/${path}`, `${text}\n`]),
      ),
    });
    const {stdout, stderr} = spawnSync(shell, [], {
      input: lines(sh`set -eu`, limitsOf, sh`limits_of 12 ${root}`),
      encoding: 'utf8',
    });
    rmSync(root, {recursive: true});
    expect(stderr).toBe('');
    return limitLines(parseLines(stdout)).map(line => line.replace(`${root}/sys/fs/cgroup`, ''));
  };
  const LOGIN = '0::/user.slice/user-1000.slice/session-3.scope';
  const NONE = '9223372036854771712';

  test.each<[string, [its: string, ours: string], Readonly<Record<string, string>>, string[]]>([
    [
      'four backends on a host, each in a group of the first version',
      [
        '4:cpuset:/doris_be1\n11:memory:/doris_be1\n1:name=systemd:/',
        '4:cpuset:/\n11:memory:/\n1:name=systemd:/',
      ],
      {
        'memory/doris_be1/memory.limit_in_bytes': '68719476736',
        'memory/memory.limit_in_bytes': NONE,
        ...{'cpuset/doris_be1/cpuset.cpus': '0-23', 'cpuset/cpuset.cpus': '0-95'},
      },
      ['cpus 0-23 /cpuset/doris_be1', 'memory 68719476736 /memory/doris_be1'],
    ],
    [
      'groups of the first version that limit nothing',
      ['4:cpuset:/x\n11:memory:/x\n3:cpu,cpuacct:/x', '4:cpuset:/\n11:memory:/\n3:cpu,cpuacct:/'],
      {
        ...{
          'memory/x/memory.limit_in_bytes': NONE,
          'cpuset/x/cpuset.cpus': '0-95',
          'cpuset/cpuset.cpus': '0-95',
        },
        ...{'cpu/x/cpu.cfs_quota_us': '-1', 'cpu/x/cpu.cfs_period_us': '100000'},
      },
      [],
    ],
    [
      'a quota of the first version',
      ['3:cpu,cpuacct:/x', '3:cpu,cpuacct:/'],
      {'cpu/x/cpu.cfs_quota_us': '250000', 'cpu/x/cpu.cfs_period_us': '100000'},
      ['cpu 250000/100000 /cpu/x'],
    ],
    [
      'a unit of the second version, by itself and by the slice above it',
      ['0::/doris.slice/be.service', LOGIN],
      {
        'doris.slice/be.service/memory.max': 'max',
        'doris.slice/be.service/cpu.max': '800000 100000',
        'doris.slice/memory.max': '1073741824',
      },
      ['memory 1073741824 /doris.slice', 'cpu 800000/100000 /doris.slice/be.service'],
    ],
    [
      'a slice that the login is in too',
      ['0::/user.slice/user-1000.slice/session-1.scope', LOGIN],
      {'user.slice/user-1000.slice/memory.max': '1073741824', 'user.slice/memory.max': '2147483648'},
      [],
    ],
    ['the very group of the login', [LOGIN, LOGIN], {[`${LOGIN.slice(4)}/memory.max`]: '1073741824'}, []],
    ['a group outside of what can be seen', ['0::/../x', '0::/'], {'memory.max': '1'}, []],
  ])('%s', (_, [its, ours], files, limits) => {
    expect(told(its, ours, files)).toEqual(limits);
  });
});

describe.runIf(linux)('whether its pages are HTTPS', () => {
  test.each<['be' | 'fe', Readonly<Record<string, string>>, true | undefined]>([
    ['be', {'be.conf': 'webserver_port = 8040\nenable_https = true\n'}, true],
    ['fe', {'fe.conf': '  enable_https=true # since May\n'}, true],
    ['be', {'be.conf': 'enable_https = false\n'}, undefined],
    ['be', {'be.conf': '# enable_https = true\n'}, undefined],
    ['be', {'be.conf': 'enable_https = false\nenable_https = true\n'}, true],
    // What is read after it has the last word.
    ['be', {'be.conf': 'enable_https = true\n', 'be_custom.conf': 'enable_https = false\n'}, undefined],
    ['fe', {'fe.conf': '', 'fe_custom.conf': 'enable_https = true\n'}, true],
    ['be', {'be.conf': 'my_enable_https = true\nenable_https_port = true\n'}, undefined],
  ])('%s %j: %s', (role, files, https) => {
    const place = install(role);
    for (const [name, text] of Object.entries(files)) writeFileSync(join(place.home, 'conf', name), text);
    expect(surveyOf(place).https).toBe(https);
  });
});

describe.runIf(linux)('the last words of one that does not run', () => {
  test.each(shells)('are the ends of its own output and of its log, in %s', shell => {
    const place = install('fe');
    writeFileSync(join(place.home, 'log/fe.out'), `${'x'.repeat(20_000)}\nfirst\n\nit's "$HOME" \n\n`);
    writeFileSync(join(place.home, 'log/fe.log'), `${'y'.repeat(500)}\n`);
    const {code, stdout, stderr} = run(askSurvey(place.node).script, shell);
    expect({code, stderr}).toEqual({code: 0, stderr: ''});
    const lines = parseLines(stdout);
    expect(parseSurvey(place.node, lines).lastWords).toEqual([
      expect.stringMatching(/^fe\.out \(\d\d-\d\d \d\d:\d\d:\d\d\): first$/),
      expect.stringMatching(/^fe\.out \(.*\): it's "\$HOME" $/),
      expect.stringMatching(/^fe\.log \(.*\): y{200}$/),
    ]);
    // The looks that are there all the time, and the one that judges a start, tell the same.
    for (const ask of [askAlive, askProcess]) {
      const {stdout: told, ...ended} = run(ask(place.node).script, shell);
      expect(ended).toMatchObject({code: 0, stderr: ''});
      expect(lastWordsFact(parseLines(told))).toEqual(lastWordsFact(lines));
    }
  });

  test.each(shells)('say why a frontend ended, and not where in its code, in %s', shell => {
    const place = install('fe');
    const recorded = readText('3.0.6.1-cloud/events/A2-fe2-not-added.fe.log.txt');
    // As it was when the frontend was waiting to be added, and for a while after.
    writeFileSync(join(place.home, 'log/fe.log'), recorded);
    expect(surveyOf(place, shell).lastWords).toEqual([
      expect.stringMatching(/^fe\.log \(.*\): \S+ \S+ WARN .*tryAddMyselfToMS.* get ddl exception/),
      expect.stringMatching(
        /^fe\.log \(.*\): .*DdlException: errCode = 2, detailMessage = failed to alter frontend/,
      ),
    ]);
    writeFileSync(
      join(place.home, 'log/fe.log'),
      `${recorded}\t... 12 more\nCaused by: x\n\tat a.b(c.java:1)\n`,
    );
    expect(surveyOf(place, shell).lastWords).toEqual([
      expect.stringMatching(/DdlException/),
      expect.stringMatching(/: Caused by: x$/),
    ]);
  });

  test.each(shells)('hold no secret and no line of ours, in %s', shell => {
    const place = install('be');
    writeFileSync(
      join(place.home, 'log/be.out'),
      'pid=1\r\nprocess=1 2\nload s3://b?token=abc password=abc\n',
    );
    const {stdout} = run(askAlive(place.node).script, shell);
    const lines = parseLines(stdout);
    expect(lines.map(([key]) => key)).toEqual(['lastWords', 'lastWords']);
    expect(lastWordsFact(lines).lastWords).toEqual([
      expect.stringMatching(/: process=1 2$/),
      expect.stringMatching(/: load s3:\/\/b password=…$/),
    ]);
  });

  test('are none where it has no log, or an empty one, or runs', () => {
    const place = install('ms');
    expect(surveyOf(place)).not.toHaveProperty('lastWords');
    writeFileSync(join(place.home, 'log/doris_cloud.out'), '\n');
    expect(surveyOf(place)).not.toHaveProperty('lastWords');
    mkdirSync(join(place.home, 'log/meta_service.INFO'));
    expect(surveyOf(place)).not.toHaveProperty('lastWords');
    writeFileSync(join(place.home, 'log/doris_cloud.out'), 'it runs\n');
    startCloud(place, '--meta-service');
    expect(surveyOf(place)).not.toHaveProperty('lastWords');
  });
});
