import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, describe, expect, test} from 'vitest';
import {beginIn} from '../../../src/host/alone.ts';
import {
  beatLease,
  fenceVars,
  type LeaseSeen,
  type LeaseWords,
  lookAtLease,
  parseLease,
  writeLease,
} from '../../../src/host/lease.ts';
import {parseAbsPath} from '../../../src/lib/abs-path.ts';
import {GUARD_EXIT} from '../../../src/lib/exit-codes.ts';
import {sh} from '../../../src/lib/sh.ts';
import {HostId, RunId} from '../../../src/model/ids.ts';
import type {LeasePlace} from '../../../src/model/lease.ts';
import {body, renderScript, type Script} from '../../../src/model/script.ts';

const SHELLS: readonly (readonly string[])[] = [['sh'], ['dash'], ['bash'], ['busybox', 'sh']].filter(
  ([program = '', ...args]) => spawnSync(program, [...args, '-c', ':']).status === 0,
);
const ALICE = RunId.parse('20261126-110000-aaaa');
const BOB = RunId.parse('20261126-120000-bbbb');

const roots: string[] = [];
afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, {recursive: true, force: true});
});

type Told = {readonly code: number; readonly stdout: string; readonly stderr: string};
const quoted = (script: string): string => `'${script.replaceAll("'", `'\\''`)}'`;
const textOf = (script: Script): string => `( eval ${quoted(renderScript(script))} ) </dev/null`;

const words = (run: RunId, changed = 0): LeaseWords => ({
  run,
  hand: `h${run.slice(-4)}`,
  changed,
  owner: `${run === ALICE ? 'alice' : 'bob'}@laptop`,
  cluster: 'lake',
  reason: '3.0.6 → 3.1.2',
  stamp: '20261126_110000',
});

/** A home whose path holds what shells trip over. */
const makePlace = (kind: LeasePlace['kind'] = 'in'): LeasePlace => {
  const root = mkdtempSync(join(tmpdir(), 'lakeup it\'s "$HOME" [a]* '));
  roots.push(root);
  mkdirSync(join(root, 'the home.1'));
  return {host: HostId.parse('h'), at: parseAbsPath(join(root, 'the home.1')), kind};
};

describe.each(SHELLS.map(shell => ({shell, name: shell.join(' ')})))('in $name', ({shell}) => {
  const run = (script: Script): Told => {
    const [program = '', ...args] = shell;
    const {status, stdout, stderr} = spawnSync(program, args, {input: textOf(script), encoding: 'utf8'});
    return {code: status ?? -1, stdout, stderr};
  };
  const look = (place: LeasePlace): LeaseSeen => {
    const told = run(lookAtLease(place));
    expect(told).toMatchObject({code: 0, stderr: ''});
    const seen = parseLease(told.stdout);
    if (seen === null) throw new Error(told.stdout);
    return seen;
  };
  const take = (place: LeasePlace, of: RunId, token: number, seen: number, state: 'held' | 'free' = 'held') =>
    run(writeLease(place, {token, seen, state}, words(of, token)));
  /** An action under that number, which says that it was at work. */
  const act = (place: LeasePlace, of: RunId | null, token: number): Told =>
    run({
      body: body('x.act', beginIn('try'), sh`echo worked`),
      vars: {
        home: place.at,
        ...(of === null ? {} : fenceVars(place, {run: of, token, hand: `h${of.slice(-4)}`})),
      },
    });
  const files = ({at, kind}: LeasePlace): string[] =>
    readdirSync(kind === 'beside' ? join(at, '..') : at).filter(name => name.startsWith('.lakeup-'));

  test('it is taken, heard of, given back; its number only grows', () => {
    const place = makePlace();
    expect(look(place)).toMatchObject({top: 0, state: 'none', run: null, changed: 0, busy: []});
    expect(take(place, ALICE, 5, 0)).toMatchObject({code: 0, stderr: ''});
    expect(files(place)).toEqual(['.lakeup-lease.5']);
    expect(statSync(join(place.at, '.lakeup-lease.5')).mode & 0o777).toBe(0o600);
    const held = look(place);
    expect(held).toMatchObject({top: 5, state: 'held', run: ALICE, owner: 'alice@laptop', cluster: 'lake'});
    expect(held).toMatchObject({reason: '3.0.6 → 3.1.2', stamp: '20261126_110000'});
    // The same again is no other lease, and says so.
    expect(take(place, ALICE, 5, 0).code).toBe(0);
    const old = new Date(Date.now() - 3_600_000);
    utimesSync(join(place.at, '.lakeup-lease.5'), old, old);
    expect(look(place).silentS).toBeGreaterThanOrEqual(3_600);
    expect(run(beatLease(place, {run: ALICE, token: 5, hand: 'haaaa'}))).toMatchObject({code: 0, stderr: ''});
    expect(look(place).silentS).toBeLessThan(600);
    expect(take(place, ALICE, 6, 5, 'free').code).toBe(0);
    expect(files(place)).toEqual(['.lakeup-lease.6']);
    expect(look(place)).toMatchObject({top: 6, state: 'free', run: ALICE, changed: 6});
    expect(run(beatLease(place, {run: ALICE, token: 5, hand: 'haaaa'})).code).toBe(GUARD_EXIT);
  });

  test("another run's refuses, and says whose it is", () => {
    const place = makePlace();
    take(place, ALICE, 1, 0);
    const told = take(place, BOB, 2, 0);
    expect(told.code).toBe(GUARD_EXIT);
    expect(parseLease(told.stdout)).toMatchObject({top: 1, run: ALICE, owner: 'alice@laptop', state: 'held'});
    expect(files(place)).toEqual(['.lakeup-lease.1']);
  });

  test('an action goes on under its own number alone', () => {
    const place = makePlace();
    expect(act(place, null, 0)).toMatchObject({code: 0, stdout: 'worked\n'});
    expect(act(place, ALICE, 1).code).toBe(GUARD_EXIT);
    take(place, ALICE, 1, 0);
    expect(act(place, ALICE, 1)).toMatchObject({code: 0, stdout: 'worked\n'});
    expect(act(place, null, 0).code).toBe(GUARD_EXIT);
    // Taken over, deliberately: the number that was seen is the one that is replaced.
    expect(take(place, BOB, 2, 1).code).toBe(0);
    const told = act(place, ALICE, 1);
    expect(told.code).toBe(GUARD_EXIT);
    expect(told.stdout).not.toContain('worked');
    expect(told.stderr).toContain(`of run ${BOB} of bob@laptop`);
    expect(parseLease(told.stdout)).toMatchObject({top: 2, run: BOB});
    expect(act(place, ALICE, 2).code).toBe(GUARD_EXIT);
    expect(act(place, BOB, 2).code).toBe(0);
    // The same run and number, of a process that has gone on with a copy of its journal.
    const copied: Script = {
      body: body('x.act', beginIn('try'), sh`echo worked`),
      vars: {home: place.at, ...fenceVars(place, {run: BOB, token: 2, hand: 'copy'})},
    };
    expect(run(copied)).toMatchObject({code: GUARD_EXIT});
    // Given back: the old one still is no one's. Nor is it once somebody has removed it.
    take(place, BOB, 3, 2, 'free');
    expect(act(place, ALICE, 1).code).toBe(GUARD_EXIT);
    expect(act(place, BOB, 2).code).toBe(GUARD_EXIT);
    rmSync(join(place.at, '.lakeup-lease.3'));
    expect(act(place, ALICE, 1).code).toBe(GUARD_EXIT);
    expect(files(place)).toEqual([]);
  });

  test('beside a home that is exchanged it stays, and shows what is at work in the home', async () => {
    const place = makePlace('beside');
    take(place, ALICE, 1, 0);
    expect(files(place)).toEqual(['.lakeup-lease-the home.1.1']);
    const gate = join(place.at, 'go');
    const [program = '', ...args] = shell;
    const child = spawn(program, args, {stdio: ['pipe', 'ignore', 'ignore']});
    const script: Script = {
      body: body('x.act', beginIn('swap'), sh`while [ ! -e ${gate} ]; do sleep 0.05; done`),
      vars: {home: place.at, ...fenceVars(place, {run: ALICE, token: 1, hand: 'haaaa'})},
    };
    child.stdin.end(textOf(script));
    await expect.poll(() => look(place).busy).toEqual([expect.stringMatching(/^swap \d+$/)]);
    // Taken over in the middle of it: it is seen at work, and nobody works beside it.
    expect(take(place, BOB, 2, 1).code).toBe(0);
    expect(look(place).busy).toHaveLength(1);
    expect(act(place, BOB, 2).code).toBe(98);
    writeFileSync(gate, '');
    await once(child, 'exit');
    expect(look(place).busy).toEqual([]);
    expect(act(place, BOB, 2).code).toBe(0);
    expect(files(place)).toEqual(['.lakeup-lease-the home.1.2']);
  });

  test('around a file it lies in its folder', () => {
    const {host, at} = makePlace();
    const jar = parseAbsPath(join(at, 'client.jar'));
    writeFileSync(jar, '');
    take({host, at: jar, kind: 'around'}, ALICE, 1, 0);
    expect(look({host, at, kind: 'around'})).toMatchObject({top: 1, run: ALICE});
    expect(readdirSync(at)).toContain('.lakeup-lease.1');
  });

  test('of twenty who take it at once one has it, and everybody is told the same', async () => {
    const place = makePlace();
    const [program = '', ...args] = shell;
    const runs = Array.from({length: 20}, (_, i) =>
      RunId.parse(`20261126-110000-a${String(i).padStart(3, '0')}`),
    );
    const codes = await Promise.all(
      runs.map(async of => {
        const child = spawn(program, args, {stdio: ['pipe', 'ignore', 'ignore']});
        child.stdin.end(textOf(writeLease(place, {token: 1, seen: 0, state: 'held'}, words(of))));
        const [code] = await once(child, 'exit');
        return code;
      }),
    );
    expect(codes.filter(code => code === 0)).toHaveLength(1);
    expect(look(place).run).toBe(runs[codes.indexOf(0)]);
    expect(files(place)).toEqual(['.lakeup-lease.1']);
  });

  test('what is in it is read, and never believed further than it goes', () => {
    const place = makePlace();
    const file = join(place.at, '.lakeup-lease.3');
    const evil = `run=$(touch ${place.at}/evil)\nstate=held\nowner=\u001b[31m\u202eroot\u0007\ntop=99\nplace=x\n`;
    writeFileSync(file, evil.padEnd(1_000_000, 'x'));
    const seen = look(place);
    expect(seen).toMatchObject({top: 3, state: 'unreadable', run: null, owner: '[31m root'});
    expect(act(place, ALICE, 3).code).toBe(GUARD_EXIT);
    expect(act(place, null, 0).code).toBe(GUARD_EXIT);
    expect(existsSync(join(place.at, 'evil'))).toBe(false);
    rmSync(file);
    // No link is followed, and a name that is no number is none.
    writeFileSync(join(place.at, 'elsewhere'), `run=${ALICE}\nstate=held\n`);
    symlinkSync('elsewhere', file);
    for (const name of ['04', 'x', '9999999999999999', '', '5;id', '-7'])
      writeFileSync(join(place.at, `.lakeup-lease.${name}`), '');
    expect(look(place)).toMatchObject({top: 3, state: 'unreadable'});
    expect(act(place, ALICE, 3).code).toBe(GUARD_EXIT);
  });

  test('where none can be written that is said, and none is there', () => {
    const place = makePlace();
    rmSync(place.at, {recursive: true});
    const told = take(place, ALICE, 1, 0);
    expect(told.code).toBe(GUARD_EXIT);
    expect(told.stderr).toContain('is no directory');
    expect(existsSync(place.at)).toBe(false);
  });

  test('a word of an operator is one line of it, whatever it holds', () => {
    const place = makePlace();
    const odd: LeaseWords = {
      ...words(ALICE),
      owner: 'a\nrun=x\u0000\u001b[0m\'$(id)"',
      reason: 'y'.repeat(9_999),
    };
    expect(run(writeLease(place, {token: 1, seen: 0, state: 'held'}, odd)).code).toBe(0);
    expect(look(place)).toMatchObject({run: ALICE, owner: 'a run=x [0m\'$(id)"', reason: 'y'.repeat(80)});
    expect(readFileSync(join(place.at, '.lakeup-lease.1')).byteLength).toBeLessThan(600);
  });
});
