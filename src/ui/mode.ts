import {never} from '../lib/never.ts';
import {confirmGateOf} from '../model/describe-event.ts';
import type {ConfirmGate} from '../model/plan.ts';
import {openQuestion, type State, type View} from '../store/state.ts';

/** What keys mean at the moment: a view, or what lies over it. */
export type Mode = View | 'confirm' | 'phrase' | 'held' | 'manual' | 'leaving' | 'filter';

/** The gate that is asked about, while it is. */
export const askedGate = (state: State): ConfirmGate | null => {
  const question = openQuestion(state);
  if (question?.kind !== 'confirm' || state.run === null) return null;
  return confirmGateOf(state.run, question.gate);
};

/** Whether the question is on the screen: nothing lies over it. */
export const questionVisible = (state: State): boolean =>
  state.view === 'main' && state.leaving === 'no' && !state.filtering && openQuestion(state) !== null;

export const modeOf = (state: State): Mode => {
  if (state.leaving !== 'no') return 'leaving';
  if (state.filtering) return 'filter';
  const question = openQuestion(state);
  if (state.view !== 'main' || question === null) return state.view;
  switch (question.kind) {
    case 'hold':
      return 'held';
    case 'manual':
      return 'manual';
    case 'confirm': {
      const gate = askedGate(state);
      return gate?.phrase !== undefined && state.typed !== gate.phrase ? 'phrase' : 'confirm';
    }
    default:
      return never(question);
  }
};

/** Modes in which the operator answers the engine. */
export const isAnswering = (mode: Mode): boolean =>
  mode === 'confirm' || mode === 'phrase' || mode === 'held' || mode === 'manual';

/** The key that opens a gate: the more it costs, the more deliberate. Never Enter. */
export const yesKey = (danger: ConfirmGate['danger']): 'y' | 'O' | 'D' =>
  (({phase: 'y', outage: 'O', destructive: 'D'}) as const)[danger];
