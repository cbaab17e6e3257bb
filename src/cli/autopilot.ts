import {never} from '../lib/never.ts';
import type {Clock} from '../model/world.ts';
import type {State} from '../store/state.ts';
import {openQuestion} from '../store/state.ts';
import type {ScreenStore} from '../store/store.ts';
import {messages} from '../ui/messages.ts';
import {askedDanger, askedGate, yesKey} from '../ui/mode.ts';

/** As a terminal sends it. */
const PAGE_DOWN = '\x1b[6~';

/** What a careful operator who agrees would press now; null: nothing, or not yet. */
export const nextKeys = (state: State): string | null => {
  if (state.leaving !== 'no') return 'y';
  const question = openQuestion(state);
  if (question === null)
    return state.run !== null && (state.run.verdict !== null || state.run.left) ? 'q' : null;
  if (!state.armed || state.asked?.id !== question.id) return null;
  switch (question.kind) {
    case 'hold':
      return 'q';
    // In a demo somebody on the simulated host does it; whether they did is seen.
    case 'manual':
      return 'd';
    case 'confirm': {
      const gate = askedGate(state);
      if (gate === null) return null;
      const [next] = gate.phrase?.slice(state.typed.length) ?? '';
      if (state.notice?.en === messages.readOn.en) return PAGE_DOWN;
      const danger = askedDanger(state);
      return next ?? (danger === null ? null : yesKey(danger));
    }
    default:
      return never(question);
  }
};

/** One key at a time, as fast as a hand: two that arrive together are no answer. */
const PACE_MS = 120;
/** A key that changed nothing for this long is pressed again. */
const AGAIN_MS = 2_000;

/**
 * Presses the keys itself, on the keyboard the screen reads: agrees to every phase, says of work by hand that it is done,
 * and leaves at the first failure, as nobody is there to judge it. Goes on until the signal.
 */
export const runAutopilot = async (
  store: ScreenStore,
  press: (keys: string) => void,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> => {
  let last = {moment: '', at: 0};
  while (!signal.aborted) {
    await clock.sleep(PACE_MS, signal);
    if (signal.aborted) return;
    const state = store.getState();
    const keys = nextKeys(state);
    if (keys === null) continue;
    const moment = JSON.stringify([openQuestion(state)?.id, state.asked, state.leaving, state.typed, keys]);
    if (moment === last.moment && clock.ticks() - last.at < AGAIN_MS) continue;
    last = {moment, at: clock.ticks()};
    press(keys);
  }
};
