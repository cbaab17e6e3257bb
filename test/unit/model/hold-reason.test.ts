import {describe, expect, it} from 'vitest';
import {failureOfHold} from '../../../src/model/describe.ts';
import type {Happening} from '../../../src/model/event.ts';
import {GateId, PhaseId, StepId} from '../../../src/model/ids.ts';
import {gateState} from '../../../src/model/state.ts';
import {a, b, check, checkGate, phase, planOf, refused, stateOf, step} from '../engine/toy.ts';

const gateOf = (node: string): GateId => GateId.parse(`p/stop@${node}#0`);
const plan = planOf(
  phase(
    'p',
    [a, b].map(node =>
      step(node, 'stop', {gates: [checkGate(`p/stop@${node}`, 0, check(node, {safe: true}))]}),
    ),
    {gates: [checkGate('p', 0, check(a, {ok: true}))], width: 2},
  ),
);
const p = PhaseId.parse('p');
const unsafe = {kind: 'unsettled', check: check(a, {safe: true}), seen: {safe: false}, silent: null} as const;
const stuck = (gate: GateId): Happening => ({type: 'gate.stuck', gate, failure: unsafe});
const begun = (node: typeof a): Happening => ({type: 'lane.begun', phase: p, node, ranks: {}});
const resumed: Happening = {type: 'run.resumed', lakeup: 'test'};
const released: Happening = {type: 'run.released'};

const reasonsAfter = (...happenings: readonly Happening[]) => {
  const state = stateOf(plan, ...happenings);
  return state.holds.map(hold => failureOfHold(hold, state));
};

describe('why a run is held', () => {
  it('is known after it was left and resumed, however often: at a gate of a step, and of a phase', () => {
    const left: Happening = {type: 'run.left'};
    expect(reasonsAfter(begun(a), stuck(gateOf('a')), left, resumed, left, resumed)).toEqual([unsafe]);
    expect(reasonsAfter(stuck(GateId.parse('p#0')), left, resumed)).toEqual([unsafe]);
  });

  it('is known of the second hold after the first was released, also by a new process', () => {
    const both = [begun(a), begun(b), stuck(gateOf('a')), stuck(gateOf('b'))];
    expect(reasonsAfter(...both, released)).toEqual([unsafe]);
    expect(reasonsAfter(...both, resumed, released)).toEqual([unsafe]);
    const failed: Happening = {type: 'step.failed', step: StepId.parse('p/stop@a'), failure: refused()};
    expect(reasonsAfter(begun(a), begun(b), failed, stuck(gateOf('b')), resumed, released)).toEqual([unsafe]);
  });

  it('is forgotten when its own hold is released: the gate is shut, and looked at again', () => {
    const state = stateOf(plan, begun(a), stuck(gateOf('a')), resumed, released);
    expect(state.holds).toEqual([]);
    expect(gateState(state, gateOf('a'))).toEqual({status: 'shut'});
  });
});
