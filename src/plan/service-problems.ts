import type {NodeId} from '../model/ids.ts';
import type {Plan, Step} from '../model/plan.ts';
import {stepsOfNodes} from '../model/steps-of-nodes.ts';
import {type Text, text} from '../model/text.ts';

/** The step that took the node out; `before`: it is out when the plan begins. */
type Out = Step | 'before' | null;

const ofNode = ({out: outBefore}: Plan, node: NodeId, steps: readonly Step[]): Text[] => {
  const found: Text[] = [];
  let out: Out = outBefore.includes(node) ? 'before' : null;
  for (const step of steps) {
    if (step.service === 'returns' && out === null)
      found.push(
        text(
          `${step.id} brings ${node} back into service, which nothing took out of it.`,
          `${step.id} 让 ${node} 恢复服务，但之前没有步骤让它停服。`,
        ),
      );
    if (step.service === 'leaves' && out !== null && out !== 'before')
      found.push(
        text(
          `${step.id} takes ${node} out of service, which ${out.id} did already.`,
          `${step.id} 让 ${node} 停服，而 ${out.id} 已经这样做了。`,
        ),
      );
    if (step.service === 'restarts' && out !== null && out !== 'before')
      found.push(
        text(
          `${step.id} restarts ${node}, which ${out.id} took out of service.`,
          `${step.id} 重启 ${node}，而 ${out.id} 已让它停服。`,
        ),
      );
    if (step.service === 'leaves') out = step;
    if (step.service === 'returns') out = null;
    // A restart that another run left half done: to restart it once more brings it back.
    if (step.service === 'restarts' && out === 'before') out = null;
  }
  if (out === 'before')
    found.push(
      text(
        `${node} is out of service when the plan begins, and nothing brings it back.`,
        `计划开始时 ${node} 已停止服务，之后没有步骤让它恢复。`,
      ),
    );
  else if (out !== null)
    found.push(
      text(
        `${out.id} takes ${node} out of service, and nothing brings it back.`,
        `${out.id} 让 ${node} 停服，之后没有步骤让它恢复。`,
      ),
    );
  return found;
};

/** Whoever is out or leaves comes back in the same plan, nobody leaves twice, and nobody comes back who was not out. */
export const serviceProblems = (plan: Plan): Text[] =>
  [...stepsOfNodes(plan)].flatMap(([node, steps]) => ofNode(plan, node, steps));
