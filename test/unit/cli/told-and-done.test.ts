import {readFileSync, rmSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {createRunDir, inventorySum, runsDir} from '../../../src/cli/state-dir.ts';
import {lockRun} from '../../../src/engine/run-lock.ts';
import {runCli} from './outside.ts';
import {a, eventsOf, RUN, started} from './small-run.ts';
import {
  ALL,
  BACK,
  cli,
  cliWithNewRules,
  inStateDir,
  keep,
  prunes,
  stateDir,
  through,
  undoable,
} from './undoable.ts';

inStateDir();

/*
 * What an error of the command line says to do, but for commands of lakeup (advice.test.ts): it is done, and the same command line goes
 * on.
 */

const INVENTORY = 'clusters:\n  v: {system: vault}\n';

const left = () => keep(RUN, eventsOf(undoable(), ...through(a, ...ALL), started('stage')));

/** At a terminal, before the state directory of the test in hand. */
const atTerminal = (argv: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  runCli(argv, {XDG_STATE_HOME: stateDir(), TERM: 'xterm', ...env}, {terminal: true});

describe('what an error says to do is done, and it goes on', () => {
  test('a run is given up with a reason', async () => {
    await left();
    const told = await cli('abandon', RUN, '--because', ' ');
    expect(told.code).toBe(2);
    expect(told.stderr).toContain('say why, for whoever looks at the runs later');
    expect(await cli('abandon', RUN, '--because', 'it is built anew')).toMatchObject({code: 0});
  });

  test('a scenario is one of those that are listed', async () => {
    const told = await runCli(['demo', '--scenario', 'nothing']);
    const [, name = ''] = /choose one of\n(?:.*\n)*? {2}(start) /.exec(told.stderr) ?? [];
    expect(name).toBe('start');
    expect((await runCli(['demo', '--scenario', name])).stderr).toMatch(/terminal/);
  });

  test('a journal that was edited is put back, and goes on', async () => {
    const {journal} = await left();
    const whole = readFileSync(journal);
    writeFileSync(journal, whole.toString().replace('"toys"', '"t0ys"'));
    const told = await cli('resume', RUN);
    expect(told.stdout + told.stderr).toMatch(/put an unchanged copy of .* back/);
    writeFileSync(journal, whole);
    expect(await cli('runs', RUN)).toMatchObject({code: 0, stderr: ''});
    expect((await cli('resume', RUN)).stderr).toMatch(/there is no terminal/);
  });

  test('runs are kept where XDG_STATE_HOME says', async () => {
    const file = join(stateDir(), 'no-directory');
    writeFileSync(file, '');
    const told = await runCli(['doctor'], {HOME: stateDir(), XDG_STATE_HOME: join(file, 'below')});
    expect(told.stdout).toMatch(/✗ state directory: .*: set XDG_STATE_HOME/);
    const mended = await runCli(['doctor'], {HOME: stateDir(), XDG_STATE_HOME: stateDir()});
    expect(mended).toMatchObject({code: 0});
  });

  test('the inventory is given', async () => {
    const file = join(stateDir(), 'inventory.yaml');
    const told = await cli('upgrade', 'toys', '-i', file);
    expect(told.stderr).toContain('give the inventory with -i FILE');
    writeFileSync(file, INVENTORY);
    expect((await cli('upgrade', 'v', '-i', file)).stderr).not.toContain('give the inventory');
  });

  test('the lakeup that has the run is left', async () => {
    const {lock} = await left();
    const other = await lockRun(lock, '2026-01-01');
    const told = await atTerminal(['resume', RUN]);
    expect(told.code).toBe(2);
    expect(told.stderr).toContain('leave that lakeup first (q), or wait until it has ended');
    if (other.kind === 'locked') await other.release();
    expect((await atTerminal(['resume', RUN])).stderr).not.toContain('is being carried out');
  });

  test('the lakeup that only asks whether to prune is left, and the run can be taken back', async () => {
    await keep(RUN, eventsOf(undoable(), ...through(a, ...ALL), {type: 'run.pruning', by: BACK}));
    const {lock} = await keep(BACK, eventsOf(prunes()));
    const other = await lockRun(lock, '2026-01-01');
    const told = await cli('undo', RUN);
    expect(told.stderr).toContain('leave that one where it asks (q or n), then try again');
    if (other.kind === 'locked') await other.release();
    expect((await cli('undo', RUN)).stderr).toMatch(/there is no terminal/);
  });

  test('a run whose plan this lakeup refuses is gone on with by the one that began it', async () => {
    await left();
    const told = await cliWithNewRules('resume', RUN);
    const [, command = '', run = ''] = /type `lakeup (\w+) (\S+)` with /.exec(told.stderr) ?? [];
    expect([command, run]).toEqual(['resume', RUN]);
    expect((await cli(command, run)).stderr).toMatch(/there is no terminal/);
  });

  test('a new run is written elsewhere where its folder cannot be made', async () => {
    const file = join(stateDir(), 'file');
    writeFileSync(file, '');
    const begin = (home: string) => createRunDir({XDG_STATE_HOME: home}, RUN, INVENTORY);
    await expect(begin(file)).rejects.toMatchObject({
      fix: {en: expect.stringMatching(/or set XDG_STATE_HOME to/)},
    });
    expect((await begin(stateDir())).id).toBe(RUN);
  });

  test('TERM is set', async () => {
    await left();
    const told = await atTerminal(['resume', RUN], {TERM: 'dumb'});
    expect(told.stderr).toContain('set TERM to what the terminal is');
    expect((await atTerminal(['resume', RUN])).stderr).not.toContain('TERM');
  });

  test('the inventory that a run began with is put back', async () => {
    const events = eventsOf(undoable(), ...through(a, ...ALL));
    const dir = await keep(RUN, []);
    const own = readFileSync(dir.inventory, 'utf8');
    rmSync(dirname(dir.inventory), {recursive: true});
    await keep(
      RUN,
      events.map(event =>
        event.type === 'run.planned' ? {...event, inventorySum: inventorySum(own)} : event,
      ),
    );
    writeFileSync(dir.inventory, own.replaceAll('127.0.0.1', '127.0.0.2'));
    const told = await atTerminal(['resume', RUN]);
    expect(told.stderr).toMatch(/put the file there that the run was begun with \(sha256 \w+/);
    writeFileSync(dir.inventory, own);
    expect((await atTerminal(['resume', RUN])).stderr).not.toContain('is not the inventory');
  });

  test('what stands where runs are kept is removed', async () => {
    const file = join(stateDir(), 'lakeup');
    writeFileSync(file, 'a file');
    const told = await cli('runs');
    expect(told.stderr).toContain('put that right: until then nobody knows which runs there are');
    rmSync(file);
    expect(await cli('runs')).toMatchObject({code: 0});
  });

  test('a home is given', () => {
    expect(() => runsDir({XDG_STATE_HOME: 'relative'})).toThrow('neither XDG_STATE_HOME nor HOME');
    expect(runsDir({HOME: '/home/op'})).toBe('/home/op/.local/state/lakeup/runs');
    expect(runsDir({XDG_STATE_HOME: '/var/state'})).toBe('/var/state/lakeup/runs');
  });

  test('a part of a run is named by its node or its phase, or neither is', async () => {
    await left();
    const told = await cli('undo', RUN, '--node', 'a', '--phase', 'p');
    expect(told.stderr).toContain('name one of them, or neither for the whole run');
    for (const part of [['--node', 'a'], ['--phase', 'p'], []])
      expect((await cli('undo', RUN, ...part)).stderr).toMatch(/there is no terminal/);
  });
});
