import {failureOfHold} from './describe.ts';
import type {Hold, RunState} from './state.ts';

/** At the end every node has a last look of its own, and whoever lets one go on has all that were good taken again. */
const LAST_LOOK = 'last look';

/**
 * What it is that holds the run: what a gate waits for, or the last look at a node; null for any other hold. Nothing was begun by
 * either, and letting it go only looks again.
 */
const waitsFor = (hold: Hold, state: RunState): string | null => {
  if (hold.kind !== 'gate' && hold.kind !== 'node') return null;
  const failure = failureOfHold(hold, state);
  if (failure?.kind !== 'unsettled') return null;
  return hold.kind === 'node' ? LAST_LOOK : JSON.stringify(failure.check);
};

/**
 * How many holds, the first and those right behind it, wait for the same to be seen, on one node or at the end: who lets one go on
 * means all of them. At least 1.
 */
export const heldAlike = (state: RunState): number => {
  const [first] = state.holds;
  const wanted = first === undefined ? null : waitsFor(first, state);
  if (wanted === null) return 1;
  const other = state.holds.findIndex(hold => waitsFor(hold, state) !== wanted);
  return other === -1 ? state.holds.length : other;
};
