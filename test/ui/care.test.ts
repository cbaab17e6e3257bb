import {describe, expect, test} from 'vitest';
import {NodeId} from '../../src/model/ids.ts';
import {VIEWS} from '../../src/store/state.ts';
import {NIGHT, type Opened, type Size, withScenario} from './harness.ts';
import {withHosts} from './hosts.ts';
import {prepared} from './prepared.ts';

const SIZES: readonly Size[] = [
  [60, 16],
  [80, 24],
  [120, 40],
  [200, 60],
];

const at = (opened: Opened, rows: number): string => opened.lines().slice(2, rows).join('\n');

/** These nodes are seen to be down by themselves, one after the other. */
const goDown = async (opened: Opened, ...nodes: readonly string[]): Promise<void> => {
  for (const id of nodes) {
    opened.hand.turn(1_000);
    const {nodes: all, roles} = opened.store.getState().cluster;
    const role = all.find(node => node.id === id)?.role;
    const probe = roles.find(({name}) => name === role)?.status ?? '';
    opened.feed.sighting({
      ...{node: NodeId.parse(id), probe, at: opened.hand.clock.now()},
      look: {kind: 'seen', facts: {health: 'down', version: '3.0.6'}},
    });
  }
  await opened.pass(100);
};

const NODE_DOWN = {
  en: {
    since: [/✗ down: be-5, since 02:14:5\d/, /▽ .*be-3, since 02:14:4\d/],
    host: [/on 10\.20\.0\.20; 1 of 2 .*serve/, /on 10\.20\.0\.18; 3 of 4 .*serve/],
  },
  zh: {
    since: [/✗ 宕机：be-5，自 02:14:5\d 起/, /▽ .*be-3，自 02:14:4\d 起/],
    host: [/位于 10\.20\.0\.20；2 个.*中.* 1 个在.*服务/, /位于 10\.20\.0\.18；4 个.*中.* 3 个在.*服务/],
  },
} as const;

describe.each(SIZES)('%i×%i: the header says who does not serve', (columns, rows) => {
  test.each(['en', 'zh'] as const)(
    'in every view, since when, on which host, and of how many, in %s',
    async lang => {
      const scenario = prepared('node-down', recording => withHosts(recording));
      await withScenario(scenario, {lang, size: [columns, rows]}, async opened => {
        for (const view of VIEWS) {
          opened.store.setState({view, atNode: NodeId.parse('be-3')});
          await opened.settle();
          const said = at(opened, 4);
          for (const words of NODE_DOWN[lang].since) expect(said, view).toMatch(words);
          if (columns >= 80) for (const words of NODE_DOWN[lang].host) expect(said, view).toMatch(words);
          else expect(said, view).toMatch(/3 of 4 serve|4 个中 3 个在服务/);
        }
      });
    },
  );

  test.each(['en', 'zh'] as const)('also of several, and where some are not well, in %s', async lang => {
    await withScenario('running', {lang, size: [columns, rows]}, async opened => {
      await goDown(opened, 'be-4', 'be-6', 'ms-2');
      opened.store.setState(({looks}) => ({
        looks: new Map(
          [...looks].map(([id, look]) =>
            id === 'fe-3'
              ? [id, {...look, unwell: {is: 'degraded' as const, at: NIGHT - 60_000, first: false}}]
              : [id, look],
          ),
        ),
      }));
      await opened.settle();
      const [alarm = ''] = opened.lines().slice(2, 3);
      expect(alarm).toMatch(/be-4/);
      // The first of those that are down, and the one that is degraded.
      expect(alarm.match(/02:1\d:\d\d/g)?.slice(0, 1)).toEqual(['02:15:01']);
      expect(alarm).toContain('02:14:00');
      if (columns >= 120) expect(alarm).toMatch(/\d of \d|\d 个/);
    });
  });
});

test.each(['en', 'zh'] as const)(
  '60×16: each sort of trouble is told, however many there are, in %s',
  async lang => {
    await withScenario('running', {lang, size: [60, 16]}, async opened => {
      await goDown(opened, 'be-4', 'be-6', 'ms-2');
      const ill = {'fe-3': 'degraded', 'fe-2': 'not-serving', 'rc-1': 'starting', 'be-1': 'silent'} as const;
      opened.store.setState(({looks}) => ({
        looks: new Map(
          [...looks].map(([id, look]) => {
            const is = Object.entries(ill).find(([node]) => node === id)?.[1];
            return is === undefined
              ? [id, look]
              : [id, {...look, unwell: {is, at: NIGHT - 60_000, first: false}}];
          }),
        ),
      }));
      await opened.settle();
      const [alarm = ''] = opened.lines().slice(2, 3);
      for (const words of ['be-4', '+2', ...Object.keys(ill)]) expect(alarm).toContain(words);
      expect(alarm).not.toContain('…');
    });
  },
);

test('of nodes of several kinds it says of each how many serve, of many kinds of all together', async () => {
  await withScenario('running', {size: [200, 60]}, async opened => {
    await goDown(opened, 'be-5', 'ms-2');
    expect(at(opened, 3)).toContain('1 of 2 Backends cg_bi serve');
    expect(at(opened, 3)).toContain('2 of 3 MetaService serve');
    await goDown(opened, 'rc-1', 'be-1');
    expect(at(opened, 3)).toContain('5 of 10 of their kinds serve');
  });
});

describe('the layout holds', () => {
  test.each(SIZES)(
    '%i×%i: cells keep their shape when the header takes a line more',
    async (columns, rows) => {
      for (const name of ['running', 'leaving', 'thousand'] as const)
        await withScenario(name, {size: [columns, rows]}, async opened => {
          const before = opened.lines().findLast(line => line.includes('ms-1'));
          await goDown(opened, 'be-6');
          const after = opened.lines().findLast(line => line.includes('ms-1'));
          expect(after?.replace('▸', ' '), name).toBe(before?.replace('▸', ' '));
          expect(opened.lines()).toHaveLength(rows);
          expect(opened.lines().at(-1), 'the footer').not.toBe('');
          expect(opened.terminal.buffer.active.baseY).toBe(0);
        });
    },
  );

  test('where nothing is done it takes no line more', async () => {
    await withScenario('watch', {size: [80, 24]}, async opened => {
      const before = opened.lines().findIndex(line => line.includes('ms-1'));
      await goDown(opened, 'be-6');
      expect(opened.lines()[1]).toMatch(/✗ down: be-6, since 02:15:01, on 10\.20\.0\.\d+; 1 of 2 .*serve/);
      expect(opened.lines().findIndex(line => line.includes('ms-1'))).toBe(before);
    });
  });
});
