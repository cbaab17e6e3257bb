import {never} from '../../src/lib/never.ts';
import {fillCheck, fillCopy, fillVars} from '../../src/model/given.ts';
import {GateId, NodeId, PhaseId, StepId} from '../../src/model/ids.ts';
import {type Cluster, nodeOf} from '../../src/model/inventory.ts';
import type {
  Action,
  Check,
  ConfirmGate,
  Gate,
  Lane,
  Phase,
  Plan,
  Service,
  Step,
  Undo,
  Verification,
} from '../../src/model/plan.ts';
import {
  factsOfStep,
  outOfService,
  phaseDone,
  phaseState,
  type RunState,
  stepState,
  touchedSince,
} from '../../src/model/state.ts';
import type {System} from '../../src/model/system.ts';
import {type Text, text} from '../../src/model/text.ts';
import {check} from '../../src/recipe/check.ts';

/** A plan that takes phases back, or the step behind which there is no way back. */
export type TakenBack =
  | {readonly kind: 'plan'; readonly plan: Plan}
  | {readonly kind: 'refused'; readonly step: StepId; readonly because: Text; readonly instead: Text | null};

/** What has to be seen before and after the question of a phase of the plan it is taken back by. */
export type LooksAround = (phase: Phase, plan: Plan) => readonly Check[];

type ActionUndo = Extract<Undo, {kind: 'action'}>;

/** This run may have acted: what was found done before it, and what was certainly refused, is none of its business. */
const actedOn = (state: RunState, step: Step): boolean => {
  const seen = stepState(state, step.id);
  return seen.status === 'done' ? seen.attempt > 0 : touchedSince(seen) !== null;
};

/** An undo stands in a journal of its own: what it takes of the run it undoes is written into it. */
const settledAction = (state: RunState, action: Action): Action => {
  switch (action.kind) {
    case 'script':
      return {...action, vars: fillVars(action, factsOfStep(state))};
    case 'copy': {
      const {node, path, to} = fillCopy(action, factsOfStep(state));
      return {...action, from: {node: NodeId.parse(node), path}, to};
    }
    case 'manual':
      return action;
    default:
      return never(action);
  }
};

const settledChecks = (state: RunState, [first, ...others]: Step['done']): Step['done'] => [
  fillCheck(first, factsOfStep(state)),
  ...others.map(other => fillCheck(other, factsOfStep(state))),
];

const TURNED: Readonly<Record<Service, Service>> = {
  leaves: 'returns',
  returns: 'leaves',
  restarts: 'restarts',
};

const checkGate = (owner: string, i: number, wanted: Check): Gate => ({
  kind: 'check',
  id: GateId.parse(`${owner}#${i}`),
  check: wanted,
  otherwise: 'hold',
});

