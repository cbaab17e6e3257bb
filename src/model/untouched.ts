import type {Phase} from './plan.ts';
import {type RunState, stepState, touchedSince} from './state.ts';

/** What is looked at before a phase that prunes has to hold all along: none of its own steps makes it untrue. */
const isOfAll = ({plan}: RunState): boolean => plan.prunes !== undefined;

/**
 * Whether nothing of a phase was done, or may have been begun, whoever was chosen to go first: what was looked at before it is still
 * asked for. A step that was refused, or turned away, began nothing, however often it was tried; one that was done and has lapsed did.
 */
export const isUntouched = (state: RunState, {lanes}: Phase): boolean =>
  isOfAll(state) ||
  lanes.every(({steps}) =>
    steps.every(({id}) => {
      const seen = stepState(state, id);
      return seen.status !== 'done' && touchedSince(seen) === null && seen.lapsed !== true;
    }),
  );
