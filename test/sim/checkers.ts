import type {Event} from '../../src/model/event.ts';
import type {NodeId} from '../../src/model/ids.ts';
import type {Cluster} from '../../src/model/inventory.ts';
import {type Plan, planSteps} from '../../src/model/plan.ts';
import {gateState, isSkipped, phaseState, type RunState, stepState} from '../../src/model/state.ts';
import type {Deed} from '../fakes/common/memory-leases.ts';
import type {Effect, FakeCluster} from '../fakes/memory.ts';
import {STANDINGS} from './rules.ts';
import type {Trace} from './subject.ts';

/** Pairs that were found equal before. States share what did not change, so most of a comparison is made only once. */
const knownEqual = new WeakMap<object, object>();

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null;

/** Deep equality of plain JSON values. */
const sameJson = (a: unknown, b: unknown): boolean => {
  if (!isObject(a) || !isObject(b)) return Object.is(a, b);
  if (knownEqual.get(a) === b) return true;
  const names = Object.keys(a);
  if (Array.isArray(a) !== Array.isArray(b) || names.length !== Object.keys(b).length) return false;
  for (const name of names) if (!(name in b && sameJson(a[name], b[name]))) return false;
  knownEqual.set(a, b);
  return true;
};

/** Shown before it was on disk, or shown otherwise than the journal tells it. */
export const shownProblems = (
  synced: readonly Event[],
  folded: RunState | null,
  event: Event,
  live: RunState,
): string[] => {
  const kept = synced[event.seq];
  if (kept === undefined) return [`event ${event.seq} (${event.type}) was shown before it was on disk`];
  if (!sameJson(event, kept)) return [`event ${event.seq} was shown otherwise than it was kept`];
  if (synced.length !== event.seq + 1 || folded === null || sameJson(live, folded)) return [];
  return [`the live state after event ${event.seq} (${event.type}) is not the fold of the journal`];
};

/** Gates before actions, phases one after the other, lanes no wider than the plan says. Asked of the state before. */
export const eventProblems = (before: RunState | null, event: Event): string[] => {
  if (before === null) return [];
  switch (event.type) {
    case 'step.started': {
      const phase = before.plan.phases.find(({lanes}) =>
        lanes.some(({steps}) => steps.some(({id}) => id === event.step)),
      );
      const step = planSteps(before.plan).find(({id}) => id === event.step);
      if (phase === undefined || step === undefined) return [`${event.step} began and is not in the plan`];
      const shut = [...phase.gates, ...step.gates].filter(({id}) => gateState(before, id).status !== 'open');
      const lane = phase.lanes.find(({node}) => node === step.node);
      const earlier = lane?.steps.slice(0, lane.steps.indexOf(step)) ?? [];
      const open = earlier.filter(({id}) => stepState(before, id).status !== 'done');
      const earlierPhases = before.plan.phases.slice(0, before.plan.phases.indexOf(phase));
      const openPhases = earlierPhases.filter(({lanes}) =>
        lanes.some(
          ({node, steps}) =>
            !isSkipped(before, node) && steps.some(({id}) => stepState(before, id).status !== 'done'),
        ),
      );
      return [
        ...shut.map(({id}) => `${event.step} began while its gate ${id} was not open`),
        ...open.map(({id}) => `${event.step} began before ${id} was done`),
        ...openPhases.map(({id}) => `${event.step} began before the phase ${id} was done`),
        ...(before.holds.length > 0 ? [`${event.step} began while the run was held`] : []),
        ...(phaseState(before, phase.id).begun.includes(step.node)
          ? []
          : [`${event.step} began before its turn`]),
      ];
    }
    case 'lane.begun': {
      const phase = before.plan.phases.find(({id}) => id === event.phase);
      if (phase === undefined) return [];
      const going = phaseState(before, phase.id).begun.filter(node =>
        phase.lanes.some(
          lane =>
            lane.node === node &&
            !isSkipped(before, node) &&
            lane.steps.some(({id}) => stepState(before, id).status !== 'done'),
        ),
      );
      return going.length >= phase.width
        ? [`${event.node} began while ${going.join(', ')} was not done`]
        : [];
    }
    default:
      return [];
  }
};

/** What became of a node last. */
const lastOf = (effects: readonly Effect[], node: NodeId): string | undefined =>
  effects.findLast(entry => entry.node === node && STANDINGS.includes(entry.effect))?.effect;

