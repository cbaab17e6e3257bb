import {never} from '../lib/never.ts';
import {gateState, type Hold, type RunState, stepState} from './state.ts';

/** When what holds the run was seen: a resumed run is held by what an earlier lakeup saw. Null where that is not kept. */
export const heldSince = (hold: Hold, run: RunState): number | null => {
  switch (hold.kind) {
    case 'step': {
      const step = stepState(run, hold.step);
      return step.status === 'failed' ? step.at : null;
    }
    case 'node': {
      const last = run.nodes[hold.node];
      return last?.verified === false ? last.at : null;
    }
    case 'gate': {
      const gate = gateState(run, hold.gate);
      return gate.status === 'stuck' ? gate.at : null;
    }
    case 'lease':
      return run.lease.failure === null ? null : run.lease.at;
    case 'order':
    case 'operator':
      return null;
    default:
      return never(hold);
  }
};
