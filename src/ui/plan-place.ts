import {stepOfHold} from '../model/describe.ts';
import type {PhaseId, StepId} from '../model/ids.ts';
import {gateOwner} from '../model/in-plan.ts';
import {currentPhase, type Hold, type RunState, stepState} from '../model/state.ts';
import {nodeInHand} from '../store/progress.ts';
import {outNow} from '../store/service.ts';
import {openQuestion, type State} from '../store/state.ts';
import {askedGate} from './mode.ts';
import {laneOf} from './select.ts';

/** What of the plan the run stands at: a step, or a whole phase. */
export type PlanPlace = StepId | PhaseId;

/** The step that matters of a node: the one that is not done, else its last. */
const placeOfNode = (run: RunState, node: Parameters<typeof laneOf>[1]): PlanPlace | null => {
  const steps = laneOf(run, node)?.lane.steps ?? [];
  return (steps.find(({id}) => stepState(run, id).status !== 'done') ?? steps.at(-1))?.id ?? null;
};

const placeOfHold = (run: RunState, hold: Hold): PlanPlace | null => {
  if (hold.kind === 'order') return hold.phase;
  if (hold.kind === 'node') return placeOfNode(run, hold.node);
  const owner = hold.kind === 'gate' ? gateOwner(run, hold.gate) : null;
  return stepOfHold(hold, run)?.id ?? owner?.phase.id ?? null;
};

const placeOfQuestion = (state: State, run: RunState): PlanPlace | null => {
  const question = openQuestion(state);
  if (question?.kind === 'manual') return question.step;
  const gate = askedGate(state);
  const owner = gate === null ? null : gateOwner(run, gate.id);
  return owner === null ? null : (owner.step?.id ?? owner.phase.id);
};

/**
 * Where in the plan the run stands: what is asked about, what holds it, the step in hand, a node that is out of service, the
 * phase that comes next. Null: at its beginning or end, or at its first phase, which comes with all that stands before it.
 */
export const planPlace = (state: State): PlanPlace | null => {
  const {run} = state;
  if (run === null || run.verdict !== null) return null;
  const [hold] = run.holds;
  const inHand = nodeInHand(run) ?? outNow(state)[0]?.node ?? null;
  const place =
    placeOfQuestion(state, run) ??
    (hold === undefined ? null : placeOfHold(run, hold)) ??
    (inHand === null ? null : placeOfNode(run, inHand)) ??
    currentPhase(run)?.id ??
    null;
  return place === run.plan.phases[0]?.id ? null : place;
};
