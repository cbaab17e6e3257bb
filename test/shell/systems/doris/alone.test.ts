import {type ChildProcess, spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import {delimiter, join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {parseLines} from '../../../../src/host/lines.ts';
import {CARRIED, RECEIPT} from '../../../../src/host/receipt-names.ts';
import {BUSY_EXIT} from '../../../../src/lib/exit-codes.ts';
import {lines, type Sh, sh} from '../../../../src/lib/sh.ts';
import {setVars} from '../../../../src/model/script.ts';
import {parseSurvey} from '../../../../src/systems/doris/parse/survey.ts';
import {actionVars, beginAction} from '../../../../src/systems/doris/scripts/begin.ts';
import {askStage, askSurvey, askTree} from '../../../../src/systems/doris/scripts/look.ts';
import {roleScripts} from '../../../../src/systems/doris/scripts/role.ts';
import {bootId, leaveReceipt, ownerName, ticksOf} from '../../host/receipts.ts';
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
} from './homes.ts';

const STAGE = `.lakeup-stage-${STAMP}`;
const OLD_MARK = '.lakeup-at-work';
const leave = ({home}: Place, end: string): string => leaveReceipt(home, end);
/** The receipts below a home, and what earlier lakeups left instead of them. */
const receipts = ({home}: Place): string[] =>
  readdirSync(home).filter(name => name.startsWith(RECEIPT) || name.startsWith(OLD_MARK));
/** The process that made the only receipt. */
const ownerOf = (place: Place): number => Number(receipts(place)[0]?.split('.').at(-2));

const shellWord = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** Directory of programs that come before the real ones; each is a line of shell, and `$0` leads to where it lies. */
const instead = ({root}: Place, programs: Readonly<Record<string, string>>): string => {
  const own = mkdtempSync(join(root, 'own'));
  for (const [name, text] of Object.entries(programs)) program(join(own, name), `#!/bin/sh\n${text}\n`);
  return own;
};
/** One that takes its time: says that it was reached, and waits until it is let go. */
const slowly = (real: string): string =>
  `: >"$0.reached"; while [ ! -e "$0.go" ]; do sleep 0.05; done; exec ${real} "$@"`;

/** Lets a script run beside the test, as the far shell does. */
const beside = (script: Sh, {shell = 'sh', own = ''} = {}): ChildProcess => {
  const path = own === '' ? process.env.PATH : `${own}${delimiter}${process.env.PATH}`;
  const child = spawn(shell, [], {
    stdio: ['pipe', 'ignore', 'ignore'],
    env: {...process.env, PATH: path},
  });
  children.push(child);
  child.stdin.end(`( eval ${shellWord(script)} ) </dev/null\nexit $?\n`);
  return child;
};
const ended = async (child: ChildProcess): Promise<number | null> => {
  if (child.exitCode === null) await once(child, 'exit');
  return child.exitCode;
};
const appears = (path: string): Promise<unknown> => expect.poll(() => existsSync(path)).toBe(true);

/** A process that stands for a script of lakeup which is still at work. */
const worker = (): number => {
  const child = spawn('sleep', ['600']);
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
  ['put-back', putBackScript(node, STAMP, '20260101_000000')],
  ['bring-back', bringBackScript(node, STAMP, '20260101_000000', {flags: [], env: {}, nofile: null})],
];

describe.runIf(linux)('one action at a time on a home', () => {
  test.each(shells)('under %s: whoever meets one at work does nothing and says so', async shell => {
    const place = install('be');
    makeBackend(place);
    startIt(place);
    await expect.poll(() => running(place)).toHaveLength(1);
    const pids = running(place);
    const pid = worker();
    leave(place, ownerName(pid));
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
    ['of a script that was killed', () => `${bootId()}.${spawnSync('true').pid}.1`],
    ['of a pid that another process has now', () => `${bootId()}.${process.pid}.1`],
    ['from before a reboot', () => `00000000.${process.pid}.${ticksOf(process.pid)}`],
    ['that says nothing', () => 'nothing'],
  ])('a receipt %s is cleared', (_, name) => {
    const place = install('be');
    leave(place, name());
    expect(run(stageScript(place.node, STAMP))).toMatchObject({code: 0, stderr: ''});
    expect(receipts(place)).toEqual([]);
    expect(stageOf(place)[STAGE]).toBe('same');
  });

  test('what only is called like one is let be', () => {
    const place = install('be');
    const names = [`${RECEIPT}.${ownerName(process.pid)}`, `${OLD_MARK}.${ownerName(process.pid)}`];
    writeFileSync(join(place.home, names[0] ?? ''), '');
    mkdirSync(join(place.home, names[1] ?? ''));
    expect(run(stageScript(place.node, STAMP))).toMatchObject({code: 0, stderr: ''});
    expect(receipts(place).toSorted()).toEqual(names.toSorted());
  });

  test('what an earlier lakeup left is minded, and cleared, as well', async () => {
    const place = install('be');
    const pid = worker();
    symlinkSync('stage', join(place.home, `${OLD_MARK}.${ownerName(pid)}`));
    const told = run(stopScript(place.node, STAMP));
    expect(told.code).toBe(BUSY_EXIT);
    expect(told.stderr).toContain(`stage (process ${pid})`);
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => existsSync(`/proc/${pid}/exe`)).toBe(false);
    expect(run(stageScript(place.node, STAMP))).toMatchObject({code: 0, stderr: ''});
    expect(receipts(place)).toEqual([]);
  });

  test('no look shows or minds a receipt', () => {
    const place = install('be');
    const looks = (): string[] => [askTree, askStage].map(ask => run(ask(place.node).script).stdout);
    const before = looks();
    leave(place, ownerName(process.pid));
    expect(looks()).toEqual(before);
    expect(parseSurvey(place.node, parseLines(run(askSurvey(place.node).script).stdout))).toMatchObject({
      leftovers: [],
    });
  });

  test.each(shells)('under %s: the receipt stands while a script works, and goes with it', async shell => {
    const place = install('be');
    const own = instead(place, {cp: slowly('/bin/cp')});
    const script = stageScript(place.node, STAMP);
    const first = beside(script, {shell, own});
    await appears(join(own, 'cp.reached'));
    expect(receipts(place)).toHaveLength(1);
    expect(run(script, shell).code).toBe(BUSY_EXIT);
    expect(run(stopScript(place.node, STAMP), shell).code).toBe(BUSY_EXIT);
    writeFileSync(join(own, 'cp.go'), '');
    expect(await ended(first)).toBe(0);
    expect(receipts(place)).toEqual([]);
    expect(stageOf(place)[STAGE]).toBe('same');
    expect(run(script, shell).code).toBe(0);
  });

  test('two that clear the same old receipt never both go on', async () => {
    const place = install('be');
    leave(place, `${bootId()}.${process.pid}.1`);
    const own = instead(place, {rm: slowly('/bin/rm')});
    const inside = (name: string): Sh =>
      lines(
        setVars(actionVars(place.node, STAMP)),
        beginAction(roleScripts('be'), 'backup'),
        sh`: >${join(place.root, name)}
while [ ! -e ${join(place.root, 'out')} ]; do sleep 0.05; done`,
      );
    const within = (name: string): boolean => existsSync(join(place.root, name));
    const slow = beside(inside('slow'), {own});
    await appears(join(own, 'rm.reached'));
    const quick = beside(inside('quick'));
    await expect.poll(() => within('quick') || quick.exitCode !== null).toBe(true);
    writeFileSync(join(own, 'rm.go'), '');
    await expect.poll(() => within('slow') || slow.exitCode !== null).toBe(true);
    expect(within('slow') && within('quick')).toBe(false);
    writeFileSync(join(place.root, 'out'), '');
    const codes = [await ended(slow), await ended(quick)];
    expect(codes).toContain(BUSY_EXIT);
    expect(receipts(place)).toEqual([]);
  });

  test('a refusal takes its receipt away too', () => {
    const place = install('be');
    expect(run(deployScript(place.node, STAMP)).code).toBe(97);
    expect(receipts(place)).toEqual([]);
  });
});

