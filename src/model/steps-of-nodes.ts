import type {NodeId} from './ids.ts';
import {type Plan, planSteps, type Step} from './plan.ts';

const stepsByNode = new WeakMap<Plan, ReadonlyMap<NodeId, readonly Step[]>>();

/** Every step of each node, in the order of the plan, whatever phase it stands in; none of one that is only out. */
export const stepsOfNodes = (plan: Plan): ReadonlyMap<NodeId, readonly Step[]> => {
  const known = stepsByNode.get(plan);
  if (known !== undefined) return known;
  const made = new Map<NodeId, Step[]>(plan.out.map(node => [node, []]));
  for (const step of planSteps(plan)) {
    const steps = made.get(step.node);
    if (steps === undefined) made.set(step.node, [step]);
    else steps.push(step);
  }
  stepsByNode.set(plan, made);
  return made;
};
