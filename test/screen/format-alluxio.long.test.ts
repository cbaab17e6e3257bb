import {readdirSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {stringify} from 'yaml';
import {alluxioKit} from '../../src/fakes/alluxio/kit.ts';
import {type DemoCluster, startDemoCluster} from '../../src/sim/demo-cluster.ts';
import {tree} from '../end-to-end/cluster.ts';
import {type Desk, makeDesk} from '../terminal/desk.ts';
import {agreeUpTo, heldAnywhere, KEY, pressed, retry, typed} from '../terminal/person.ts';
import type {Terminal} from '../terminal/terminal.ts';

const STORY_MS = 900_000;
const CLUSTER = 'lake-cache';
const SIZE = {columns: 140, rows: 60};
const PHASE = 'Format the journals';
const QUESTION = new RegExp(`[╭┏][─━] Phase \\d+ of \\d+ · ${PHASE} · m-1 `);

/** What a dialog says, without its frame and its lines. */
const wordsOf = (screen: string): string => screen.replaceAll(/[│┃\s]+/g, ' ');

describe('the journal of a cluster that is down', () => {
  let cluster: DemoCluster;
  let desk: Desk;
  let terminal: Terminal;
  /** The backup that covers the journal, and what is in it. */
  let backup = '';
  let whole = Buffer.of();
  let before: Record<string, string> = {};

  /** Every file of the hosts and of the under store, but what says who was there, and what commands of the product log. */
  const files = (): Record<string, string> => {
    const isOurs = (name: string): boolean => /\.lakeup-(lease|receipt)/.test(name) || name.endsWith('.gz');
    const all = [join(cluster.dir, 'hosts'), join(cluster.dir, 'ufs')].flatMap(dir =>
      Object.entries(tree(dir, ['logs'])),
    );
    return Object.fromEntries(all.filter(([name]) => !isOurs(name)));
  };

  /** Waits until the question stands there whole, with nothing typed, and its keys count. */
  const asked = (says = QUESTION): Promise<string> =>
    terminal.waitFor(
      seen => [QUESTION, says, /[│┃] ▸ _/, /[│┃] Ctrl-C {2}leave/].every(each => each.test(seen)),
      STORY_MS,
    );

  beforeAll(async () => {
    desk = makeDesk();
    cluster = await startDemoCluster({
      kit: alluxioKit,
      cluster: CLUSTER,
      program: join(import.meta.dirname, '../../dist/fake-alluxio.mjs'),
      speed: 20,
      layout: 'small',
      from: '2.3.0',
      bootWithinMs: 240_000,
      toYaml: stringify,
    });
    terminal = await desk.open(['upgrade', CLUSTER, '-i', cluster.inventory], SIZE);
    await agreeUpTo(terminal, PHASE, STORY_MS);
    await asked();
    const [file = ''] = readdirSync(join(cluster.dir, 'ufs'), {recursive: true, encoding: 'utf8'}).filter(
      name => name.endsWith('.gz'),
    );
    backup = join(cluster.dir, 'ufs', file);
    whole = readFileSync(backup);
    before = files();
    expect(Object.keys(before).filter(name => /m-1\/.*journal/.test(name)).length).toBeGreaterThan(1);
  }, STORY_MS);
  afterAll(async () => {
    await desk?.close();
    await cluster?.stop();
  });

  test(
    'is not formatted by another name, nor by "no"',
    async () => {
      // The last letter is the key of the question: with a wrong name it is a letter like any other.
      await typed(terminal, 'lake-cachD');
      await terminal.waitFor(seen => QUESTION.test(seen) && /that is not the name/.test(seen));
      terminal.press(KEY.ctrlC);
      expect(await terminal.exited()).toBe(3);
      expect(files()).toEqual(before);
      terminal = await desk.open(['resume'], SIZE);
      await agreeUpTo(terminal, PHASE, STORY_MS);
    },
    STORY_MS,
  );

  test.each<[string, () => void, RegExp]>([
    ['missing', () => rmSync(backup), /readable expected true seen false/],
    [
      'truncated',
      () => writeFileSync(backup, whole.subarray(0, whole.length / 2)),
      /gzip expected ok seen broken/,
    ],
  ])(
    'is not formatted where the backup is by then %s: the reason stands there',
    async (_, spoil, says) => {
      await asked();
      spoil();
      await typed(terminal, CLUSTER);
      await pressed(terminal, QUESTION);
      const screen = wordsOf(await heldAnywhere(terminal, STORY_MS));
      expect(screen).toContain('m-1: it is not safe to "format the journal" yet.');
      expect(screen).toContain('cannot come true any more');
      expect(screen).toMatch(says);
      expect(files()).toEqual(before);
      writeFileSync(`${backup}.part`, whole);
      renameSync(`${backup}.part`, backup);
      // It looks, and asks again.
      await retry(terminal);
    },
    STORY_MS,
  );

  test(
    'is asked about again where it has grown since the question was put',
    async () => {
      await asked();
      const [journal = ''] = Object.keys(before).filter(name => /m-1\/.*\/journal$/.test(name));
      const strange = join(cluster.dir, 'hosts', journal, 'somebody');
      writeFileSync(strange, 'mine');
      await typed(terminal, CLUSTER);
      expect(await terminal.waitFor(/[│┃] D {2}destroy and go on/)).toMatch(/files +3 /);
      terminal.press('D');
      expect(await asked(/files +4 /)).toContain('What would be hit has changed since you looked.');
      rmSync(strange);
      terminal.press(KEY.ctrlC);
      expect(await terminal.exited()).toBe(3);
      expect(files()).toEqual(before);
    },
    STORY_MS,
  );
});
