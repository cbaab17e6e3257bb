import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {begin} from '../../../src/host/alone.ts';
import type {Kind} from '../../../src/host/identity.ts';
import {CARRIED, RECEIPT} from '../../../src/host/receipt-names.ts';
import {temporary} from '../../../src/host/temp.ts';
import {BUSY_EXIT, GUARD_EXIT} from '../../../src/lib/exit-codes.ts';
import {lines, type Sh, sh} from '../../../src/lib/sh.ts';
import {setVars} from '../../../src/model/script.ts';
import {shellsHere} from '../transport/shells.ts';
import {leaveReceipt} from './receipts.ts';

const NODE: Kind = {kind: 'jvm', mainClasses: ['lake.Master'], homeIn: {property: 'lake.home'}, passing: []};

let root = '';
let home = '';
let temp = '';
const children: ChildProcess[] = [];
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "lakeup it's ")));
  home = join(root, 'home');
  temp = join(root, 'temp');
  for (const dir of [home, temp]) mkdirSync(dir);
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(root, {recursive: true, force: true});
});

/** A script in a far shell, which is its own process group as a session of sshd is. */
const begun = (
  script: Sh,
  command: readonly string[] = ['sh'],
  env: NodeJS.ProcessEnv = {},
): ChildProcess => {
  const [file = 'sh', ...args] = command;
  const child = spawn(file, args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
    env: {...process.env, TMPDIR: temp, ...env},
  });
  children.push(child);
  child.stdin?.end(
    `( eval '${lines(setVars({home}), script).replaceAll("'", `'\\''`)}' ) </dev/null\nexit $?\n`,
  );
  return child;
};
const ended = async (child: ChildProcess): Promise<{code: number | null; said: string}> => {
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
  await once(child, 'close');
  return {code: child.exitCode, said};
};

/** Said by what is waited for: a shell that was only about to begin it would wait for its end. */
const works: Sh = sh`echo kept >"$temp/file"
sh -c 'echo at-work; exec sleep 600'`;
const SCRIPTS: readonly (readonly [string, Sh])[] = [
  ['a look', lines(temporary('look'), works)],
  ['an action', lines(begin(NODE, 'work'), temporary('action'), works)],
];

describe.runIf(process.platform === 'linux')('what a script leaves behind', () => {
  describe.each(shellsHere)('under %s', (_, command) => {
    it.each(
      SCRIPTS.flatMap(([name, script]) =>
        (['SIGTERM', 'SIGHUP', 'SIGINT'] as const).map(signal => [name, signal, script] as const),
      ),
    )('%s: nothing, also at %s', async (_name, signal, script) => {
      const child = begun(script, command);
      await once(child.stdout ?? child, 'data');
      expect(readdirSync(temp)).toHaveLength(1);
      const over = ended(child);
      process.kill(-(child.pid ?? 0), signal);
      await over;
      // The script is a shell of its own below the one that was sent it.
      await expect.poll(() => [...readdirSync(temp), ...readdirSync(home)]).toEqual([]);
    });

    it.each(SCRIPTS)('%s: nothing at its own end, nor where it fails', async (name, script) => {
      const over = lines(script.replace('exec sleep 600', name === 'a look' ? 'exit 3' : 'exit 0') as Sh);
      await ended(begun(over, command));
      expect([...readdirSync(temp), ...readdirSync(home)]).toEqual([]);
    });
  });

  it('a look takes no file of the login’s for a receipt of its own', async () => {
    const file = join(root, 'receipt');
    mkdirSync(file);
    await ended(begun(lines(temporary('look'), sh`:`), ['sh'], {receipt: file}));
    expect(readdirSync(root)).toContain('receipt');
  });
});

const action = lines(begin(NODE, 'work'), sh`echo worked`);

describe.runIf(process.platform === 'linux')('receipts', () => {
  it('are refused where there are too many to look at, and go on once they were removed', async () => {
    for (let i = 0; i < 100; i++) leaveReceipt(home, `${i}`);
    const {code, said} = await ended(begun(action));
    expect(code).toBe(GUARD_EXIT);
    expect(said).toContain(`names in ${home} and where its lease lies are receipts of actions`);
    expect(readdirSync(home)).toHaveLength(100);
    for (const name of readdirSync(home)) rmSync(join(home, name), {recursive: true});
    expect(await ended(begun(action))).toMatchObject({code: 0});
  });

  it('are told of in a few words, whatever they say', async () => {
    const worker = begun(
      lines(
        begin(NODE, 'work'),
        sh`echo at-work
sleep 600`,
      ),
    );
    await once(worker.stdout ?? worker, 'data');
    const [receipt = ''] = readdirSync(home);
    writeFileSync(join(home, receipt, 'of'), `does=${'x'.repeat(4_000)}\n`);
    const {code, said} = await ended(begun(action));
    expect(code).toBe(BUSY_EXIT);
    expect(said.length).toBeLessThan(400);
  });

  it.runIf(process.getuid?.() === 0)(
    'are not kept alive by somebody else who carries their name',
    async () => {
      const gone = `${RECEIPT}.nothing`;
      const worker = begun(
        lines(
          begin(NODE, 'work'),
          sh`echo at-work
exec sleep 600`,
        ),
      );
      await once(worker.stdout ?? worker, 'data');
      const [receipt = gone] = readdirSync(home);
      const over = ended(worker);
      process.kill(-(worker.pid ?? 0), 'SIGKILL');
      await over;
      const carrier = spawn('sleep', ['600'], {
        env: {[CARRIED]: receipt.replace(`${RECEIPT}.`, '')},
        uid: 54_322,
        gid: 54_322,
      });
      children.push(carrier);
      await once(carrier, 'spawn');
      expect(await ended(begun(action))).toMatchObject({code: 0});
      expect(readdirSync(home)).toEqual([]);
    },
  );
});
