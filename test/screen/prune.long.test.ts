import {existsSync, rmSync, writeFileSync} from 'node:fs';
import {basename, join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {DemoCluster} from '../../src/sim/demo-cluster.ts';
import {bootCluster, CLUSTER, FOUR_PHASES, homesOf, hostsTree} from '../end-to-end/cluster.ts';
import {type Desk, makeDesk} from '../terminal/desk.ts';
import {agreeToAll, finish, heldAnywhere, KEY, pressed, typed} from '../terminal/person.ts';
import {lastLine, type Terminal} from '../terminal/terminal.ts';

const STORY_MS = 900_000;

/** What a dialog says, without its frame and its lines. */
const wordsOf = (screen: string): string => screen.replaceAll(/[│┃\s]+/g, ' ');

const TITLE = /[╭┏][─━] Phase 1 of 1 · Remove old versions/;

describe('an upgrade that has ended is pruned in a terminal', () => {
  let cluster: DemoCluster;
  let desk: Desk;
  let run = '';
  /** Every file of the hosts once the upgrade had ended. */
  let before: Record<string, string> = {};

  beforeAll(async () => {
    desk = makeDesk();
    cluster = await bootCluster(FOUR_PHASES);
    const terminal = await desk.open(['upgrade', CLUSTER, '-i', cluster.inventory]);
    expect(await agreeToAll(terminal)).toBe(0);
    run = basename(desk.runs().at(-1) ?? '');
    before = hostsTree(cluster);
  }, STORY_MS);
  afterAll(async () => {
    await desk?.close();
    await cluster?.stop();
  });

  const prune = (size = {columns: 120, rows: 60}): Promise<Terminal> => desk.open(['prune', run], size);
  const isKept = (name: string): boolean => /\/(bin|lib)_backup_\d{8}_\d{6}(\/|$)/.test(`/${name}`);
  /** A lease was taken and given back: its files stay, and say who was there last. */
  const isLease = (name: string): boolean => name.includes('.lakeup-lease');
  const without = (tree: Record<string, string>, left: (name: string) => boolean): Record<string, string> =>
    Object.fromEntries(Object.entries(tree).filter(([name]) => !left(name)));

  test(
    'is asked for with every place and the name of the cluster, and "no" changes nothing',
    async () => {
      const terminal = await prune();
      const screen = await terminal.waitFor(TITLE);
      for (const node of ['ms-1', 'rc-1', 'be-1', 'be-2', 'fe-1'])
        expect(screen.match(new RegExp(`${node} .*(bin|lib)_backup_`, 'g'))).toHaveLength(2);
      expect(screen).toMatch(/total/);
      expect(wordsOf(screen)).toContain(
        'There is no way back from 3.1.2 to 3.0.6 already: A frontend of 3.1.2 writes metadata',
      );
      // Its last letter is the key of the question: with a wrong name it is a letter like any other.
      await typed(terminal, 'lake-dorixD');
      await terminal.waitFor(seen => TITLE.test(seen) && /that is not the name/.test(seen));
      terminal.press(KEY.ctrlC);
      expect(await terminal.exited()).toBe(3);
      expect(hostsTree(cluster)).toEqual(before);
    },
    STORY_MS,
  );

  test(
    'is held where something has changed between the question and the key, and says what',
    async () => {
      const [home = ''] = homesOf(cluster, 'be');
      const terminal = await prune();
      await terminal.waitFor(TITLE);
      await typed(terminal, CLUSTER);
      const [kept = ''] = Object.keys(before).filter(
        name => /\/lib_backup_[0-9_]+$/.test(name) && name.includes('be'),
      );
      const notes = join(cluster.dir, 'hosts', kept, 'notes');
      writeFileSync(notes, 'mine');
      await pressed(terminal, TITLE);
      const screen = await heldAnywhere(terminal);
      expect(wordsOf(screen)).toMatch(/is not what it was when this plan was made: files \d+ -> \d+/);
      terminal.press('q');
      expect(await terminal.exited()).toBe(3);
      rmSync(notes);
      expect(hostsTree(cluster)).toEqual(before);
      expect(existsSync(home)).toBe(true);
    },
    STORY_MS,
  );

  test(
    'removes the old versions and nothing else, and says so wherever the run is asked about',
    async () => {
      const terminal = await prune();
      await terminal.waitFor(TITLE);
      await typed(terminal, CLUSTER);
      await pressed(terminal, TITLE);
      expect(await finish(terminal)).toBe(0);
      expect(lastLine(terminal)).toContain(`what run ${run} had kept on the hosts is gone`);
      const after = hostsTree(cluster);
      expect(Object.keys(after).filter(isKept)).toEqual([]);
      expect(without(after, isLease)).toEqual(without(before, name => isLease(name) || isKept(name)));

      const undo = await desk.open(['undo', run]);
      expect(await undo.exited()).toBe(2);
      expect(undo.screen().join('')).toContain('does not take it back any more');
      const report = await desk.open(['runs', run]);
      expect(await report.exited()).toBe(0);
      expect(report.screen().join('')).toMatch(/removed by run .*: there is no way back any more/);
      const again = await prune();
      expect(await again.exited()).toBe(0);
      expect(again.screen().join('')).toContain('Nothing is left on the hosts');
    },
    STORY_MS,
  );
});
