import type {Plan} from '../../model/plan.ts';
import type {Text} from '../../model/text.ts';
import type {AlluxioCluster} from './fields.ts';
import * as clients from './plan-rules/clients.ts';
import * as phases from './plan-rules/phases.ts';
import * as steps from './plan-rules/steps.ts';

/** The rules of this system about a plan of either direction, each broken one a sentence; empty when all hold. */
export const alluxioPlanProblems = (plan: Plan, cluster: AlluxioCluster): readonly Text[] => {
  const all = steps.allSteps(plan, cluster);
  return [
    ...phases.wrongOrder(plan, all),
    ...phases.mixedPhases(plan, all),
    ...phases.staleGates(plan),
    ...phases.unprovedStops(plan, all, cluster),
    ...phases.oneByOne(plan, all, cluster),
    ...phases.halfRestored(plan, all),
    ...phases.unprovedRestore(plan, all),
    ...phases.leftOut(plan, all, cluster),
    ...phases.unprovedCopies(all),
    ...phases.unaskedConf(plan, all),
    ...steps.unprovedFormats(all, cluster),
    ...steps.notSilent(all),
    ...steps.withoutCopy(all),
    ...steps.besideUnproved(all),
    ...steps.emptiedCaches(plan, all),
    ...steps.unseenJournals(all),
    ...clients.leftOutClients(plan, all, cluster),
    ...clients.restartedTooEarly(plan, all, cluster),
    ...clients.clientsTooEarly(plan, all),
    ...clients.clientsUnproved(plan, all),
  ];
};
