import {describeEvent} from './describe-event.ts';
import {type DownTime, downTimesOf} from './down-times.ts';
import type {Event} from './event.ts';
import type {Facts} from './facts.ts';
import type {Finding} from './finding.ts';
import type {HostId, NodeId, RunId} from './ids.ts';
import {type KeptKnown, type KeptReports, keptReports} from './kept-report.ts';
import {type Outage, outagesOf} from './outages.ts';
import {type Plan, planSteps} from './plan.ts';
import {foldEvents} from './reduce.ts';
import {type PhaseReport, phaseReports} from './report-phases.ts';
import {isSkipped, type RunState, stepState} from './state.ts';
import type {Text} from './text.ts';
import {seeWaits, type Wait, waitedMs} from './waits.ts';

/** What a report has to be told besides the journal: of the inventory, and of the product. */
export type ReportKnown = KeptKnown & {
  /** As a system says it. */
  leads?(facts: Facts): boolean;
};

export type NodeReport = {
  readonly node: NodeId;
  readonly host: HostId | null;
  readonly role: string;
  /** `skipped`: the operator took it out of the run. */
  readonly end: 'verified' | 'unverified' | 'skipped' | 'open';
  /** What its steps took from their start to their end, whatever held them in between. */
  readonly workMs: number;
  readonly outages: readonly Omit<Outage, 'node'>[];
  /** How long it was out of service; up to the last event where it has not been seen to serve again, and so longer than that. */
  readonly outMs: number;
  /** Steps that were never begun, for what they bring about was there; and tries beyond the first. */
  readonly skipped: number;
  readonly retries: number;
};

/** One thing that did not go its way. */
export type Trouble = {readonly at: number; readonly node: NodeId | null; readonly words: Text};

/** What a run did, when, and what it left behind: all that a ticket asks for. */
export type Report = KeptReports & {
  readonly run: RunId;
  readonly cluster: string;
  readonly system: string;
  readonly from: string;
  readonly to: string;
  readonly direction: Plan['direction'];
  /** Versions of lakeup that were at it, the first first. */
  readonly lakeup: readonly string[];
  readonly startedAt: number;
  readonly at: number;
  /** `skipped`: it ended, and its verdict names nodes that were taken out. `yielded`: it is being taken back. */
  readonly end: 'verified' | 'skipped' | 'takenBack' | 'yielded' | 'abandoned' | 'left' | 'open';
  /** By which run it is taken back, or why it was given up; null where it is neither. */
  readonly over: string | null;
  readonly resumed: number;
  readonly waits: Readonly<Record<Wait['kind'], number>>;
  readonly phases: readonly PhaseReport[];
  readonly nodes: readonly NodeReport[];
  /** Who was down and not because of the run, when, and how long that was seen. */
  readonly down: readonly (DownTime & {readonly host: HostId | null; readonly ms: number})[];
  /** Who led before the run, and at the last look, of each role that has such a one. */
  readonly leaders: readonly {
    readonly role: string;
    readonly before: readonly NodeId[];
    readonly after: readonly NodeId[];
  }[];
  readonly warnings: readonly Finding[];
  /** What held the run, and what was done anew, in the journal's order. */
  readonly troubles: readonly Trouble[];
};

const TROUBLES: ReadonlySet<Event['type']> = new Set([
  'step.failed',
  'step.reopened',
  'step.lapsed',
  'gate.stuck',
  'gate.drifted',
  'order.stuck',
  'lane.deferred',
  'node.unverified',
  'nodes.skipped',
  'run.held',
  'run.left',
  'run.resumed',
]);

/** The gates that a person opens. */
const askedGates = (plan: Plan): ReadonlySet<string> =>
  new Set(
    plan.phases
      .flatMap(({gates, lanes}) => [
        ...gates,
        ...lanes.flatMap(({steps}) => steps.flatMap(step => step.gates)),
      ])
      .flatMap(gate => (gate.kind === 'confirm' ? [gate.id] : [])),
  );

const endOf = (state: RunState, node: NodeId): NodeReport['end'] => {
  if (isSkipped(state, node)) return 'skipped';
  const last = state.nodes[node];
  return last === undefined ? 'open' : last.verified ? 'verified' : 'unverified';
};

