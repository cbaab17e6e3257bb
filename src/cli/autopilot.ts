import type {State} from '../store/state.ts';
import {openQuestion} from '../store/state.ts';
import type {ScreenStore} from '../store/store.ts';
import {askedGate, yesKey} from '../ui/mode.ts';

/** What a careful operator who agrees would press now; null: nothing, or not yet. */
export const nextKeys = (state: State): string | null => {
  if (state.leaving !== 'no') return 'y';
  const question = openQuestion(state);
  if (question === null)
    return state.run !== null && (state.run.verdict !== null || state.run.left) ? 'q' : null;
  if (!state.armed || state.asked?.id !== question.id) return null;
  if (question.kind === 'hold' || question.kind === 'manual') return 'q';
  const gate = askedGate(state);
  if (gate === null) return null;
  const [next] = gate.phrase?.slice(state.typed.length) ?? '';
  return next ?? yesKey(gate.danger);
};

/**
 * Presses the keys itself, on the keyboard the screen reads: agrees to every phase, and leaves at the first failure, as
 * nobody is there to judge it. Returns a function that stops it.
 */
export const startAutopilot = (store: ScreenStore, press: (keys: string) => void): (() => void) => {
  let pressed = '';
  const look = (): void => {
    const state = store.getState();
    const keys = nextKeys(state);
    const moment = `${openQuestion(state)?.id ?? 'none'} ${state.leaving} ${state.typed} ${keys}`;
    if (keys === null || moment === pressed) return;
    pressed = moment;
    press(keys);
  };
  look();
  return store.subscribe(look);
};
