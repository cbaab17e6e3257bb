import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import {delimiter, join} from 'node:path';
import {describe, expect, test, vi} from 'vitest';
import {BUSY_EXIT} from '../../../../src/engine/act.ts';
import type {Sh} from '../../../../src/lib/sh.ts';
import {
  backupScript,
  deployScript,
  restoreScript,
  stageScript,
  startScript,
  undeployScript,
  unstageScript,
} from '../../../../src/systems/doris/scripts/act.ts';
import {MARK} from '../../../../src/systems/doris/scripts/begin.ts';
import {stopScript} from '../../../../src/systems/doris/scripts/stop.ts';
import {
  children,
  install,
  linux,
  makeBackend,
  type Place,
  run,
  running,
  STAMP,
  shells,
  stageOf,
  startIt,
} from './homes.ts';

vi.setConfig({testTimeout: 120_000});

const STAGE = `.lakeup-stage-${STAMP}`;
const markOf = ({home}: Place): string => join(home, MARK);
/** Whether there is a mark, also one that leads nowhere. */
const marked = (place: Place): boolean => lstatSync(markOf(place), {throwIfNoEntry: false}) !== undefined;

const bootId = (): string => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
const ticksOf = (pid: number): string =>
  readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')[19] ?? '';

/** A process that stands for a script of lakeup which is still at work. */
const worker = (): number => {
  const child = spawn('sleep', ['60']);
  children.push(child);
  return child.pid ?? 0;
};

const scriptsOf = ({node}: Place): [string, Sh][] => [
  ['stage', stageScript(node, STAMP)],
  ['stop', stopScript(node, STAMP)],
  ['backup', backupScript(node, STAMP)],
  ['deploy', deployScript(node, STAMP)],
  ['start', startScript(node, STAMP, {flags: [], env: {}, nofile: null})],
  ['unstage', unstageScript(node, STAMP)],
  ['restore', restoreScript(node, STAMP)],
  ['undeploy', undeployScript(node, STAMP)],
];

describe.runIf(linux)('one action at a time on a home', () => {
  test.each(shells)('under %s: whoever meets one at work does nothing and says so', shell => {
    const place = install('be');
    makeBackend(place);
    startIt(place);
    const pids = running(place);
    const pid = worker();
    symlinkSync(`${bootId()}:${pid}:${ticksOf(pid)}:stage`, markOf(place));
    const before = readdirSync(place.home, {recursive: true}).toSorted();
    for (const [name, script] of scriptsOf(place)) {
      const told = run(script, shell);
      expect(`${name} ${told.code}`).toBe(`${name} ${BUSY_EXIT}`);
      expect(told.stderr).toContain(`stage (process ${pid})`);
      expect(told.stdout).toBe('');
    }
    expect(readdirSync(place.home, {recursive: true}).toSorted()).toEqual(before);
    expect(running(place)).toEqual(pids);
    for (const found of pids) process.kill(found, 'SIGKILL');
  });

  test.each([
    ['of a script that was killed', () => `${bootId()}:${spawnSync('true').pid}:1:stage`],
    ['of a pid that another process has now', () => `${bootId()}:${process.pid}:1:stage`],
    ['from before a reboot', () => `0-0:${process.pid}:${ticksOf(process.pid)}:stage`],
    ['that says nothing', () => 'nothing'],
  ])('a mark %s is cleared', (_, content) => {
    const place = install('be');
    symlinkSync(content(), markOf(place));
    expect(run(stageScript(place.node, STAMP))).toMatchObject({code: 0, stderr: ''});
    expect(marked(place)).toBe(false);
    expect(stageOf(place)[STAGE]).toBe('same');
  });

  test('something else in its place is refused, not removed', () => {
    const place = install('be');
    mkdirSync(markOf(place));
    expect(run(stageScript(place.node, STAMP))).toMatchObject({code: 97});
    expect(existsSync(join(place.home, STAGE))).toBe(false);
    expect(existsSync(markOf(place))).toBe(true);
  });

  test.each(shells)('under %s: the mark stands while a script works, and goes with it', async shell => {
    const place = install('be');
    const slow = join(place.root, 'slow');
    mkdirSync(slow);
    // A disk that takes its time.
    writeFileSync(
      join(slow, 'cp'),
      `#!/bin/sh\nwhile [ ! -e "${slow.replace(/["$`\\]/g, '\\$&')}/go" ]; do sleep 0.05; done\nexec /bin/cp "$@"\n`,
    );
    chmodSync(join(slow, 'cp'), 0o755);
    const script = stageScript(place.node, STAMP);
    const first = spawn(shell, [], {
      stdio: ['pipe', 'ignore', 'inherit'],
      env: {...process.env, PATH: `${slow}${delimiter}${process.env.PATH}`},
    });
    children.push(first);
    first.stdin.end(`( eval '${script.replaceAll("'", `'\\''`)}' ) </dev/null\n`);
    await expect.poll(() => marked(place), {timeout: 20_000}).toBe(true);
    expect(run(script, shell).code).toBe(BUSY_EXIT);
    expect(run(stopScript(place.node, STAMP), shell).code).toBe(BUSY_EXIT);
    writeFileSync(join(slow, 'go'), '');
    const [code] = await once(first, 'exit');
    expect(code).toBe(0);
    expect(marked(place)).toBe(false);
    expect(stageOf(place)[STAGE]).toBe('same');
    expect(run(script, shell).code).toBe(0);
  });

  test('a refusal takes its mark away too', () => {
    const place = install('be');
    expect(run(deployScript(place.node, STAMP)).code).toBe(97);
    expect(marked(place)).toBe(false);
  });
});