/** More than one node of a role and group down at once, those lost from outside left out. */
export const downProblems = (cluster: Cluster, fake: FakeCluster): string[] => {
  const down = fake.down().filter(node => lastOf(fake.effects, node) !== 'lost');
  const groups = new Map<string, string[]>();
  for (const node of cluster.nodes) {
    if (!down.includes(node.id)) continue;
    const group = `${node.role}${node.group === undefined ? '' : ` ${node.group}`}`;
    groups.set(group, [...(groups.get(group) ?? []), node.id]);
  }
  return [...groups]
    .filter(([, nodes]) => nodes.length > 1)
    .map(([group, nodes]) => `${group}: ${nodes.join(' and ')} are down together`);
};

/** What was lost from outside this shortly before the end could not be known. */
const LOOK_MAY_BE_MS = 45_000;

/** Nodes that were lost from outside so shortly before this. */
export const lostJustBefore = (fake: FakeCluster, now: number): readonly NodeId[] =>
  fake.down().filter(node => {
    const last = fake.effects.findLast(entry => entry.node === node && STANDINGS.includes(entry.effect));
    return last?.effect === 'lost' && now - last.at <= LOOK_MAY_BE_MS;
  });

/** Nodes that are down when the run has ended. */
export const downAtEndProblems = (fake: FakeCluster, now: number, skipped: ReadonlySet<string>): string[] => {
  const lost = lostJustBefore(fake, now);
  return fake
    .down()
    .filter(node => !lost.includes(node) && !skipped.has(node))
    .map(node => `the run ended, and ${node} is down`);
};

/** Nodes that the plan itself stops or starts; what people do by hand is theirs. */
const serving = (plan: Plan): readonly NodeId[] => [
  ...new Set(
    planSteps(plan)
      .filter(({service, action}) => service !== undefined && action.kind === 'script')
      .map(({node}) => node),
  ),
];

/** How often somebody else started a node that the run had stopped, and not one that was lost. */
const startedByOthers = (own: readonly Effect[]): number =>
  own.filter(
    ({effect}, i) =>
      effect === 'returned' &&
      own.findLast((past, at) => at < i && BEFORE.includes(past.effect))?.effect === 'stop',
  ).length;
const BEFORE: readonly string[] = ['stop', 'start', 'returned', 'died', 'lost'];

/**
 * In a finished run every such node was stopped once and started once; a start more for each time it died, and at most a stop more
 * for each time that somebody else started it.
 */
export const onceProblems = ({plan, cluster, effects}: Trace): string[] =>
  serving(plan).flatMap(id => {
    if (!cluster.nodes.some(node => node.id === id)) return [];
    const of = (effect: string): number =>
      effects.filter(({node, effect: what}) => node === id && what === effect).length;
    const [stops, starts, deaths] = [of('stop'), of('start'), of('died') + of('lost')];
    // Who is out when a plan forward begins is stopped already.
    const first = plan.direction === 'forward' && plan.out.includes(id) ? 0 : 1;
    // Whoever started it has perhaps ended it, too.
    const most = first + startedByOthers(effects.filter(({node}) => node === id));
    return [
      ...((stops >= first && stops <= most) || (stops === 0 && of('lost') + of('left-behind') > 0)
        ? []
        : [`${id} was stopped ${stops} times`]),
      ...(starts >= 1 && starts <= 1 + deaths
        ? []
        : [`${id} was started ${starts} times and died ${deaths} times`]),
    ];
  });

/** The end of an action that is told of is the end of that very attempt, and none that nobody knows. */
export const actedProblems = (
  run: string,
  before: RunState | null,
  event: Event,
  deeds: readonly Deed[],
): string[] => {
  if (event.type !== 'step.acted' || before === null) return [];
  const {attempt} = stepState(before, event.step);
  const own = deeds.filter(({of}) => of?.run === run && of.step === event.step && of.attempt === attempt);
  const {code} = event.outcome;
  // A copy has no receipt, and what was turned away has done nothing.
  const isCopy = planSteps(before.plan).some(({id, action}) => id === event.step && action.kind === 'copy');
  // Nor has a step that a command for many carried out: its end is the command's.
  const isTogether =
    own.length === 0 && before.plan.phases.some(({fanOut}) => fanOut?.steps.includes(event.step) === true);
  if (isCopy || isTogether || code === 97 || own.some(deed => deed.code === code)) return [];
  return [`${event.step} was told to have ended with ${code}, and its attempt ${attempt} has not`];
};
