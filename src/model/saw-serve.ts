import type {NodeId} from './ids.ts';
import type {Plan} from './plan.ts';
import {type RunState, stepState} from './state.ts';
import {stepsOfNodes} from './steps-of-nodes.ts';

/** Whether a plan was made of a look at every node: what takes a run back, or prunes one, holds the survey of that run. */
const isOwnSurvey = ({takesBack, prunes}: Plan): boolean => takesBack === undefined && prunes === undefined;

/**
 * When a run saw a node serve last: when its plan was made of a look that found it well, when a step had brought it back, or at
 * the last looks; null where it never did.
 */
export const sawServeAt = (state: RunState, node: NodeId): number | null => {
  const {plan, startedAt, nodes} = state;
  const wasWell = isOwnSurvey(plan) && plan.survey[node]?.health === 'ok';
  const last = nodes[node];
  const returned = (stepsOfNodes(plan).get(node) ?? []).flatMap(({id, service}) => {
    const step = stepState(state, id);
    return step.status === 'done' && (service === 'returns' || service === 'restarts') ? [step.at] : [];
  });
  const moments = [
    ...(wasWell ? [startedAt] : []),
    ...returned,
    ...(last?.verified === true ? [last.at] : []),
  ];
  return moments.length === 0 ? null : Math.max(...moments);
};
