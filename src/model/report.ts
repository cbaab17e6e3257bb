import {describeEvent} from './describe-event.ts';
import type {Event} from './event.ts';
import type {Facts} from './facts.ts';
import type {Finding} from './finding.ts';
import type {FactsOf} from './given.ts';
import type {HostId, NodeId, RunId} from './ids.ts';
import type {Kept} from './kept.ts';
import {type Outage, outagesOf} from './outages.ts';
import {type Plan, planSteps, type Step} from './plan.ts';
import {foldEvents} from './reduce.ts';
import {type PhaseReport, phaseReports} from './report-phases.ts';
import {factsOfStep, isSkipped, type RunState, stepState} from './state.ts';
import type {Text} from './text.ts';
import {type Wait, waitedMs, waitsOf} from './waits.ts';

/** What a report has to be told besides the journal: of the inventory, and of the product. */
export type ReportKnown = {
  /** Null for a node that the inventory does not have, or where there is none to be read. */
  nodeOf(node: NodeId): {readonly host: HostId; readonly role: string} | null;
  /** As a system says them. */
  keeps?(step: Step, facts: Facts, factsOf?: FactsOf): readonly Kept[];
  keptBytes?(path: string, facts: Facts): number | null;
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

/** One backup, or copy: a place on some hosts. `bytes`: null where nobody measured it, of a path where they differ by host. */
export type KeptReport = {
  readonly path: string;
  readonly bytes: number | null;
  readonly places: readonly {
    readonly node: NodeId;
    readonly host: HostId | null;
    readonly bytes: number | null;
  }[];
};

/** What a run did, when, and what it left behind: all that a ticket asks for. */
export type Report = {
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
  /** Who led before the run, and at the last look, of each role that has such a one. */
  readonly leaders: readonly {
    readonly role: string;
    readonly before: readonly NodeId[];
    readonly after: readonly NodeId[];
  }[];
  readonly kept: readonly KeptReport[];
  /** Which run removes, or has removed, what this one had kept, and what of it is gone; null where none does. */
  readonly pruned: {readonly by: RunId; readonly ended: boolean; readonly gone: readonly KeptReport[]} | null;
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

type Place = KeptReport['places'][number];

/** One figure, where every place has the same. */
const bytesOfAll = (places: readonly Place[]): number | null => {
  const [first] = places;
  return first !== undefined && places.every(({bytes}) => bytes === first.bytes) ? first.bytes : null;
};

/** What was kept on the hosts, by its path: nodes of one host may share it. */
const allKept = (
  state: RunState,
  {keeps = () => [], keptBytes = () => null, nodeOf}: ReportKnown,
): readonly KeptReport[] => {
  const found = new Map<string, Map<string, Place>>();
  const factsOf = factsOfStep(state);
  const sizeOf = (node: NodeId, path: string): number | null => {
    const last = state.nodes[node];
    return last?.verified === true ? keptBytes(path, last.facts) : null;
  };
  for (const step of planSteps(state.plan)) {
    const done = stepState(state, step.id);
    // What was there before the run is not its own.
    if (done.status !== 'done' || done.attempt === 0) continue;
    for (const {path, bytes, on: node = step.node} of keeps(step, done.facts, factsOf)) {
      const host = nodeOf(node)?.host ?? null;
      const places = found.get(path) ?? new Map<string, Place>();
      found.set(path, places);
      if (!places.has(host ?? node))
        places.set(host ?? node, {node, host, bytes: bytes ?? sizeOf(node, path)});
    }
  }
  return [...found].map(([path, byHost]) => {
    const places = [...byHost.values()];
    return {path, bytes: bytesOfAll(places), places};
  });
};

/** What still lies there, and what was removed since. */
const keptReports = (state: RunState, known: ReportKnown): Pick<Report, 'kept' | 'pruned'> => {
  const all = allKept(state, known);
  const {pruned} = state;
  if (pruned === null) return {kept: all, pruned: null};
  const placeOf = (node: NodeId, host: HostId | null, path: string): string => `${host ?? node} ${path}`;
  const gone = new Set(
    pruned.removed.map(({node, path}) => placeOf(node, known.nodeOf(node)?.host ?? null, path)),
  );
  const where = (isWanted: (isGone: boolean) => boolean): readonly KeptReport[] =>
    all.flatMap(each => {
      const places = each.places.filter(({node, host}) => isWanted(gone.has(placeOf(node, host, each.path))));
      return places.length === 0 ? [] : [{...each, bytes: bytesOfAll(places), places}];
    });
  return {
    kept: where(isGone => !isGone),
    pruned: {by: pruned.run, ended: pruned.ended, gone: where(isGone => isGone)},
  };
};

/** What became of a run, out of its journal and nothing else. Throws for a journal that is empty or contradicts itself. */
export const reportOf = (events: readonly Event[], known: ReportKnown): Report => {
  const state = foldEvents(events);
  const {plan, startedAt, at} = state;
  const waits = waitsOf(events, askedGates(plan));
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
    leaders: leadersOf(state, known),
    ...keptReports(state, known),
    warnings: state.findings.filter(({level}) => level === 'warn'),
    troubles: events.flatMap(event => {
      const said = TROUBLES.has(event.type) ? describeEvent(event, state) : null;
      return said === null ? [] : [{at: event.at, node: said.node, words: said.words}];
    }),
  };
};
