import type {Draft} from './draft.ts';
import type {GateId, StepId} from './ids.ts';
import {stepOf} from './in-plan.ts';
import {planSteps} from './plan.ts';
import {phaseDone, phaseState, stepState} from './state.ts';
import {isUntouched} from './untouched.ts';

/** Shuts gates. One that holds the run stays stuck, with its reason, until its own hold is released. */
export const shutGates = (draft: Draft, gates: readonly {readonly id: GateId}[]): void => {
  const holding = new Set<string>(
    draft.state.holds.flatMap(hold => (hold.kind === 'gate' ? [hold.gate] : [])),
  );
  draft.dropGates(gates.map(({id}) => id).filter(id => !holding.has(id)));
};

/**
 * After a new process took over, what is not done is looked at and asked again. A phase in the middle of its work is
 * confirmed again, but its checks stay open: they speak of the cluster before the phase, which is no longer so.
 */
export const shutOpenEnds = (draft: Draft): void => {
  const {state} = draft;
  const openPhases = state.plan.phases.filter(phase => !phaseDone(state, phase));
  const phaseGates = openPhases.flatMap(phase =>
    isUntouched(state, phase) ? phase.gates : phase.gates.filter(({kind}) => kind === 'confirm'),
  );
  const stepGates = planSteps(state.plan)
    .filter(step => stepState(state, step.id).status !== 'done')
    .flatMap(step => step.gates);
  shutGates(draft, [...phaseGates, ...stepGates]);
};

/** Shuts the gates of some steps. */
export const shutStepGates = (draft: Draft, steps: readonly StepId[]): void =>
  shutGates(
    draft,
    steps.flatMap(id => stepOf(draft.state, id).gates),
  );

/**
 * What was looked at before anything was begun has to be looked at again after a hold, which lasts as long as a person
 * takes: a frontend may have become the master meanwhile, another node may be down. A key press still counts.
 */
export const shutLooks = (draft: Draft): void => {
  const {state} = draft;
  const idle = state.plan.phases.filter(phase => isUntouched(state, phase));
  const looks = idle.flatMap(phase => phase.gates.filter(({kind}) => kind === 'check'));
  const stepGates = planSteps(state.plan)
    .filter(({id}) => !['done', 'running'].includes(stepState(state, id).status))
    .flatMap(step => step.gates);
  shutGates(draft, [...looks, ...stepGates]);
};

/**
 * Shuts the questions that were answered with an earlier one, of the phases behind that gate that have not begun: what was
 * agreed to was that they follow at once.
 */
export const shutCovered = (draft: Draft, gate: GateId): void => {
  const {plan} = draft.state;
  const at = plan.phases.findIndex(phase =>
    [phase, ...phase.lanes.flatMap(({steps}) => steps)].some(({gates}) => gates.some(({id}) => id === gate)),
  );
  const waiting = plan.phases.slice(at + 1).filter(({id}) => phaseState(draft.state, id).begun.length === 0);
  shutGates(
    draft,
    waiting.flatMap(({gates}) => gates.filter(({kind}) => kind === 'confirm')),
  );
};
