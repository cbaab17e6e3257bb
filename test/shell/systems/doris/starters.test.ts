import {spawn, spawnSync} from 'node:child_process';
import {chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {cronFacts, cronTables} from '../../../../src/host/cron.ts';
import {identity} from '../../../../src/host/identity.ts';
import {parseLines} from '../../../../src/host/lines.ts';
import {logoutFacts, logoutKills} from '../../../../src/host/logout.ts';
import {parentsOf} from '../../../../src/host/parents.ts';
import {lines, type Sh, sh} from '../../../../src/lib/sh.ts';
import type {Facts} from '../../../../src/model/facts.ts';
import {renderScript} from '../../../../src/model/script.ts';
import {parseSurvey} from '../../../../src/systems/doris/parse/survey.ts';
import {askSurvey} from '../../../../src/systems/doris/scripts/look.ts';
import {roleScripts} from '../../../../src/systems/doris/scripts/role.ts';
import {children} from '../../made.ts';
import {awaitUp, install, linux, makeBackend, type Place, program, run, running, shells} from './homes.ts';

const surveyOf = ({node}: Place): Facts => parseSurvey(node, parseLines(run(askSurvey(node).script).stdout));

/** A start script as the product's own page on supervisors wants it: it stays, and its child is the node. */
const staying = (place: Place): string => {
  const script = join(place.home, 'bin/start_be.sh');
  program(script, `#!/usr/bin/env bash\nhome="$(cd "$(dirname "$0")/.." && pwd)"\n"$home/lib/doris_be"\n`);
  return script;
};

/** A program that starts the node's script and stays above it. */
const keeping = (place: Place, env: object = {}): string =>
  `require('node:child_process').spawn('bash', [${JSON.stringify(staying(place))}], {env: {...process.env, ...${JSON.stringify(env)}}});`;

const once = (place: Place): string => `bash '${staying(place).replaceAll("'", `'\\''`)}'`;

const loop = (place: Place): string => `while :; do ${once(place)}; done; :`;

/** Begins a program as a daemon is begun: whoever runs these tests would stand above it, too, and may be a loop. */
const orphan = (cwd: string, [file, ...args]: readonly [string, ...string[]]): number => {
  const begun = spawnSync('sh', ['-c', '"$@" >/dev/null 2>&1 </dev/null & echo $!', 'sh', file, ...args], {
    cwd,
    encoding: 'utf8',
  });
  return Number(begun.stdout);
};

describe.runIf(linux)('what stands above a process', () => {
  /** What is begun by hand in the place's own folder: a program and its arguments. */
  type Begin = (place: Place) => readonly [string, ...string[]];
  /** By the name of its own file, as programs of Python are called. */
  const script =
    (name: string, env: object, ...more: string[]): Begin =>
    place => {
      program(join(place.root, name), `#!${process.execPath}\n${keeping(place, env)}\n`);
      return [join(place.root, name), ...more];
    };
  /** By its own name, given the name of a service. */
  const binary =
    (name: string, service: string): Begin =>
    place => {
      symlinkSync(process.execPath, join(place.root, name));
      writeFileSync(join(place.root, service), keeping(place));
      return [join(place.root, name), service];
    };

  test.each<[string, Begin, Facts]>([
    [
      'supervisord that somebody began by hand',
      script(
        'supervisord',
        {SUPERVISOR_PROCESS_NAME: 'doris_be', SUPERVISOR_GROUP_NAME: 'doris_be'},
        ...['-n', '-c', '/opt/sv/supervisord.conf'],
      ),
      {
        ...{starter: 'supervisord', starterProgram: 'supervisord', starterService: 'doris_be'},
        starterConf: '/opt/sv/supervisord.conf',
      },
    ],
    ['runit', binary('runsv', 'doris-be'), {starter: 'runsv', starterService: 'doris-be'}],
    ['s6', binary('s6-supervise', 'be'), {starter: 's6-supervise', starterService: 'be'}],
    ['monit', script('monit', {}), {starter: 'monit'}],
    ['a program nobody knows', script('agent', {}), {starter: 'other', starterProgram: 'agent'}],
    [
      'a loop in a script',
      place => {
        program(join(place.root, 'keep be.sh'), `#!/bin/bash\n${loop(place)}\n`);
        return [join(place.root, 'keep be.sh')];
      },
      {starter: 'shell', starterProgram: 'keep be.sh'},
    ],
    [
      'a loop in a script, by a relative path',
      place => {
        writeFileSync(join(place.root, 'keep.sh'), loop(place));
        return ['bash', 'keep.sh'];
      },
      {starter: 'shell', starterProgram: 'keep.sh', starterRuns: 'keep.sh'},
    ],
    [
      'a script that comes through a named pipe',
      place => {
        const text = `rm keep.pipe; mkfifo keep.pipe; ${loop(place)}`;
        return ['bash', '-c', `mkfifo keep.pipe; printf '%s' "$0" >keep.pipe & exec bash keep.pipe`, text];
      },
      {starter: 'shell', starterProgram: 'keep.pipe', starterRuns: 'keep.pipe'},
    ],
    ['a loop that was typed', place => ['sh', '-c', loop(place)], {starter: 'shell', starterRuns: '-c'}],
    [
      'a script that speaks of a loop in a comment alone',
      place => {
        writeFileSync(
          join(place.root, 'once.sh'),
          `#!/bin/bash\n  # Waits until it ends.\n${once(place)}; :\n`,
        );
        return ['bash', 'once.sh'];
      },
      {},
    ],
    ['the product’s own script in the foreground', place => ['bash', staying(place)], {}],
  ])('%s', (_, begin, facts) => {
    const place = install('be');
    makeBackend(place);
    const above = orphan(place.root, begin(place));
    awaitUp(place);
    const seen = surveyOf(place);
    process.kill(above, 'SIGKILL');
    for (const pid of running(place)) process.kill(pid, 'SIGKILL');
    expect(seen).toMatchObject({process: 'running'});
    if (facts.starter === undefined) expect(seen.starter).toBeUndefined();
    else expect(seen).toMatchObject({...facts, starterPid: above});
  });

  test.each([
    ['watches over it', 'be  RUNNING  pid 12, uptime 0:01:00', 'supervisord'],
    ['was told to stop it', 'be  STOPPED  Nov 26 01:00 AM', undefined],
    ['gave it up', 'be  FATAL  Exited too quickly', undefined],
    ['does not tell this login', '', 'supervisord'],
  ])('a daemon that supervisord has begun and that goes on alone: it %s', (_, state, starter) => {
    const place = install('be');
    makeBackend(place);
    program(join(place.root, 'supervisord'), `#!${process.execPath}\nsetTimeout(() => {}, 60_000);\n`);
    children.push(spawn(join(place.root, 'supervisord'), [], {stdio: 'ignore'}));
    mkdirSync(join(place.root, 'own'));
    program(
      join(place.root, 'own/supervisorctl'),
      `#!/bin/sh\n[ "$*" = "-s unix:///own.sock status doris:be" ] && [ -n "${state}" ] && echo "${state}"\n`,
    );
    const env = {
      ...{SUPERVISOR_GROUP_NAME: 'doris', SUPERVISOR_PROCESS_NAME: 'be'},
      SUPERVISOR_SERVER_URL: 'unix:///own.sock',
    };
    spawnSync('bash', [join(place.home, 'bin/start_be.sh')], {env: {...process.env, ...env}});
    awaitUp(place);
    const script = renderScript(askSurvey(place.node).script);
    const {stdout} = spawnSync('sh', [], {
      input: script,
      encoding: 'utf8',
      env: {...process.env, PATH: `${join(place.root, 'own')}:${process.env.PATH}`},
    });
    for (const pid of running(place)) process.kill(pid, 'SIGKILL');
    const seen = parseSurvey(place.node, parseLines(stdout));
    expect(seen).toMatchObject({process: 'running'});
    expect(seen.starter).toBe(starter);
    if (starter !== undefined) expect(seen.starterService).toBe('doris:be');
  });
});

