import {openQuestion, type State, THEME_NAMES} from '../store/state.ts';
import {answerQuestion, type ScreenStore} from '../store/store.ts';
import {type GridLayout, neighbour} from './grid-layout.ts';
import type {Intent} from './keys.ts';
import {type Extent, mainLayout} from './main-layout.ts';
import {messages} from './messages.ts';
import {askedGate} from './mode.ts';
import {penFor} from './pen.ts';
import {dialogOnScreen, scrollLimit} from './screens/scroll.ts';
import {currentNode} from './select.ts';

/** What keys may reach besides the store. */
export type Reach = {
  readonly store: ScreenStore;
  readonly now: () => number;
  /** What the screen has between header and footer. */
  readonly body: Extent;
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
  const limit = scrollLimit(state, reach.body);
  const to = Math.max(0, Math.min(limit, state.scroll[view] + sign * lines));
  store.setState({scroll: {...state.scroll, [view]: to}});
};

/** The cells as they are drawn. */
const cellsOf = (reach: Reach, state: State): GridLayout =>
  mainLayout(state, penFor(state), reach.body).cells;

const move = (reach: Reach, dx: number, dy: number): void => {
  const state = reach.store.getState();
  if (state.view === 'main')
    reach.store.setState({selected: neighbour(cellsOf(reach, state), currentNode(state), dx, dy)});
  else scrollBy(reach, dy);
};

const toEnd = (reach: Reach, to: 'first' | 'last'): void => {
  const state = reach.store.getState();
  if (state.view !== 'main')
    scrollBy(reach, to === 'first' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY);
  else {
    const nodes = cellsOf(reach, state).groups.flatMap(group => group.nodes);
    reach.store.setState({selected: (to === 'first' ? nodes[0] : nodes.at(-1))?.id ?? null});
  }
};

const quit = (reach: Reach): void => {
  const {run, wish} = reach.store.getState();
  if (run === null || run.verdict !== null || run.left) reach.exit('quit');
  else reach.store.setState({leaving: wish === 'leave' ? 'now' : 'asked', view: 'main'});
};

const leave = (reach: Reach, leaving: State['leaving']): void => {
  reach.store.setState({leaving: 'no', wish: 'leave'});
  if (leaving === 'now') reach.exit('now');
};

/** Whether an outage or a destruction is asked about and part of the question has not been on the screen yet. */
const isUnread = (reach: Reach, state: State): boolean => {
  const gate = askedGate(state);
  if (gate === null || gate.danger === 'phase') return false;
  return (dialogOnScreen(state, reach.body)?.below ?? 0) > 0;
};

const answer = (reach: Reach, yes: boolean): void => {
  const {store} = reach;
  const state = store.getState();
  if (state.leaving !== 'no') leave(reach, state.leaving);
  else if (yes && isUnread(reach, state)) store.setState({notice: messages.readOn});
  else {
    const question = openQuestion(state);
    if (question !== null)
      answerQuestion(store, question.id, yes ? {answer: 'yes', typed: state.typed} : {answer: 'leave'});
  }
};

const next = <T>(all: readonly T[], current: T): T | undefined =>
  all[(all.indexOf(current) + 1) % all.length];

const suspend = (reach: Reach): void => {
  if (reach.suspend === null) reach.store.setState({notice: messages.noSuspend});
  else reach.suspend();
};

type Deed<D extends Intent['do']> = (reach: Reach, intent: Extract<Intent, {do: D}>, state: State) => void;

const set = (change: (state: State) => Partial<State>) => (reach: Reach, _: Intent, state: State) =>
  reach.store.setState(change(state));

/** What each intent does. */
const DEEDS: {readonly [D in Intent['do']]: Deed<D>} = {
  move: (reach, {dx, dy}) => move(reach, dx, dy),
  page: (reach, {by}) => scrollBy(reach, by * Math.max(1, reach.body.height - 4)),
  end: (reach, {to}) => toEnd(reach, to),
  view: (reach, {view}, {scroll}) => reach.store.setState({view, scroll: {...scroll, [view]: 0}}),
  back: set(() => ({view: 'main'})),
  follow: set(() => ({selected: null})),
  hold: set(({wish}) => ({wish: wish === 'hold' ? 'go' : 'hold'})),
  quit,
  yes: reach => answer(reach, true),
  no: reach => answer(reach, false),
  stay: set(() => ({leaving: 'no'})),
  language: set(({lang}) => ({lang: lang === 'en' ? 'zh' : 'en'})),
  theme: set(({theme}) => ({theme: next(THEME_NAMES, theme) ?? 'dark'})),
  switch: (reach, {what}, {switches}) =>
    reach.store.setState({switches: {...switches, [what]: !switches[what]}}),
  filter: set(() => ({filtering: true})),
  'filter-done': set(() => ({filtering: false})),
  'filter-clear': set(() => ({filtering: false, filter: ''})),
  repaint: reach => reach.repaint(),
  suspend,
  nothing: () => undefined,
};

/** Does what an intent says. */
export const perform = <D extends Intent['do']>(intent: Extract<Intent, {do: D}>, reach: Reach): void => {
  const deed: Deed<D> = DEEDS[intent.do as D];
  deed(reach, intent, reach.store.getState());
};
