import type {Event} from './event.ts';
import type {Facts} from './facts.ts';
import type {FactsOf} from './given.ts';
import type {HostId, NodeId, RunId} from './ids.ts';
import type {Kept} from './kept.ts';
import {planSteps, type Step} from './plan.ts';
import {foldEvents} from './reduce.ts';
import {factsOfStep, laneDone, type RunState, stepState} from './state.ts';

type Keeps = (step: Step, facts: Facts, factsOf?: FactsOf) => readonly Kept[];

/** What has to be known of inventory and product to tell what lies on the hosts. */
export type KeptKnown = {
  /** Null for a node that the inventory does not have, or where there is none to be read. */
  nodeOf(node: NodeId): {readonly host: HostId; readonly role: string} | null;
  /** As a system says them. */
  readonly keeps?: Keeps;
  readonly remains?: Keeps;
  readonly keptBytes?: (path: string, facts: Facts) => number | null;
};

type Place = {readonly node: NodeId; readonly host: HostId | null; readonly bytes: number | null};

/** One backup, or copy: a place on some hosts. `bytes`: null where nobody measured it, of a path where they differ by host. */
export type KeptReport = {
  readonly path: string;
  readonly bytes: number | null;
  readonly places: readonly Place[];
};

/** One figure, where every place has the same. */
const bytesOfAll = (places: readonly Place[]): number | null => {
  const [first] = places;
  return first !== undefined && places.every(({bytes}) => bytes === first.bytes) ? first.bytes : null;
};

/** What a run has left on the hosts, as its journal tells. */
export type KeptReports = {
  /** What is still there for a way back. */
  readonly kept: readonly KeptReport[];
  /** What lies there of steps that were taken back since: nobody needs it. */
  readonly remains: readonly KeptReport[];
  /** Which run removes, or has removed, what this one had kept, and what of it is gone; null where none does. */
  readonly pruned: {readonly by: RunId; readonly ended: boolean; readonly gone: readonly KeptReport[]} | null;
  /** Whether `lakeup prune` removes what was kept; before the end of a run it may be needed, and of others nobody knows. */
  readonly prunable: boolean;
  /** The run that this one takes back, which tells itself what of it lies there still; null for any other. */
  readonly takesBack: RunId | null;
};

/** Places on the hosts, by their path: nodes of one host may share it. */
const placesOf = (
  state: RunState,
  steps: readonly Step[],
  keeps: Keeps,
  {nodeOf, keptBytes = () => null}: KeptKnown,
): readonly KeptReport[] => {
  const found = new Map<string, Map<string, Place>>();
  const factsOf = factsOfStep(state);
  const sizeOf = (node: NodeId, path: string): number | null => {
    const last = state.nodes[node];
    return last?.verified === true ? keptBytes(path, last.facts) : null;
  };
  for (const step of steps) {
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

/** What was left by steps that were taken back: as it was known right before that. What was done anew since is kept. */
const remainsOf = (
  events: readonly Event[],
  kept: readonly KeptReport[],
  known: KeptKnown,
): readonly KeptReport[] => {
  const {remains} = known;
  if (remains === undefined) return [];
  const own = new Set(kept.map(({path}) => path));
  const found = events.flatMap((event, i) => {
    if (event.type !== 'run.takenBack') return [];
    const before = foldEvents(events.slice(0, i));
    const taken = new Set<string>(event.steps);
    return placesOf(
      before,
      planSteps(before.plan).filter(({id}) => taken.has(id)),
      remains,
      known,
    );
  });
  return [...new Map(found.map(each => [each.path, each])).values()].filter(({path}) => !own.has(path));
};

const isPrunable = (state: RunState): boolean => {
  const {plan, verdict, over, yieldedTo} = state;
  return (
    plan.direction === 'forward' &&
    plan.prunes === undefined &&
    verdict !== null &&
    verdict.skipped === undefined &&
    over === null &&
    yieldedTo === null &&
    plan.phases.every(({lanes}) => lanes.every(lane => laneDone(state, lane)))
  );
};

/** What still lies there, and what was removed since. */
export const keptReports = (state: RunState, events: readonly Event[], known: KeptKnown): KeptReports => {
  const {plan, pruned} = state;
  const all = placesOf(state, planSteps(plan), known.keeps ?? (() => []), known);
  const more = {
    remains: remainsOf(events, all, known),
    prunable: isPrunable(state),
    takesBack: plan.takesBack?.run ?? null,
  };
  if (pruned === null) return {...more, kept: all, pruned: null};
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
    ...more,
    kept: where(isGone => !isGone),
    pruned: {by: pruned.run, ended: pruned.ended, gone: where(isGone => isGone)},
  };
};