/** Runs shell functions of a look, after functions that stand for commands; / is the place's own. */
const told = (place: Place, shell: string, ...pieces: readonly Sh[]): string => {
  const text = lines(identity(roleScripts('be').process), ...pieces);
  const input = renderScript({body: {name: 'doris.be.look.part', text}, vars: {home: place.home}});
  const {status, stdout, stderr} = spawnSync(shell, [], {input, encoding: 'utf8'});
  expect(`${status} ${stderr}`).toBe('0 ');
  return stdout;
};

describe.runIf(linux).each(shells)('what is told of the program above a process, seen by %s', shell => {
  const wordsOf = (...args: readonly string[]): (string | undefined)[] => {
    const own = lines(parentsOf, sh`printf '%s\\n' ${args} | describe`);
    const [called, , , word] = told(install('be'), shell, own).trimEnd().split('\t');
    return [called, word];
  };

  test.each<[string, string[], string, string]>([
    ['its token', ['/opt/keeper', '--token', 'tok123'], 'keeper', '-'],
    ['its password', ['keeper', 'tok123'], 'keeper', '-'],
    ['the title it gave itself', ['keeper --token tok123'], 'keeper', '-'],
    ['a title with an address', ['keeper --to=http://a/tok123'], 'keeper', '-'],
    ['what sudo runs', ['sudo', '-u', 'doris', 'sh', 'tok123'], 'sudo', '-'],
    ['the text of a python', ['python3', '-c', 'print()', 'tok123'], 'python3', '-'],
    ['the pipe of a python', ['python3', '-', 'tok123'], 'python3', '-'],
    ['the text of a perl', ['perl', '-we', 'print', 'tok123'], 'perl', '-'],
    ['the text of a node', ['node', '--eval', '1', 'tok123'], 'node', '-'],
    ['the pipe of a shell', ['bash', '-s', 'tok123'], 'bash', '-c'],
    ['the text of a shell', ['sh', '-c', 'keeper tok123'], 'sh', '-c'],
  ])('%s is kept', (_, args, ...words) => {
    expect(wordsOf(...args)).toEqual(words);
  });

  test.each<[string, string[], string, string]>([
    ['a shell', ['/bin/sh', '-e', '/opt/keep.sh', 'tok123'], 'sh', '/opt/keep.sh'],
    ['a shell with an option', ['bash', '-eo', 'pipefail', 'keep.sh', 'tok123'], 'bash', 'keep.sh'],
    ['a shell of busybox', ['busybox', 'sh', '/opt/keep.sh'], 'sh', '/opt/keep.sh'],
    ['a python', ['/usr/bin/python3.11', '-u', '/opt/agent.py', 'tok123'], 'python3.11', '/opt/agent.py'],
    ['a module', ['python3', '-m', 'supervisor.supervisord', '-n'], 'python3', 'supervisor.supervisord'],
    ['a java', ['java', '-Xmx1g', '-cp', '/opt/lib', 'Agent', 'tok123'], 'java', 'Agent'],
    ['runit', ['runsv', 'doris-be'], 'runsv', 'doris-be'],
    ['s6', ['/bin/s6-supervise', 'be'], 's6-supervise', 'be'],
    ['daemontools', ['supervise', 'be'], 'supervise', 'be'],
  ])('what %s runs is told', (_, args, ...words) => {
    expect(wordsOf(...args)).toEqual(words);
  });
});

