import type {Node} from '../../src/model/inventory.ts';
import {gateState, phaseState, type RunState, stepState} from '../../src/model/state.ts';

/** What holds a run, with all that is known of it, as text. */
const evidenceOf = (state: RunState): string => {
  const [hold] = state.holds;
  switch (hold?.kind) {
    case 'step':
      return JSON.stringify([hold, stepState(state, hold.step)]);
    case 'gate':
      return JSON.stringify([hold, gateState(state, hold.gate)]);
    case 'order':
      return JSON.stringify([hold, phaseState(state, hold.phase)]);
    case 'node':
      return JSON.stringify([hold, state.nodes[hold.node]]);
    default:
      return '';
  }
};

/** Those of the nodes that are named by what holds the run. */
export const namedByHold = (state: RunState, nodes: readonly Node[]): readonly Node[] => {
  const evidence = evidenceOf(state);
  return nodes.filter(({id}) => new RegExp(`(^|[^\\w-])${id}([^\\w-]|$)`).test(evidence));
};
