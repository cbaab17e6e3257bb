import type {Draft} from './draft.ts';
import type {Event} from './event.ts';
import {shutStepGates} from './shut-gates.ts';
import {phaseState, stepState} from './state.ts';

/** A node goes back in the order of its phase: it has not begun, and what is left of its steps is asked for anew. */
export const defer = (draft: Draft, {phase, node}: Extract<Event, {type: 'lane.deferred'}>): void => {
  const {state} = draft;
  const {begun, deferrals} = phaseState(state, phase);
  const lane = state.plan.phases.find(({id}) => id === phase)?.lanes.find(each => each.node === node);
  const left = lane?.steps.map(({id}) => id).filter(id => stepState(state, id).status !== 'done') ?? [];
  shutStepGates(draft, left);
  draft.phase(phase, {begun: begun.filter(each => each !== node), deferrals: deferrals + 1});
};
