import type {Event} from '../../src/model/event.ts';
import type {NodeId} from '../../src/model/ids.ts';
import type {planSteps} from '../../src/model/plan.ts';
import {skipByHold, skipOf} from '../../src/model/skip.ts';
import {gateState, type RunState} from '../../src/model/state.ts';
import type {SkipAnswer} from '../../src/model/world.ts';
import {seededRandom} from './random.ts';
import type {Subject, Trace} from './subject.ts';

/** More would leave nothing of the story; where nothing else helps they are not counted. */
const SKIPS_AT_MOST = 3;
const SKIPS = 0.35;
/** Nothing else helps a hold that a person has retried so often. */
const IN_VAIN = 2;

/** The operator takes nodes out of the run by chance, from a stream of its own: what a hold is about, or any other. */
export const makeSkipper = ({system, cluster}: Subject, seed: number, down: () => readonly NodeId[]) => {
  const chance = seededRandom(seed * 17 + 3);
  let skips = 0;
  return (state: RunState, retried: number): SkipAnswer | null => {
    const [hold] = state.holds;
    const isVain = retried >= IN_VAIN;
    if (hold === undefined || (!isVain && (skips >= SKIPS_AT_MOST || chance() >= SKIPS))) return null;
    const any = cluster.nodes[Math.floor(chance() * cluster.nodes.length)];
    const held = skipByHold(state, hold);
    const nodes = held.length > 0 || any === undefined ? held : [any.id];
    const said = skipOf(state, system, {nodes, all: cluster.nodes, notServing: new Set(down())});
    if (said?.kind !== 'may') return null;
    skips += 1;
    return {skip: nodes, because: 'the operator has had enough of it', agreedDown: said.down};
  };
};

type Taken = {readonly node: NodeId; readonly agreedDown: boolean};

const takenOut = (events: readonly Event[]): readonly Taken[] =>
  events.flatMap(event => (event.type === 'nodes.skipped' ? event.nodes : []));

/** The same trace without the nodes that were taken out of the run; `only`: those of them that are agreed to be down. */
export const withoutSkipped = (trace: Trace, only: 'down' | 'all'): Trace => {
  const out = new Set(
    takenOut(trace.events).flatMap(({node, agreedDown}) => (only === 'all' || agreedDown ? [node] : [])),
  );
  if (out.size === 0) return trace;
  const {cluster} = trace;
  return {
    cluster: {...cluster, nodes: cluster.nodes.filter(({id}) => !out.has(id))},
    plan: trace.plan,
    events: trace.events,
    effects: trace.effects.filter(({node}) => !out.has(node)),
    past: trace.past,
    down: () => trace.down().filter(node => !out.has(node as NodeId)),
    disturbances: trace.disturbances,
  };
};

/**
 * Nothing is done on a node that was taken out of the run, and the verdict names it, and nobody else. To be told every event in
 * order.
 */
export const makeSkipRule = ({cluster}: Subject, steps: ReturnType<typeof planSteps>) => {
  const out = new Set<NodeId>();
  const nodeOf = new Map(steps.map(({id, node}) => [id, node] as const));
  return (event: Event): readonly string[] => {
    if (event.type === 'nodes.skipped') {
      for (const {node} of event.nodes) out.add(node);
      return [];
    }
    if (event.type === 'run.ended') {
      const named = new Set((event.verdict.skipped ?? []).map(({node}) => node));
      const verified = new Set(event.verdict.verified);
      return cluster.nodes.flatMap(({id}) => [
        ...(out.has(id) === named.has(id)
          ? []
          : [`the verdict does not say of ${id} whether it was skipped`]),
        ...(verified.has(id) && out.has(id) ? [`${id} was skipped, and the verdict calls it verified`] : []),
      ]);
    }
    const node =
      event.type === 'step.started' || event.type === 'step.done'
        ? nodeOf.get(event.step)
        : event.type === 'lane.begun' || event.type === 'node.verified'
          ? event.node
          : undefined;
    return node !== undefined && out.has(node) ? [`${event.type} on ${node}, which was skipped`] : [];
  };
};

/** Frontends that were left to serve at the old version beside such that this run has started at the new one. */
export const oldBesideNew = ({cluster, events, effects}: Trace): string[] => {
  const frontends = new Set(cluster.nodes.filter(({role}) => role === 'fe').map(({id}) => id));
  const isNew = effects.some(({node, effect}) => effect === 'start' && frontends.has(node));
  if (!isNew) return [];
  return events.flatMap(event =>
    event.type === 'nodes.skipped'
      ? event.nodes.flatMap(({node, as, agreedDown}) =>
          as === 'untouched' && !agreedDown && frontends.has(node)
            ? [`${node} was left at the old version beside frontends of the new one`]
            : [],
        )
      : [],
  );
};

/**
 * Nodes that were stopped though nobody of their group was left to serve, while one of it was taken out of the run: whoever is down
 * by that stands in for nobody.
 */
export const stoppedAlone = ({cluster, events, effects}: Trace, roles: readonly string[]): string[] => {
  const out = new Set(takenOut(events).flatMap(({node, agreedDown}) => (agreedDown ? [node] : [])));
  if (out.size === 0) return [];
  const down = new Set<NodeId>();
  const found: string[] = [];
  for (const {node, effect} of effects) {
    if (['stop', 'died', 'lost'].includes(effect)) down.add(node);
    if (effect === 'ready') down.delete(node);
    const self = cluster.nodes.find(({id}) => id === node);
    if (effect !== 'stop' || self === undefined || !roles.includes(self.role)) continue;
    const group = cluster.nodes.filter(({role, group: of}) => role === self.role && of === self.group);
    const isFirst = group.every(({id}) => !out.has(id));
    if (isFirst || group.length < 2) continue;
    if (group.every(({id}) => down.has(id)))
      found.push(`${node} was stopped, and nobody of its group was left beside ${[...out].join(', ')}`);
  }
  return found;
};

/** A stop that needs somebody who was taken out of the run, down, stays refused: so the operator was told when they did it. */
export const needsSkipped: Subject['heldTruly'] = state => {
  const [hold] = state.holds;
  if (hold?.kind !== 'gate') return false;
  const gate = gateState(state, hold.gate);
  if (gate.status !== 'stuck' || gate.failure.kind !== 'unsettled') return false;
  const {seen} = gate.failure;
  const isNeeded = seen?.quorumKept === false || seen?.standIns === 0 || seen?.othersOk === 0;
  const role = state.plan.phases.find(({lanes}) =>
    lanes.some(({steps}) => steps.some(({gates}) => gates.some(({id}) => id === hold.gate))),
  )?.role;
  const lanes = state.plan.phases.flatMap(phase => (phase.role === role ? phase.lanes : []));
  return isNeeded && lanes.some(({node}) => state.skipped[node]?.agreedDown === true);
};