describe.runIf(linux)('where no receipt can be made', () => {
  const FULL = 'echo "mkdir: No space left on device" >&2; exit 1';
  const runFull = (place: Place, script: Sh): Told => {
    const own = instead(place, {mkdir: FULL});
    return run(lines(sh`PATH=${`${own}${delimiter}${process.env.PATH}`}`, script));
  };

  test('a node is started and stopped, and a stage taken away', async () => {
    const place = install('be');
    makeBackend(place);
    run(stageScript(place.node, STAMP));
    for (const [script, runs] of [
      [startScript(place.node, STAMP, {flags: [], env: {}, nofile: null}), 1],
      [stopScript(place.node, STAMP), 0],
      [unstageScript(place.node, STAMP), 0],
    ] as const) {
      const told = runFull(place, script);
      expect(told.code).toBe(0);
      expect(told.stderr).toBe('going on without a receipt: mkdir: No space left on device\n');
      await expect.poll(() => running(place)).toHaveLength(runs);
    }
    expect(existsSync(join(place.home, STAGE))).toBe(false);
  });

  test('files are not moved or copied', () => {
    const place = install('be');
    for (const [name, script] of scriptsOf(place).filter(([verb]) => !/^(start|stop|unstage)$/.test(verb)))
      expect({name, ...runFull(place, script)}).toMatchObject({
        name,
        code: 97,
        stderr: expect.stringContaining('No space left'),
      });
    expect(readdirSync(place.home).toSorted()).toEqual(['bin', 'conf', 'lib', 'log']);
  });

  test('one that is at work there is minded all the same', () => {
    const place = install('be');
    leave(place, ownerName(worker()));
    for (const [name, script] of scriptsOf(place))
      expect({name, ...runFull(place, script)}).toMatchObject({name, code: BUSY_EXIT});
  });
});

