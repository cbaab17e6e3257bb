import type {NodeId} from './ids.ts';
import {laneDone, outOfService, type RunState, stepDone} from './state.ts';
import type {StandsAs, System} from './system.ts';

/** Null for one that is in the middle of its steps, or that the run took out of service: it brings that back itself. */
const standingOf = (state: RunState, node: NodeId): StandsAs | null => {
  if (outOfService(state).some(out => out.node === node)) return null;
  const phases = state.plan.phases.filter(({lanes}) => lanes.some(lane => lane.node === node));
  const own = phases.flatMap(({lanes}) => lanes.filter(lane => lane.node === node));
  if (own.length > 0 && own.every(lane => laneDone(state, lane)))
    return {files: 'after', othersWentOn: false};
  const steps = own.flatMap(lane => lane.steps);
  if (steps.some(step => step.service !== undefined && stepDone(state, step))) return null;
  const others = phases.flatMap(({lanes}) => lanes.filter(lane => lane.node !== node));
  return {files: 'before', othersWentOn: others.some(lane => laneDone(state, lane))};
};

/**
 * The line that starts a node by hand that ended by itself; null where the run starts it, or nobody knows the line. A node that is
 * looked at for the last time, or that another one's gate waits for, is started by nobody else.
 */
export const startLineOf = (
  state: RunState,
  {startLine}: Pick<System, 'startLine'>,
  node: NodeId,
): string | null => {
  const standing = standingOf(state, node);
  return standing === null ? null : (startLine?.(state.plan, node, standing) ?? null);
};
