import {describe, expect, test} from 'vitest';
import {describeEvent} from '../../src/model/describe-event.ts';
import type {Facts, Look} from '../../src/model/facts.ts';
import {NodeId, PhaseId} from '../../src/model/ids.ts';
import {plain} from '../../src/model/text.ts';
import {statusOfNode} from '../../src/store/node-status.ts';
import {downByItself, servesNow} from '../../src/store/service.ts';
import {placeWords} from '../../src/ui/at-hand.ts';
import {type Opened, withScenario} from './harness.ts';

// A frontend that ended because a newer one leads (recorded): its old version ends again at every start, and its upgrade brings it back.

const two = NodeId.parse('fe-2');
const seen = (facts: Facts): Look => ({kind: 'seen', facts});
const DOWN = seen({health: 'down', process: 'none'});

const see = async (opened: Opened, node: NodeId, probe: string, look: Look): Promise<void> => {
  opened.feed.sighting({node, probe, at: opened.hand.clock.now(), look});
  opened.feed.tick();
  await opened.settle();
};

/** The words of a dialog that is broken into lines, as one. */
const words = (opened: Opened): string => opened.text().replaceAll(/[│┃]/g, ' ').replaceAll(/\s+/g, ' ');

const isBehind = ({store}: Opened): boolean =>
  downByItself(store.getState()).some(({node, leftBehind}) => node === two && leftBehind);

const SHOWN: readonly (readonly [what: string, node: NodeId, probe: string, facts: Facts])[] = [
  ['who goes next is asked', two, 'fe-order', {fe: 'left-behind'}],
  ['its own gate looks', two, 'fe-turn', {itself: 'left-behind'}],
  [
    'the gate of another one looks',
    NodeId.parse('fe-3'),
    'fe-left-behind',
    {turn: 'later', before: ['fe-2']},
  ],
];

