import type {Plan} from '../../model/plan.ts';
import type {Text} from '../../model/text.ts';
import type {AlluxioCluster} from './fields.ts';
import {cacheRules} from './plan-rules/caches.ts';
import {clientRules} from './plan-rules/clients.ts';
import {fanOutRules} from './plan-rules/fan-outs.ts';
import {journalRules} from './plan-rules/journals.ts';
import {orderRules} from './plan-rules/order.ts';
import {phaseRules} from './plan-rules/phases.ts';
import {reading} from './plan-rules/reading.ts';
import {stepRules} from './plan-rules/steps.ts';

/** The rules of this system about a plan of either direction, each broken one a sentence; empty when all hold. */
export const alluxioPlanProblems = (plan: Plan, cluster: AlluxioCluster): readonly Text[] => {
  const read = reading(plan, cluster);
  return [
    ...orderRules(read),
    ...stepRules(read),
    ...phaseRules(read),
    ...journalRules(read),
    ...clientRules(plan, cluster),
    ...cacheRules(read),
    ...fanOutRules(read),
  ];
};
