import {expect, test} from 'vitest';
import {downTimesOf} from '../../../src/model/down-times.ts';
import type {Event, Happening} from '../../../src/model/event.ts';
import {RunId} from '../../../src/model/ids.ts';
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
const first = (node: typeof a, second: number): Happening => ({
  type: 'node.down',
  node,
  since: second * 1_000,
  atLeast: true,
});
const up = (node: typeof a, last: number): Happening => ({
  type: 'node.up',
  node,
  last: last * 1_000,
  health: 'ok',
});
const resumed: Happening = {type: 'run.resumed', lakeup: 'test'};
const left: Happening = {type: 'run.left'};
const by = RunId.parse('20260101-000000-bbbb');
const DAY = 24 * 3_600;

test.each<[string, readonly Event[], readonly object[]]>([
  ['none', at(), []],
  [
    'from when it was seen first to when it was up',
    at([3, down(a, 2)], [9, up(a, 7)]),
    [{node: a, from: 2_000, to: 9_000, end: 'up'}],
  ],
  [
    'up to the last event',
    at([3, down(a, 2)], [8, {type: 'run.held'}]),
    [{node: a, from: 2_000, to: 8_000, end: 'unseen'}],
  ],
  [
    'taken over by the run, as it is',
    at([3, down(a, 2)], [5, {type: 'node.up', node: a, last: 4_000}]),
    [{node: a, from: 2_000, to: 5_000, end: 'taken'}],
  ],
  [
    'not for the hours in which it did not answer',
    at([3, down(a, 2)], [10_800, up(a, 4)]),
    [{node: a, from: 2_000, to: 4_000, end: 'unseen'}],
  ],
  [
    'two of two, the first first',
    at([4, down(b, 4)], [5, down(a, 1)], [6, up(b, 5)], [7, up(a, 6)]),
    [
      {node: a, from: 1_000, to: 7_000, end: 'up'},
      {node: b, from: 4_000, to: 6_000, end: 'up'},
    ],
  ],
  [
    'so when it was looked at first',
    at([3, first(a, 2)], [4, up(a, 3)]),
    [{node: a, from: 2_000, to: 4_000, atLeast: true, end: 'up'}],
  ],
  [
    'nobody knows for how long, where lakeup died meanwhile',
    at([3, down(a, 3)], [5, down(b, 5)], [60, resumed]),
    [
      {node: a, from: 3_000, to: 5_000, end: 'unseen'},
      {node: b, from: 5_000, to: 5_000, end: 'unseen'},
    ],
  ],
  [
    'again, as far as the next lakeup saw',
    at([3, down(a, 3)], [60, resumed], [61, first(a, 61)], [70, up(a, 69)]),
    [
      {node: a, from: 3_000, to: 3_000, end: 'unseen'},
      {node: a, from: 61_000, to: 70_000, atLeast: true, end: 'up'},
    ],
  ],
  [
    'up to when the run was left, whatever is written days later',
    at([3, down(a, 3)], [9, left], [3 * DAY, {type: 'run.yielded', to: by}], [3 * DAY + 5, resumed]),
    [{node: a, from: 3_000, to: 9_000, end: 'unseen'}],
  ],
  [
    'up to when it was left, though it was given up later',
    at([3, down(a, 3)], [9, left], [14 * DAY, {type: 'run.abandoned', because: 'enough'}]),
    [{node: a, from: 3_000, to: 9_000, end: 'unseen'}],
  ],
  [
    'up to the end of the run, though it was pruned later',
    at(
      [3, down(a, 3)],
      [9, {type: 'run.ended', verdict: {verified: []}}],
      [14 * DAY, {type: 'run.pruning', by}],
      [14 * DAY + 9, {type: 'run.pruned', by, removed: []}],
    ),
    [{node: a, from: 3_000, to: 9_000, end: 'unseen'}],
  ],
])('who was down by itself: %s', (_, events, wanted) => {
  expect(downTimesOf(events)).toEqual(wanted);
});
