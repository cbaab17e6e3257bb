import {spawn, spawnSync} from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {parseLines, said} from '../../../../src/host/lines.ts';
import {parseBinary, parseProcesses} from '../../../../src/host/process.ts';
import type {Sh} from '../../../../src/lib/sh.ts';
import {renderScript} from '../../../../src/model/script.ts';
import {parsePackageVersion} from '../../../../src/systems/doris/parse/package-version.ts';
import {parseSurvey} from '../../../../src/systems/doris/parse/survey.ts';
import {BINARIES} from '../../../../src/systems/doris/parse/tree.ts';
import {
  askAlive,
  askClock,
  askLog,
  askProcess,
  askStage,
  askSurvey,
  askTree,
} from '../../../../src/systems/doris/scripts/look.ts';
import {askVersion} from '../../../../src/systems/doris/scripts/look-version.ts';
import {askCut} from '../../../../src/systems/doris/scripts/put-back.ts';
import {children} from '../../made.ts';
import {
  backupScript,
  bringBackScript,
  deployScript,
  putBackScript,
  restoreScript,
  stageScript,
  startScript,
  stopScript,
  undeployScript,
  unstageScript,
} from './actions.ts';
import {
  awaitUp,
  install,
  linux,
  makeBackend,
  type Place,
  program,
  run,
  running,
  STAMP,
  shells,
  stageOf,
  startIt,
  type Told,
  treeOf,
} from './homes.ts';

const STAGE = `.lakeup-stage-${STAMP}`;
const everyScript = (place: Place): [string, Sh][] => {
  const {node} = place;
  const as = {flags: ['--meta-service'], env: {JAVA_HOME: "/it's/java"}, nofile: 65_536};
  return [
    ['stage', stageScript(node, STAMP)],
    ['stop', stopScript(node, STAMP)],
    ['backup', backupScript(node, STAMP)],
    ['deploy', deployScript(node, STAMP)],
    ['start', startScript(node, STAMP, as)],
    ['start without limit', startScript(node, STAMP, {...as, nofile: Number.POSITIVE_INFINITY})],
    ['unstage', unstageScript(node, STAMP)],
    ['restore', restoreScript(node, STAMP)],
    ['undeploy', undeployScript(node, STAMP)],
    ['put-back', putBackScript(node, STAMP, '20260101_000000')],
    ['bring-back', bringBackScript(node, STAMP, '20260101_000000', as)],
    ['look: alive', renderScript(askAlive(node).script)],
    ['look: process', renderScript(askProcess(node).script)],
    ['look: survey', renderScript(askSurvey(node).script)],
    ['look: tree', renderScript(askTree(node).script)],
    ['look: stage', renderScript(askStage(node).script)],
    ['look: log', renderScript(askLog(node).script)],
    ['look: clock', renderScript(askClock(node).script)],
    ['look: version', renderScript(askVersion(node, 'package', "/it's/java").script)],
    ['look: cut', renderScript(askCut(node, STAMP).script)],
    ['look: version of a copy', renderScript(askVersion(node, {stage: STAGE}, "/it's/java").script)],
  ];
};

describe.each(['ms', 'be', 'fe'] as const)('scripts of %s', role => {
  test.each(shells)('are understood by %s', shell => {
    for (const [name, script] of everyScript(install(role))) {
      const {status, stderr} = spawnSync(shell, ['-n'], {input: script, encoding: 'utf8'});
      expect(`${name}: ${status} ${stderr}`).toBe(`${name}: 0 `);
    }
  });

  test.runIf(linux).each(shells)('looks end well under %s where nothing runs', shell => {
    const place = install(role);
    for (const [name, script] of everyScript(place).filter(([found]) => found.startsWith('look'))) {
      const {code, stderr} = run(script, shell);
      expect(`${name}: ${code} ${stderr}`).toBe(`${name}: 0 `);
    }
    const facts = parseSurvey(place.node, parseLines(run(askSurvey(place.node).script, shell).stdout));
    expect(facts).toMatchObject({
      process: 'none',
      home: 'dir',
      bin: 'dir',
      packageLib: 'dir',
      pidFile: 'none',
    });
  });
});

