import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {DemoCluster} from '../../src/sim/demo-cluster.ts';
import {eachOnce, stopsAndStarts} from '../end-to-end/calls.ts';
import {bootCluster, CLUSTER, FOUR_PHASES, homesOf, hostsTree, tree} from '../end-to-end/cluster.ts';
import {type Desk, makeDesk} from '../terminal/desk.ts';
import {agree, asked, finish, KEY, phaseTitle} from '../terminal/person.ts';
import {lastLine, type Terminal} from '../terminal/terminal.ts';

const STORY_MS = 900_000;

const givenBack = (terminal: Terminal): void =>
  expect({alternate: terminal.alternate(), cursor: terminal.cursor()}).toEqual({
    alternate: false,
    cursor: true,
  });

describe('an upgrade in a terminal', () => {
  let cluster: DemoCluster;
  let desk: Desk;
  let run = '';

  beforeAll(async () => {
    desk = makeDesk();
    cluster = await bootCluster(FOUR_PHASES);
  });
  afterAll(async () => {
    await desk?.close();
    await cluster?.stop();
  });

  const upgrade = (): Promise<Terminal> => desk.open(['upgrade', CLUSTER, '-i', cluster.inventory]);
  const left = (terminal: Terminal): string =>
    /^Left: lakeup does nothing more on any node\. To go on: lakeup resume (\S+)$/.exec(
      lastLine(terminal),
    )?.[1] ?? `not left: ${lastLine(terminal)}`;

  test.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)(
    'is ended by %s at a question: nothing was begun, the terminal is given back',
    async (signal, code) => {
      const before = hostsTree(cluster);
      const terminal = await upgrade();
      await asked(terminal, 1);
      expect(terminal.alternate()).toBe(true);
      terminal.kill(signal);
      expect(await terminal.exited()).toBe(code);
      givenBack(terminal);
      expect(desk.runs().at(-1)).toContain(left(terminal));
      expect(hostsTree(cluster)).toEqual(before);
      expect(stopsAndStarts(cluster.events())).toEqual([]);
    },
  );

  test(
    'goes on by keys that were meant; "no" at the third phase changes nothing there',
    async () => {
      const terminal = await upgrade();
      // Typed before there was anything to read: no answer.
      terminal.press('OyOyO');
      await asked(terminal, 1);
      // The right key, but not alone.
      terminal.press('OO');
      await terminal.waitFor('Several keys at once do not answer');
      await asked(terminal, 1);
      for (const key of ['y', KEY.enter]) {
        terminal.press(key);
        await terminal.waitFor(key === 'y' ? 'This key does not answer' : 'Enter answers nothing here');
      }
      await asked(terminal, 1);
      expect(stopsAndStarts(cluster.events())).toEqual([]);
      await agree(terminal, 1);

      // A key that was pressed again and again before the question came does not answer it.
      await terminal.waitFor(screen => {
        terminal.press('y');
        return phaseTitle(2).test(screen);
      });
      await asked(terminal, 2);
      expect(stopsAndStarts(cluster.events())).toEqual(eachOnce('ms-1'));
      await agree(terminal, 2);

      await asked(terminal, 3);
      const backends = () => homesOf(cluster, 'be').map(home => tree(home));
      const before = backends();
      terminal.press('n');
      expect(await terminal.exited()).toBe(3);
      givenBack(terminal);
      run = left(terminal);
      expect(desk.runs().at(-1)).toContain(run);
      expect(backends()).toEqual(before);
      expect(stopsAndStarts(cluster.events())).toEqual(eachOnce('ms-1', 'rc-1'));
    },
    STORY_MS,
  );

  test(
    'is resumed where it was left, in terminals of every size, and ends verified',
    async () => {
      const terminal = await desk.open(['resume', run], {columns: 200, rows: 60});
      expect(await asked(terminal, 3)).toMatch(/ms-1.*3\.1\.2.*be-1.*3\.0\.6/s);

      terminal.resize(80, 24);
      // The whole question, drawn anew for this width.
      await terminal.waitFor(
        screen =>
          phaseTitle(3).test(screen) && /be-1.*be-2.*y {2}begin/s.test(screen) && !/^.{81}/m.test(screen),
      );
      // Too small for the question: no key answers it.
      terminal.resize(40, 10);
      await terminal.waitFor(/needs 60 × 16.*waits/s);
      terminal.press('y');
      terminal.resize(200, 60);
      await asked(terminal, 3);
      expect(stopsAndStarts(cluster.events())).toEqual(eachOnce('ms-1', 'rc-1'));
      await agree(terminal, 3);

      // Ctrl-C and q ask first, and the run goes on.
      for (const key of [KEY.ctrlC, 'q']) {
        terminal.press(key);
        await terminal.waitFor(/[╭┏][─━] Leave\?/);
        terminal.press('n');
        await terminal.waitFor(screen => !screen.includes('Leave?'));
      }
      for (const [columns, rows] of [
        [80, 24],
        [40, 10],
        [120, 40],
      ] as const) {
        terminal.resize(columns, rows);
        // The frame of the size before stands until the next one is drawn.
        await terminal.waitFor(
          screen =>
            (columns < 60 ? /needs 60 × 16/ : /be-1/).test(screen) &&
            screen.split('\n').every(({length}) => length <= columns),
        );
      }
      await agree(terminal, 4);
      expect(await finish(terminal)).toBe(0);
      givenBack(terminal);
      expect(lastLine(terminal)).toBe('5 of 5 nodes verified: lake-doris runs 3.1.2');
      expect(stopsAndStarts(cluster.events())).toEqual(eachOnce('ms-1', 'rc-1', 'be-1', 'be-2', 'fe-1'));

      // What has ended is not done again.
      const again = await desk.open(['resume', run]);
      expect(await again.exited()).toBe(0);
      expect(lastLine(again)).toBe('5 of 5 nodes verified: lake-doris runs 3.1.2');
    },
    STORY_MS,
  );
});
