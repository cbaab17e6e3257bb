import type {Plan} from '../../model/plan.ts';
import type {Text} from '../../model/text.ts';
import type {DorisCluster} from './fields.ts';
import {bringBackRules} from './plan-rules/bring-back.ts';
import {digestRules} from './plan-rules/digests.ts';
import {excuseRules} from './plan-rules/excuses.ts';
import {holdRules} from './plan-rules/holds.ts';
import {laneRules} from './plan-rules/lanes.ts';
import {phaseRules} from './plan-rules/phases.ts';
import {spotRules} from './plan-rules/spot.ts';
import {stepRules} from './plan-rules/steps.ts';

/**
 * The upgrade guide's own rules about a plan, each broken one a sentence; empty when all hold. Every rule holds for a plan
 * that goes forward and for one that takes it back. A plan back is read as what it is: its `to` is the old version, its
 * roles come in the opposite order, and its steps are those of the way there, undone.
 */
export const dorisPlanProblems = (plan: Plan, cluster: DorisCluster): readonly Text[] => [
  ...phaseRules(plan, cluster),
  ...laneRules(plan),
  ...stepRules(plan, cluster),
  ...bringBackRules(plan),
  ...digestRules(plan),
  ...excuseRules(plan, cluster),
  ...holdRules(plan, cluster),
  ...spotRules(plan, cluster),
];