describe('staging', () => {
  test('copies beside, whole and proved; again makes the same', () => {
    const place = install('be');
    for (const _ of [1, 2]) {
      expect(run(stageScript(place.node, STAMP))).toMatchObject({code: 0, stderr: ''});
      expect(stageOf(place)[STAGE]).toBe('same');
    }
    expect(readFileSync(join(place.home, STAGE, 'lib/version'), 'utf8')).toContain('3.1.2');
    expect(readFileSync(join(place.home, 'lib/version'), 'utf8')).toContain('3.0.6');
    expect(treeOf(place)).toMatchObject({bin: 'dir', lib: 'dir', same: false, [STAGE]: 'dir'});
  });

  test('a stage that was tampered with is seen', () => {
    const place = install('be');
    run(stageScript(place.node, STAMP));
    writeFileSync(join(place.home, STAGE, 'lib/extra'), '');
    expect(stageOf(place)[STAGE]).toBe('differs');
    rmSync(join(place.home, STAGE, 'lib/extra'));
    rmSync(join(place.home, STAGE, 'verified'));
    expect(stageOf(place)[STAGE]).toBe('unproven');
  });

  test('an unfinished copy is begun anew', () => {
    const place = install('be');
    mkdirSync(join(place.home, `${STAGE}.part`, 'bin'), {recursive: true});
    expect(stageOf(place)[`${STAGE}.part`]).toBe('copying');
    expect(run(stageScript(place.node, STAMP)).code).toBe(0);
    expect(stageOf(place)).toEqual({packageDigest: expect.any(String), [STAGE]: 'same'});
  });

  test.each([
    ['a package without lib', (place: Place) => rmSync(join(place.package, 'lib'), {recursive: true})],
    [
      'a home that is a link',
      ({home}: Place) => {
        renameSync(home, `${home} 2`);
        symlinkSync(`${home} 2`, home);
      },
    ],
    ['a home that is gone', ({home}: Place) => rmSync(home, {recursive: true})],
    ['a node past staging', ({home}: Place) => mkdirSync(join(home, `bin_backup_${STAMP}`))],
  ])('refuses %s, and says so', (_, spoil) => {
    const place = install('be');
    spoil(place);
    const told = run(stageScript(place.node, STAMP));
    expect(told.code).toBe(97);
    expect(told.stderr).not.toBe('');
    expect(existsSync(join(place.home, STAGE))).toBe(false);
  });

  test('unstage removes what staging made, and nothing else', () => {
    const place = install('be');
    run(stageScript(place.node, STAMP));
    expect(run(unstageScript(place.node, STAMP)).code).toBe(0);
    expect(run(unstageScript(place.node, STAMP)).code).toBe(0);
    expect(readdirSync(place.home).toSorted()).toEqual(['bin', 'conf', 'lib', 'log']);
  });
});

