import type {State} from '../../store/state.ts';
import {type Dialog, type DialogWindow, dialogRows, dialogWidth, dialogWindow} from '../dialogs/dialog.ts';
import {dialogOf} from '../dialogs/pick.ts';
import {penFor} from '../pen.ts';
import {currentNode} from '../select.ts';
import {helpLines} from './help.ts';
import {nodeLines} from './node.ts';
import {planHeight} from './plan.ts';

/** Rows of the screen that are not the body: two of the header, a blank one, the footer. */
export const CHROME_ROWS = 4;
/** Rows of a full view that are its title. */
export const TITLE_ROWS = 1;

/** What of a dialog is to be seen on a screen of that many rows. */
export const dialogOnScreen = (dialog: Dialog, from: number, rows: number): DialogWindow =>
  dialogWindow(dialog, from, dialogRows(dialog, rows - CHROME_ROWS));

/** How far the view can be scrolled. */
export const scrollLimit = (
  state: State,
  size: {readonly columns: number; readonly rows: number},
): number => {
  const pen = penFor(state);
  if (state.view === 'main') {
    const dialog = dialogOf(state, pen, dialogWidth(size.columns).text);
    return dialog === null ? 0 : dialogOnScreen(dialog, state.scroll.main, size.rows).limit;
  }
  const height = size.rows - CHROME_ROWS - TITLE_ROWS;
  const lines = (): number => {
    switch (state.view) {
      case 'log':
        return state.log.length;
      case 'plan':
        return planHeight(state, pen, size.columns - 1);
      case 'node':
        return nodeLines(state, currentNode(state), pen, size.columns).length;
      case 'help':
        return helpLines(state, pen).length;
      default:
        return 0;
    }
  };
  return Math.max(0, lines() - height);
};