describe.runIf(linux)('an action whose shell was killed', () => {
  test.each(shells)('under %s: counts as at work as long as what it has begun', async shell => {
    const place = install('be');
    const own = instead(place, {cp: slowly('/bin/cp')});
    const script = stageScript(place.node, STAMP);
    const first = beside(script, {shell, own});
    await appears(join(own, 'cp.reached'));
    const owner = ownerOf(place);
    first.kill('SIGKILL');
    process.kill(owner, 'SIGKILL');
    await expect.poll(() => existsSync(`/proc/${owner}`)).toBe(false);
    const told = run(script, shell);
    expect(told.code).toBe(BUSY_EXIT);
    expect(told.stderr).toMatch(/^stage \(process \d+\) of an earlier call is still at work/);
    writeFileSync(join(own, 'cp.go'), '');
    await expect.poll(() => run(script, shell).code).toBe(0);
    expect(stageOf(place)[STAGE]).toBe('same');
    expect(receipts(place)).toEqual([]);
  });

  test.each(shells)('under %s: a start script is waited for, its daemon is not', async shell => {
    const place = install('be');
    makeBackend(place);
    const own = instead(place, {nohup: slowly('/usr/bin/nohup')});
    // As the real one: it has more to do after the daemon was begun.
    const start = join(place.home, 'bin/start_be.sh');
    writeFileSync(
      start,
      `${readFileSync(start, 'utf8')}while [ ! -e "$home/log/go" ]; do sleep 0.05; done\n`,
    );
    const script = startScript(place.node, STAMP, {flags: [], env: {}, nofile: null});
    const first = beside(script, {shell, own});
    await appears(join(own, 'nohup.reached'));
    const owner = ownerOf(place);
    first.kill('SIGKILL');
    process.kill(owner, 'SIGKILL');
    await expect.poll(() => existsSync(`/proc/${owner}`)).toBe(false);
    expect(run(script, shell).code).toBe(BUSY_EXIT);
    writeFileSync(join(own, 'nohup.go'), '');
    await expect.poll(() => running(place)).toHaveLength(1);
    writeFileSync(join(place.home, 'log/go'), '');
    await expect.poll(() => run(script, shell).code).toBe(0);
    expect(receipts(place)).toEqual([]);
    const [pid = 0, ...more] = running(place);
    expect(more).toEqual([]);
    for (const file of [`/proc/${pid}/environ`, join(place.home, 'log/env')])
      expect(readFileSync(file, 'utf8')).not.toContain(CARRIED);
    expect(run(stopScript(place.node, STAMP), shell)).toMatchObject({code: 0, stderr: ''});
    expect(running(place)).toEqual([]);
  });

  test.each(shells)('under %s: the daemon’s environment is that of a plain call', async shell => {
    const place = install('be');
    makeBackend(place);
    const script = startScript(place.node, STAMP, {flags: [], env: {}, nofile: null});
    const envOf = async (call: Sh): Promise<string[]> => {
      expect(run(call, shell).code).toBe(0);
      await expect.poll(() => running(place)).toHaveLength(1);
      const env = readFileSync(join(place.home, 'log/env'), 'utf8').trim().split('\n').toSorted();
      for (const pid of running(place)) process.kill(pid, 'SIGKILL');
      return env;
    };
    const plain = sh`unset http_proxy https_proxy HTTP_PROXY HTTPS_PROXY LC_ALL
cd ${place.home}
result=0
bash bin/start_be.sh --daemon || result=$?
exit "$result"`;
    expect(await envOf(script)).toEqual(await envOf(plain));
  });
});
