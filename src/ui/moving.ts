import {openQuestion, type State} from '../store/state.ts';
import {dialogPage} from './dialogs/dialog.ts';
import {type GridLayout, neighbour, rowsSeen} from './grid-layout.ts';
import type {KeyContext} from './key-context.ts';
import {mainLayout} from './main-layout.ts';
import {penFor} from './pen.ts';
import {placeOver, sheetOf} from './screens/log.ts';
import {dialogOnScreen, planScroll, scrolled, scrollLimit} from './screens/scroll.ts';
import {NO_SEARCH} from './searching.ts';
import {currentNode} from './select.ts';

// How keys move through the grid, a question and the views.

const scrollBy = (context: KeyContext, lines: number): void => {
  const {store} = context;
  const state = store.getState();
  const {view} = state;
  const sign = view === 'log' || view === 'tail' ? -1 : 1;
  const limit = scrollLimit(state, context.body);
  const to = Math.max(0, Math.min(limit, scrolled(state, context.body) + sign * lines));
  if (view === 'log')
    store.setState({logAt: placeOver(state.log, sheetOf(state, penFor(state), context.body.width), to)});
  else store.setState({scroll: {...state.scroll, [view]: to}});
};

/** The cells as they are drawn. */
const cellsOf = (context: KeyContext, state: State): GridLayout =>
  mainLayout(state, penFor(state), context.body).cells;

export const move = (context: KeyContext, dx: number, dy: number): void => {
  const state = context.store.getState();
  if (state.view === 'main')
    context.store.setState({selected: neighbour(cellsOf(context, state), currentNode(state), dx, dy)});
  else scrollBy(context, dy);
};

/** Turns a page of what is asked, or of how it ended where that has more than one; else of the nodes. No line is passed over. */
export const turnPage = (context: KeyContext, by: -1 | 1): void => {
  const state = context.store.getState();
  const panel = state.view === 'main' ? dialogOnScreen(state, context.body) : null;
  if (state.view !== 'main') scrollBy(context, by * Math.max(1, context.body.height - 4));
  else if (panel !== null && (openQuestion(state) !== null || panel.limit > 0))
    scrollBy(context, by * dialogPage(panel));
  else {
    const {cells, grid} = mainLayout(state, penFor(state), context.body);
    move(context, 0, by * rowsSeen(cells, grid.height));
  }
};

export const toEnd = (context: KeyContext, to: 'first' | 'last'): void => {
  const state = context.store.getState();
  if (state.view !== 'main')
    scrollBy(context, to === 'first' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY);
  else {
    const nodes = cellsOf(context, state).groups.flatMap(group => group.nodes);
    context.store.setState({selected: (to === 'first' ? nodes[0] : nodes.at(-1))?.id ?? null});
  }
};

/** Opens a view at its top, the log at its end, the plan where the run stands. */
export const openView = ({store, body}: KeyContext, view: State['view']): void => {
  const state = store.getState();
  const from = view === 'plan' ? planScroll('run', state, body) : 0;
  const scroll = view === 'log' ? {logAt: null} : {scroll: {...state.scroll, [view]: from}};
  store.setState({view, search: NO_SEARCH, ...scroll});
};

/** Shows whole scripts, or no longer: in the plan they stand at its end. */
export const switchScripts = ({store, body}: KeyContext): void => {
  const {switches, view} = store.getState();
  const wholeScripts = !switches.wholeScripts;
  store.setState({switches: {...switches, wholeScripts}});
  if (view !== 'plan') return;
  const state = store.getState();
  const plan = planScroll(wholeScripts ? 'scripts' : 'run', state, body);
  store.setState({scroll: {...state.scroll, plan}});
};