describe.runIf(linux)('backing up and deploying', () => {
  const staged = (): Place => {
    const place = install('be');
    run(stageScript(place.node, STAMP));
    return place;
  };

  test('renames old away and new in; each may be run again', () => {
    const place = staged();
    for (const _ of [1, 2]) expect(run(backupScript(place.node, STAMP))).toMatchObject({code: 0, stderr: ''});
    expect(treeOf(place)).toMatchObject({
      bin: 'none',
      lib: 'none',
      [`bin_backup_${STAMP}`]: 'dir',
      [`lib_backup_${STAMP}`]: 'dir',
    });
    for (const _ of [1, 2]) expect(run(deployScript(place.node, STAMP))).toMatchObject({code: 0, stderr: ''});
    expect(treeOf(place)).toMatchObject({bin: 'dir', lib: 'dir', same: true});
    expect(existsSync(join(place.home, STAGE))).toBe(false);
    expect(existsSync(join(place.home, 'bin/bin'))).toBe(false);
    expect(readFileSync(join(place.home, `lib_backup_${STAMP}`, 'version'), 'utf8')).toContain('3.0.6');
  });

  test('tells how large the old ones are, where that is asked for and all of it can be read', () => {
    const place = staged();
    run(backupScript(place.node, STAMP));
    run(deployScript(place.node, STAMP));
    const [bin, lib] = [`bin_backup_${STAMP}`, `lib_backup_${STAMP}`];
    writeFileSync(join(place.home, lib, 'big.jar'), Buffer.alloc(300_000, 7));
    expect(Object.keys(treeOf(place)).filter(name => name.endsWith('.kb'))).toEqual([]);
    const facts = treeOf(place, STAMP);
    expect(facts[`${lib}.kb`]).toBeGreaterThanOrEqual(293);
    expect(facts[`${lib}.kb`]).toBeLessThan(1_000);
    expect(facts[`${bin}.kb`]).toBeGreaterThan(0);
    expect(facts).toMatchObject({bin: 'dir', lib: 'dir', same: true});
    // Another run's are not asked for; and what lies elsewhere takes no room here.
    expect(treeOf(place, '20200101_000000')).toEqual(treeOf(place));
    renameSync(join(place.home, bin), join(place.home, 'elsewhere'));
    symlinkSync('elsewhere', join(place.home, bin));
    expect(treeOf(place, STAMP)[`${bin}.kb`]).toBeUndefined();
    expect(treeOf(place, STAMP)[`${lib}.kb`]).toBe(facts[`${lib}.kb`]);
  });

  test('finishes what was torn between bin and lib', () => {
    const place = staged();
    renameSync(join(place.home, 'bin'), join(place.home, `bin_backup_${STAMP}`));
    expect(run(backupScript(place.node, STAMP)).code).toBe(0);
    renameSync(join(place.home, STAGE, 'bin'), join(place.home, 'bin'));
    expect(run(deployScript(place.node, STAMP)).code).toBe(0);
    expect(treeOf(place)).toMatchObject({bin: 'dir', lib: 'dir', same: true});
  });

  test('a changed mode or a new pid file does not make installed files other than the package’s', () => {
    const place = staged();
    run(backupScript(place.node, STAMP));
    run(deployScript(place.node, STAMP));
    chmodSync(join(place.home, 'lib/version'), 0o550);
    writeFileSync(join(place.home, 'bin/be.pid'), '1');
    expect(treeOf(place).same).toBe(true);
    writeFileSync(join(place.home, 'lib/other'), '1');
    expect(treeOf(place).same).toBe(false);
  });

  test('nothing is overwritten', () => {
    const place = staged();
    mkdirSync(join(place.home, `lib_backup_${STAMP}`));
    expect(run(backupScript(place.node, STAMP))).toMatchObject({code: 97});
    expect(existsSync(join(place.home, 'bin'))).toBe(true);
  });

  test('nothing is moved without something to take its place', () => {
    const place = install('be');
    expect(run(backupScript(place.node, STAMP)).code).toBe(97);
    expect(run(deployScript(place.node, STAMP)).code).toBe(97);
    expect(treeOf(place)).toMatchObject({bin: 'dir', lib: 'dir'});
  });

  test('the way back leads to the files that were there', () => {
    const place = staged();
    run(backupScript(place.node, STAMP));
    run(deployScript(place.node, STAMP));
    for (const _ of [1, 2])
      expect(run(undeployScript(place.node, STAMP))).toMatchObject({code: 0, stderr: ''});
    for (const _ of [1, 2])
      expect(run(restoreScript(place.node, STAMP))).toMatchObject({code: 0, stderr: ''});
    expect(readFileSync(join(place.home, 'lib/version'), 'utf8')).toContain('3.0.6');
    expect(treeOf(place)).toMatchObject({bin: 'dir', lib: 'dir', [`bin_failed_${STAMP}`]: 'dir'});
  });
});

