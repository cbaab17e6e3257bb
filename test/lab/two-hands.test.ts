import {cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {dorisKit} from '../../src/fakes/doris/kit.ts';
import {eachOnce, stopsAndStarts} from '../end-to-end/calls.ts';
import {agree, agreeToAll, heldAnywhere} from '../terminal/person.ts';
import {lastLine, type Terminal} from '../terminal/terminal.ts';
import {until} from './command.ts';
import {type Installed, installKit} from './install.ts';
import {type Lab, startLab} from './lab.ts';
import {labProblem} from './need.ts';
import {ask, type Known, sit} from './person.ts';

const problem = labProblem();
if (problem !== null) process.stderr.write(`skipped: ${problem}\n`);

/** Each story this often; the moment at which the first machine is closed goes through the steps of a node. */
const TRIES = Number(process.env.LAKEUP_TRIES ?? 1);
const CLOSED_AT = ['stop be-1', 'start be-1', 'stop be-2', 'start be-2'];
const tries = Array.from({length: TRIES}, (_, i) => ({n: i + 1, at: CLOSED_AT[i % CLOSED_AT.length] ?? ''}));

/** The same inventory with every list the other way round. */
const reversed = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(reversed).reverse();
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, reversed(each)]));
};

describe.skipIf(problem !== null)('two lakeups on one cluster', () => {
  let lab: Lab;
  let alice: Installed;
  let bob: Known;
  const terminals: Terminal[] = [];

  beforeEach(async () => {
    const hosts = dorisKit.layouts.small?.map(({name}) => name) ?? [];
    lab = await startLab({hosts, user: 'doris'});
    alice = await installKit(lab, {kit: dorisKit, cluster: 'lake-doris', layout: 'small', speed: 10});
    const dir = mkdtempSync(join(lab.dir, 'bob-'));
    const inventory = join(dir, 'inventory.yaml');
    writeFileSync(inventory, JSON.stringify(reversed(JSON.parse(readFileSync(alice.inventory, 'utf8')))));
    bob = {cluster: alice.cluster, dir, inventory};
  }, 600_000);

  afterEach(async () => {
    for (const terminal of terminals.splice(0)) await terminal.close();
    await lab?.stop();
  });

  const comes = async (known: Known, ...command: readonly string[]): Promise<Terminal> => {
    const terminal = await sit(lab, known, command);
    terminals.push(terminal);
    return terminal;
  };
  const begun = (what: string): Promise<unknown> =>
    until(what, async () => stopsAndStarts(await alice.events()).includes(what), 300_000);
  const runsOf = ({dir}: Known): string[] => readdirSync(join(dir, 'state/lakeup/runs'));
  /** Every node once, one after the other: never were two of a group down. */
  const eachNodeOnce = async (): Promise<void> => {
    const all = stopsAndStarts(await alice.events());
    const order = [...new Set(all.map(what => what.split(' ')[1] ?? ''))];
    expect(all).toEqual(eachOnce(...order));
    expect(order.toSorted()).toEqual(['be-1', 'be-2', 'fe-1', 'fe-2', 'fe-3', 'ms-1']);
  };
  /** Works until that has begun, and then the machine sleeps. */
  const closedAt = async (what: string): Promise<{terminal: Terminal; run: string}> => {
    const terminal = await comes(alice, 'upgrade');
    await agree(terminal, 1);
    await agree(terminal, 2);
    await begun(what);
    terminal.kill('SIGSTOP');
    return {terminal, run: runsOf(alice)[0] ?? ''};
  };

  test.each(tries)(
    '$n: the second is told whose it is; it takes over at "$at", and takes on what stands there',
    {
      timeout: 1_800_000,
    },
    async ({at}) => {
      const {terminal: first, run} = await closedAt(at);
      const status = await ask(lab, bob, ['status']);
      expect(status.stderr).toContain(`run ${run} of root@`);

      const shy = await comes(bob, 'upgrade');
      const told = await shy.waitFor(/type its owner's name/);
      expect(told.replaceAll('\n', '')).toContain(run);
      shy.press('\r');
      expect(await shy.exited()).toBe(2);
      expect(runsOf(alice)).toEqual([run]);

      // A node is down in the middle, or of the new version already: both are found as they are, and the rest is planned.
      const bold = await comes(bob, 'upgrade', '--take-over', run);
      expect(await agreeToAll(bold, 900_000)).toBe(0);
      expect(lastLine(bold)).toMatch(/^(\d) of \1 nodes verified: lake-doris runs 3.1.2$/);

      // The first machine is opened again: it is told, and can do nothing more.
      first.kill('SIGCONT');
      expect(await heldAnywhere(first, 300_000)).toMatch(/lease/);
      first.press('q');
      expect(await first.exited()).toBe(3);
      await eachNodeOnce();
    },
  );

  test.each(tries)(
    '$n: a run that is resumed elsewhere at "$at" bars the machine that wakes',
    {
      timeout: 1_800_000,
    },
    async ({at}) => {
      const {terminal: first, run} = await closedAt(at);
      cpSync(join(alice.dir, 'state'), join(bob.dir, 'state'), {recursive: true});
      for (const lock of [`runs/${run}/lock`, 'clusters'])
        rmSync(join(bob.dir, 'state/lakeup', lock), {recursive: true, force: true});
      const second = await comes(bob, 'resume', run);
      // What was in hand is looked at first: the last step of its phase is done by then, and the next phase is asked for.
      await agree(second, at === CLOSED_AT.at(-1) ? 3 : 2);
      // It works under a number of its own by now.
      await second.waitFor(/the lease is this run's/);
      first.kill('SIGCONT');
      expect(await heldAnywhere(first, 300_000)).toMatch(/gone on with elsewhere|has the lease/);
      first.press('q');
      expect(await first.exited()).toBe(3);
      expect(await agreeToAll(second, 900_000)).toBe(0);
      await eachNodeOnce();
    },
  );

  test.each(tries)('$n: of two who begin at once one goes on', {timeout: 1_800_000}, async () => {
    const both = await Promise.all([comes(alice, 'upgrade'), comes(bob, 'upgrade')]);
    await Promise.all(both.map(terminal => agree(terminal, 1)));
    const held = await Promise.race(both.map(async terminal => heldAnywhere(terminal).then(() => terminal)));
    const other = both.find(terminal => terminal !== held);
    if (other === undefined) throw new Error('there are two');
    expect(held.screen().join('\n')).toMatch(/root@/);
    held.press('q');
    expect(await held.exited()).toBe(3);
    expect(await agreeToAll(other, 900_000)).toBe(0);
    await eachNodeOnce();
  });
});
