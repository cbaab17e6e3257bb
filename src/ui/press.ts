import type {State} from '../store/state.ts';
import {keyTooEarly} from '../store/store.ts';
import {findKey, type KeyName} from './keys.ts';
import {messages} from './messages.ts';
import {askedGate, isAnswering, type Mode, modeOf} from './mode.ts';
import {perform, type Reach} from './perform.ts';

/** The longest text that can be typed into a field. */
const FIELD_MOST = 80;

const typeInto = (key: KeyName, text: string): string => {
  if (key === 'backspace') return text.slice(0, -1);
  const char = key === 'space' ? ' ' : key;
  return [...char].length === 1 && text.length < FIELD_MOST ? text + char : text;
};

const typePhrase = (key: KeyName, state: State, reach: Reach): void => {
  const typed = typeInto(key, state.typed);
  reach.store.setState({typed});
  // The name is complete: the key that destroys is asked for anew, and has to wait its moment.
  if (typed === askedGate(state)?.phrase) keyTooEarly(reach.store, reach.now());
};

/** Only a single key, pressed while the question could be read, is an answer; others are dropped. */
const isDropped = (key: KeyName, alone: boolean, mode: Mode, state: State, reach: Reach): boolean => {
  if (mode === 'leaving') return !alone;
  if (!isAnswering(mode)) return false;
  const does = findKey(key, mode, state)?.intent.do;
  if (does !== 'yes' && does !== 'no' && mode !== 'phrase') return false;
  if (state.armed) return !alone;
  keyTooEarly(reach.store, reach.now());
  return true;
};

const pressOne = (key: KeyName, alone: boolean, reach: Reach): void => {
  const {store} = reach;
  const state = store.getState();
  const mode = modeOf(state);
  if (isDropped(key, alone, mode, state, reach)) return;
  const spec = findKey(key, mode, state);
  if (spec !== null) {
    const whyNot = spec.whyNot?.(state) ?? null;
    if (whyNot === null) perform(spec.intent, reach);
    else store.setState({notice: whyNot});
  } else if (mode === 'phrase') typePhrase(key, state, reach);
  else if (mode === 'filter') store.setState({filter: typeInto(key, state.filter), selected: null});
};

/** Does what the keys of one input event mean, one after the other. */
export const press = (keys: readonly KeyName[], alone: boolean, reach: Reach): void => {
  if (keys.length > 0 && reach.store.getState().notice !== null) reach.store.setState({notice: null});
  for (const key of keys) pressOne(key, alone, reach);
};

/** Pasted text: it never answers, it only filters. */
export const paste = (pasted: string, reach: Reach): void => {
  const {store} = reach;
  const state = store.getState();
  const mode = modeOf(state);
  if (mode === 'filter') {
    const filter = `${state.filter}${pasted.replace(/[\r\n].*/s, '')}`.slice(0, FIELD_MOST);
    store.setState({filter, selected: null});
  } else if (isAnswering(mode)) {
    if (!state.armed) keyTooEarly(store, reach.now());
    store.setState({notice: messages.pasteIgnored});
  }
};