describe('a frontend that a newer master has left behind', () => {
  test.each(SHOWN)(
    'is told as that once %s, and not as one that went down by itself',
    async (_, node, probe, facts) => {
      for (const [lang, header] of [
        ['en', 'left behind: fe-2'],
        ['zh', '因新主退出：fe-2'],
      ] as const)
        await withScenario('running', {size: [200, 60], lang}, async opened => {
          await see(opened, two, 'status', DOWN);
          expect(opened.lines()[2]).toContain(lang === 'en' ? 'down: fe-2' : '宕机：fe-2');
          await see(opened, node, probe, seen(facts));
          await see(opened, two, 'status', DOWN);
          expect(statusOfNode(opened.store.getState(), two)).toBe('left-behind');
          expect(opened.lines()[2]).toContain(header);
          expect(opened.lines()[2]).not.toMatch(/(down: |宕机：)fe-2/);
          expect(placeWords(opened.store.getState(), two)[lang]).toMatch(
            lang === 'en' ? /left behind by a newer master since/ : /因新主退出/,
          );
        });
    },
  );

  test('is that no more once it runs again, whatever ends it then', async () => {
    await withScenario('running', {size: [120, 40]}, async opened => {
      await see(opened, two, 'fe-order', seen({fe: 'left-behind'}));
      await see(opened, two, 'status', DOWN);
      expect(isBehind(opened)).toBe(true);
      await see(opened, two, 'status', seen({health: 'ok'}));
      await see(opened, two, 'status', DOWN);
      expect(isBehind(opened)).toBe(false);
      expect(downByItself(opened.store.getState())).toHaveLength(1);
    });
  });

  test.each([
    [4, ['be-1', 'be-2', 'be-3']],
    // Of more than six of a sort not every one is named; who is left behind is no fewer by that.
    [8, ['be-1', 'be-2', 'be-3', 'be-4', 'be-5', 'be-6', 'ms-1']],
  ])('is told apart in a question where %i are down', async (_, others) => {
    for (const [lang, down, left] of [
      [
        'en',
        'down, and not because of the run: ',
        'left behind by a newer master, and brought back by its upgrade: ',
      ],
      ['zh', '已宕机，并非此次运行所致：', '因新主退出，升级后恢复：'],
    ] as const)
      await withScenario('confirm', {size: [120, 60], lang}, async opened => {
        for (const id of [...others, two]) {
          await opened.pass(1_000);
          await see(opened, NodeId.parse(id), 'status', DOWN);
        }
        await see(opened, two, 'fe-order', seen({fe: 'left-behind'}));
        const [, said = ''] = words(opened).split(down);
        const [before = '', behind = ''] = said.split(left);
        const named = (part: string): readonly string[] => part.match(/\b(?:ms|be|fe)-\d\b/g) ?? [];
        expect(named(before)).toEqual(others.slice(0, 6));
        expect(before.includes(lang === 'en' ? 'and 1 more' : '另有 1 个')).toBe(others.length > 6);
        expect(behind).toMatch(lang === 'en' ? /^fe-2 on 10\.20\.0\.23, since/ : /^fe-2（10\.20\.0\.23/);
      });
  });

  test.each<[what: string, node: NodeId, probe: string, facts: Facts]>([
    ['who goes next is asked again', two, 'fe-order', {fe: 'follower'}],
    [
      'the gate of another one finds nobody to go before it',
      NodeId.parse('fe-3'),
      'fe-left-behind',
      {turn: 'now', before: []},
    ],
  ])('is told as down again at once when %s', async (_, node, probe, facts) => {
    await withScenario('running', {size: [200, 60]}, async opened => {
      await see(opened, two, 'status', DOWN);
      await see(opened, two, 'fe-order', seen({fe: 'left-behind'}));
      expect(isBehind(opened)).toBe(true);
      expect(opened.lines()[2]).toContain('left behind: fe-2');
      await see(opened, node, probe, seen(facts));
      expect(isBehind(opened)).toBe(false);
      expect(statusOfNode(opened.store.getState(), two)).toBe('down');
      expect(opened.lines()[2]).toContain('down: fe-2');
      expect(opened.text()).not.toContain('left behind');
    });
  });

  test('is told as serving at once when it is seen to', async () => {
    await withScenario('running', {size: [200, 60]}, async opened => {
      const words = opened.lines()[2];
      await see(opened, two, 'status', DOWN);
      await see(opened, two, 'fe-order', seen({fe: 'left-behind'}));
      expect(opened.lines()[2]).not.toBe(words);
      await see(opened, two, 'status', seen({health: 'ok'}));
      expect(downByItself(opened.store.getState())).toEqual([]);
      expect(servesNow(opened.store.getState(), two)).toBe(true);
      expect(opened.lines()[2]).toBe(words);
    });
  });

  test('is not that no more because nobody answered who was asked', async () => {
    await withScenario('running', {size: [120, 40]}, async opened => {
      await see(opened, two, 'status', DOWN);
      await see(opened, two, 'fe-order', seen({fe: 'left-behind'}));
      for (const probe of ['fe-order', 'fe-left-behind', 'status'])
        await see(opened, two, probe, {kind: 'silent', reasons: [{node: two, words: plain('no answer')}]});
      await see(opened, two, 'status', DOWN);
      expect(isBehind(opened)).toBe(true);
    });
  });

  test.each([
    ['another role of it', 'fe-order', {fe: 'follower'}],
    ['that others are', 'status', {health: 'down', others: 'left-behind'}],
    ['whom else its turn waits for', 'fe-turn', {turn: 'later', before: ['fe-2']}],
  ])('is not made of %s', async (_, probe, facts: Facts) => {
    await withScenario('running', {size: [120, 40]}, async opened => {
      await see(opened, two, probe, seen(facts));
      await see(opened, two, 'status', DOWN);
      expect(isBehind(opened)).toBe(false);
    });
  });

  test.each([
    [
      'en',
      /fe-2 ended beside a newer frontend: .*Do not start it on its host; retry, and it is upgraded next/,
      'start it on its host (',
    ],
    ['zh', /fe-2 ?在出现更新版本的 ?FE ?之后退出.*请勿在其主机上启动/, '在其主机上启动它（'],
  ] as const)('where the run is held nobody is told to start it, in %s', async (lang, wanted, start) => {
    await withScenario('held', {size: [200, 60], lang}, async opened => {
      await see(opened, two, 'status', DOWN);
      expect(words(opened)).toContain(start);
      await see(opened, two, 'fe-order', seen({fe: 'left-behind'}));
      await see(opened, two, 'status', DOWN);
      expect(words(opened)).toMatch(wanted);
      expect(words(opened)).not.toContain(start);
      expect(words(opened)).not.toMatch(/line that starts fe-2|启动 fe-2 的命令/);
    });
  });

  test('goes next, and the log says why', async () => {
    await withScenario('running', {}, async opened => {
      const {run} = opened.store.getState();
      if (run === null) throw new Error('no run');
      const begun = (rank: string) =>
        describeEvent(
          {
            type: 'lane.begun',
            phase: PhaseId.parse('frontends'),
            node: two,
            ranks: {'fe-2': rank, 'fe-3': 'follower'},
            seq: 1,
            at: 0,
          },
          run,
        );
      expect(begun('follower')?.words.en).toBe('goes next');
      const behind = begun('left-behind')?.words;
      expect(behind?.en).toMatch(
        /^goes next: it has ended beside a newer frontend\. .*its upgrade brings it back$/,
      );
      expect(behind?.zh).toMatch(/^轮到它了：/);
    });
  });
});