const put = ({root}: Place, path: string, text: string, mode = 0o644): void => {
  mkdirSync(dirname(join(root, path)), {recursive: true});
  writeFileSync(join(root, path), text);
  chmodSync(join(root, path), mode);
};

describe.runIf(linux).each(shells)('what cron runs, seen by %s', shell => {
  const cronOf = (place: Place, table: string | null): Facts => {
    const file = join(place.root, 'table');
    if (table !== null) writeFileSync(file, table);
    return cronWith(place, 'cat "$(dirname "$0")/../table" 2>/dev/null');
  };
  /** The host's crontab is a program that does this. */
  const cronWith = (place: Place, does: string, ...more: readonly Sh[]): Facts => {
    mkdirSync(join(place.root, 'own'));
    program(join(place.root, 'own/crontab'), `#!/bin/sh\n${does}\n`);
    const own = sh`PATH=${join(place.root, 'own')}:$PATH`;
    return cronFacts(
      parseLines(told(place, shell, own, ...more, cronTables, sh`cron_tables ${place.root} start_be.sh`)),
    );
  };
  const quiet = {cron: [], cronBoot: []};

  test('a watchdog in the login’s own table, in a script that it calls', () => {
    const place = install('be');
    const keep = join(tmpdir(), `lakeup-keep-${process.pid}.sh`);
    writeFileSync(keep, `#!/bin/sh\npgrep doris_be || sh "${place.home}/bin/start_be.sh" --daemon\n`);
    const facts = cronOf(place, `# min hour\nMAILTO=ops\n\n*/1 * * * * ${keep} >/dev/null 2>&1\n`);
    rmSync(keep);
    expect(facts).toMatchObject({cron: [`crontab -l:4 ${keep}`], cronBoot: [], cronRead: 1});
  });

  test.each<[string, (place: Place) => string, string[]]>([
    ['in the line itself', ({home}) => `*/5 * * * * cd "${home}" && bin/start_be.sh`, ['crontab -l:1']],
    [
      'with the home in a variable',
      ({home}) => `BE=${home}\n@hourly sh $BE/bin/start_be.sh --daemon`,
      ['crontab -l:2'],
    ],
    ['of another home', () => '* * * * * /opt/other/be/bin/start_be.sh', []],
    ['of a home whose name begins alike', ({home}) => `* * * * * "${home}2/bin/start_be.sh"`, []],
    ['that clears logs', ({home}) => `0 3 * * * find "${home}/log" -mtime +7 -delete`, []],
    ['that was taken out', ({home}) => `  # * * * * * "${home}/bin/start_be.sh"`, []],
  ])('an entry %s', (_, table, cron) => {
    const place = install('be');
    expect(cronOf(place, table(place))).toMatchObject({...quiet, cron});
  });

  test('an entry for a boot is another thing', () => {
    const place = install('be');
    const facts = cronOf(place, `@reboot "${place.home}/bin/start_be.sh" --daemon\n`);
    expect(facts).toMatchObject({cron: [], cronBoot: ['crontab -l:1']});
  });

  test('the system’s tables, and scripts that are run by the hour', () => {
    const place = install('be');
    put(place, 'etc/cron.d/be', `* * * * * root sh "${place.home}/bin/start_be.sh"\n`);
    put(place, 'etc/cron.hourly/be', `#!/bin/sh\n"${place.home}/bin/start_be.sh" --daemon\n`, 0o755);
    put(place, 'etc/cron.daily/logs', `#!/bin/sh\n# ${place.home}/bin/start_be.sh\n: ${place.home}\n`);
    expect(cronOf(place, null)).toMatchObject({
      cron: ['/etc/cron.d/be:1', '/etc/cron.hourly/be'],
      cronBoot: [],
      cronRead: 1,
    });
  });

  // It takes its 5 s.
  test.runIf(shell === shells[0])('a crontab that waits for a directory service is not waited for', () => {
    const place = install('be');
    put(place, 'etc/cron.d/be', `* * * * * root sh "${place.home}/bin/start_be.sh"\n`);
    const began = Date.now();
    expect(cronWith(place, 'exec sleep 30')).toMatchObject({cron: ['/etc/cron.d/be:1'], cronRead: 1});
    expect(Date.now() - began).toBeLessThan(25_000);
  });

  test('named pipes are not read', () => {
    const place = install('be');
    const pipe = join(tmpdir(), `lakeup-pipe-${process.pid}-${shell}`);
    mkdirSync(join(place.root, 'etc/monit.d'), {recursive: true});
    spawnSync('mkfifo', [pipe, join(place.root, 'etc/monit.d/pipe')]);
    const began = Date.now();
    const monitRuns = sh`grep() {
  case $* in '-lxF -e monit '*) echo /proc/1/comm ;; *) command grep "$@" ;; esac
}`;
    const facts = cronWith(place, `echo '* * * * * ${pipe} /proc/self/environ'`, monitRuns);
    rmSync(pipe);
    expect(facts).toMatchObject({...quiet, cronRead: 1, monit: 'seen'});
    expect(Date.now() - began).toBeLessThan(4000);
  });

  test('what lies under /proc is no script of a table', () => {
    const place = install('be');
    const file = `/proc/${process.pid}/cwd/lakeup-keep-${process.pid}.sh`;
    writeFileSync(file, `"${place.home}/bin/start_be.sh"\n`);
    const facts = cronOf(place, `* * * * * sh ${file}\n`);
    rmSync(file);
    expect(facts).toMatchObject({...quiet, cronRead: 1});
  });

  test('where there is no cron nothing is said', () => {
    expect(cronOf(install('be'), null)).toEqual({...quiet, cronRead: 0});
  });
});

