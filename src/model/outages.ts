import type {Event} from './event.ts';
import type {NodeId, StepId} from './ids.ts';
import {type Plan, planSteps, type Step} from './plan.ts';

/** One time that a node was out of service by a run. */
export type Outage = {
  readonly node: NodeId;
  /** When the step began that stops it: it served until a moment after that. */
  readonly from: number;
  /** It was out when the run began already, so that it was for longer. */
  readonly atLeast?: true;
  /** When it was seen to serve again; null while it has not been. */
  readonly to: number | null;
  /** False while it is not known whether the step that stops it has come to that. */
  readonly certain: boolean;
};

type Open = {from: number; certain: boolean; readonly by: StepId | null};

const before = ({by}: Open): Pick<Outage, 'atLeast'> => (by === null ? {atLeast: true} : {});

const leaves = ({service}: Step): boolean => service === 'leaves' || service === 'restarts';

/**
 * When each node was out of service because of this run, in the order in which that began: from the start of the step that
 * stops it, to the look that saw it serve. A step that was certainly not begun stops nobody. A node that went down by itself
 * stands in no journal.
 */
export const outagesOf = (plan: Plan, startedAt: number, events: readonly Event[]): readonly Outage[] => {
  const steps = new Map(planSteps(plan).map(step => [step.id, step] as const));
  // Since when another run left it out is not known here: at least since this one began.
  const open = new Map<NodeId, Open>(
    plan.out.map(node => [node, {from: startedAt, certain: true, by: null}]),
  );
  const over: Outage[] = [];
  /** Steps that were begun, and not lost with a lakeup that died, each with when. */
  const begun = new Map<StepId, number>();
  for (const event of events) {
    if (event.type === 'run.resumed') begun.clear();
    if (!('step' in event)) continue;
    const step = steps.get(event.step);
    if (step?.service === undefined) continue;
    const {node, service} = step;
    const out = open.get(node);
    if (event.type === 'step.started' && leaves(step)) {
      begun.set(step.id, event.at);
      if (out === undefined) open.set(node, {from: event.at, certain: false, by: step.id});
    } else if (event.type === 'step.failed' && event.failure.kind === 'refused') {
      if (out?.by === step.id && !out.certain) open.delete(node);
    } else if (event.type === 'step.reset') {
      // Its own script asked the node right before it would have acted, and turned away; what an earlier try may have done stays.
      if (out?.by === step.id && !out.certain && begun.get(step.id) === out.from) open.delete(node);
    } else if (event.type === 'step.done' && service === 'leaves') {
      if (out === undefined) open.set(node, {from: event.at, certain: true, by: step.id});
      else out.certain = true;
    } else if (event.type === 'step.done' && out !== undefined) {
      over.push({node, from: out.from, ...before(out), to: event.at, certain: true});
      open.delete(node);
    }
  }
  const still = [...open].map(([node, out]) => ({
    node,
    from: out.from,
    ...before(out),
    to: null,
    certain: out.certain,
  }));
  return [...over, ...still].toSorted((a, b) => a.from - b.from);
};
