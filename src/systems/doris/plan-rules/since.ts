import {type Check, gateChecks, type Plan, planSteps} from '../../../model/plan.ts';

// What plans did not ask from the beginning: runs of those that did not are gone on with, and taken back, as they were made.

const anyCheck = (plan: Plan, isIt: (check: Check) => boolean): boolean =>
  planSteps(plan).some(({gates, done, undo}) =>
    [...gateChecks(gates), ...done, ...(undo.kind === 'action' ? (undo.safe ?? []) : [])].some(isIt),
  );

/** Whether the store of MetaService and Recycler can be reached. */
export const asksForStore = (plan: Plan): boolean => anyCheck(plan, ({probe}) => probe === 'store');

/** Whether all frontends hold the same group; since then a row has to hold, too, before a start counts. */
export const asksForGroup = (plan: Plan): boolean =>
  anyCheck(plan, ({expect}) => expect.otherGroup !== undefined);
