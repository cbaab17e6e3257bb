import {never} from '../lib/never.ts';
import type {Happening} from '../model/event.ts';
import {reason} from '../model/reason.ts';
import {type RunState, stepState} from '../model/state.ts';
import type {Decision} from './decide.ts';
import type {UnkeptEvent} from './read-back.ts';

/**
 * How a run is held by what came of a decision and could not be kept: the operator sees what it was, and a retry looks again.
 * Null where nothing waits for that decision.
 */
export const heldByUnkept = (
  decision: Decision,
  state: RunState,
  {words: detail}: UnkeptEvent,
): Happening | null => {
  const trouble = 'unkept';
  switch (decision.kind) {
    case 'reach':
    case 'confirm':
    case 'check':
      return {type: 'gate.stuck', gate: decision.gate.id, failure: {kind: 'refused', trouble, detail}};
    case 'order':
      return {type: 'order.stuck', phase: decision.phase.id, reasons: [reason(detail)]};
    case 'recover':
    case 'act': {
      const {id} = decision.step;
      // Of an action that was begun nobody knows now how it ended.
      const kind = stepState(state, id).status === 'running' ? 'lost' : 'refused';
      return {type: 'step.failed', step: id, failure: {kind, trouble, detail}};
    }
    case 'verify':
      return {type: 'node.unverified', node: decision.node, failure: {kind: 'refused', trouble, detail}};
    case 'lease':
      return {type: 'lease.refused', failure: {kind: 'refused', trouble, detail}};
    case 'resolve':
    case 'end':
      return null;
    default:
      return never(decision);
  }
};
