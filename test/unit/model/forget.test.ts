import {describe, expect, it} from 'vitest';
import {decide} from '../../../src/engine/decide.ts';
import type {Happening} from '../../../src/model/event.ts';
import {RunId} from '../../../src/model/ids.ts';
import {laneDone, stepState} from '../../../src/model/state.ts';
import {a, b, done, planOf, started, stateOf, stepId} from '../cli/small-run.ts';

const BY = RunId.parse('20260101-000001-back');
const plan = planOf([a, b]);
const through = (node: typeof a): Happening[] =>
  ['stage', 'stop', 'start'].flatMap(name => [started(name, node), done(name, node)]);
const begun = (node: typeof a): Happening => ({
  type: 'lane.begun',
  phase: plan.phases[0]?.id ?? never(),
  node,
  ranks: {},
});
const never = () => {
  throw new Error('the plan has no phase');
};
const stepsOf = (node: typeof a) => ['stage', 'stop', 'start'].map(name => stepId(name, node));
const ended: readonly Happening[] = [
  begun(a),
  ...through(a),
  begun(b),
  ...through(b),
  {type: 'run.ended', verdict: {verified: [a, b]}},
];

describe('what another run has taken back', () => {
  it('is as if it had never begun: the node waits for its turn, and the run has not ended', () => {
    const state = stateOf(plan, ...ended, {type: 'run.takenBack', by: BY, steps: stepsOf(b), whole: false});
    expect(state).toMatchObject({verdict: null, over: null, nodes: {}});
    expect(stepState(state, stepId('start', b))).toEqual({
      status: 'waiting',
      attempt: 0,
      resets: 0,
      touchedAt: null,
    });
    expect(state.plan.phases[0]?.lanes.map(lane => laneDone(state, lane))).toEqual([true, false]);
    expect(decide(state)).toMatchObject([{kind: 'order', nodes: [b]}]);
  });

  it('is not held any more by what it was held with', () => {
    const held = stateOf(plan, begun(a), started('stage'), {
      type: 'step.failed',
      step: stepId('stage', a),
      failure: {kind: 'exit', code: 1, tail: ''},
    });
    expect(held.holds).toHaveLength(1);
    const state = stateOf(
      plan,
      begun(a),
      started('stage'),
      {type: 'step.failed', step: stepId('stage', a), failure: {kind: 'exit', code: 1, tail: ''}},
      {type: 'run.takenBack', by: BY, steps: [stepId('stage', a)], whole: false},
    );
    expect(state.holds).toEqual([]);
  });

  it('leaves nothing to do where it was all of it', () => {
    const all = [...stepsOf(a), ...stepsOf(b)];
    const state = stateOf(plan, ...ended, {type: 'run.takenBack', by: BY, steps: all, whole: true});
    expect(state.over).toEqual({kind: 'takenBack', by: BY});
    expect(decide(state)).toEqual([]);
  });

  it('gives way only until somebody goes on with it', () => {
    const yielded = stateOf(plan, begun(a), ...through(a), {type: 'run.yielded', to: BY});
    expect(yielded.yieldedTo).toBe(BY);
    const resumed = stateOf(
      plan,
      begun(a),
      ...through(a),
      {type: 'run.yielded', to: BY},
      {type: 'run.resumed', lakeup: 'test'},
    );
    expect(resumed.yieldedTo).toBeNull();
  });
});

it('a run that was given up has nothing more to do', () => {
  const state = stateOf(plan, begun(a), ...through(a), {type: 'run.abandoned', because: 'b is replaced'});
  expect(state.over).toEqual({kind: 'abandoned', because: 'b is replaced'});
  expect(decide(state)).toEqual([]);
});
