import {useRef} from 'react';
import type {State} from '../../store/state.ts';
import type {ScreenStore} from '../../store/store.ts';
import {sameFields, useScreen} from '../../store/use-screen.ts';
import type {Line} from '../line.ts';
import type {Pen} from '../pen.ts';

/** Where a part of the screen stands and what it is written with. */
export type PaneProps = {
  readonly store: ScreenStore;
  readonly width: number;
  readonly height: number;
  readonly pen: Pen;
};

type Kept<T> = {readonly place: PaneProps; readonly state: State; readonly made: T};

/**
 * Follows something that is made from the state: made once per state and place (and whatever else stands in `place`).
 * `settle` may give back (parts of) what was made before, so that nothing is drawn again for nothing.
 */
const useKept = <T>(place: PaneProps, make: (state: State) => T, settle: (made: T, before: T) => T): T => {
  const kept = useRef<Kept<T> | null>(null);
  return useScreen(place.store, state => {
    const before = kept.current;
    const here = before !== null && sameFields(before.place, place);
    if (before !== null && here && before.state === state) return before.made;
    const made = make(state);
    const settled = before !== null && here ? settle(made, before.made) : made;
    kept.current = {place, state, made: settled};
    return settled;
  });
};

const sameLine = (a: Line, b: Line): boolean =>
  a.length === b.length && a.every((piece, i) => piece.text === b[i]?.text && piece.tone === b[i]?.tone);

const settleLines = (made: readonly Line[], before: readonly Line[]): readonly Line[] => {
  const settled = made.map((spans, i) => {
    const old = before[i];
    return old !== undefined && sameLine(spans, old) ? old : spans;
  });
  return settled.length === before.length && settled.every((spans, i) => spans === before[i])
    ? before
    : settled;
};

/** Lines of a part of the screen: those that say the same as before are the same objects. */
export const useLines = (place: PaneProps, make: (state: State) => readonly Line[]): readonly Line[] =>
  useKept(place, make, settleLines);

/** Plain data made from the state: the same object as long as it says the same. */
export const useMade = <T>(place: PaneProps, make: (state: State) => T): T =>
  useKept(place, make, (made, before) => (JSON.stringify(made) === JSON.stringify(before) ? before : made));
