import {describe, expect, test} from 'vitest';
import type {NodeId} from '../../src/model/ids.ts';
import {seededRandom} from '../sim/random.ts';
import {anyShape, choiceOf, MOMENTS, type Moment, ownCluster, type Shape} from './clusters.ts';
import {type DrawnCell, drawnCells, hidesNodes} from './drawn.ts';
import {type Opened, type Size, withScenario} from './harness.ts';

const KEYS = {down: '\u001b[B', up: '\u001b[A', right: '\u001b[C', left: '\u001b[D'} as const;
type Way = 'down' | 'up';

const nodesOf = ({store}: Opened): readonly NodeId[] => store.getState().cluster.nodes.map(({id}) => id);

/** The cell nearest to that column in the next row that is drawn below or above. */
const beside = (cells: readonly DrawnCell[], from: DrawnCell, way: Way): DrawnCell | undefined => {
  const rows = [...new Set(cells.map(({row}) => row))];
  const row = rows[rows.indexOf(from.row) + (way === 'down' ? 1 : -1)];
  const far = ({column}: DrawnCell): number => Math.abs(column - from.column);
  return cells.filter(cell => cell.row === row).sort((a, b) => far(a) - far(b))[0];
};

/** Selects a node, presses ↓ or ↑, and says which node the frames want to be marked then, and which one is. */
const walk = async (opened: Opened, node: NodeId, way: Way): Promise<{wanted: string; went: string}> => {
  opened.store.setState({selected: node});
  await opened.settle();
  const before = opened.lines();
  const from = drawnCells(before).find(({selected}) => selected);
  expect(from?.name, opened.text()).toBe(node);
  const ends =
    from !== undefined &&
    beside(drawnCells(before), from, way) === undefined &&
    !hidesNodes(before, way === 'down' ? 'below' : 'above');
  await opened.send(KEYS[way]);
  const after = drawnCells(opened.lines());
  const left = after.find(({name}) => name === node);
  const wanted = left === undefined || ends ? left : beside(after, left, way);
  return {
    wanted: `${way} from ${node}: ${wanted?.name ?? 'nowhere'}`,
    went: `${way} from ${node}: ${after.find(({selected}) => selected)?.name ?? 'nowhere'}`,
  };
};

/** Every step from these nodes goes where the frame says. */
const expectStraight = async (opened: Opened, nodes: readonly NodeId[]): Promise<void> => {
  const steps: {wanted: string; went: string}[] = [];
  for (const node of nodes)
    for (const way of ['down', 'up'] as const) steps.push(await walk(opened, node, way));
  expect(
    steps.map(({went}) => went),
    opened.text(),
  ).toEqual(steps.map(({wanted}) => wanted));
};

describe('↓ and ↑ go to the cell that is drawn below and above', () => {
  const CASES: readonly (readonly [Shape, Moment])[] = [
    ...MOMENTS.map(moment => [{ms: 3, rc: 1, be: [9, 4, 7], fe: 3}, moment] as const),
    [{ms: 3, rc: 1, be: [5, 1, 14], fe: 3}, 'asked'],
    [{ms: 3, rc: 1, be: [5, 1, 14], fe: 3}, 'running'],
  ];
  test.each(CASES)('%o, %s: from every node', async (shape, moment) => {
    await withScenario(ownCluster(shape, moment), {size: [120, 40]}, async opened => {
      await expectStraight(opened, nodesOf(opened));
    });
  });

  test('a grid that has to be scrolled is walked to its end and back', async () => {
    const shape = {ms: 3, rc: 1, be: [21, 2, 34], fe: 5};
    await withScenario(ownCluster(shape, 'asked'), {size: [120, 30]}, async opened => {
      const nodes = nodesOf(opened);
      expect(drawnCells(opened.lines()).length).toBeLessThan(nodes.length);
      await expectStraight(opened, nodes);
    });
  });

  test('a filter that cuts rows short is walked as it is drawn', async () => {
    const shape = {ms: 3, rc: 1, be: [14, 11, 20], fe: 3};
    await withScenario(ownCluster(shape, 'running'), {size: [100, 24]}, async opened => {
      await opened.send('/');
      for (const char of 'be-1') await opened.send(char);
      await opened.send('\r');
      const found = nodesOf(opened).filter(node => node.includes('be-1'));
      expect(drawnCells(opened.lines()).map(({name}) => name)).toEqual(found);
      await expectStraight(opened, found);
    });
  });

  test('as the screen is made larger and smaller', async () => {
    await withScenario(ownCluster({ms: 3, rc: 1, be: [9, 4, 7], fe: 3}, 'asked'), {}, async opened => {
      for (const size of [
        [200, 60],
        [100, 24],
        [120, 40],
        [60, 16],
      ] as const) {
        await opened.resize(size);
        await expectStraight(opened, nodesOf(opened).slice(3, 12));
      }
    });
  });
});

test('→ and ← go through all nodes as one reads them', async () => {
  await withScenario(ownCluster({ms: 2, rc: 1, be: [5, 3], fe: 3}, 'running'), {}, async opened => {
    const nodes = nodesOf(opened);
    const marked = () => drawnCells(opened.lines()).find(({selected}) => selected)?.name;
    const seen = async (key: string): Promise<(string | undefined)[]> => {
      const marks = [marked()];
      for (const _ of nodes) {
        await opened.send(key);
        marks.push(marked());
      }
      return marks;
    };
    await opened.send('g');
    expect(await seen(KEYS.right)).toEqual([...nodes, nodes.at(-1)]);
    expect(await seen(KEYS.left)).toEqual([...nodes.toReversed(), nodes[0]]);
  });
});

describe('on clusters and screens of any size', () => {
  const CASES = 12;
  /** Nodes of each case from which both steps are taken. */
  const STARTS = 4;

  test.each(Array.from({length: CASES}, (_, seed) => seed))('seed %i: where the frame says', async seed => {
    const {count, pick} = choiceOf(seededRandom(seed));
    const size: Size = [count(80, 200), count(24, 60)];
    const scenario = ownCluster(anyShape({count, pick}), pick(MOMENTS));
    const filter = pick(['', '', 'cg_', 'be-1', 'cg_x']);
    await withScenario(scenario, {size}, async opened => {
      opened.store.setState({filter});
      const left = opened.store
        .getState()
        .cluster.nodes.filter(({id, group}) => `${id} ${group ?? ''}`.includes(filter));
      if (left.length === 0) return;
      await expectStraight(
        opened,
        Array.from({length: STARTS}, () => pick(left).id),
      );
    });
  });
});
