import {describe, expect, test} from 'vitest';
import type {Look} from '../../src/model/facts.ts';
import {HostId, NodeId} from '../../src/model/ids.ts';
import type {Order} from '../../src/model/order.ts';
import type {Phase} from '../../src/model/plan.ts';
import {reason} from '../../src/model/reason.ts';
import {type Lang, plain} from '../../src/model/text.ts';
import {makeFeed} from '../../src/store/feed.ts';
import {makeStore} from '../../src/store/store.ts';
import {orderLines} from '../../src/ui/dialogs/order.ts';
import {penOf} from '../../src/ui/pen.ts';
import {widthOf} from '../../src/ui/width.ts';
import {done, planOf, START_MS, stateOf} from '../unit/cli/small-run.ts';
import {makeHandClock} from './harness.ts';

const SILENT: Look = {kind: 'silent', reasons: [reason(plain('no answer'))]};
const is = (fe: string): Look => ({kind: 'seen', facts: {health: 'ok', fe}});
const UNRANKED: Look = {kind: 'seen', facts: {health: 'starting'}};

const ASKED: Order = {
  kind: 'asked',
  probe: 'fe-order',
  fact: 'fe',
  ranks: ['observer', 'follower', 'master'],
  withinMs: 60_000,
  pollMs: 1_000,
};
const RANKS = 'asked from the live cluster before each node: observer → follower → master';

/** A screen on which nodes are seen so, one look after the other; and what its question says of their order. */
const open = (
  nodes: readonly (readonly [name: string, ...looks: readonly Look[]])[],
  order: Order = ASKED,
) => {
  const {clock, turn} = makeHandClock(START_MS + 3_600_000);
  const ids = nodes.map(([name]) => NodeId.parse(name));
  const cluster = {
    name: 'toys',
    nodes: ids.map(id => ({id, role: 'toy', host: HostId.parse(`host-${id}`)})),
    roles: [{name: 'toy', title: plain('toys'), status: 'status', columns: []}],
  };
  const store = makeStore({cluster, lang: 'en', theme: 'dark', now: clock.now()});
  const feed = makeFeed({store, clock, probePeriodMs: 60_000});
  const plan = planOf(ids);
  const [first] = plan.phases;
  if (first === undefined) throw new Error('a plan has a phase');
  const phase: Phase = {...first, order};
  store.setState({run: stateOf({...plan, phases: [phase]})});
  const see = (name: string, look: Look, probe = 'status'): void => {
    turn(1_000);
    feed.sighting({node: NodeId.parse(name), probe, at: clock.now(), look});
    feed.tick();
  };
  for (const [name, ...looks] of nodes) for (const look of looks) see(name, look);
  return {
    store,
    see,
    pass: (ms: number): void => {
      turn(ms);
      feed.tick();
    },
    lines: (width = 100, lang: Lang = 'en'): string[] =>
      orderLines(phase, store.getState(), penOf(lang, 'dark'), width).map(line =>
        line.map(({text}) => text).join(''),
      ),
  };
};

