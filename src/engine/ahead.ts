/** What is looked at before its turn comes, so that nobody waits for what has been seen to hold already. */
import {never} from '../lib/never.ts';
import type {FilledCheck, Gate, Lane, Phase, Step} from '../model/plan.ts';
import {currentPhase, isSkipped, laneOver, phaseState, type RunState} from '../model/state.ts';
import type {System} from '../model/system.ts';
import type {Decision} from './decide.ts';
import {fillGate, fillVerification} from './fill.ts';
import {toldOfSkipped} from './skip.ts';

/** Most of what is looked at before its turn is not so yet: in a larger cluster that is too dear. */
const LOOKED_AHEAD_MOST = 100;

/** What comes after a question is looked at for no longer than this: whoever thinks longer waits for what has to hold. */
export const THINKS_MS = 180_000;

const isLarge = ({plan}: RunState): boolean => Object.keys(plan.survey).length > LOOKED_AHEAD_MOST;

/** What gates of one step look at, from the first of them on; not beyond one that asks, or whose facts are not there yet. */
const lookedAtBy = (state: RunState, system: System, gates: readonly Gate[]): readonly FilledCheck[] => {
  const checks: FilledCheck[] = [];
  for (const gate of gates) {
    const filled = gate.kind === 'check' ? fillGate(state, gate) : null;
    if (filled?.kind !== 'ready') break;
    checks.push(toldOfSkipped(state, system, filled.value));
  }
  return checks;
};

/** What the gates look at that stand behind that one before the same step. */
export const gatesBehind = (
  state: RunState,
  system: System,
  steps: readonly Step[],
  gate: Gate,
): readonly FilledCheck[] => {
  const gates = steps.find(step => step.gates.some(({id}) => id === gate.id))?.gates ?? [];
  return lookedAtBy(state, system, gates.slice(gates.findIndex(({id}) => id === gate.id) + 1));
};

const hasToHold = ({steadyMs = 0}: FilledCheck): boolean => steadyMs > 0;

/** What has to hold before the first of some steps before which anything has to. */
const heldBefore = (state: RunState, system: System, steps: readonly Step[]): readonly FilledCheck[] => {
  for (const {gates} of steps) {
    const checks = lookedAtBy(state, system, gates).filter(hasToHold);
    if (checks.length > 0 || gates.some(({kind}) => kind === 'confirm')) return checks;
  }
  return [];
};

/** The lane that goes next in a phase: as listed, or by what each node was when it was surveyed. Whoever has moved since is waited for. */
const likelyNext = (state: RunState, {id, order, lanes}: Phase): Lane | null => {
  const {begun} = phaseState(state, id);
  const waiting = lanes.filter(lane => !begun.includes(lane.node) && !laneOver(state, lane));
  if (order.kind === 'listed') return waiting[0] ?? null;
  const rankOf = ({node}: Lane): number => {
    const fact = state.plan.survey[node]?.[order.fact];
    const rank = typeof fact === 'string' ? order.ranks.indexOf(fact) : -1;
    return rank < 0 ? order.ranks.length : rank;
  };
  return waiting.reduce<Lane | null>(
    (best, lane) => (best === null || rankOf(lane) < rankOf(best) ? lane : best),
    null,
  );
};

/** What has to hold before the next lane begins, in the first of some phases that has one left. */
const heldBeforeNext = (
  state: RunState,
  system: System,
  phases: readonly Phase[],
): readonly FilledCheck[] | null => {
  for (const phase of phases) {
    const lane = likelyNext(state, phase);
    if (lane !== null) return heldBefore(state, system, lane.steps);
  }
  return null;
};

/** What has to hold of every node at the end. */
const heldAtEnd = (state: RunState): readonly FilledCheck[] =>
  state.plan.verify.flatMap(({node}) => {
    const filled = isSkipped(state, node) ? null : fillVerification(state, node);
    return filled?.kind === 'ready' ? filled.value.filter(hasToHold) : [];
  });

/**
 * What has to hold before whatever comes after that step: before a later one of its lane, before the first one of the lane that goes
 * next, in its phase or in a later one, or at the end of the run.
 */
export const heldAfter = (state: RunState, system: System, {id}: Step): readonly FilledCheck[] => {
  const {phases} = state.plan;
  const at = phases.findIndex(({lanes}) => lanes.some(({steps}) => steps.some(step => step.id === id)));
  const steps = phases[at]?.lanes.find(lane => lane.steps.some(step => step.id === id))?.steps ?? [];
  const own = steps.slice(steps.findIndex(step => step.id === id) + 1);
  if (own.length > 0) return heldBefore(state, system, own);
  if (isLarge(state)) return [];
  return heldBeforeNext(state, system, phases.slice(at)) ?? heldAtEnd(state);
};

/** What has to hold before the first lane of the phase at hand: while its question, its checks or its order are waited for. */
const heldFirst = (state: RunState, system: System): readonly FilledCheck[] => {
  const phase = currentPhase(state);
  return phase === null || isLarge(state) ? [] : (heldBeforeNext(state, system, [phase]) ?? []);
};

/** What has to hold behind a gate: before the same step, or where it is a gate of a phase, before its first lane. */
const heldBehind = (state: RunState, system: System, gate: Gate): readonly FilledCheck[] => {
  const phase = currentPhase(state);
  if (phase?.gates.some(({id}) => id === gate.id)) return heldFirst(state, system);
  // Lanes that go all at once look at much the same, each for itself.
  if (phase === null || phase.fanOut !== undefined) return [];
  const steps = phase.lanes.flatMap(lane => lane.steps);
  return gatesBehind(state, system, steps, gate).filter(hasToHold);
};

/** What has to hold for what comes after a decision, and is looked at while that is carried out. An action says itself when it begins. */
export const heldMeanwhile = (
  state: RunState,
  system: System,
  decision: Decision,
): readonly FilledCheck[] => {
  switch (decision.kind) {
    case 'check':
    case 'reach':
    case 'confirm':
      return heldBehind(state, system, decision.gate);
    case 'order':
    case 'lease':
      return heldFirst(state, system);
    case 'resolve':
    case 'recover':
    case 'act':
    case 'verify':
    case 'end':
      return [];
    default:
      return never(decision);
  }
};
