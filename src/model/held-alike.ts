import {failureOfHold} from './describe.ts';
import type {Check} from './plan.ts';
import type {Hold, RunState} from './state.ts';

/** What the gate waits for that holds the run; null for any other hold. Where a gate holds, nothing was begun. */
const lookedFor = (hold: Hold | undefined, state: RunState): Check | null => {
  if (hold?.kind !== 'gate') return null;
  const failure = failureOfHold(hold, state);
  return failure?.kind === 'unsettled' ? failure.check : null;
};

/**
 * How many holds, the first and those right behind it, wait for the very same to be seen on the same node: who lets one go on
 * means all of them. At least 1.
 */
export const heldAlike = (state: RunState): number => {
  const wanted = lookedFor(state.holds[0], state);
  if (wanted === null) return 1;
  const same = JSON.stringify(wanted);
  const other = state.holds.findIndex(hold => JSON.stringify(lookedFor(hold, state)) !== same);
  return other === -1 ? state.holds.length : other;
};
