import {never} from '../lib/never.ts';
import type {Facts} from '../model/facts.ts';
import type {NodeId, StepId} from '../model/ids.ts';
import type {Cluster} from '../model/inventory.ts';
import type {Phase, Plan, Verification} from '../model/plan.ts';
import {factsOfStep, laneDone, outOfService, type RunState} from '../model/state.ts';
import type {Back, System} from '../model/system.ts';
import {type Text, text} from '../model/text.ts';
import {actedOn, begunSteps, wayBackFrom} from '../model/way-back.ts';
import {undoPhases} from './undo-phase.ts';
import {settledChecks} from './undo-step.ts';

export type Refused = {
  readonly kind: 'refused';
  /** Behind which there is no way back; null where that is not the reason. */
  readonly step: StepId | null;
  readonly because: Text;
  readonly instead: Text | null;
};

/** A plan that takes a run back, or a part of it; or why there is none, and the next best way. */
export type TakenBack = {readonly kind: 'plan'; readonly plan: Plan} | Refused;

/** What of a run is to be taken back: all of it, or one phase, or one node in whatever phase it was taken. */
export type UndoScope =
  | {readonly kind: 'run'}
  | {readonly kind: 'phase'; readonly phase: string}
  | {readonly kind: 'node'; readonly node: string};

/** A run that was folded, with what its inventory says now. */
export type Taken = {readonly state: RunState; readonly system: System; readonly cluster: Cluster};

const refused = (because: Text, instead: Text | null, step: StepId | null = null): Refused => ({
  kind: 'refused',
  step,
  because,
  instead,
});

const phaseInScope = (phase: Phase, scope: UndoScope): readonly Phase[] => {
  switch (scope.kind) {
    case 'run':
      return [phase];
    case 'phase':
      return phase.id === scope.phase ? [phase] : [];
    case 'node': {
      const lanes = phase.lanes.filter(({node}) => node === scope.node);
      return lanes.length === 0 ? [] : [{...phase, lanes}];
    }
    default:
      return never(scope);
  }
};

/** The phases with only those lanes that are to be taken back, the last phase first. */
const inScope = ({phases}: Plan, scope: UndoScope): readonly Phase[] =>
  phases.flatMap(phase => phaseInScope(phase, scope)).toReversed();

/** What the steps of one node left, by the name of the step: what they were proved with. */
const foundOn =
  ({plan, steps}: RunState, node: NodeId) =>
  (name: string): Facts => {
    const found = plan.phases
      .flatMap(({lanes}) => lanes.filter(lane => lane.node === node).flatMap(lane => lane.steps))
      .find(step => step.name === name && steps[step.id]?.status === 'done');
    const seen = found === undefined ? undefined : steps[found.id];
    return seen?.status === 'done' ? seen.facts : {};
  };

/**
 * Every node healthy at the version it should have then: the old one, except where the run took it all the way and
 * nothing of that is taken back.
 */
const verifications = (
  {state, cluster}: Taken,
  undone: ReadonlySet<NodeId>,
  back: Back,
): readonly Verification[] => {
  const {plan} = state;
  // A node that is taken in several phases is upgraded by all of them.
  const short = new Set(
    plan.phases.flatMap(({lanes}) => lanes.filter(lane => !laneDone(state, lane)).map(({node}) => node)),
  );
  const forward = new Set(
    plan.phases
      .flatMap(({lanes}) => lanes.map(({node}) => node))
      .filter(node => !undone.has(node) && !short.has(node)),
  );
  return cluster.nodes.map(node => {
    const version = forward.has(node.id) ? plan.to : String(plan.survey[node.id]?.version ?? plan.from);
    const [first, ...others] = back.verify(node, {
      cluster,
      plan,
      version,
      is: undone.has(node.id) ? 'taken back' : forward.has(node.id) ? 'upgraded' : 'as it was',
      found: foundOn(state, node.id),
    });
    return {node: node.id, checks: settledChecks([first, ...others], factsOfStep(state))};
  });
};

