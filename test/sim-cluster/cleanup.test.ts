import {type ChildProcess, spawn} from 'node:child_process';
import {existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {clearLeftovers, DIR_MARK, processesOf} from '../../src/sim/owner.ts';
import {boot, oneNode, until} from './support.ts';

let base = '';

beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'lakeup-base-')));
});

afterEach(() => {
  clearLeftovers(base);
  rmSync(base, {recursive: true, force: true});
});

type Owner = {readonly child: ChildProcess; readonly dir: string; readonly ended: Promise<string>};

/** A program of its own that owns a cluster. */
const startOwner = (how: string): Promise<Owner> =>
  new Promise((resolve, reject) => {
    const program = fileURLToPath(new URL('./owner-program.ts', import.meta.url));
    const child = spawn(process.execPath, [program, base, how], {stdio: ['ignore', 'pipe', 'pipe']});
    const ended = new Promise<string>(done => {
      child.on('close', (code, signal) => done(String(signal ?? code)));
    });
    child.stdout.setEncoding('utf8');
    child.stdout.once('data', (line: string) => resolve({child, dir: line.trim(), ended}));
    let said = '';
    child.stderr.setEncoding('utf8');
    child.stderr.on('data', (piece: string) => {
      said += piece;
    });
    void ended.then(by => reject(new Error(`the owner ended before it had a cluster: ${by} ${said}`)));
  });

const nothingLeft = (dir: string): void => {
  expect(processesOf(dir)).toEqual([]);
  expect(existsSync(dir)).toBe(false);
};

describe('a cluster goes with its owner', () => {
  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('%s', async signal => {
    const {child, dir, ended} = await startOwner('wait');
    expect(processesOf(dir).length).toBeGreaterThan(0);
    child.kill(signal);
    expect(await ended).toBe(signal);
    nothingLeft(dir);
  });

  test.each([
    ['exit', '3'],
    ['throw', '1'],
  ])('%s', async (how, code) => {
    const {dir, ended} = await startOwner(how);
    expect(await ended).toBe(code);
    nothingLeft(dir);
  });

  test('after kill -9 the next start clears what is left, and only that', async () => {
    const living = await startOwner('wait');
    const killed = await startOwner('wait');
    killed.child.kill('SIGKILL');
    await killed.ended;
    expect(processesOf(killed.dir).length).toBeGreaterThan(0);
    const next = await boot({kit: oneNode, base});
    nothingLeft(killed.dir);
    expect(processesOf(living.dir).length).toBeGreaterThan(0);
    await next.stop();
    living.child.kill('SIGTERM');
    await living.ended;
    expect(readdirSync(base)).toEqual([]);
  });

  test.each(['wait', 'supervised'])('after kill -9 it ends by itself: %s', async how => {
    const {child, dir, ended} = await startOwner(how);
    child.kill('SIGKILL');
    await ended;
    expect(processesOf(dir).length).toBeGreaterThan(0);
    await until(
      () => processesOf(dir),
      pids => pids.length === 0,
      40_000,
    );
    // Whoever starts it again needs a moment for that.
    await new Promise(resolve => setTimeout(resolve, 1_000));
    expect(processesOf(dir)).toEqual([]);
  });
});

test('a leftover whose owner’s pid belongs to somebody else now is cleared, with what runs in it', async () => {
  const dir = join(base, 'lakeup-sim-old');
  mkdirSync(dir);
  writeFileSync(join(dir, 'owner'), `${process.pid} 1\n`);
  const stray = spawn('sleep', ['600'], {env: {...process.env, [DIR_MARK]: dir}, stdio: 'ignore'});
  await until(
    () => processesOf(dir),
    pids => pids.includes(stray.pid ?? 0),
  );
  const ended = new Promise<string>(done => {
    stray.on('close', (_code, signal) => done(String(signal)));
  });
  expect(clearLeftovers(base)).toEqual([dir]);
  expect(await ended).toBe('SIGKILL');
  nothingLeft(dir);
});
