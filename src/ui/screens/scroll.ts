import type {State} from '../../store/state.ts';
import {type DialogWindow, dialogWidth, dialogWindow} from '../dialogs/dialog.ts';
import {panelOf} from '../dialogs/pick.ts';
import {type Extent, mainLayout} from '../main-layout.ts';
import {penFor} from '../pen.ts';
import {currentNode} from '../select.ts';
import {helpLines} from './help.ts';
import {rowsBelow, rowsOfEntries, sheetOf} from './log.ts';
import {nodeLines} from './node.ts';
import {planFrom, planHeight} from './plan.ts';
import {reportPage} from './report.ts';
import {shellPage} from './shell.ts';
import {tailPage} from './tail.ts';

/** Rows of a full view that are its title. */
export const TITLE_ROWS = 1;

/** What of the question is on the main screen, or of how it ended; null where neither stands there. */
export const dialogOnScreen = (state: State, body: Extent): DialogWindow | null => {
  const pen = penFor(state);
  const dialog = panelOf(state, pen, dialogWidth(body.width).text);
  if (dialog === null) return null;
  return dialogWindow(dialog, state.scroll.main, mainLayout(state, pen, body).panel.height);
};

/** How far the view can be scrolled. */
export const scrollLimit = (state: State, body: Extent): number => {
  if (state.view === 'main') return dialogOnScreen(state, body)?.limit ?? 0;
  const pen = penFor(state);
  const {width} = body;
  const height = body.height - TITLE_ROWS;
  const lines = (): number => {
    switch (state.view) {
      case 'log':
        return rowsOfEntries(state.log, sheetOf(state, pen, width));
      case 'plan':
        return planHeight(state, pen, width - 1);
      case 'node':
        return nodeLines(state, currentNode(state), pen, width).length;
      case 'help':
        return helpLines(state, pen).length;
      case 'tail':
        return tailPage(state, pen, width - 1).length;
      case 'shell':
        return shellPage(state, pen, width - 1).length;
      case 'report':
        return reportPage(state, pen).length;
      default:
        return 0;
    }
  };
  return Math.max(0, lines() - height);
};

/** How far the plan is scrolled where it shows what the run stands at, or the text of its scripts. */
export const planScroll = (what: 'run' | 'scripts', state: State, {width, height}: Extent): number =>
  planFrom(what, state, penFor(state), width - 1, height - TITLE_ROWS);

/** How far a view is scrolled: from its top, or from its end where it is read from there. */
export const scrolled = (state: State, {width}: Extent): number =>
  state.view === 'log' ? rowsBelow(state, sheetOf(state, penFor(state), width)) : state.scroll[state.view];