describe.runIf(linux).each(shells)('what dies with a login, seen by %s', shell => {
  const SESSION = '0::/user.slice/user-1000.slice/session-3.scope\n';
  const logoutOf = (files: Readonly<Record<string, string>>, cgroup = SESSION): Facts => {
    const place = install('be');
    put(place, 'proc/self/cgroup', cgroup);
    for (const [path, text] of Object.entries(files)) put(place, path, text);
    const own = sh`id() { if [ "$1" = -un ]; then echo doris; else echo 1000; fi; }`;
    return logoutFacts(parseLines(told(place, shell, own, logoutKills, sh`logout_kills ${place.root}`)));
  };
  const MAIN = 'etc/systemd/logind.conf';
  const kills = {logoutKills: true, linger: false};
  const keeps = {logoutKills: false, linger: false};

  test.each<[string, Readonly<Record<string, string>>, Facts]>([
    ['by default', {}, keeps],
    ['a remark', {[MAIN]: '[Login]\n#KillUserProcesses=yes\n'}, keeps],
    ['the main file', {[MAIN]: '[Login]\n KillUserProcesses = yes \n'}, kills],
    ['of another section', {[MAIN]: '[Other]\nKillUserProcesses=yes\n[Login]\n'}, keeps],
    [
      'a drop-in over the main file',
      {
        [MAIN]: '[Login]\nKillUserProcesses=no',
        'etc/systemd/logind.conf.d/hard.conf': '[Login]\nKillUserProcesses=1',
      },
      kills,
    ],
    [
      'the later of two drop-ins, wherever they lie',
      {
        'usr/lib/systemd/logind.conf.d/90-soft.conf': '[Login]\nKillUserProcesses=no\n',
        'etc/systemd/logind.conf.d/10-hard.conf': '[Login]\nKillUserProcesses=yes\n',
      },
      keeps,
    ],
    [
      'a drop-in of the site over one of the same name that was shipped',
      {
        'usr/lib/systemd/logind.conf.d/50.conf': '[Login]\nKillUserProcesses=no\n',
        'etc/systemd/logind.conf.d/50.conf': '[Login]\nKillUserProcesses=yes\n',
      },
      kills,
    ],
    [
      'this user is left out',
      {[MAIN]: '[Login]\nKillUserProcesses=yes\nKillExcludeUsers=root doris\n'},
      keeps,
    ],
    [
      'others alone are meant',
      {[MAIN]: '[Login]\nKillUserProcesses=yes\nKillOnlyUsers=guest dorisadm\n'},
      keeps,
    ],
    ['this one is meant', {[MAIN]: '[Login]\nKillUserProcesses=yes\nKillOnlyUsers=guest doris\n'}, kills],
    [
      'with lingering',
      {[MAIN]: '[Login]\nKillUserProcesses=yes\n', 'var/lib/systemd/linger/doris': ''},
      {logoutKills: true, linger: true},
    ],
  ])('%s', (_, files, facts) => {
    expect(logoutOf(files)).toEqual(facts);
  });

  test('a login that has no session of its own is left alone', () => {
    const files = {[MAIN]: '[Login]\nKillUserProcesses=yes\n'};
    expect(logoutOf(files, '0::/system.slice/ssh.service\n')).toEqual({});
  });
});
