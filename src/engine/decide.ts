import type {NodeId} from '../model/ids.ts';
import type {Order} from '../model/order.ts';
import type {CheckGate, ConfirmGate, Lane, Phase, Step} from '../model/plan.ts';
import {
  currentPhase,
  gateState,
  type Hold,
  isSkipped,
  laneOver,
  nextGate,
  phaseState,
  type RunState,
  stepState,
} from '../model/state.ts';
import {isUntouched} from '../model/untouched.ts';

/** One thing to do next. `key` names it: what is in hand already is not begun twice. */
export type Decision =
  | {readonly kind: 'resolve'; readonly key: string; readonly hold: Hold}
  | {readonly kind: 'reach'; readonly key: string; readonly gate: ConfirmGate}
  | {readonly kind: 'confirm'; readonly key: string; readonly gate: ConfirmGate}
  | {
      readonly kind: 'check';
      readonly key: string;
      readonly gate: CheckGate;
      readonly lane: {phase: Phase; lane: Lane} | null;
    }
  | {
      readonly kind: 'order';
      readonly key: string;
      readonly phase: Phase;
      readonly order: Order;
      readonly nodes: readonly NodeId[];
    }
  | {readonly kind: 'lease'; readonly key: string}
  | {readonly kind: 'recover'; readonly key: string; readonly step: Step}
  | {readonly kind: 'act'; readonly key: string; readonly step: Step; readonly attempt: number}
  | {readonly kind: 'verify'; readonly key: string; readonly node: NodeId}
  | {readonly kind: 'end'; readonly key: string};

/** How many nodes are looked at side by side at the end: each is looked at for a while. */
const VERIFY_WIDTH = 64;

const gateDecision = (
  state: RunState,
  owner: Pick<Phase | Step, 'gates'>,
  lane: {phase: Phase; lane: Lane} | null,
): Decision | null => {
  const gate = nextGate(state, owner.gates);
  if (gate === null) return null;
  const key = `gate ${gate.id}`;
  if (gate.kind === 'check') return {kind: 'check', key, gate, lane};
  return gateState(state, gate.id).status === 'shut'
    ? {kind: 'reach', key: `reach ${gate.id}`, gate}
    : {kind: 'confirm', key, gate};
};

const laneDecision = (state: RunState, phase: Phase, lane: Lane): Decision | null => {
  const step = lane.steps.find(({id}) => stepState(state, id).status !== 'done');
  if (step === undefined) return null;
  const seen = stepState(state, step.id);
  const key = `act ${step.id}`;
  const act: Decision = {kind: 'act', key, step, attempt: seen.attempt + 1};
  if (seen.status === 'running') return act;
  // Its effect may be there or under way: look before any gate, whose facts it may itself have changed.
  if (seen.status === 'interrupted') return {kind: 'recover', key, step};
  return gateDecision(state, step, {phase, lane}) ?? act;
};

/**
 * Lanes whose action was found again after a crash, as long as the question of their phase can wait for them: an action is still
 * at work, or nobody could go beside them. Else others are asked for, for they may be what these wait for: a master alone has no
 * majority, and would be waited for in vain.
 */
const foundAgain = (
  state: RunState,
  {width, fanOut}: Phase,
  open: readonly Lane[],
  left: number,
): readonly Lane[] => {
  const running = open.flatMap(lane =>
    lane.steps.flatMap(({id}) => {
      const step = stepState(state, id);
      // One of which nobody will hear how it ends would keep the others waiting for as long as its effect may take.
      return step.status === 'running'
        ? [{lane, isOver: step.outcome !== null || step.unheard === true}]
        : [];
    }),
  );
  const isFull = fanOut !== undefined || running.length >= width || left <= running.length;
  return isFull || running.some(({isOver}) => !isOver) ? running.map(({lane}) => lane) : [];
};

const phaseDecisions = (state: RunState, phase: Phase, leased: boolean): Decision[] => {
  const {begun} = phaseState(state, phase.id);
  const open = phase.lanes.filter(lane => begun.includes(lane.node) && !laneOver(state, lane));
  const waiting = phase.lanes.filter(lane => !begun.includes(lane.node) && !laneOver(state, lane));
  // What is in the middle of its work comes first: a resumed phase looks at it before its gates are asked again.
  const torn = open.filter(lane => lane.steps.some(({id}) => stepState(state, id).status === 'interrupted'));
  if (torn.length > 0) return torn.flatMap(lane => laneDecision(state, phase, lane) ?? []);
  // Once something of it was done its checks are past, also in a journal of an earlier lakeup, which did not look at them again.
  const asked = isUntouched(state, phase) ? phase.gates : phase.gates.filter(({kind}) => kind === 'confirm');
  const gate = gateDecision(state, {gates: asked}, null);
  if (gate !== null) {
    const found = foundAgain(state, phase, open, open.length + waiting.length);
    return found.length > 0 ? found.flatMap(lane => laneDecision(state, phase, lane) ?? []) : [gate];
  }
  // The operator has agreed, and nothing was changed yet: from here on this run has to be the only one.
  if (leased && !state.lease.held) return [{kind: 'lease', key: 'lease'}];
  // Lanes whose steps were opened again have all begun before: no more of them go at once than of any others.
  const going = open.slice(0, phase.width).flatMap(lane => laneDecision(state, phase, lane) ?? []);
  if (open.length >= phase.width || waiting.length === 0) return going;
  const nodes = waiting.map(({node}) => node);
  return [...going, {kind: 'order', key: `order ${phase.id}`, phase, order: phase.order, nodes}];
};

const endDecisions = (state: RunState): Decision[] => {
  const left = state.plan.verify.filter(
    ({node}) => state.nodes[node] === undefined && !isSkipped(state, node),
  );
  if (left.length === 0) return [{kind: 'end', key: 'end'}];
  return left.slice(0, VERIFY_WIDTH).map(({node}) => ({kind: 'verify', key: `verify ${node}`, node}));
};

/**
 * What to do next, in a run that stands like this; empty when it has ended. Pure: looks at nothing and touches nothing.
 * While the run is held, only its first hold is to be resolved. `leased`: nothing is begun before the lease is this run's.
 */
export const decide = (state: RunState, leased = false): Decision[] => {
  if (state.verdict !== null || state.over !== null) return [];
  const [hold] = state.holds;
  if (hold !== undefined) return [{kind: 'resolve', key: 'hold', hold}];
  const phase = currentPhase(state);
  return phase === null ? endDecisions(state) : phaseDecisions(state, phase, leased);
};