const runEnd = ({verdict, over, yieldedTo, left}: RunState): Pick<Report, 'end' | 'over'> => {
  if (over !== null)
    return over.kind === 'takenBack' ? {end: over.kind, over: over.by} : {end: over.kind, over: over.because};
  if (yieldedTo !== null) return {end: 'yielded', over: yieldedTo};
  if (verdict !== null) return {end: verdict.skipped === undefined ? 'verified' : 'skipped', over: null};
  return {end: left ? 'left' : 'open', over: null};
};

const nodeReports = (
  state: RunState,
  outages: readonly Outage[],
  {nodeOf}: ReportKnown,
): readonly NodeReport[] => {
  const byNode = Map.groupBy(outages, ({node}) => node);
  const stepsOf = Map.groupBy(planSteps(state.plan), ({node}) => node);
  return state.plan.verify.map(({node}) => {
    const own = (byNode.get(node) ?? []).map(({node: _, ...outage}) => outage);
    const steps = (stepsOf.get(node) ?? []).map(({id}) => stepState(state, id));
    return {
      node,
      host: nodeOf(node)?.host ?? null,
      role: nodeOf(node)?.role ?? '',
      end: endOf(state, node),
      workMs: steps.reduce((ms, step) => ms + (step.status === 'done' && step.attempt > 0 ? step.ms : 0), 0),
      outages: own,
      outMs: own.reduce((ms, {from, to}) => ms + Math.max(0, (to ?? state.at) - from), 0),
      skipped: steps.filter(step => step.status === 'done' && step.attempt === 0).length,
      retries: steps.reduce((sum, {attempt}) => sum + Math.max(0, attempt - 1), 0),
    };
  });
};

const leadersOf = (state: RunState, {nodeOf, leads = () => false}: ReportKnown): Report['leaders'] => {
  const {survey, verify} = state.plan;
  const roles = Map.groupBy(verify, ({node}) => nodeOf(node)?.role ?? '');
  return [...roles].flatMap(([role, nodes]) => {
    const ids = nodes.map(({node}) => node);
    const before = ids.filter(node => leads(survey[node] ?? {}));
    const after = ids.filter(node => {
      const last = state.nodes[node];
      return last?.verified === true && leads(last.facts);
    });
    return before.length + after.length === 0 ? [] : [{role, before, after}];
  });
};

/** What became of a run, out of its journal and nothing else. Throws for a journal that is empty or contradicts itself. */
export const reportOf = (events: readonly Event[], known: ReportKnown): Report => {
  const [planned] = events;
  const seen = seeWaits(planned?.type === 'run.planned' ? askedGates(planned.plan) : new Set());
  const state = foldEvents(events, seen.see);
  const {plan, startedAt, at} = state;
  const waits = seen.end();
  const spent = (kind: Wait['kind']): number => waitedMs(waits.filter(wait => wait.kind === kind));
  return {
    run: state.run,
    cluster: plan.cluster,
    system: plan.system,
    from: plan.from,
    to: plan.to,
    direction: plan.direction,
    lakeup: [
      ...new Set(
        events.flatMap(event =>
          event.type === 'run.planned' || event.type === 'run.resumed' ? [event.lakeup] : [],
        ),
      ),
    ],
    startedAt,
    at,
    ...runEnd(state),
    resumed: events.filter(({type}) => type === 'run.resumed').length,
    waits: {asked: spent('asked'), held: spent('held'), away: spent('away')},
    phases: phaseReports(state, events, waits),
    nodes: nodeReports(state, outagesOf(plan, startedAt, events), known),
    down: downTimesOf(events).map(down => ({
      ...down,
      host: known.nodeOf(down.node)?.host ?? null,
      ms: down.to - down.from,
    })),
    leaders: leadersOf(state, known),
    ...keptReports(state, events, known),
    warnings: state.findings.filter(({level}) => level === 'warn'),
    troubles: events.flatMap(event => {
      const said = TROUBLES.has(event.type) ? describeEvent(event, state) : null;
      return said === null ? [] : [{at: event.at, node: said.node, words: said.words}];
    }),
  };
};
