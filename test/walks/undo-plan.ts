import {GateId, type NodeId, PhaseId, StepId} from '../../src/model/ids.ts';
import type {Cluster} from '../../src/model/inventory.ts';
import type {Check, Lane, Phase, Plan, Step, Undo, Verification} from '../../src/model/plan.ts';
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

const undoStep = (phase: string, step: Step, undo: ActionUndo): Step => {
  const id = StepId.parse(`${phase}/undo-${step.name}@${step.node}`);
  return {
    id,
    node: step.node,
    name: `undo-${step.name}`,
    title: text(`take back: ${step.title.en}`, `撤销：${step.title.zh}`),
    gates: (undo.safe ?? []).map((check, i) => ({
      kind: 'check',
      id: GateId.parse(`${id}#${i}`),
      check,
      otherwise: 'hold',
    })),
    action: undo.action,
    done: undo.done,
    // An undo is a step like any other: the way back of the way back is the way.
    undo: {kind: 'action', action: step.action, done: step.done},
    typicalMs: step.typicalMs,
    down: step.down,
  };
};

const undoLane = (phase: string, lane: Lane, state: RunState): Lane | null => {
  const [first, ...others] = lane.steps
    .filter(step => actedOn(state, step))
    .toReversed()
    .flatMap(step => (step.undo.kind === 'action' ? [undoStep(phase, step, step.undo)] : []));
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

/** Every node healthy at the version it should have then: the old one, except where a whole phase before was kept. */
const verifications = (state: RunState, undone: Phase, system: System, cluster: Cluster): Verification[] => {
  const kept = new Set(
    state.plan.phases
      .filter(phase => phase !== undone && phaseDone(state, phase))
      .flatMap(({lanes}) => lanes.map(({node}) => node)),
  );
  return cluster.nodes.map(({id}) => ({
    node: id,
    checks: [
      statusOf(
        system,
        cluster,
        id,
        kept.has(id) ? state.plan.to : String(state.plan.survey[id]?.version ?? state.plan.from),
      ),
    ],
  }));
};

/**
 * Takes back what a run did in one phase, the last thing first: an ordinary plan out of the undo of every step that was
 * begun. Refused at the first step, from the end, that has no way back.
 */
export const takeBack = (state: RunState, phaseId: string, system: System, cluster: Cluster): TakenBack => {
  const phase = state.plan.phases.find(({id}) => id === phaseId);
  if (phase === undefined) throw new Error(`the plan has no phase ${phaseId}`);
  const lanes = lanesBackwards(state, phase);
  const final = lanes
    .flatMap(({steps}) => steps.toReversed())
    .find(step => actedOn(state, step) && step.undo.kind === 'impossible');
  if (final?.undo.kind === 'impossible')
    return {
      kind: 'refused',
      step: final.id,
      because: final.undo.because,
      instead: final.undo.instead ?? null,
    };
  const id = PhaseId.parse(`undo-${phase.id}`);
  const names = lanes.map(({node}) => node).join(', ');
  const {survey, cluster: name, system: systemName, stamp, from, to} = state.plan;
  return {
    kind: 'plan',
    plan: {
      format: 1,
      cluster: name,
      system: systemName,
      procedure: 'undo',
      title: text(`Undo: ${phase.title.en}`, `撤销：${phase.title.zh}`),
      from: to,
      to: from,
      stamp,
      phases: [
        {
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
          lanes: lanes.flatMap(lane => undoLane(id, lane, state) ?? []),
        },
      ],
      verify: verifications(state, phase, system, cluster),
      survey,
    },
  };
};