const bodiesOf = ({scripts}: Plan, phases: readonly Phase[]): Plan['scripts'] => {
  const steps = phases.flatMap(({lanes}) => lanes.flatMap(lane => lane.steps));
  const actions = steps.flatMap(({action, undo}) =>
    undo.kind === 'action' ? [action, undo.action] : [action],
  );
  const used = new Set(actions.flatMap(action => (action.kind === 'script' ? [action.body] : [])));
  return Object.fromEntries(Object.entries(scripts).filter(([name]) => used.has(name)));
};

const makePlan = (taken: Taken, undone: readonly Phase[], back: Back): Plan => {
  const {state, cluster} = taken;
  const {plan} = state;
  const {outSince: _, ...rest} = plan;
  const turned = {...rest, from: plan.to, to: plan.from};
  const told = new Set<string>();
  const phases = undone.flatMap(phase => {
    const loses = back.loses?.(phase, plan) ?? null;
    // What is lost is told, and agreed to, once: before the first step back that leads to it.
    const isNew = loses !== null && !told.has(loses.en);
    const own = undoPhases(state, phase, {
      looks: back.around(phase, plan.from, cluster),
      loses: isNew ? loses : null,
    });
    if (isNew && own.length > 0) told.add(loses.en);
    return own;
  });
  const nodes = new Set(phases.flatMap(({lanes}) => lanes.map(({node}) => node)));
  const steps = begunSteps(state, undone).map(({id}) => id);
  const titles = undone.filter(({lanes}) => lanes.some(({node}) => nodes.has(node))).map(({title}) => title);
  return {
    ...turned,
    procedure: 'undo',
    direction: 'back',
    takesBack: {run: state.run, steps, whole: steps.length === begunSteps(state, plan.phases).length},
    out: outOfService(state).map(({node}) => node),
    rule: {
      says: text(
        `What run ${state.run} did is taken back, the last thing first.`,
        `撤销运行 ${state.run} 所做的改动，最后做的最先撤销。`,
      ),
      source: plan.rule.source,
    },
    title: text(
      `Undo: ${titles.map(({en}) => en).join(', ')}`,
      `撤销：${titles.map(({zh}) => zh).join('、')}`,
    ),
    scripts: bodiesOf(plan, phases),
    phases,
    verify: verifications(taken, nodes, back),
  };
};

/** The last step of a run for which there is no way back to before it, with why; null where everything it did can be taken back. */
export const noWayBack = ({state, cluster, system}: Taken): Text | null => {
  const taken = takeBack({state, cluster, system}, {kind: 'run'});
  return taken.kind === 'refused' && taken.step !== null ? taken.because : null;
};

/**
 * Takes back what a run did, the last thing first: an ordinary plan out of the undo of every step that may have been
 * begun. Refused at the first step, from the end, that has no way back.
 */
export const takeBack = (taken: Taken, scope: UndoScope): TakenBack => {
  const {state, system} = taken;
  const {plan} = state;
  const {back} = system;
  if (back === undefined)
    return refused(
      text(
        `lakeup does not know the way back of ${system.title.en}.`,
        `lakeup 不知道 ${system.title.zh} 的回退方法。`,
      ),
      null,
    );
  if (plan.direction === 'back')
    return refused(
      text(`Run ${state.run} takes another run back itself.`, `运行 ${state.run} 本身就是在撤销另一个运行。`),
      text('finish it with `lakeup resume`, then upgrade anew', '请用 `lakeup resume` 完成它，再重新升级'),
    );
  const undone = inScope(plan, scope);
  const way = wayBackFrom(state, begunSteps(state, undone));
  if (way.kind === 'shut') return refused(way.because, way.instead, way.step);
  if (way.kind === 'nothing')
    return refused(text('There is nothing to take back.', '没有可撤销的改动。'), null);
  return {kind: 'plan', plan: makePlan(taken, undone, back)};
};

/** The phase behind this scope that stands on it and would stay: it has to be taken back before. Null where there is none. */
export const standsOn = (state: RunState, scope: UndoScope): Phase | null => {
  const {phases} = state.plan;
  const undone = new Set<string>(inScope(state.plan, scope).map(({id}) => id));
  const first = phases.findIndex(({id}) => undone.has(id));
  return (
    phases.findLast(
      (phase, i) =>
        i > first &&
        !undone.has(phase.id) &&
        phase.lanes.some(({steps}) => steps.some(step => actedOn(state, step))),
    ) ?? null
  );
};
