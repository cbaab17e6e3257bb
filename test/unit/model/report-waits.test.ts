import {expect, it} from 'vitest';
import type {Happening} from '../../../src/model/event.ts';
import {PhaseId} from '../../../src/model/ids.ts';
import {type Report, reportOf} from '../../../src/model/report.ts';
import {a, b, done, eventsOf, planOf, started, stepId} from '../cli/small-run.ts';

const plan = planOf([a, b]);
const P = PhaseId.parse('p');
const begun = (node: typeof a): Happening => ({type: 'lane.begun', phase: P, node, ranks: {}});
const failed: Happening = {
  type: 'step.failed',
  step: stepId('stage', a),
  failure: {kind: 'exit', code: 1, tail: 'no room'},
};
const skipped: Happening = {
  type: 'nodes.skipped',
  because: 'its disk is broken',
  nodes: [{node: a, as: 'untouched', agreedDown: false}],
};
const held: Happening = {type: 'run.held'};
const released: Happening = {type: 'run.released'};
const left: Happening = {type: 'run.left'};

/** The happenings are a second apart. */
const reported = (...happenings: readonly Happening[]): Report =>
  reportOf(eventsOf(plan, ...happenings), {nodeOf: () => null});

const onB = [begun(b), started('stage', b), done('stage', b), started('stop', b), done('stop', b)] as const;

it('counts no time as held once the node that held the run was skipped', () => {
  const {waits, phases} = reported(
    begun(a),
    started('stage'),
    failed,
    skipped,
    ...onB,
    started('start', b),
    done('start', b),
  );
  expect(waits.held).toBe(1_000);
  expect(phases).toMatchObject([{waitedMs: 1_000}]);
});

it('counts a hold beside it until its own answer, and each time once', () => {
  expect(
    reported(begun(a), started('stage'), failed, held, skipped, held, released, released, ...onB).waits.held,
  ).toBe(5_000);
});

it('counts neither a question nor a hold beyond the moment at which the run was left', () => {
  const given: Happening = {type: 'run.abandoned', because: 'no time'};
  expect(reported(begun(a), started('stage'), failed, left, given).waits).toEqual({
    asked: 0,
    held: 1_000,
    away: 0,
  });
  const resumed: Happening = {type: 'run.resumed', lakeup: 'test'};
  expect(reported(begun(a), started('stage'), failed, left, resumed, skipped, ...onB).waits).toEqual({
    asked: 0,
    held: 2_000,
    away: 1_000,
  });
});
