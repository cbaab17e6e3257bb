import {describe, expect, it} from 'vitest';
import {coveredBy} from '../../../src/model/covered.ts';
import type {Happening} from '../../../src/model/event.ts';
import {GateId, PhaseId, StepId} from '../../../src/model/ids.ts';
import type {Step} from '../../../src/model/plan.ts';
import {gateState} from '../../../src/model/state.ts';
import {a, check, checkGate, confirmGate, phase, planOf, stateOf, step} from '../engine/toy.ts';

const stepOf = (of: string, name: string): Step => ({...step(a, name), id: StepId.parse(`${of}/${name}@a`)});
const asked = GateId.parse('p#0');
const look = GateId.parse('q#0');
const second = GateId.parse('q#1');
const third = GateId.parse('r#0');

const plan = planOf(
  phase('p', [stepOf('p', 'stop')], {gates: [confirmGate('p', 0, {covers: [PhaseId.parse('q')]})]}),
  phase('q', [stepOf('q', 'copy')], {
    gates: [checkGate('q', 0, check(a, {ok: true})), confirmGate('q', 1)],
  }),
  phase('r', [stepOf('r', 'start')], {gates: [confirmGate('r')]}),
);
const opened: Happening = {type: 'gate.opened', gate: asked, by: 'operator', facts: {}};
const statesOf = (...happenings: readonly Happening[]): string[] =>
  [asked, look, second, third].map(gate => gateState(stateOf(plan, ...happenings), gate).status);

describe('a question that covers another phase', () => {
  it('is answered for that one too, and for no other; what has to be seen there is not', () => {
    expect(coveredBy(plan, asked)).toEqual([second]);
    expect(coveredBy(plan, third)).toEqual([]);
    expect(statesOf(opened)).toEqual(['open', 'shut', 'open', 'shut']);
  });

  it('is put again for each of them by a run that was resumed', () => {
    expect(statesOf(opened, {type: 'run.resumed', lakeup: '0.0.0'})).toEqual([
      'shut',
      'shut',
      'shut',
      'shut',
    ]);
  });
});
