import type {LogLine, State} from '../store/state.ts';
import {found} from './found.ts';
import type {KeyContext} from './key-context.ts';
import {messages} from './messages.ts';
import {penFor} from './pen.ts';
import {
  logWindow,
  placeOver,
  rowsBelow,
  rowsOfEntries,
  rowsOfEntry,
  sheetOf,
  wordsOfEntry,
} from './screens/log.ts';
import {TITLE_ROWS} from './screens/scroll.ts';

// How the log is searched: upwards from what is seen, as it is read from its end.

export const NO_SEARCH: State['search'] = {words: '', typing: false, at: null};

/** Scrolls so that the entry is seen, in the middle where it was not. */
const show = ({store, body}: KeyContext, index: number): void => {
  const state = store.getState();
  const sheet = sheetOf(state, penFor(state), body.width);
  const height = body.height - TITLE_ROWS;
  const entry = state.log[index];
  if (entry === undefined) return;
  const under = rowsOfEntries(state.log.slice(index + 1), sheet);
  const below = rowsBelow(state, sheet);
  const isSeen = under >= below && under + rowsOfEntry(entry, sheet) <= below + height;
  const to = isSeen ? below : Math.max(0, under - Math.floor(height / 2));
  store.setState({logAt: placeOver(state.log, sheet, to), search: {...state.search, at: entry.id}});
};

/** Goes to the next entry in that direction that has the words, or says that there is none. */
const seek = (context: KeyContext, from: number, step: -1 | 1): void => {
  const {store} = context;
  const state = store.getState();
  const {log, search} = state;
  const sheet = sheetOf(state, penFor(state), context.body.width);
  let at = from;
  const has = (entry: LogLine | undefined): boolean =>
    entry !== undefined && found(wordsOfEntry(entry, sheet), search.words).length > 0;
  while (at >= 0 && at < log.length && !has(log[at])) at += step;
  if (at >= 0 && at < log.length) show(context, at);
  else store.setState({notice: step < 0 ? messages.noneAbove : messages.noneBelow});
};

/** The last entry that is seen. */
const lastSeen = (state: State, {width, height}: KeyContext['body']): number =>
  logWindow(state, sheetOf(state, penFor(state), width), height - TITLE_ROWS).last;

/** The words are complete: goes to the nearest entry above the end of what is seen. */
export const searchDone = (context: KeyContext): void => {
  const {store, body} = context;
  const state = store.getState();
  if (state.search.words.trim() === '') {
    store.setState({search: NO_SEARCH});
    return;
  }
  store.setState({search: {...state.search, typing: false}});
  seek(context, lastSeen(state, body), -1);
};

/** The next one: from the last that was found, else from what is seen. */
export const searchOn = (context: KeyContext, step: -1 | 1): void => {
  const {store, body} = context;
  const state = store.getState();
  const found = state.log.findIndex(({id}) => id === state.search.at);
  // Above begins with the last that is seen, below behind it.
  const from = found >= 0 ? found : lastSeen(state, body) + (step < 0 ? 1 : 0);
  seek(context, from + step, step);
};
