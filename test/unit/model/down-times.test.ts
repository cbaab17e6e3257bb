import {expect, test} from 'vitest';
import {downTimesOf} from '../../../src/model/down-times.ts';
import type {Event, Happening} from '../../../src/model/event.ts';
import {a, b, phase, planned, planOf, step} from '../engine/toy.ts';

/** Each at its own second; the plan at 0. */
const at = (...happenings: readonly (readonly [second: number, happening: Happening])[]): readonly Event[] =>
  [[0, planned(planOf(phase('p', [step(a, 'stop')])))] as const, ...happenings].map(
    ([second, happening], seq): Event => ({...happening, seq, at: second * 1_000}),
  );

const down = (node: typeof a, second: number): Happening => ({
  type: 'node.down',
  node,
  since: second * 1_000,
});
const up = (node: typeof a): Happening => ({type: 'node.up', node, health: 'ok'});
const resumed: Happening = {type: 'run.resumed', lakeup: 'test'};

test.each<[string, readonly Event[], readonly object[]]>([
  ['none', at(), []],
  [
    'from when it was seen first to when it was up',
    at([3, down(a, 2)], [9, up(a)]),
    [{node: a, from: 2_000, to: 9_000}],
  ],
  ['still', at([3, down(a, 2)]), [{node: a, from: 2_000, to: null}]],
  [
    'taken over by the run, whatever it is then',
    at([3, down(a, 2)], [5, {type: 'node.up', node: a}]),
    [{node: a, from: 2_000, to: 5_000}],
  ],
  [
    'two of two, the first first',
    at([4, down(b, 4)], [5, down(a, 1)], [6, up(b)], [7, up(a)]),
    [
      {node: a, from: 1_000, to: 7_000},
      {node: b, from: 4_000, to: 6_000},
    ],
  ],
  [
    'so when it was looked at first',
    at([3, {type: 'node.down', node: a, since: 2_000, atLeast: true}], [4, up(a)]),
    [{node: a, from: 2_000, to: 4_000, atLeast: true}],
  ],
  [
    'nobody knows for how long, where lakeup died meanwhile',
    at([3, down(a, 3)], [5, down(b, 5)], [60, resumed]),
    [
      {node: a, from: 3_000, to: 5_000, unseen: true},
      {node: b, from: 5_000, to: 5_000, unseen: true},
    ],
  ],
  [
    'again, as far as the next lakeup saw',
    at(
      [3, down(a, 3)],
      [60, resumed],
      [61, {type: 'node.down', node: a, since: 61_000, atLeast: true}],
      [70, up(a)],
    ),
    [
      {node: a, from: 3_000, to: 3_000, unseen: true},
      {node: a, from: 61_000, to: 70_000, atLeast: true},
    ],
  ],
])('who was down by itself: %s', (_, events, wanted) => {
  expect(downTimesOf(events)).toEqual(wanted);
});
