import {filled, withGiven} from '../../src/engine/given.ts';
import {GateId, type NodeId, PhaseId, StepId} from '../../src/model/ids.ts';
import type {Cluster} from '../../src/model/inventory.ts';
import type {Action, Check, Lane, Phase, Plan, Step, Undo, Verification} from '../../src/model/plan.ts';
import {phaseDone, phaseState, type RunState, stepState} from '../../src/model/state.ts';
import type {System} from '../../src/model/system.ts';
import {type Text, text} from '../../src/model/text.ts';

/** A plan that takes a phase back, or the step behind which there is no way back. */
export type TakenBack =
  | {readonly kind: 'plan'; readonly plan: Plan}
  | {readonly kind: 'refused'; readonly step: StepId; readonly because: Text; readonly instead: Text | null};

type ActionUndo = Extract<Undo, {kind: 'action'}>;

/** This run acted: what was found done before it began is none of its business. */
const actedOn = (state: RunState, step: Step): boolean => stepState(state, step.id).attempt > 0;

/** An undo stands in a journal of its own: what it takes of the run it undoes is written into it. */
const settledAction = (state: RunState, action: Action): Action => {
  if (action.kind === 'manual' || action.given === undefined) return action;
  const {given: _, ...rest} = action;
  return {...rest, script: withGiven(state, action)};
};

const settledChecks = (state: RunState, [first, ...others]: Step['done']): Step['done'] => [
  filled(state, first),
  ...others.map(check => filled(state, check)),
];

const undoStep = (state: RunState, phase: string, step: Step, undo: ActionUndo): Step => {
  const id = StepId.parse(`${phase}/undo-${step.name}@${step.node}`);
  return {
    id,
    node: step.node,
    name: `undo-${step.name}`,
    title: text(`take back: ${step.title.en}`, `撤销：${step.title.zh}`),
    gates: (undo.safe ?? []).map((check, i) => ({
      kind: 'check',
      id: GateId.parse(`${id}#${i}`),
      check: filled(state, check),
      otherwise: 'hold',
    })),
    action: settledAction(state, undo.action),
    done: settledChecks(state, undo.done),
    // An undo is a step like any other: the way back of the way back is the way.
    undo: {kind: 'action', action: settledAction(state, step.action), done: settledChecks(state, step.done)},
    typicalMs: step.typicalMs,
    down: step.down,
  };
};

const undoLane = (phase: string, lane: Lane, state: RunState): Lane | null => {
  const [first, ...others] = lane.steps
    .filter(step => actedOn(state, step))
    .toReversed()
    .flatMap(step => (step.undo.kind === 'action' ? [undoStep(state, phase, step, step.undo)] : []));
  return first === undefined ? null : {node: lane.node, steps: [first, ...others]};
};

/** What begun last is taken back first. */
const lanesBackwards = (state: RunState, phase: Phase): readonly Lane[] =>
  phaseState(state, phase.id)
    .begun.toReversed()
    .flatMap(node => phase.lanes.filter(lane => lane.node === node));

const statusOf = (system: System, cluster: Cluster, node: NodeId, version: string): Check => {
  const role = cluster.nodes.find(({id}) => id === node)?.role;
  const probe = system.roles.find(({name}) => name === role)?.status;
  if (probe === undefined) throw new Error(`nobody knows how to look at ${node}`);
  return {
    title: text(`it is healthy at ${version}`, `以 ${version} 健康运行`),
    node,
    probe,
    expect: {health: 'ok', version},
    withinMs: 90_000,
    pollMs: 2_000,
  };
};

/** Every node healthy at the version it should have then: the old one, except where nothing of it is taken back. */
const verifications = (
  state: RunState,
  undone: readonly Phase[],
  system: System,
  cluster: Cluster,
): Verification[] => {
  const nodesOf = (phases: readonly Phase[]): ReadonlySet<NodeId> =>
    new Set(phases.flatMap(({lanes}) => lanes.map(({node}) => node)));
  const back = nodesOf(undone);
  const forward = nodesOf(
    state.plan.phases.filter(phase => !undone.includes(phase) && phaseDone(state, phase)),
  );
  return cluster.nodes.map(({id}) => {
    const kept = forward.has(id) && !back.has(id);
    const version = kept ? state.plan.to : String(state.plan.survey[id]?.version ?? state.plan.from);
    return {node: id, checks: [statusOf(system, cluster, id, version)]};
  });
};

const undoPhase = (state: RunState, phase: Phase): Phase => {
  const {from, to} = state.plan;
  const id = PhaseId.parse(`undo-${phase.id}`);
  const lanes = lanesBackwards(state, phase).flatMap(lane => undoLane(id, lane, state) ?? []);
  const names = lanes.map(({node}) => node).join(', ');
  return {
    id,
    title: text(`Undo: ${phase.title.en}`, `撤销：${phase.title.zh}`),
    role: phase.role,
    gates: [
      {
        kind: 'confirm',
        id: GateId.parse(`${id}#0`),
        ask: text(
          `Take back ${names}, one at a time, ${to} → ${from}?`,
          `逐个撤销 ${names}，${to} → ${from}？`,
        ),
        danger: 'phase',
        outages: [],
        blast: [],
      },
    ],
    order: {kind: 'listed'},
    width: 1,
    lanes,
  };
};

/**
 * Takes back what a run did in these phases, the last thing first: an ordinary plan out of the undo of every step that
 * was begun. Refused at the first step, from the end, that has no way back.
 */
export const takeBack = (
  state: RunState,
  phaseIds: readonly string[],
  system: System,
  cluster: Cluster,
): TakenBack => {
  const undone = state.plan.phases.filter(({id}) => phaseIds.includes(id)).toReversed();
  const final = undone
    .flatMap(phase => lanesBackwards(state, phase))
    .flatMap(({steps}) => steps.toReversed())
    .find(step => actedOn(state, step) && step.undo.kind === 'impossible');
  if (final?.undo.kind === 'impossible') {
    const {because, instead = null} = final.undo;
    return {kind: 'refused', step: final.id, because, instead};
  }
  const title = undone.map(phase => phase.title);
  return {
    kind: 'plan',
    plan: {
      ...state.plan,
      procedure: 'undo',
      title: text(
        `Undo: ${title.map(({en}) => en).join(', ')}`,
        `撤销：${title.map(({zh}) => zh).join('、')}`,
      ),
      from: state.plan.to,
      to: state.plan.from,
      phases: undone.map(phase => undoPhase(state, phase)).filter(({lanes}) => lanes.length > 0),
      verify: verifications(state, undone, system, cluster),
    },
  };
};
