import {spawn} from 'node:child_process';
import {existsSync, mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {lines} from '../../../../src/lib/sh.ts';
import {setVars} from '../../../../src/model/script.ts';
import {children} from '../../made.ts';
import {stopScript} from './actions.ts';
import {
  daemon,
  install,
  linux,
  makeBackend,
  type Place,
  program,
  run,
  running,
  STAMP,
  startIt,
  type Told,
} from './homes.ts';

const stopIt = ({node}: Place): Told => run(stopScript(node, STAMP));
const started = (spoil: (place: Place) => void = () => {}, stopWithinMs?: number): Place => {
  const place = install('be', stopWithinMs);
  makeBackend(place);
  spoil(place);
  expect(startIt(place)).toMatchObject({code: 0, stderr: ''});
  return place;
};
const killAfter = (place: Place): void => {
  for (const pid of running(place)) process.kill(pid, 'SIGKILL');
};
const script = ({home}: Place, text: string): void =>
  program(join(home, 'bin/stop_be.sh'), `#!/usr/bin/env bash\n${text}\n`);

describe.runIf(linux)('stopping', () => {
  test('the stop script is let loose on the process its pid file names, and is waited for', () => {
    const place = started();
    expect(stopIt(place)).toMatchObject({code: 0});
    expect(running(place)).toEqual([]);
    expect(readFileSync(join(place.home, 'log/stops'), 'utf8')).toBe('--grace\n');
    expect(stopIt(place).stdout).toContain('no process of');
  });

  test('a process that came since it was looked at is not touched', () => {
    const place = started();
    const [pid = 0] = running(place);
    const born =
      readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ')[19] ?? '';
    const asSeen = (seen: number | string, at: string): Told =>
      run(lines(setVars({seen_pid: seen, seen_born: at}), stopScript(place.node, STAMP)));
    for (const [seen, at] of [
      [pid + 1, born],
      [pid, `${Number(born) - 1}`],
      ['', ''],
    ] as const) {
      expect(asSeen(seen, at)).toMatchObject({code: 96, stdout: ''});
      expect(running(place)).toEqual([pid]);
    }
    expect(asSeen(pid, born).code).toBe(0);
    expect(running(place)).toEqual([]);
  });

  test.each([
    ['missing', null],
    ['empty', ''],
    ['of another process', 'foreign'],
  ])('a pid file that is %s harms nobody', (_, content) => {
    const place = started();
    const foreign = spawn('sleep', ['600']);
    children.push(foreign);
    const pidFile = join(place.home, 'bin/be.pid');
    if (content === null) rmSync(pidFile);
    else writeFileSync(pidFile, content === 'foreign' ? `${foreign.pid}\n` : content);
    const told = stopIt(place);
    expect(told.code).toBe(0);
    expect(told.stdout).toContain('signalling it directly');
    expect(running(place)).toEqual([]);
    expect(existsSync(join(place.home, 'log/stops'))).toBe(false);
    expect(foreign.exitCode).toBeNull();
    expect(existsSync(`/proc/${foreign.pid}`)).toBe(true);
  });

  test('one that has just begun a command is one process', async () => {
    const place = started();
    const second = spawn(join(place.home, 'lib/doris_be'), [], {stdio: 'ignore'});
    children.push(second);
    await expect.poll(() => running(place)).toHaveLength(2);
    // It becomes that command while the stop waits a moment.
    const instead = join(place.root, 'instead');
    mkdirSync(instead);
    program(join(instead, 'sleep'), `#!/bin/sh\nkill -9 ${second.pid} 2>/dev/null\nexec /bin/sleep "$@"\n`);
    const PATH = `${instead}:${process.env.PATH}`;
    expect(run(stopScript(place.node, STAMP), 'sh', {PATH})).toMatchObject({code: 0, stderr: ''});
    expect(running(place)).toEqual([]);
  });

  test('two processes of one home are refused', async () => {
    const place = started();
    const second = spawn(join(place.home, 'lib/doris_be'), [], {stdio: 'ignore'});
    children.push(second);
    await expect.poll(() => running(place)).toHaveLength(2);
    const told = stopIt(place);
    expect(told.code).toBe(97);
    expect(told.stderr).toContain('more than one process');
    killAfter(place);
  });

  test('a process that does not end is said to run still', () => {
    const place = started(({home}) => program(join(home, 'lib/doris_be'), daemon('')), 3_000);
    script(place, 'echo "ERROR: PID may not be the be process"; exit 1');
    const told = stopIt(place);
    expect(told.code).toBe(1);
    expect(told.stdout).toContain('ERROR: PID may not be the be process');
    expect(told.stderr).toContain('still runs');
    killAfter(place);
  });

  test('a stop script that finds no pid file: the verified process is signalled, and that is said', () => {
    const place = started();
    script(place, 'echo "ERROR: $0/be.pid does not exist"; exit 1');
    const pid = running(place)[0];
    const told = stopIt(place);
    expect(told).toMatchObject({code: 0, stderr: ''});
    expect(told.stdout).toContain('be.pid does not exist');
    expect(told.stdout).toContain(`stop_be.sh has ended with exit code 1, and process ${pid} still runs`);
    expect(told.stdout).toContain(`signalling process ${pid} of ${place.home}`);
    expect(told.stdout).toContain('SIGTERM');
    expect(running(place)).toEqual([]);
  });

  test('a stop script that says all is well and does nothing', () => {
    // Half of it goes by before the process is signalled, the other half is for its end.
    const place = started(undefined, 10_000);
    script(place, 'echo stopped');
    const told = stopIt(place);
    expect(told.code).toBe(0);
    expect(told.stdout).toContain('has ended with exit code 0');
    expect(running(place)).toEqual([]);
  });

  test('a process that was signalled directly leaves no pid file that names it: it did not end by itself', () => {
    const place = started(({home}) => {
      mkdirSync(join(home, 'run'));
      writeFileSync(join(home, 'conf/be.conf'), `PID_DIR = \${DORIS_HOME}/run\n`);
    });
    const {home} = place;
    const [mine, other] = [join(home, 'run/be.pid'), join(home, 'bin/be.pid')];
    writeFileSync(mine, readFileSync(other));
    writeFileSync(other, '1\n');
    expect(stopIt(place).stdout).toContain('signalling it directly');
    expect(running(place)).toEqual([]);
    expect(existsSync(mine)).toBe(false);
    // What names somebody else says nothing of this one.
    expect(readFileSync(other, 'utf8')).toBe('1\n');
  });

  test.each([
    ['is not there', null],
    ['does nothing', 'exit 1'],
  ])('nor does one whose stop script %s', (_, text) => {
    const place = started();
    if (text === null) rmSync(join(place.home, 'bin/stop_be.sh'));
    else script(place, text);
    expect(stopIt(place).code).toBe(0);
    expect(existsSync(join(place.home, 'bin/be.pid'))).toBe(false);
  });

  test('PID_DIR that the start script honours and the stop script does not', () => {
    const place = started(({home}) => {
      mkdirSync(join(home, 'run'));
      writeFileSync(join(home, 'conf/be.conf'), `PID_DIR = \${DORIS_HOME}/run\n`);
    });
    const {home} = place;
    script(place, '[[ -f $(dirname "$0")/be.pid ]] || { echo "ERROR: be.pid does not exist"; exit 1; }');
    writeFileSync(join(home, 'run/be.pid'), readFileSync(join(home, 'bin/be.pid')));
    rmSync(join(home, 'bin/be.pid'));
    const told = stopIt(place);
    expect(told.code).toBe(0);
    expect(told.stdout).toContain('signalling process');
    expect(running(place)).toEqual([]);
  });

  test('a pid file in bin that names another process: a script that would read it is not let loose', () => {
    const place = started(({home}) => {
      mkdirSync(join(home, 'run'));
      writeFileSync(join(home, 'conf/be.conf'), `PID_DIR = \${DORIS_HOME}/run\n`);
    });
    const {home} = place;
    const foreign = spawn('sleep', ['600']);
    children.push(foreign);
    writeFileSync(join(home, 'run/be.pid'), readFileSync(join(home, 'bin/be.pid')));
    writeFileSync(join(home, 'bin/be.pid'), `${foreign.pid}\n`);
    expect(stopIt(place).code).toBe(0);
    expect(running(place)).toEqual([]);
    expect(existsSync(join(home, 'log/stops'))).toBe(false);
    expect(foreign.exitCode).toBeNull();
  });

  test('a script that did not end in time has signalled already: it is left at that', () => {
    const place = started(({home, package: pack}) => {
      for (const base of [home, pack]) program(join(base, 'lib/doris_be'), daemon(''));
    }, 3_000);
    const told = stopIt(place);
    expect(told.code).toBe(124);
    expect(told.stdout).not.toContain('signalling');
    expect(told.stderr).toContain('still runs');
    killAfter(place);
  });

  test('what took the pid meanwhile is not signalled', () => {
    const place = started();
    const [pid] = running(place);
    // The process ends while the script runs; the script says it failed.
    script(
      place,
      `kill -9 ${pid}; while grep -qv ') Z' /proc/${pid}/stat 2>/dev/null; do sleep 0.05; done; exit 1`,
    );
    const told = stopIt(place);
    expect(told.code).toBe(0);
    expect(told.stdout).not.toContain('signalling');
    expect(told.stdout).toContain(`process ${pid} has ended`);
  });
});