describe.runIf(linux)('starting and stopping', () => {
  const started = (): Place => {
    const place = install('be');
    makeBackend(place);
    expect(startIt(place)).toMatchObject({code: 0, stderr: ''});
    return place;
  };
  const stopIt = ({node}: Place): Told => run(stopScript(node, STAMP));
  const killAfter = (place: Place): void => {
    // What it has begun looks like it for a moment, and may have ended by now.
    spawnSync('kill', ['-9', ...running(place).map(String)]);
  };

  test('starts once, as the old process was started', () => {
    const place = install('be');
    makeBackend(place);
    const as = {flags: ['--meta-service'], env: {JAVA_HOME: "/it's java", TZ: 'UTC'}, nofile: null};
    const proxied = {...process.env, http_proxy: 'http://proxy'};
    const script = startScript(place.node, STAMP, as);
    const first = spawnSync('sh', [], {input: script, encoding: 'utf8', env: proxied});
    expect(`${first.status} ${first.stderr}`).toBe('0 ');
    awaitUp(place);
    const pids = running(place);
    expect(pids).toHaveLength(1);
    const again = run(script);
    expect(again.code).toBe(0);
    expect(again.stdout).toContain('runs already');
    expect(running(place)).toEqual(pids);
    expect(readFileSync(join(place.home, 'log/starts'), 'utf8')).toBe('--daemon --meta-service\n');
    const env = readFileSync(join(place.home, 'log/env'), 'utf8');
    expect(env).toContain("JAVA_HOME=/it's java\n");
    expect(env).not.toContain('http_proxy');
    expect(env, 'not the locale our own script works in').not.toContain('LC_ALL=');
    killAfter(place);
  });

  test('the locale of the old process is seen, and the new one has it', () => {
    const place = install('be');
    makeBackend(place);
    const spoken = {...process.env, LC_ALL: 'zh_CN.UTF-8', AWS_SECRET_ACCESS_KEY: 'hidden'};
    const script = startScript(place.node, STAMP, {
      flags: [],
      env: {LANG: 'en_US.UTF-8', LC_ALL: 'zh_CN.UTF-8'},
      nofile: null,
    });
    expect(spawnSync('sh', [], {input: script, encoding: 'utf8', env: spoken}).status).toBe(0);
    awaitUp(place);
    const env = readFileSync(join(place.home, 'log/env'), 'utf8');
    expect(env).toContain('LANG=en_US.UTF-8\n');
    expect(env).toContain('LC_ALL=zh_CN.UTF-8\n');
    const survey = run(askSurvey(place.node).script);
    expect(parseSurvey(place.node, parseLines(survey.stdout))).toMatchObject({
      'env.LANG': 'en_US.UTF-8',
      'env.LC_ALL': 'zh_CN.UTF-8',
    });
    expect(survey.stdout, 'and nothing that may be a secret').not.toContain('hidden');
    killAfter(place);
  });

  test('a process of another home is none of this node’s', () => {
    const [place, other] = [started(), started()];
    expect(stopIt(place).code).toBe(0);
    expect(running(place)).toEqual([]);
    expect(running(other)).toHaveLength(1);
    killAfter(other);
  });

  test('a process that was started by a relative path is found by its exe, once', async () => {
    const place = install('be');
    // A real binary: comm and exe are its own, as the product's are.
    copyFileSync(realpathSync('/bin/sleep'), join(place.home, 'lib/doris_be'));
    chmodSync(join(place.home, 'lib/doris_be'), 0o755);
    children.push(spawn('lib/doris_be', ['600'], {cwd: place.home, stdio: 'ignore'}));
    await expect.poll(() => running(place)).toHaveLength(1);
    renameSync(join(place.home, 'lib'), join(place.home, `lib_backup_${STAMP}`));
    expect(running(place)).toHaveLength(1);
    const [process] = parseProcesses(parseLines(run(askProcess(place.node).script).stdout));
    expect(parseBinary(process?.exe ?? null, place.node.home, BINARIES)).toBe('old');
  });

  test('a program that is only given the binary’s path is none of the node’s, even when nothing else runs', async () => {
    const place = install('be');
    const binary = join(place.home, 'lib/doris_be');
    const audit = join(place.root, 'audit');
    for (const file of [binary, audit]) program(file, '#!/bin/sh\nwhile :; do sleep 0.1; done\n');
    const other = spawn('sh', [audit, binary], {stdio: 'ignore'});
    const itself = spawn('sh', ['-u', binary], {stdio: 'ignore'});
    children.push(other, itself);
    await expect.poll(() => running(place)).toEqual([itself.pid]);
    killAfter(place);
    await expect.poll(() => running(place)).toEqual([]);
    expect(stopIt(place).stdout).toContain('no process of');
    expect(other.exitCode).toBeNull();
  });

  test('nothing is moved under a running process, and a moved binary is seen', () => {
    const place = started();
    run(stageScript(place.node, STAMP));
    for (const script of [backupScript, deployScript, restoreScript, undeployScript]) {
      const told = run(script(place.node, STAMP));
      expect(told.code).toBe(97);
      expect(told.stderr).toContain('still runs');
    }
    expect(treeOf(place)).toMatchObject({bin: 'dir', lib: 'dir'});
    renameSync(join(place.home, 'lib'), join(place.home, `lib_backup_${STAMP}`));
    expect(running(place)).toHaveLength(1);
    killAfter(place);
  });

  test('a survey sees process, limits, names and versions, and leaves no trace', () => {
    const place = started();
    const before = readdirSync(place.package, {recursive: true}).toSorted();
    const facts = parseSurvey(place.node, parseLines(run(askSurvey(place.node).script).stdout));
    expect(facts).toMatchObject({
      process: 'running',
      count: 1,
      owner: String(process.getuid?.()),
      login: String(process.getuid?.()),
      pidFile: String(facts.pid),
      homeStop: 'stop_be.sh',
      packageStart: 'start_be.sh',
      extras: [],
      leftovers: [],
      writable: true,
    });
    expect(facts.freeKb).toBeGreaterThan(0);
    const told = run(askVersion(place.node, 'package', null).script);
    expect(parsePackageVersion(parseLines(told.stdout))).toBe('3.1.2');
    const copy = askVersion(place.node, {stage: STAGE}, null).script;
    expect(parsePackageVersion(parseLines(run(copy).stdout)), 'there is none yet').toBeNull();
    // Exchanged after preflight, and copied as it is now.
    writeFileSync(join(place.package, 'lib/version'), 'doris-3.1.1-rc01-abc');
    run(stageScript(place.node, STAMP));
    expect(stageOf(place)[STAGE]).toBe('same');
    expect(parsePackageVersion(parseLines(run(copy).stdout))).toBe('3.1.1');
    expect(readdirSync(place.package, {recursive: true}).toSorted()).toEqual(before);
    killAfter(place);
  });
});