const undoStep = (state: RunState, phase: string, step: Step, undo: ActionUndo): Step => {
  const id = StepId.parse(`${phase}/undo-${step.name}@${step.node}`);
  const {service} = step;
  return {
    id,
    node: step.node,
    name: `undo-${step.name}`,
    title: text(`take back: ${step.title.en}`, `撤销：${step.title.zh}`),
    gates: (undo.safe ?? []).map((safe, i) => checkGate(id, i, fillCheck(safe, factsOfStep(state)))),
    action: settledAction(state, undo.action),
    done: settledChecks(state, undo.done),
    // An undo is a step like any other: the way back of the way back is the way.
    undo: {kind: 'action', action: settledAction(state, step.action), done: settledChecks(state, step.done)},
    typicalMs: step.typicalMs,
    ...(service === undefined ? {} : {service: TURNED[service]}),
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

const statusOf = (system: System, cluster: Cluster, id: NodeId, version: string): Check => {
  const node = nodeOf(cluster, id);
  const probe = system.roles.find(({name}) => name === node.role)?.status;
  if (probe === undefined) throw new Error(`nobody knows how to look at ${id}`);
  const title = text(`it is healthy at ${version}`, `以 ${version} 健康运行`);
  return check(node, probe, title, {health: 'ok', version}, 90_000);
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

const stops = ({steps}: Lane): boolean => steps.some(({service}) => service === 'leaves');

/** What the way there said would be down, the way back says too, where it stops who may serve. */
const outagesOf = ({gates}: Phase, lanes: readonly Lane[]): Pick<ConfirmGate, 'danger' | 'outages'> => {
  const question = gates.find((gate): gate is ConfirmGate => gate.kind === 'confirm');
  const outages = lanes.some(stops) ? (question?.outages ?? []) : [];
  return {danger: outages.length > 0 ? 'outage' : 'phase', outages};
};

/** Gates, lanes and words of a phase that takes lanes of another one back. */
const phaseOf = (
  {plan}: RunState,
  of: Phase,
  name: string,
  lanes: readonly Lane[],
  looks: readonly Check[],
): Phase => {
  const id = PhaseId.parse(name);
  const names = lanes.map(({node}) => node).join(', ');
  const {from, to} = plan;
  const question: Gate = {
    kind: 'confirm',
    id: GateId.parse(`${id}#${looks.length}`),
    ask:
      of.width === 1
        ? text(`Take back ${names}, one at a time, ${to} → ${from}?`, `逐个撤销 ${names}，${to} → ${from}？`)
        : text(`Take back ${names}, ${to} → ${from}?`, `撤销 ${names}，${to} → ${from}？`),
    ...outagesOf(of, lanes),
    blast: [],
  };
  return {
    id,
    title: text(`Undo: ${of.title.en}`, `撤销：${of.title.zh}`),
    role: of.role,
    gates: [
      ...looks.map((wanted, i) => checkGate(id, i, wanted)),
      question,
      ...looks.map((wanted, i) => checkGate(id, looks.length + 1 + i, wanted)),
    ],
    order: {kind: 'listed'},
    // Who goes side by side on the way there may only come up side by side: one master alone has no majority.
    width: of.width,
    lanes,
  };
};

/** Who is out of service where the run was left, also where that is not certain: each has to be brought back. */
const outOf = (state: RunState): readonly NodeId[] => outOfService(state).map(({node}) => node);

/**
 * A phase taken back. Where roles move, who goes next is asked again; but what is out of service has to be back before
 * anybody else may leave, and may be the one that would have to be asked: it goes first, in a phase of its own.
 */
const undoPhases = (state: RunState, phase: Phase, looks: readonly Check[]): Phase[] => {
  const name = `undo-${phase.id}`;
  const laneOf = (id: string) => (lane: Lane) => undoLane(id, lane, state) ?? [];
  const backwards = lanesBackwards(state, phase);
  const lanes = backwards.flatMap(laneOf(name));
  if (lanes.length === 0) return [];
  if (phase.order.kind === 'listed') return [phaseOf(state, phase, name, lanes, looks)];
  const out = outOf(state);
  const first = backwards.filter(({node}) => out.includes(node)).flatMap(laneOf(`${name}-first`));
  const rest = lanes.filter(({node}) => !out.includes(node));
  return [
    ...(first.length === 0 ? [] : [phaseOf(state, phase, `${name}-first`, first, looks)]),
    ...(rest.length === 0 ? [] : [{...phaseOf(state, phase, name, rest, looks), order: phase.order}]),
  ];
};

const bodiesOf = ({scripts}: Plan, phases: readonly Phase[]): Plan['scripts'] => {
  const steps = phases.flatMap(({lanes}) => lanes.flatMap(lane => lane.steps));
  const actions = steps.flatMap(({action, undo}) =>
    undo.kind === 'action' ? [action, undo.action] : [action],
  );
  const used = new Set(actions.flatMap(action => (action.kind === 'script' ? [action.body] : [])));
  return Object.fromEntries(Object.entries(scripts).filter(([name]) => used.has(name)));
};

/**
 * Takes back what a run did in these phases, the last thing first: an ordinary plan out of the undo of every step that
 * may have been begun. Refused at the first step, from the end, that has no way back.
 */
export const takeBack = (
  {state, system, cluster}: {readonly state: RunState; readonly system: System; readonly cluster: Cluster},
  phaseIds: readonly string[],
  looksAround: LooksAround = () => [],
): TakenBack => {
  const {plan} = state;
  const undone = plan.phases.filter(({id}) => phaseIds.includes(id)).toReversed();
  const final = undone
    .flatMap(phase => lanesBackwards(state, phase))
    .flatMap(({steps}) => steps.toReversed())
    .find(step => actedOn(state, step) && step.undo.kind === 'impossible');
  if (final?.undo.kind === 'impossible') {
    const {because, instead = null} = final.undo;
    return {kind: 'refused', step: final.id, because, instead};
  }
  const back = {...plan, from: plan.to, to: plan.from};
  const phases = undone.flatMap(phase => undoPhases(state, phase, looksAround(phase, back)));
  const title = undone.map(phase => phase.title);
  return {
    kind: 'plan',
    plan: {
      ...back,
      procedure: 'undo',
      direction: 'back',
      out: outOf(state),
      rule: {
        says: text(
          `What the run to ${plan.to} did is taken back, the last thing first.`,
          `撤销升级到 ${plan.to} 的运行所做的改动，最后做的最先撤销。`,
        ),
        source: plan.rule.source,
      },
      title: text(
        `Undo: ${title.map(({en}) => en).join(', ')}`,
        `撤销：${title.map(({zh}) => zh).join('、')}`,
      ),
      scripts: bodiesOf(plan, phases),
      phases,
      verify: verifications(state, undone, system, cluster),
    },
  };
};
