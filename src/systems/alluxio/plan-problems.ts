import type {Plan} from '../../model/plan.ts';
import {type Text, text} from '../../model/text.ts';
import type {AlluxioCluster} from './fields.ts';
import {cacheRules} from './plan-rules/caches.ts';
import {clientRules} from './plan-rules/clients.ts';
import {fanOutRules} from './plan-rules/fan-outs.ts';
import {journalRules} from './plan-rules/journals.ts';
import {orderRules} from './plan-rules/order.ts';
import {phaseRules} from './plan-rules/phases.ts';
import {pinRules} from './plan-rules/pins.ts';
import {reading} from './plan-rules/reading.ts';
import {stepRules} from './plan-rules/steps.ts';

/** Of this system nobody is taken on in the middle: a plan forward begins with all of them serving. */
const beginsOut = ({direction, out}: Plan): readonly Text[] =>
  direction === 'back'
    ? []
    : out.map(node =>
        text(
          `${node} is out of service when the plan begins; only a plan that takes another one back may begin so.`,
          `计划开始时 ${node} 已停止服务；只有撤销另一个计划的计划才可以这样开始。`,
        ),
      );

/** The rules of this system about a plan of either direction, each broken one a sentence; empty when all hold. */
export const alluxioPlanProblems = (plan: Plan, cluster: AlluxioCluster): readonly Text[] => {
  const read = reading(plan, cluster);
  return [
    ...beginsOut(plan),
    ...orderRules(read),
    ...stepRules(read),
    ...phaseRules(read),
    ...journalRules(read),
    ...pinRules(read),
    ...clientRules(plan, cluster),
    ...cacheRules(read),
    ...fanOutRules(read),
  ];
};
