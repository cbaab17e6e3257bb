import {expect, test} from 'vitest';
import {mayBegin} from '../../../src/engine/allowed.ts';
import type {Happening} from '../../../src/model/event.ts';
import {foldEvents} from '../../../src/model/reduce.ts';
import type {RunState} from '../../../src/model/state.ts';
import {text} from '../../../src/model/text.ts';
import {a, b, check, checkGate, numbered, phase, planned, planOf, step} from './toy.ts';

const gate = checkGate('p/stop@a', 0, check(a, {others: 'serve'}));
const stop = step(a, 'stop', {gates: [gate]});
const other = step(b, 'stop');
const opened: Happening = {type: 'gate.opened', gate: gate.id, by: 'facts', facts: {}};
const first = [planned(planOf(phase('p', [stop, other], {width: 2}))), opened] as const;
/** Another node's step fails and is retried: what waits is asked for anew. */
const released: readonly Happening[] = [
  {type: 'step.started', step: other.id, attempt: 1},
  {
    type: 'step.failed',
    step: other.id,
    failure: {kind: 'refused', trouble: 'guard', detail: text('no', '否')},
  },
  {type: 'run.released'},
];
const stateOf = (...happenings: readonly Happening[]): RunState => foldEvents(numbered(...happenings));
const begins = (before: RunState, now: RunState): boolean =>
  mayBegin({signal: new AbortController().signal, lease: null}, {step: stop}, before)(now);

test('a step begins by gates that stand open since it began to look', () => {
  const before = stateOf(...first);
  expect(begins(before, before)).toBe(true);
  expect(begins(before, stateOf(...first, ...released.slice(0, 1)))).toBe(true);
});

test('not where they were shut meanwhile, nor where they have opened again: what it has looked at is older', () => {
  const before = stateOf(...first);
  expect(begins(before, stateOf(...first, ...released.slice(0, 2)))).toBe(false);
  expect(begins(before, stateOf(...first, ...released))).toBe(false);
  const again = stateOf(...first, ...released, opened);
  expect(begins(before, again)).toBe(false);
  expect(begins(again, again)).toBe(true);
});
