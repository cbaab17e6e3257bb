import {useStore} from 'zustand';
import {useShallow} from 'zustand/react/shallow';
import {shallow} from 'zustand/shallow';
import type {State} from './state.ts';
import type {ScreenStore} from './store.ts';

/** Follows one value of the store; a component is drawn again only when it changes (Object.is). */
export const useScreen = <T>(store: ScreenStore, select: (state: State) => T): T => useStore(store, select);

/** The same for an object that is made anew: compared field by field. */
export const useScreenFields = <T>(store: ScreenStore, select: (state: State) => T): T =>
  useStore(store, useShallow(select));

/** Whether two plain objects have the same fields with the same values (Object.is). */
export const sameFields = <T>(a: T, b: T): boolean => shallow(a, b);
