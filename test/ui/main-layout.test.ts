import {describe, expect, test} from 'vitest';
import {NodeId} from '../../src/model/ids.ts';
import type {Lang} from '../../src/model/text.ts';
import {TICK_MS} from '../../src/store/feed.ts';
import type {Replay} from '../../src/store/replay.ts';
import type {KeyContext} from '../../src/ui/key-context.ts';
import {type Extent, type MainLayout, mainLayout} from '../../src/ui/main-layout.ts';
import {penFor, penOf} from '../../src/ui/pen.ts';
import {press} from '../../src/ui/press.ts';
import {seededRandom} from '../sim/random.ts';
import {ASKED, anyShape, type Choice, choiceOf, MOMENTS, ownCluster} from './clusters.ts';
import {makeHandClock} from './harness.ts';

const CASES = 120;
/** Nodes of each case from which both steps are taken. */
const STARTS = 6;
const KEYS = [
  ['down', 1],
  ['up', -1],
] as const;

type Case = Replay & {
  readonly hand: ReturnType<typeof makeHandClock>;
  readonly body: Extent;
  readonly layout: () => MainLayout;
};

const openCase = async ({count, pick}: Choice): Promise<Case> => {
  const hand = makeHandClock();
  const moment = pick(MOMENTS);
  const own = await ownCluster(
    anyShape({count, pick}),
    moment,
  )({clock: hand.clock, chance: () => 0, lang: pick(['en', 'zh']), theme: 'dark'});
  const {store} = own;
  if (moment === 'asked')
    store.setState({questions: [{id: 1, at: hand.clock.now(), kind: 'confirm', gate: ASKED}]});
  store.setState({filter: pick(['', '', 'cg_', 'be-1', 'cg_x', 'waiting'])});
  const body = {width: count(60, 200), height: count(12, 60)};
  return {
    ...own,
    hand,
    body,
    layout: () => mainLayout(store.getState(), penFor(store.getState()), body),
  };
};

const eachCase = async (check: (opened: Case, choice: Choice, seed: number) => void): Promise<void> => {
  for (let seed = 0; seed < CASES; seed += 1) {
    const choice = choiceOf(seededRandom(seed));
    check(await openCase(choice), choice, seed);
  }
};

describe('on clusters and screens of any size', () => {
  test('the parts fill the body, and each row of cells fits into it', async () => {
    await eachCase(({body, layout}, _, seed) => {
      const {cells, grid, panel, steps, log, sideBySide} = layout();
      const parts = [grid, panel, steps, log];
      expect(Math.min(...parts.map(({height}) => height)), `seed ${seed}`).toBeGreaterThanOrEqual(0);
      expect(grid.height, `seed ${seed}`).toBeGreaterThanOrEqual(Math.min(3, cells.height + 1));
      const below = sideBySide ? steps.height : steps.height + log.height;
      // A log of a few rows says too little: they stay empty below a question.
      const empty = body.height - grid.height - panel.height - below;
      expect(empty, `seed ${seed}`).toBeGreaterThanOrEqual(0);
      expect(empty, `seed ${seed}`).toBeLessThan(panel.height > 0 ? 4 : 1);
      expect(sideBySide ? steps.width + log.width : steps.width).toBe(body.width);
      expect(cells.labelWidth + cells.cellWidth).toBeLessThanOrEqual(body.width);
    });
  });

  test('only the least cells have to be scrolled', async () => {
    await eachCase(({layout}, _, seed) => {
      const {cells, grid} = layout();
      if (cells.density !== 'dense') expect(cells.height, `seed ${seed}`).toBeLessThanOrEqual(grid.height);
    });
  });

  test('↓ and ↑ go to the next row of the layout, to the same column or the last one', async () => {
    await eachCase(({store, hand, body, layout}, choice, seed) => {
      const {rows} = layout().cells;
      const {now} = hand.clock;
      const context: KeyContext = {
        store,
        now,
        body,
        exit: () => {},
        repaint: () => {},
        copy: () => null,
        suspend: null,
        shell: () => undefined,
      };
      for (let start = 0; start < STARTS && rows.length > 0; start += 1) {
        const at = choice.count(0, rows.length - 1);
        const cells = rows[at]?.cells ?? [];
        const column = choice.count(0, cells.length - 1);
        for (const [key, dy] of KEYS) {
          store.setState({selected: cells[column]?.id ?? null});
          press({keys: [key], alone: true}, context);
          const next = rows[at + dy]?.cells ?? cells;
          const wanted = next[column] ?? next.at(-1);
          expect(store.getState().selected, `seed ${seed}: ${key} from ${cells[column]?.id}`).toBe(
            wanted?.id,
          );
        }
      }
    });
  });
});

describe('the layout is made once', () => {
  const open = async (filter = ''): Promise<Case> => {
    const opened = await openCase(choiceOf(() => 0.9));
    opened.store.setState({filter});
    return opened;
  };
  const see = ({store, feed, hand}: Case, health: string): void => {
    const [node] = store.getState().cluster.nodes;
    if (node === undefined) throw new Error('a cluster has nodes');
    const look = {kind: 'seen', facts: {health, version: '3.0.6'}} as const;
    feed.sighting({node: node.id, probe: 'status', at: hand.clock.now(), look});
    hand.turn(TICK_MS);
    feed.tick();
  };

  test('and stays while time passes, nodes change and the selection moves', async () => {
    const opened = await open();
    const before = opened.layout();
    const {looks} = opened.store.getState();
    see(opened, 'starting');
    opened.store.setState({selected: NodeId.parse('be-1')});
    expect(opened.store.getState().looks).not.toBe(looks);
    expect(opened.layout()).toBe(before);
  });

  test('and anew when a filter by status finds other nodes', async () => {
    const opened = await open('down');
    expect(opened.layout().cells.rows).toEqual([]);
    see(opened, 'down');
    expect(opened.layout().cells.rows.flatMap(({cells}) => cells)).toHaveLength(1);
  });

  test('and anew for another size or another language', async () => {
    const {store, body, layout} = await open();
    const before = layout();
    const other = (lang: Lang, height: number): MainLayout =>
      mainLayout({...store.getState(), lang}, penOf(lang, 'dark'), {...body, height});
    const {lang} = store.getState();
    expect(other(lang, body.height - 1)).not.toEqual(before);
    expect(other(lang === 'en' ? 'zh' : 'en', body.height).cells.labelWidth).not.toBe(
      before.cells.labelWidth,
    );
    expect(other(lang, body.height)).toEqual(before);
  });
});
