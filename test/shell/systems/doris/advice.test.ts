import {spawn, spawnSync} from 'node:child_process';
import {appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {identity} from '../../../../src/host/identity.ts';
import {parseLines} from '../../../../src/host/lines.ts';
import {logoutFacts, logoutKills} from '../../../../src/host/logout.ts';
import {lines, sh} from '../../../../src/lib/sh.ts';
import type {Facts} from '../../../../src/model/facts.ts';
import type {Finding} from '../../../../src/model/finding.ts';
import {NodeId} from '../../../../src/model/ids.ts';
import {Plan} from '../../../../src/model/plan.ts';
import {renderScript} from '../../../../src/model/script.ts';
import {Settings} from '../../../../src/systems/doris/fields.ts';
import {packageRunFacts} from '../../../../src/systems/doris/parse/package-run.ts';
import {parseSurvey} from '../../../../src/systems/doris/parse/survey.ts';
import {askSurvey} from '../../../../src/systems/doris/scripts/look.ts';
import {askVersion} from '../../../../src/systems/doris/scripts/look-version.ts';
import {roleScripts} from '../../../../src/systems/doris/scripts/role.ts';
import {doris} from '../../../../src/systems/doris/system.ts';
import {halfDone} from '../../../walks/undo-story.ts';
import {children} from '../../made.ts';
import {callsOf, commandsIn, typed} from '../../typed.ts';
import {awaitUp, install, linux, makeBackend, type Place, program, run, running, startIt} from './homes.ts';

/*
 * The commands that preflight prints, typed as they are printed into a real shell, about homes and names that hold what shells trip
 * over; what the very scripts of the survey see afterwards decides whether that helped.
 */

/** A conf is no place for the blanks and quotes of the homes. */
const plain = mkdtempSync(join(tmpdir(), 'lakeup-advice-'));
afterAll(() => rmSync(plain, {recursive: true, force: true}));

const surveyOf = ({node}: Place): Facts => parseSurvey(node, parseLines(run(askSurvey(node).script).stdout));

/** What one check finds where this is seen of the place's node; null where nothing. */
const findingOf = (place: Place, check: string, facts: Facts): Finding | null => {
  const cluster = {
    ...{name: 'lake', system: 'doris', hosts: [], nodes: [place.node]},
    settings: Settings.parse({version: '3.1.2'}),
  };
  const found = doris.preflight
    .filter(({name}) => name === check)
    .flatMap(({find}) => find({cluster, facts: new Map([[place.node.id, facts]])}));
  return found.find(({level}) => level !== 'pass') ?? null;
};
const printed = (place: Place, check: string, facts: Facts): string => {
  const finding = findingOf(place, check, facts);
  if (finding?.fix == null) throw new Error(`${check} finds nothing`);
  return finding.fix.en;
};

const end = (place: Place): void => {
  for (const pid of running(place)) process.kill(pid, 'SIGKILL');
};
const put = (base: string, path: string, text: string): void => {
  mkdirSync(dirname(join(base, path)), {recursive: true});
  writeFileSync(join(base, path), text);
};

describe.runIf(linux)('what is done on a host', () => {
  test('folders that the package brings are copied, and nothing is missing any more', () => {
    const place = install('be');
    put(place.package, 'dict/ik words/a', 'x');
    put(place.package, "it's new/b", 'x');
    mkdirSync(join(place.home, 'dict'));
    const advice = printed(place, 'beside-bin-and-lib', surveyOf(place));
    for (const command of commandsIn(advice)) expect(typed(command)).toMatchObject({status: 0, stderr: ''});
    expect(readFileSync(join(place.home, 'dict/ik words/a'), 'utf8')).toBe('x');
    expect(findingOf(place, 'beside-bin-and-lib', surveyOf(place))).toBeNull();
  });

  test('what lies in bin and lib of the site’s own is put into the package', () => {
    const place = install('be');
    put(place.home, 'bin/custom_start.sh', 'x');
    put(place.home, 'lib/ojdbc8.jar', 'x');
    expect(printed(place, 'own-files', surveyOf(place))).toMatch(/into the package’s bin/);
    expect(printed(place, 'own-lib', surveyOf(place))).toMatch(/into the package’s lib/);
    for (const file of ['bin/custom_start.sh', 'lib/ojdbc8.jar']) put(place.package, file, 'x');
    expect(findingOf(place, 'own-files', surveyOf(place))).toBeNull();
    expect(findingOf(place, 'own-lib', surveyOf(place))).toBeNull();
  });

  test('an edit is found by the diff that is printed, and made in the package', () => {
    const place = install('be');
    const own = 'step 1\nstep 2\nown 3\n';
    put(place.package, 'bin/start_be.sh', 'step 1\nstep 2\n');
    put(place.home, 'bin/start_be.sh', `${own}cd '${place.home}'\n`);
    const [command = ''] = commandsIn(printed(place, 'own-edits', surveyOf(place)));
    const told = typed(command);
    expect(`${told.status} ${told.stderr}`).toBe('1 ');
    expect(told.stdout).toContain('own 3');
    put(place.package, 'bin/start_be.sh', readFileSync(join(place.home, 'bin/start_be.sh'), 'utf8'));
    expect(findingOf(place, 'own-edits', surveyOf(place))).toBeNull();
  });

  test('two processes are shown, one is ended, and one is left', () => {
    const place = install('be');
    makeBackend(place);
    startIt(place);
    rmSync(join(place.home, 'log/up'));
    spawnSync('bash', [join(place.home, 'bin/start_be.sh')]);
    awaitUp(place);
    const pids = running(place);
    expect(pids).toHaveLength(2);
    const [shown = '', kill = ''] = commandsIn(printed(place, 'one-process', {...surveyOf(place), count: 2}));
    for (const pid of pids) expect(typed(shown).stdout).toMatch(new RegExp(`\\b${pid}\\b`));
    expect(kill).toBe('kill PID');
    process.kill(pids[1] ?? 0, 'SIGKILL');
    expect(running(place)).toEqual([pids[0]]);
    end(place);
  });

  test('the line that starts a node which ended by itself is typed, and it is up with what it had', async () => {
    const place = install('be');
    makeBackend(place);
    const story = await halfDone({
      lose: {node: 'be-2', name: 'doris.be.deploy'},
      shape: {ms: 1, recyclers: 0, groups: {cg: 3}, fe: 3},
    });
    const home = JSON.stringify(place.home).slice(1, -1);
    const plan = Plan.parse(
      JSON.parse(JSON.stringify(story.state.plan).replaceAll('"/opt/doris/be"', () => `"${home}"`)),
    );
    const line = doris.startLine?.(plan, NodeId.parse('be-1'), {files: 'before', othersWentOn: false});
    expect(typed(line ?? '')).toMatchObject({status: 0});
    awaitUp(place);
    expect(running(place)).toHaveLength(1);
    expect(readFileSync(join(place.home, 'log/env'), 'utf8')).toContain('JAVA_HOME=/usr/lib/jvm/java-17\n');
    end(place);
  });

  test('a script that starts the node again is ended by the line that is printed, and the node goes on', () => {
    const place = install('be');
    makeBackend(place);
    program(
      join(place.home, 'bin/start_be.sh'),
      '#!/usr/bin/env bash\nhome="$(cd "$(dirname "$0")/.." && pwd)"\n"$home/lib/doris_be"\n',
    );
    program(
      join(place.root, 'keep be.sh'),
      `#!/bin/bash\nwhile :; do bash '${join(place.home, 'bin/start_be.sh').replaceAll("'", `'\\''`)}'; done; :\n`,
    );
    children.push(spawn(join(place.root, 'keep be.sh'), [], {stdio: 'ignore', detached: true}));
    awaitUp(place);
    const [before] = running(place);
    const seen = surveyOf(place);
    expect(seen).toMatchObject({starter: 'shell', starterProgram: 'keep be.sh'});
    const [kill = ''] = commandsIn(printed(place, 'unit', seen));
    expect(typed(kill)).toMatchObject({status: 0, stderr: ''});
    // Whoever stood above is gone once nobody is told of any more.
    const gone = (): boolean => surveyOf(place).starter !== 'shell';
    for (const until = Date.now() + 60_000; !gone() && Date.now() < until; ) spawnSync('sleep', ['0.05']);
    expect(gone()).toBe(true);
    expect(running(place)).toEqual([before]);
    end(place);
  });

  test('a start script that asks for more than the host has is told to skip it, in the conf', () => {
    const place = install('be');
    put(
      place.package,
      'bin/start_be.sh',
      [
        '#!/usr/bin/env bash',
        `while read -r line; do :; done <"\${DORIS_HOME}/conf/be.conf"`,
        `if [[ "\${SKIP_CHECK_ULIMIT:-false}" != "true" ]]; then`,
        '  MAX_MAP_COUNT="$(cat /proc/sys/vm/max_map_count)"',
        `  if [[ "\${MAX_MAP_COUNT}" -lt 2000000000 ]]; then exit 1; fi`,
        'fi',
      ].join('\n'),
    );
    put(place.home, 'conf/be.conf', 'be_port = 9060\n');
    const advice = printed(place, 'map-count', surveyOf(place));
    const [, line = '', conf = ''] =
      /Or write (SKIP_CHECK_ULIMIT = true) in (conf\/be\.conf)\./.exec(advice) ?? [];
    appendFileSync(join(place.home, conf), `${line}\n`);
    expect(findingOf(place, 'map-count', surveyOf(place))).toBeNull();
  });

  test('a JDK is installed and written in the conf', () => {
    const place = install('be');
    put(place.package, 'lib/doris_be', '#!/bin/sh\necho "doris-3.1.2-rc01-abc(AVX2) RELEASE"\n');
    put(
      place.package,
      'bin/start_be.sh',
      `#!/usr/bin/env bash\nif [[ -z "\${JAVA_HOME}" ]]; then echo "The JAVA_HOME environment variable is not set correctly"; exit 1; fi\necho "ERROR: The jdk_version is \${java_version}, it must be 17." >>"\${LOG_DIR}/be.out"\n`,
    );
    put(place.home, 'conf/be.conf', 'be_port = 9060\n');
    const look = (): Facts => {
      const {stdout} = run(askVersion(place.node, 'package', null).script, 'sh', {JAVA_HOME: ''});
      const {packageCause: _, ...facts} = packageRunFacts(parseLines(stdout));
      return {...surveyOf(place), ...facts};
    };
    const advice = printed(place, 'jdk', look());
    const [, name = '', conf = ''] = /write it as (JAVA_HOME) in (conf\/be\.conf)\.$/.exec(advice) ?? [];
    put(plain, 'jdk-17/release', 'JAVA_VERSION="17.0.2"\n');
    program(join(plain, 'jdk-17/release'), 'JAVA_VERSION="17.0.2"\n');
    mkdirSync(join(plain, 'jdk-17/bin'));
    program(join(plain, 'jdk-17/bin/java'), '#!/bin/sh\n');
    appendFileSync(join(place.home, conf), `${name}=${join(plain, 'jdk-17')}\n`);
    expect(findingOf(place, 'jdk', look())).toBeNull();
  });

  test('a login whose processes are ended with it is left out, beside whom was', () => {
    const place = install('be');
    put(place.root, 'proc/self/cgroup', '0::/user.slice/user-1000.slice/session-3.scope\n');
    put(
      place.root,
      'etc/systemd/logind.conf.d/mine.conf',
      '[Login]\nKillUserProcesses=yes\nKillExcludeUsers=root backup\n',
    );
    const look = (): Facts => {
      const own = sh`id() { if [ "$1" = -un ]; then echo doris; else echo 1000; fi; }`;
      const text = lines(
        identity(roleScripts('be').process),
        own,
        logoutKills,
        sh`logout_kills ${place.root}`,
      );
      const script = renderScript({body: {name: 'doris.be.look.part', text}, vars: {home: place.home}});
      return {login: '1000', loginName: 'doris', ...logoutFacts(parseLines(typed(script).stdout))};
    };
    const advice = printed(place, 'outlives-login', look());
    const [section = '', line = ''] = commandsIn(advice);
    const [, file = ''] = / into (\/etc\/\S+),/.exec(advice) ?? [];
    put(place.root, file, `${section}\n${line} backup\n`);
    expect(findingOf(place, 'outlives-login', look())).toBeNull();
  });

  test('a process is put into the group that is printed', () => {
    const place = install('be');
    const group = join(place.root, 'a group');
    mkdirSync(group);
    const advice = printed(place, 'limits', {limits: [`cpus 0-1 ${group}`]});
    const [command = ''] = commandsIn(advice);
    expect(typed(command.replace('PID', '4711'))).toMatchObject({status: 0, stderr: ''});
    expect(readFileSync(join(group, 'cgroup.procs'), 'utf8')).toBe('4711\n');
  });
});

describe('what needs another program, or root', () => {
  const PROGRAMS = [
    ...['chmod', 'chown', 'supervisorctl', 'sv', 's6-svc', 'svc', 'monit', 'systemctl', 'sysctl', 'swapoff'],
    ...['ls', 'useradd'],
  ];
  const LOGIN = {login: '1000', loginName: 'doris'};
  const KEPT = {unit: 'doris\\x2dbe.service', unitRestart: 'no', unitMain: 0};
  const SUPERVISED = {starter: 'supervisord', starterPid: 7, starterProgram: 'supervisord'};

  test.each<[string, string, Facts, number, (home: string) => readonly string[]]>([
    [
      'the mode of a home is changed',
      'writable',
      {...LOGIN, homeOwner: '1000', writable: false},
      2,
      home => ['chmod', 'u+w', home],
    ],
    [
      'a home is looked at',
      'writable',
      {...LOGIN, homeOwner: '1000', writable: false},
      0,
      home => ['ls', '-ld', home],
    ],
    [
      'a home is given to the user of its process',
      'writable',
      {...LOGIN, owner: '1000', homeOwner: '0', writable: false},
      0,
      home => ['chown', '-R', '1000', home],
    ],
    ['whose a home is', 'writable', {...LOGIN, writable: false}, 0, home => ['ls', '-ld', home]],
    [
      'supervisord lets go',
      'unit',
      {...SUPERVISED, starterConf: '/opt/my sv/s.conf', starterService: 'doris:be 1'},
      0,
      () => ['supervisorctl', '-c', '/opt/my sv/s.conf', 'stop', 'doris:be 1'],
    ],
    [
      'runit lets go',
      'unit',
      {starter: 'runsv', starterPid: 7, starterProgram: 'runsv', starterService: '/etc/my sv/be'},
      0,
      () => ['sv', 'once', '/etc/my sv/be'],
    ],
    [
      'and takes it back',
      'unit',
      {starter: 'runsv', starterPid: 7, starterProgram: 'runsv', starterService: '/etc/my sv/be'},
      1,
      () => ['sv', 'up', '/etc/my sv/be'],
    ],
    [
      's6 lets go',
      'unit',
      {starter: 's6-supervise', starterPid: 7, starterProgram: 's6-supervise', starterService: 'be $1'},
      0,
      () => ['s6-svc', '-O', 'be $1'],
    ],
    [
      'daemontools let go',
      'unit',
      {starter: 'supervise', starterPid: 7, starterProgram: 'supervise', starterService: "be's"},
      0,
      () => ['svc', '-o', "be's"],
    ],
    [
      'a unit is asked',
      'unit',
      {unit: 'doris\\x2dbe.service'},
      0,
      () => [
        ...['systemctl', 'show', '-p', 'Restart', '-p', 'TriggeredBy', '-p', 'UpheldBy'],
        'doris\\x2dbe.service',
      ],
    ],
    [
      'what starts a unit is stopped',
      'unit',
      {...KEPT, unitTriggers: ['keep\\x2dbe.timer', 'keep.path']},
      0,
      () => ['systemctl', 'stop', 'keep\\x2dbe.timer', 'keep.path'],
    ],
    [
      'and started again, by the user’s own manager',
      'unit',
      {...KEPT, unitUser: true, unitTriggers: [], unitUpheldBy: ['keep\\x2dbe.service']},
      1,
      () => ['systemctl', '--user', 'start', 'keep\\x2dbe.service'],
    ],
    [
      'and, where it was stopped, started after the upgrade',
      'unit',
      {...KEPT, unitTriggers: [], unitTriggersOff: ['keep\\x2dbe.timer']},
      0,
      () => ['systemctl', 'start', 'keep\\x2dbe.timer'],
    ],
    [
      'what a target upholds is looked up',
      'unit',
      {...KEPT, unitTriggers: [], unitUpheldBy: ['multi\\x2duser.target']},
      1,
      () => ['systemctl', 'cat', 'multi\\x2duser.target'],
    ],
    [
      'the kernel is told',
      'map-count',
      {maps: 1, demandsMaps: 2_000_000},
      0,
      () => ['sysctl', '-w', 'vm.max_map_count=2000000'],
    ],
    ['swap is switched off', 'swap', {swaps: 1, demandsSwapOff: true}, 0, () => ['swapoff', '-a']],
    [
      'a number gets a name',
      'same-user',
      {...LOGIN, owner: '1001', ownerName: '1001'},
      0,
      () => ['useradd', '-u', '1001', 'NAME'],
    ],
  ])('%s', (_, check, facts, at, wanted) => {
    const place = install('be');
    const command = commandsIn(printed(place, check, facts))[at] ?? '';
    expect(callsOf(place.root, command, PROGRAMS)).toEqual([wanted(place.home)]);
  });
});