describe.runIf(linux)('frontends and MetaService', () => {
  test('a frontend is found by its class and its home', async () => {
    const [place, other] = [install('fe'), install('fe')];
    const start = (home: string, ...more: string[]): void => {
      const args = ['-e', 'setInterval(() => {}, 1000)', '--', 'org.apache.doris.DorisFE', ...more];
      children.push(
        spawn(process.execPath, args, {env: {...process.env, DORIS_HOME: home}, stdio: 'ignore'}),
      );
    };
    start(place.home);
    start(other.home);
    start(place.home, '--version');
    const pids = children.map(({pid}) => pid);
    await expect.poll(() => running(place)).toEqual([pids[0]]);
    await expect.poll(() => running(other)).toEqual([pids[1]]);
  });

  test('a frontend that was started through a link to its home is found', async () => {
    const [place, other] = [install('fe'), install('fe')];
    const link = join(place.root, 'current');
    symlinkSync(place.home, link);
    const args = ['-e', 'setInterval(() => {}, 1000)', '--', 'org.apache.doris.DorisFE'];
    children.push(
      spawn(process.execPath, args, {env: {...process.env, DORIS_HOME: link}, stdio: 'ignore'}),
      spawn(process.execPath, args, {env: {...process.env, DORIS_HOME: ''}, stdio: 'ignore'}),
    );
    await expect.poll(() => running(place)).toEqual([children[0]?.pid]);
    expect(running(other)).toEqual([]);
  });

  test('PID_DIR of the conf is followed', () => {
    const place = install('ms');
    mkdirSync(join(place.home, 'run'));
    writeFileSync(join(place.home, 'conf/doris_cloud.conf'), `PID_DIR = \${DORIS_HOME}/run\n`);
    writeFileSync(join(place.home, 'run/doris_cloud.pid'), '4711\n');
    expect(said(parseLines(run(askSurvey(place.node).script).stdout), 'pidfile')).toBe('4711');
  });

  test('either name of MetaService’s scripts is found', () => {
    for (const [start, stop] of [
      ['start.sh', 'stop.sh'],
      ['start_ms.sh', 'stop_ms.sh'],
    ] as const) {
      const place = install('ms');
      program(join(place.home, 'bin', start), '');
      program(join(place.home, 'bin', stop), '');
      const facts = parseSurvey(place.node, parseLines(run(askSurvey(place.node).script).stdout));
      expect(facts).toMatchObject({homeStart: start, homeStop: stop, packageStart: ''});
    }
  });
});
