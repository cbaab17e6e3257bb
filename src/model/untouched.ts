import type {Phase} from './plan.ts';
import {type RunState, stepState} from './state.ts';

/** What is looked at before a phase that prunes has to hold all along: none of its own steps makes it untrue. */
const isOfAll = ({plan}: RunState): boolean => plan.prunes !== undefined;

/**
 * Whether nothing of a phase was done, or tried, whoever was chosen to go first: what was looked at before it is still asked for.
 * A step that was refused before its first attempt was not tried; one that was done and has lapsed was.
 */
export const isUntouched = (state: RunState, {lanes}: Phase): boolean =>
  isOfAll(state) ||
  lanes.every(({steps}) =>
    steps.every(({id}) => {
      const seen = stepState(state, id);
      return seen.status !== 'done' && seen.attempt === 0 && seen.lapsed !== true;
    }),
  );
