import type {NodeId} from '../model/ids.ts';
import {type OutOfService, type RunState, stepState} from '../model/state.ts';
import {stepsOfNodes} from '../model/steps-of-nodes.ts';
import {progressOf} from './progress.ts';
import type {NodeLooks} from './state.ts';

/**
 * A node of which it is not known whether it was stopped, whose steps were looked at since and found not done, and that was
 * seen well after that. While a step may still be at work there, what is seen now says nothing of the next moment.
 */
const isBack = (
  run: RunState,
  {node, since, certain}: OutOfService,
  looks: ReadonlyMap<NodeId, NodeLooks>,
): boolean => {
  if (certain) return false;
  const steps = stepsOfNodes(run.plan).get(node) ?? [];
  if (!steps.every(({id}) => ['waiting', 'done'].includes(stepState(run, id).status))) return false;
  const look = looks.get(node);
  const status = look?.status ?? null;
  if (look === undefined || look.stale || status === null || status.at <= since) return false;
  return status.look.kind === 'seen' && status.look.facts.health === 'ok';
};

const byRuns = new WeakMap<ReadonlyMap<NodeId, NodeLooks>, ReadonlyMap<NodeId, OutOfService>>();

/** Who is out of service by runs that the screen does not show: of their journals, who is seen down. */
const outByRuns = (looks: ReadonlyMap<NodeId, NodeLooks>): ReadonlyMap<NodeId, OutOfService> => {
  const known = byRuns.get(looks);
  if (known !== undefined) return known;
  const out = new Map<NodeId, OutOfService>();
  for (const [node, {outBy, status}] of looks) {
    if (outBy === undefined || status?.look.kind !== 'seen' || status.look.facts.health !== 'down') continue;
    const {since, atLeast} = outBy;
    out.set(node, {node, since, certain: true, ...(atLeast ? {atLeast} : {})});
  }
  byRuns.set(looks, out);
  return out;
};

/** Who is out of service by the run, or where there is none by others, as far as the looks do not say otherwise of those of whom it is only possible. */
export const outSeen = (
  run: RunState | null,
  looks: ReadonlyMap<NodeId, NodeLooks>,
): ReadonlyMap<NodeId, OutOfService> => {
  if (run === null) return outByRuns(looks);
  const {out} = progressOf(run);
  const back = [...out.values()].filter(each => isBack(run, each, looks));
  if (back.length === 0) return out;
  const left = new Map(out);
  for (const {node} of back) left.delete(node);
  return left;
};
