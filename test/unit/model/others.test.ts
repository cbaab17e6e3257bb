import {describe, expect, it} from 'vitest';
import {RunId} from '../../../src/model/ids.ts';
import {a, phase, planOf, stateOf, step} from '../engine/toy.ts';

const [UNDO, PRUNE] = [RunId.parse('20260102-000000-undo'), RunId.parse('20260103-000000-prun')];
const plan = planOf(phase('p', [step(a, 'stop')]));

describe('of two that asked to change what a run left', () => {
  it('the later one alone has a say', () => {
    const undone = stateOf(plan, {type: 'run.pruning', by: PRUNE}, {type: 'run.yielded', to: UNDO});
    expect([undone.yieldedTo, undone.pruned]).toEqual([UNDO, null]);
    const pruned = stateOf(plan, {type: 'run.yielded', to: UNDO}, {type: 'run.pruning', by: PRUNE});
    expect([pruned.yieldedTo, pruned.pruned?.run]).toEqual([null, PRUNE]);
  });
});
