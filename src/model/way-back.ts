import type {StepId} from './ids.ts';
import type {Lane, Phase, Step, Undo} from './plan.ts';
import {phaseState, type RunState, stepState, touchedSince} from './state.ts';
import {type Text, text} from './text.ts';

export type ActionUndo = Extract<Undo, {kind: 'action'}>;

/** This run may have acted: what was found done before it, and what was certainly refused, is none of its business. */
export const actedOn = (state: RunState, step: Step): boolean => {
  const seen = stepState(state, step.id);
  return seen.status === 'done' ? seen.attempt > 0 : touchedSince(seen) !== null;
};

/** How a step is taken back that this run may have acted in; null where nothing is to be done for that. */
export const wayBackOf = (state: RunState, step: Step): ActionUndo | null => {
  const {undo} = step;
  if (undo.kind !== 'action' || !actedOn(state, step)) return null;
  return undo.onlyDone === true && stepState(state, step.id).status !== 'done' ? null : undo;
};

/** What begun last is taken back first. */
export const lanesBackwards = (state: RunState, phase: Phase): readonly Lane[] => {
  const lanes = Map.groupBy(phase.lanes, ({node}) => node);
  return phaseState(state, phase.id)
    .begun.toReversed()
    .flatMap(node => lanes.get(node) ?? []);
};

/** Steps of these phases, the last phase first, that the run may have begun, the last one first. */
export const begunSteps = (state: RunState, phases: readonly Phase[]): readonly Step[] =>
  phases
    .flatMap(phase => lanesBackwards(state, phase))
    .flatMap(({steps}) => steps.toReversed())
    .filter(step => actedOn(state, step));

/** Whether steps that were begun can be taken back; `shut`: a step, the first one from the end, has no way back. */
export type WayBack =
  | {readonly kind: 'open'}
  | {readonly kind: 'nothing'}
  | {readonly kind: 'shut'; readonly step: StepId; readonly because: Text; readonly instead: Text | null};

export const wayBackFrom = (state: RunState, begun: readonly Step[]): WayBack => {
  const final = begun.find(({undo}) => undo.kind === 'impossible');
  if (final?.undo.kind === 'impossible') {
    const {because, instead = null} = final.undo;
    return {kind: 'shut', step: final.id, because, instead};
  }
  return begun.some(step => wayBackOf(state, step) !== null) ? {kind: 'open'} : {kind: 'nothing'};
};

/** The way back of a whole run. One that takes another back, or prunes it, has none of its own. */
export const wayBackOfRun = (state: RunState): WayBack => {
  const {direction, phases, prunes} = state.plan;
  return direction === 'back' || prunes !== undefined
    ? {kind: 'nothing'}
    : wayBackFrom(state, begunSteps(state, phases.toReversed()));
};

/** That what a run did cannot be taken back any more, and why. */
export const describeNoWayBack = (because: Text): Text =>
  text(`What was done cannot be taken back any more: ${because.en}`, `已做的改动无法再撤销：${because.zh}`);
