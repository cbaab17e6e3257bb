import type {State} from '../store/state.ts';
import {sameFields} from '../store/use-screen.ts';
import {dialogRows, dialogWidth} from './dialogs/dialog.ts';
import {panelOf} from './dialogs/pick.ts';
import {type GridLayout, type GridSource, layoutGrid} from './grid-layout.ts';
import type {Pen} from './pen.ts';
import {HEADER_MOST, headerRows} from './screens/header.ts';

/** Columns and rows of a part of the screen. */
export type Extent = {readonly width: number; readonly height: number};

/** How the main screen is shared out. A part without rows is not drawn. */
export type MainLayout = {
  readonly cells: GridLayout;
  readonly grid: Extent;
  /** What is asked, or how it ended. */
  readonly panel: Extent;
  readonly steps: Extent;
  readonly log: Extent;
  /** Steps and log stand beside each other. */
  readonly sideBySide: boolean;
};

/** All that the layout is made from. */
type Inputs = GridSource &
  Extent & {
    readonly panelRows: number;
    readonly pen: Pen;
    /** Rows that the header takes once somebody is down by itself: cells keep their shape when it does. */
    readonly spare: number;
  };

/** From this width on, steps and log stand side by side. */
const SIDE_BY_SIDE = 116;
/** The columns of the steps beside the log, and their rows above it. */
const STEPS_SHARE = 0.55;
/** The same share with and without a question, so that cells keep their shape when one appears. */
const GRID_SHARE = 0.52;
/** A log of fewer rows below a question says too little. */
const LOG_LEAST = 4;

const UNSEEN: Pick<State, 'run' | 'looks'> = {run: null, looks: new Map()};

const inputsOf = (state: State, pen: Pen, {width, height}: Extent): Inputs => {
  const {cluster, filter, run, looks} = state;
  const panel = panelOf(state, pen, dialogWidth(width).text);
  return {
    cluster,
    filter,
    // Only a filter by status depends on what is seen.
    ...(filter === '' ? UNSEEN : {run, looks}),
    panelRows: panel === null ? 0 : dialogRows(panel, height),
    spare: HEADER_MOST - headerRows(state),
    pen,
    width,
    height,
  };
};

/** Steps and log in what grid and panel leave. */
const sharePanes = (
  {panelRows, width}: Inputs,
  left: number,
): Pick<MainLayout, 'steps' | 'log' | 'sideBySide'> => {
  if (panelRows > 0)
    return {
      steps: {width, height: 0},
      log: {width, height: left >= LOG_LEAST ? left : 0},
      sideBySide: false,
    };
  if (width >= SIDE_BY_SIDE) {
    const steps = Math.floor(width * STEPS_SHARE);
    return {
      steps: {width: steps, height: left},
      log: {width: width - steps, height: left},
      sideBySide: true,
    };
  }
  const steps = left < 9 ? left : Math.max(5, Math.ceil(left * STEPS_SHARE));
  return {steps: {width, height: steps}, log: {width, height: left - steps}, sideBySide: false};
};

/** A question takes what it needs, the grid what it can use, steps and log the rest. */
const shareOut = (inputs: Inputs): MainLayout => {
  const {panelRows, pen, spare, width, height} = inputs;
  // A question says itself who is down, and takes the room for it.
  const least = height - (panelRows > 0 ? 0 : spare);
  const panesLeast = Math.floor(least * (width >= SIDE_BY_SIDE ? 0.48 : 0.5));
  const most = least - (panelRows > 0 ? panelRows : panesLeast);
  const cells = layoutGrid(inputs, pen, width, Math.min(Math.floor(least * GRID_SHARE), most));
  const gridRows = Math.min(cells.height + 1, most);
  return {
    cells,
    grid: {width, height: gridRows},
    panel: {width, height: panelRows},
    ...sharePanes(inputs, height - panelRows - gridRows),
  };
};

/** What was shared out last, and what from. */
let recent: {readonly from: Inputs; readonly layout: MainLayout} | null = null;

/**
 * The one layout of the main screen: it is drawn by it, and keys walk and scroll by it. `body`: what header and footer
 * leave. The same object as long as nothing has changed that it is made from.
 */
export const mainLayout = (state: State, pen: Pen, body: Extent): MainLayout => {
  const from = inputsOf(state, pen, body);
  if (recent === null || !sameFields(recent.from, from)) recent = {from, layout: shareOut(from)};
  return recent.layout;
};
