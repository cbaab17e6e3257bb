import type {DownThen, Event} from './event.ts';
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

/** Since when a node is out that was so when the run began. */
export const outBefore = ({outSince}: Plan, node: NodeId, startedAt: number): DownThen => {
  const since = outSince?.[node];
  return since === undefined ? {since: startedAt, atLeast: true} : {since};
};

/** `touched`: an attempt of its step has ended that may have come to it, whatever becomes of the next one. */
type Open = {
  from: number;
  readonly atLeast?: true | undefined;
  certain: boolean;
  touched: boolean;
  readonly by: StepId | null;
};

const before = ({atLeast}: Open): Pick<Outage, 'atLeast'> => (atLeast === true ? {atLeast} : {});

/** Refused, or turned away by an earlier action or by what its script asked the node: this attempt certainly changed nothing. */
const beganNothing = (event: Event): boolean =>
  event.type === 'step.reset' || (event.type === 'step.failed' && event.failure.kind === 'refused');

const leaves = ({service}: Step): boolean => service === 'leaves' || service === 'restarts';

/**
 * When each node was out of service because of this run, in the order in which that began: from the start of the step that
 * stops it, to the look that saw it serve. A step that was certainly not begun stops nobody. Who went down by itself:
 * see down-times.ts.
 */
export const outagesOf = (plan: Plan, startedAt: number, events: readonly Event[]): readonly Outage[] => {
  const steps = new Map(planSteps(plan).map(step => [step.id, step] as const));
  const open = new Map<NodeId, Open>(
    plan.out.map(node => {
      const {since, atLeast} = outBefore(plan, node, startedAt);
      return [node, {from: since, atLeast, certain: true, touched: true, by: null}];
    }),
  );
  const over: Outage[] = [];
  for (const event of events) {
    if (event.type === 'run.resumed') for (const out of open.values()) out.touched = true;
    if (!('step' in event)) continue;
    const step = steps.get(event.step);
    if (step?.service === undefined) continue;
    const {node, service} = step;
    const out = open.get(node);
    if (event.type === 'step.started' && leaves(step)) {
      if (out === undefined) open.set(node, {from: event.at, certain: false, touched: false, by: step.id});
    } else if (beganNothing(event)) {
      if (out?.by === step.id && !out.certain && !out.touched) open.delete(node);
    } else if (event.type === 'step.failed') {
      if (out?.by === step.id) out.touched = true;
    } else if (event.type === 'step.lapsed') {
      if (out?.by === step.id) out.certain = false;
    } else if (event.type === 'step.done' && service === 'leaves') {
      if (out === undefined) open.set(node, {from: event.at, certain: true, touched: true, by: step.id});
      else {
        out.certain = true;
        out.touched = true;
      }
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
