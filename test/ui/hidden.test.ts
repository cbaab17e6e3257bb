import {describe, expect, test} from 'vitest';
import {formatClock} from '../../src/lib/duration.ts';
import {endOf} from '../../src/lib/moment.ts';
import type {Lang} from '../../src/model/text.ts';
import {timeLeftMs} from '../../src/store/progress.ts';
import {messages} from '../../src/ui/messages.ts';
import {widthOf} from '../../src/ui/width.ts';
import {drawnCells} from './drawn.ts';
import {type Opened, type Size, withScenario} from './harness.ts';

const seenNodes = (lines: readonly string[]): readonly string[] => drawnCells(lines).map(({name}) => name);
const hiddenCount = (lines: readonly string[], lang: Lang): number => {
  const words = lang === 'en' ? 'more node' : '个节点未显示';
  const said = lines.find(line => line.includes(words)) ?? '';
  return [...said.matchAll(/[↑↓] (\d+)/g)].reduce((sum, [, n]) => sum + Number(n), 0);
};

const SIZES: readonly Size[] = [
  [60, 16],
  [61, 17],
  [80, 24],
  [90, 100],
  [100, 30],
  [120, 40],
];

describe.each(['en', 'zh'] as const)('nodes that do not fit, in %s', lang => {
  test.each([
    'confirm',
    'outage',
    'destructive',
    'held',
    'running',
    'node-down',
    'done',
    'watch',
    'thousand',
  ] as const)('%s: every node is either seen or counted, at every size', async name => {
    await withScenario(name, {lang}, async opened => {
      for (const size of SIZES) {
        await opened.resize(size);
        const lines = opened.lines();
        const all = opened.store.getState().cluster.nodes.length;
        expect(seenNodes(lines).length + hiddenCount(lines, lang), `${size}\n${opened.text()}`).toBe(all);
        expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(size[0]);
      }
    });
  });
});

test('one node that is hidden is told as one, several as several', () => {
  expect(messages.hiddenNodes(1).en).toBe('more node');
  expect(messages.hiddenNodes(2).en).toBe('more nodes');
});

describe('a node that needs somebody', () => {
  test('is counted and named also while it is not to be seen, and the arrow reaches it', async () => {
    await withScenario('node-down', {size: [60, 16]}, async opened => {
      await opened.send('g');
      const said = opened.lines()[4];
      expect(said).toMatch(/^ ✗ down 1 .* ✗ be-5 {2}↓ \d+ more nodes$/);
      expect(seenNodes(opened.lines())).not.toContain('be-5');
      for (let i = 0; i < 8; i += 1) await opened.send('\u001b[B');
      expect(seenNodes(opened.lines())).toContain('be-5');
    });
  });

  test('while a question is asked the arrows reach it too, and the footer names them', async () => {
    await withScenario('confirm', {size: [60, 16]}, async opened => {
      expect(opened.lines().at(-1)).toContain('↑↓←→ node');
      await opened.send('\u001b[B');
      await opened.send('\u001b[B');
      expect(opened.store.getState().selected).not.toBe(null);
      expect(opened.text()).toContain(`▸○ ${opened.store.getState().selected}`);
    });
  });
});

describe('the header, while only the operator is waited for', () => {
  const clocks = (opened: Opened): string[] => opened.lines()[0]?.match(/(?<![\d:])\d+:\d\d(?![\d:])/g) ?? [];

  test.each([
    // Since its gate was reached; who answers came later.
    ['start', '02:14:55'],
    ['confirm', '02:15:00'],
    ['destructive', '02:15:00'],
    ['held', '02:15:00'],
  ] as const)('%s says since when, and no clock stands still', async (name, since) => {
    await withScenario(name, {size: [120, 40]}, async opened => {
      await opened.pass(60_000);
      expect(opened.lines()[0]).toContain(`waiting for you since ${since}`);
      const {run} = opened.store.getState();
      if (run === null) throw new Error('there is a run');
      expect(clocks(opened)).toEqual([endOf(opened.hand.clock.now(), timeLeftMs(run, run.at))]);
    });
  });

  test('the clock is back, and right, as soon as the work goes on', async () => {
    await withScenario('confirm', {size: [120, 40]}, async opened => {
      await opened.pass(60_000);
      await opened.arm();
      await opened.send('y');
      await opened.pass(2_000);
      const {run, headways} = opened.store.getState();
      if (run === null) throw new Error('there is a run');
      const now = opened.hand.clock.now();
      const left = timeLeftMs(run, now, headways);
      expect(clocks(opened)).toEqual([formatClock(now - run.startedAt), endOf(now, left)]);
    });
  });

  test.each(['confirm', 'held', 'leaving', 'running', 'done'] as const)(
    '%s says at 60 columns how it stands',
    async name => {
      await withScenario(name, {size: [60, 16]}, async opened => {
        expect(opened.lines()[0]).toMatch(/(waiting since 02:15:00|held|leaves soon|running|verified)/);
      });
    },
  );
});

test('what holds the run at its end is seen and selected on the smallest screen', async () => {
  await withScenario('unverified', {size: [60, 16]}, async opened => {
    expect(opened.text()).toContain('▸✘ be-4');
  });
});

test.each(['en', 'zh'] as const)(
  'a narrow footer in %s still names the way out and where all keys stand',
  async lang => {
    await withScenario('running', {size: [60, 16], lang}, async opened => {
      const footer = opened.lines().at(-1);
      expect(footer).toMatch(/\? (keys|按键).* q (leave|离开)/);
      expect(footer).toMatch(/space (hold|暂停)/);
    });
  },
);
