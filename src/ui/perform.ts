import {openQuestion, type State, THEME_NAMES, VIEWS} from '../store/state.ts';
import {answerQuestion, keyTooEarly, type ScreenStore} from '../store/store.ts';
import {layoutGrid, neighbour} from './grid-layout.ts';
import {findKey, type Intent, type KeyName} from './keys.ts';
import {messages} from './messages.ts';
import {isAnswering, askedGate, modeOf} from './mode.ts';
import {penFor} from './pen.ts';
import {currentNode} from './select.ts';
import {scrollLimit} from './screens/scroll.ts';

/** What keys may reach besides the store. */
export type Reach = {
  readonly store: ScreenStore;
  readonly now: () => number;
  readonly size: () => {readonly columns: number; readonly rows: number};
  /** The operator closes the screen: nothing is left to stop, or they do not wait for it. */
  readonly exit: (why: 'quit' | 'now') => void;
  readonly repaint: () => void;
  readonly suspend: (() => void) | null;
};

const scrollBy = (reach: Reach, lines: number): void => {
  const {store} = reach;
  const state = store.getState();
  const {view} = state;
  const sign = view === 'log' ? -1 : 1;
  const limit = scrollLimit(state, reach.size());
  const to = Math.max(0, Math.min(limit, state.scroll[view] + sign * lines));
  store.setState({scroll: {...state.scroll, [view]: to}});
};

const move = (reach: Reach, dx: number, dy: number): void => {
  const {store} = reach;
  const state = store.getState();
  if (state.view !== 'main') return scrollBy(reach, dy);
  const {columns, rows} = reach.size();
  const layout = layoutGrid(state, penFor(state), columns, rows);
  store.setState({selected: neighbour(layout, currentNode(state), dx, dy)});
};

const toEnd = (reach: Reach, to: 'first' | 'last'): void => {
  const {store} = reach;
  const state = store.getState();
  if (state.view === 'main') {
    const {columns, rows} = reach.size();
    const nodes = layoutGrid(state, penFor(state), columns, rows).groups.flatMap(group => group.nodes);
    return store.setState({selected: (to === 'first' ? nodes[0] : nodes.at(-1))?.id ?? null});
  }
  return scrollBy(reach, to === 'first' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY);
};

const quit = (reach: Reach): void => {
  const {run, wish} = reach.store.getState();
  if (run === null || run.verdict !== null || run.left) return reach.exit('quit');
  return reach.store.setState({leaving: wish === 'leave' ? 'now' : 'asked', view: 'main'});
};

const answer = (reach: Reach, yes: boolean): void => {
  const {store} = reach;
  const state = store.getState();
  if (state.leaving !== 'no') {
    const now = state.leaving === 'now';
    store.setState({leaving: 'no', wish: 'leave'});
    return now ? reach.exit('now') : undefined;
  }
  const question = openQuestion(state);
  if (question === null) return undefined;
  return answerQuestion(store, question.id, yes ? {answer: 'yes', typed: state.typed} : {answer: 'leave'});
};

const next = <T>(all: readonly T[], current: T): T | undefined => all[(all.indexOf(current) + 1) % all.length];

const perform = (intent: Intent, reach: Reach): void => {
  const {store} = reach;
  const state = store.getState();
  switch (intent.do) {
    case 'move':
      return move(reach, intent.dx, intent.dy);
    case 'page':
      return scrollBy(reach, intent.by * Math.max(1, reach.size().rows - 8));
    case 'end':
      return toEnd(reach, intent.to);
    case 'view':
      return store.setState({view: intent.view, scroll: {...state.scroll, [intent.view]: 0}});
    case 'back':
      return store.setState({view: VIEWS[0]});
    case 'follow':
      return store.setState({selected: null});
    case 'hold':
      return store.setState({wish: state.wish === 'hold' ? 'go' : 'hold'});
    case 'quit':
      return quit(reach);
    case 'yes':
    case 'no':
      return answer(reach, intent.do === 'yes');
    case 'stay':
      return store.setState({leaving: 'no'});
    case 'language':
      return store.setState({lang: state.lang === 'en' ? 'zh' : 'en'});
    case 'theme':
      return store.setState({theme: next(THEME_NAMES, state.theme) ?? 'dark'});
    case 'filter':
      return store.setState({filtering: true});
    case 'filter-done':
      return store.setState({filtering: false});
    case 'filter-clear':
      return store.setState({filtering: false, filter: ''});
    case 'repaint':
      return reach.repaint();
    case 'suspend':
      return reach.suspend === null ? store.setState({notice: messages.noSuspend}) : reach.suspend();
    case 'nothing':
      return undefined;
    default:
      return undefined;
  }
};

const typeInto = (state: State, key: KeyName, text: string): string | null => {
  if (key === 'backspace') return text.slice(0, -1);
  if (key === 'space') return `${text} `;
  return [...key].length === 1 && text.length < 80 ? text + key : null;
};

const pressOne = (key: KeyName, alone: boolean, reach: Reach): void => {
  const {store} = reach;
  const state = store.getState();
  const mode = modeOf(state);
  const spec = findKey(key, mode, state);
  const answers = spec?.intent.do === 'yes' || spec?.intent.do === 'no' || mode === 'phrase';
  if (isAnswering(mode) && answers) {
    // Only a single key that was pressed while the question could be read is an answer.
    if (!state.armed) return keyTooEarly(store, reach.now());
    if (!alone) return undefined;
  }
  if (mode === 'leaving' && !alone) return undefined;
  if (spec !== null) {
    const whyNot = spec.whyNot?.(state) ?? null;
    return whyNot === null ? perform(spec.intent, reach) : store.setState({notice: whyNot});
  }
  if (mode === 'phrase') {
    const typed = typeInto(state, key, state.typed);
    if (typed === null) return undefined;
    store.setState({typed});
    // The name is complete: the key that destroys is asked for anew, and has to wait its moment.
    return typed === askedGate(state)?.phrase ? keyTooEarly(store, reach.now()) : undefined;
  }
  if (mode === 'filter') {
    const filter = typeInto(state, key, state.filter);
    if (filter !== null) store.setState({filter, selected: null});
  }
  return undefined;
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
  if (mode === 'filter') return store.setState({filter: `${state.filter}${pasted.replace(/[\r\n].*/s, '')}`.slice(0, 80), selected: null});
  if (!isAnswering(mode)) return undefined;
  if (!state.armed) keyTooEarly(store, reach.now());
  return store.setState({notice: messages.pasteIgnored});
};
