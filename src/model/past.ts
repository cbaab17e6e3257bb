import {isReopened, type Past, type StepState, touchedSince} from './state.ts';

/** What is known of the attempts that ended before this. */
export const pastOf = (step: StepState): Past => ({
  touchedAt: step.status === 'done' ? null : step.touchedAt,
  ...(isReopened(step) ? {reopened: true} : {}),
  ...(step.status !== 'done' && step.lapsed === true ? {lapsed: true} : {}),
});

/** The same once this attempt has ended as well, which may have begun to change something too. */
export const pastWith = (step: StepState): Past => ({
  ...pastOf(step),
  touchedAt: step.status === 'done' ? null : touchedSince(step),
});

/** A step that lakeup died in, since a moment. */
export const interrupt = (step: StepState, at: number): StepState => ({
  status: 'interrupted',
  attempt: step.attempt,
  at,
  ...pastWith(step),
});

/** How often a step was put back before its gates; one that held the run, or that lakeup died in, counts anew. */
export const resetsOf = (step: StepState): number =>
  step.status === 'waiting' || step.status === 'running' ? step.resets : 0;

/** A step that is done, as one that waits: what it found is forgotten, what it changed is not. */
const undone = (step: StepState): Extract<StepState, {status: 'waiting'}> => {
  if (step.status !== 'done') throw new Error(`a step was opened again while ${step.status}`);
  const {attempt, touchedAt} = step;
  return {status: 'waiting', attempt, resets: 0, touchedAt: attempt === 0 ? null : touchedAt};
};

/** The same where somebody has undone it. What is there counts. */
export const lapse = (step: StepState): StepState => ({...undone(step), lapsed: true});

/** How an action stood when it was found again; lost: nobody will hear how it ends. */
type Reattached = 'running' | 'ended' | 'lost';

/** A step whose action was found again, or may go on unheard, as one that runs: where lakeup died in it, it is the same attempt. */
export const regain = (step: StepState, found: Reattached): StepState => {
  const known = found === 'lost' ? ({unheard: true} as const) : {found};
  if (step.status === 'running') return {...step, ...known};
  if (step.status !== 'interrupted') return step;
  const {attempt, at} = step;
  return {status: 'running', attempt, at, outcome: null, resets: resetsOf(step), ...known, ...pastOf(step)};
};

/** The same where what is there counts for nothing until it was carried out once more. */
export const reopen = (step: StepState): StepState => ({...undone(step), reopened: true});
