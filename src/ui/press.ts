import type {State} from '../store/state.ts';
import {keyTooEarly} from '../store/store.ts';
import {handle} from './handlers.ts';
import type {Read} from './input.ts';
import type {KeyContext} from './key-context.ts';
import {findKey, type KeyName} from './keys.ts';
import {messages} from './messages.ts';
import {askedGate, isAnswering, type Mode, modeOf} from './mode.ts';

/** The longest text that can be typed into a field. */
const FIELD_MOST = 80;

const typeInto = (key: KeyName, text: string): string => {
  if (key === 'backspace') return text.slice(0, -1);
  const char = key === 'space' ? ' ' : key;
  return [...char].length === 1 && text.length < FIELD_MOST ? text + char : text;
};

const typePhrase = (key: KeyName, state: State, context: KeyContext): void => {
  const typed = typeInto(key, state.typed);
  context.store.setState({typed});
  // The name is complete: the key that destroys is asked for anew, and has to wait its moment.
  if (typed === askedGate(state)?.phrase) keyTooEarly(context.store, context.now());
};

/** Types why a node is taken out, or the cluster's name; a complete name asks for the key. */
const typeSkip = (key: KeyName, {skipping, cluster}: State, {store}: KeyContext): void => {
  if (skipping === null) return;
  if (skipping.at === 'why') {
    store.setState({skipping: {...skipping, because: typeInto(key, skipping.because)}});
    return;
  }
  const typed = typeInto(key, skipping.typed);
  store.setState({skipping: {...skipping, typed, at: typed === cluster.name ? 'sure' : 'name'}});
};

/** What the operator may do while they read a question, without having to wait again before they answer. */
const LOOKS_ABOUT: ReadonlySet<string> = new Set(['move', 'page', 'copy']);

/** What may only be done by a key that was pressed while the question could be read. */
const ANSWERS_IT: ReadonlySet<string> = new Set(['yes', 'alike', 'no', 'skip']);

/**
 * Only a single key, pressed while the question could be read, is an answer; others are dropped. Whatever else comes,
 * alone or with others, was perhaps not meant for this question: it has to be quiet again before a key answers.
 */
const isDropped = (key: KeyName, alone: boolean, mode: Mode, state: State, context: KeyContext): boolean => {
  // Whoever wants to leave may do so with whatever came before it: nothing is changed by that.
  if (key === 'ctrl-c') return false;
  if (mode === 'leaving' || mode === 'skip') return !alone;
  if (!isAnswering(mode)) return false;
  const spec = findKey(key, mode, state);
  const does = spec === null || (spec.whyNot?.(state) ?? null) !== null ? null : spec.intent.do;
  const looks = does !== null && LOOKS_ABOUT.has(does);
  const answers = does === null ? mode === 'phrase' && spec === null : ANSWERS_IT.has(does);
  const counts = alone && (looks || (answers && state.armed));
  if (!counts) keyTooEarly(context.store, context.now());
  return alone ? answers && !state.armed : !looks;
};

const pressOne = (key: KeyName, alone: boolean, context: KeyContext): void => {
  const {store} = context;
  const state = store.getState();
  const mode = modeOf(state);
  if (isDropped(key, alone, mode, state, context)) return;
  const spec = findKey(key, mode, state);
  if (spec !== null) {
    const whyNot = spec.whyNot?.(state) ?? null;
    if (whyNot === null) handle(spec.intent, context);
    else store.setState({notice: whyNot});
  } else if (mode === 'phrase') typePhrase(key, state, context);
  else if (mode === 'skip-why' || mode === 'skip-name') typeSkip(key, state, context);
  else if (mode === 'filter') store.setState({filter: typeInto(key, state.filter), selected: null});
  else if (mode === 'search')
    store.setState({search: {...state.search, words: typeInto(key, state.search.words)}});
};

/** Does what the keys of one read mean, one after the other. No key at all: a key that has no name here. */
export const press = ({keys, alone}: Read, context: KeyContext): void => {
  const {store} = context;
  if (keys.length > 0 && store.getState().notice !== null) store.setState({notice: null});
  const asked = isAnswering(modeOf(store.getState()));
  if (asked && keys.length === 0) keyTooEarly(store, context.now());
  for (const key of keys) pressOne(key, alone, context);
  if (asked && !alone && isAnswering(modeOf(store.getState()))) store.setState({notice: messages.oneKeyOnly});
};

/** Pasted text: it never answers, it only filters and searches. */
export const paste = (pasted: string, context: KeyContext): void => {
  const {store} = context;
  const state = store.getState();
  const mode = modeOf(state);
  const pasteInto = (text: string): string =>
    `${text}${pasted.replace(/[\r\n].*/s, '')}`.slice(0, FIELD_MOST);
  if (mode === 'filter') store.setState({filter: pasteInto(state.filter), selected: null});
  else if (mode === 'search')
    store.setState({search: {...state.search, words: pasteInto(state.search.words)}});
  else if (isAnswering(mode)) {
    keyTooEarly(store, context.now());
    store.setState({notice: messages.pasteIgnored});
  }
};
