import type {Draft} from './draft.ts';
import type {Event} from './event.ts';
import {gateOwner} from './in-plan.ts';
import {planSteps} from './plan.ts';
import {type Hold, isSkipped, phaseDone, type RunState} from './state.ts';

/** Whether a hold waits for nothing any more, for whom it is about was taken out of the run. */
const isIdle = (state: RunState, hold: Hold): boolean => {
  const {plan} = state;
  switch (hold.kind) {
    case 'step': {
      const node = planSteps(plan).find(({id}) => id === hold.step)?.node;
      return node !== undefined && isSkipped(state, node);
    }
    case 'gate': {
      const owner = gateOwner(state, hold.gate);
      if (owner === null) return false;
      return owner.step === null ? phaseDone(state, owner.phase) : isSkipped(state, owner.step.node);
    }
    case 'order':
      return plan.phases.some(phase => phase.id === hold.phase && phaseDone(state, phase));
    case 'node':
      return isSkipped(state, hold.node);
    case 'lease':
    case 'operator':
      return false;
  }
};

/** Takes nodes out of the run, and with them what held it because of them. */
export const skipNodes = (draft: Draft, event: Extract<Event, {type: 'nodes.skipped'}>): void => {
  const {because, at} = event;
  for (const {node, as, agreedDown} of event.nodes) draft.put('skipped', node, {because, as, agreedDown, at});
  const idle = draft.state.holds.filter(hold => isIdle(draft.state, hold));
  draft.set({holds: draft.state.holds.filter(hold => !idle.includes(hold))});
  for (const hold of idle) {
    if (hold.kind === 'gate') draft.gate(hold.gate, {status: 'shut'});
    if (hold.kind === 'order') draft.phase(hold.phase, {stuck: null, deferrals: 0});
  }
};