describe('the order of a phase that is asked for', () => {
  test.each([
    [1, ['fe-1 master', 'fe-2 follower', 'fe-3 observer'], 'fe-3 observer → fe-2 follower → fe-1 master'],
    [2, ['fe-1 follower', 'fe-2 master', 'fe-3 observer'], 'fe-3 observer → fe-1 follower → fe-2 master'],
    [3, ['fe-1 follower', 'fe-2 follower', 'fe-3 master'], 'fe-1 follower → fe-2 follower → fe-3 master'],
  ])('has the master last, as it is at position %i of the inventory', (_, nodes, order) => {
    const {lines} = open(
      nodes.map(each => each.split(' ')).map(([name = '', rank = '']) => [name, is(rank)]),
    );
    expect(lines()).toEqual([order, RANKS]);
  });

  test.each([
    ['silent', SILENT],
    ['silent for long', SILENT],
  ])('one that is %s stays where it was seen last, and that is said', (what, look) => {
    const {lines, pass} = open([
      ['fe-1', is('master')],
      ['fe-2', is('follower'), look],
      ['fe-3', is('follower')],
    ]);
    if (what !== 'silent') pass(3_600_000);
    const [order, waits] = lines(200);
    expect(order).toMatch(/^fe-2 follower \(last seen 01:00:02\) → fe-3 follower.* → fe-1 master/);
    expect(waits).toMatch(
      /fe-2.* not say now what (it is|they are): lakeup waits for that, up to 1m, unless/,
    );
    expect(lines(200).at(-1)).toBe(RANKS);
  });

  test('it is not held against it once it answers again, whatever it is then', () => {
    const {lines, see} = open([
      ['fe-1', is('master')],
      ['fe-2', is('follower'), SILENT],
      ['fe-3', is('follower')],
    ]);
    see('fe-1', is('follower'));
    see('fe-2', is('master'));
    expect(lines()).toEqual(['fe-1 follower → fe-3 follower → fe-2 master', RANKS]);
  });

  test('what was seen between two frames is not lost', () => {
    const {lines, store} = open([['fe-1', is('master')], ['fe-2']]);
    const {clock} = makeHandClock(START_MS + 7_200_000);
    const feed = makeFeed({store, clock, probePeriodMs: 60_000_000});
    const at = clock.now();
    feed.sighting({node: NodeId.parse('fe-2'), probe: 'status', at, look: is('follower')});
    feed.sighting({node: NodeId.parse('fe-2'), probe: 'status', at, look: SILENT});
    feed.tick();
    expect(lines()[0]).toMatch(/^fe-2 follower \(last seen .*\) → fe-1 master$/);
  });

  test.each([
    ['was never seen', []],
    ['never answered', [SILENT]],
    ['has no rank just now', [is('follower'), UNRANKED]],
    ['is what the plan does not know', [is('arbiter')]],
  ] as const)('one that %s is told apart, with what the run does then', (_, looks) => {
    const {lines} = open([
      ['fe-1', is('master')],
      ['fe-2', ...looks],
      ['fe-3', is('follower')],
    ]);
    expect(lines(200)).toEqual([
      'fe-3 follower → fe-1 master',
      'fe-2 does not say now what it is: lakeup waits for that, up to 1m, unless one of the rest is observer; after that the run is held',
      RANKS,
    ]);
    expect(lines(200, 'zh')[1]).toBe(
      'fe-2 目前没有给出角色：除非其余节点中有 observer，否则 lakeup 会等待其给出角色，最长 1m，之后暂停',
    );
  });

  test('where nobody says what it is there is no order yet', () => {
    const {lines} = open([
      ['fe-1', SILENT],
      ['fe-2', SILENT],
    ]);
    expect(lines(200)).toEqual([
      'fe-1, fe-2 do not say now what they are: lakeup waits for that, up to 1m, unless one of the rest is observer; after that the run is held',
      RANKS,
    ]);
  });

  test('of many the first lines are named, the rest counted, and no line is too wide', () => {
    const nodes = Array.from(
      {length: 70},
      (_, i) => [`fe-${i + 1}`, is(i === 0 ? 'master' : 'follower')] as const,
    );
    const {lines, see} = open(nodes);
    expect(lines(64)[0]).toMatch(/^fe-2 follower → fe-3 follower/);
    expect(lines(64)).toHaveLength(6);
    expect(lines(64)[3]).toMatch(/^and 5\d|^and 6\d/);
    for (let i = 1; i <= 12; i += 1) see(`fe-${i}`, UNRANKED);
    for (const lang of ['en', 'zh'] as const)
      for (const width of [40, 64, 110]) {
        const all = lines(width, lang);
        expect(Math.max(...all.map(widthOf))).toBeLessThanOrEqual(width);
        expect(all.join(' ')).toMatch(/and 6 more|另有 6 个/);
      }
  });

  test('every node is counted, named or not', () => {
    const nodes = Array.from({length: 64}, (_, i) => [`fe-${i + 1}`, is('follower')] as const);
    const {lines} = open(nodes);
    const named =
      lines(300)
        .slice(0, 3)
        .join(' ')
        .match(/fe-\d+/g)?.length ?? 0;
    expect(lines(300)[3]).toBe(`and ${64 - named} more`);
  });
});

test('a listed order is the plan’s, whatever is seen', () => {
  const {lines, store} = open(
    [
      ['fe-1', is('master')],
      ['fe-2', SILENT],
    ],
    {kind: 'listed'},
  );
  expect(lines()).toEqual(['fe-1 → fe-2']);
  const {run} = store.getState();
  if (run === null) throw new Error('there is a run');
  store.setState({run: stateOf(run.plan, done('stage', NodeId.parse('fe-1')))});
  expect(lines()).toEqual(['fe-1 (1 of 3 steps) → fe-2']);
});
