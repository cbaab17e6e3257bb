import {momentOf} from '../../lib/moment.ts';
import {describeAwayNodes, describeNotServing} from '../../model/describe-service.ts';
import type {NodeId} from '../../model/ids.ts';
import {isSkipped} from '../../model/state.ts';
import {COMMA, joinTexts, SEMICOLON, type Text} from '../../model/text.ts';
import {type Down, downByItself, outNow} from '../../store/service.ts';
import type {State} from '../../store/state.ts';
import {peersOnce, placeWords, serviceKnown} from '../at-hand.ts';
import {footerKeys} from '../keys.ts';
import {EMPTY, flow, type Line, line, span, windowOf, wrapped} from '../line.ts';
import {messages} from '../messages.ts';
import {type Mode, modeOf} from '../mode.ts';
import type {Pen} from '../pen.ts';
import {nodeOf} from '../select.ts';
import type {Tone} from '../theme.ts';
import {widthOf} from '../width.ts';
import {unwellLines} from './unwell.ts';

/** A question as lines: the body may be cut and scrolled, the answers never. */
export type Dialog = {
  readonly title: string;
  readonly tone: Tone;
  readonly loud: boolean;
  readonly body: readonly Line[];
  /** The same with more said of it, where there is room. */
  readonly roomy?: readonly Line[];
  readonly answers: readonly Line[];
};

/** Of more than so many that do not serve a dialog does not say who serves instead of each: the grid has them all. */
const STANDS_MOST = 3;
/** How many nodes that are down, or left behind, a dialog names. */
const DOWN_NAMED = 6;

/** "label  value" with the values in one column. */
export const labelled = (label: string, value: readonly Line[], width: number): Line[] =>
  value.map((spans, i) =>
    line(
      span(i === 0 ? label : '', 'muted'),
      ' '.repeat(Math.max(1, width - (i === 0 ? widthOf(label) : 0))),
      ...spans,
    ),
  );

/** Who is down by itself, each with its host, since when, and who serves `instead`; and who is not well. */
export const downLines = (
  state: State,
  pen: Pen,
  width: number,
  instead = peersOnce(state, []),
): readonly Line[] => {
  const down = downByItself(state);
  const unwell = unwellLines(state, pen, width);
  if (down.length === 0) return unwell;
  const sign = line(span(`${pen.theme.status.down.glyph} `, 'bad'));
  const since = ({node, since: at, atLeast}: Down): Text =>
    messages.downSince(node, nodeOf(state, node)?.host ?? '', momentOf(at, state.now), atLeast);
  const told = (words: Text, behind: boolean): Line[] =>
    wrapped(pen.t((behind ? messages.leftBehind : messages.downByItself)(words)), width, 'bad', sign);
  if (down.length <= STANDS_MOST)
    return [
      ...down.flatMap(each =>
        told(joinTexts([since(each), ...instead(each.node)], SEMICOLON), each.leftBehind),
      ),
      ...unwell,
    ];
  const together = (behind: boolean): readonly Line[] => {
    const all = down.filter(({leftBehind}) => leftBehind === behind);
    const more = all.length - DOWN_NAMED;
    const names = all.slice(0, DOWN_NAMED).map(since);
    if (names.length === 0) return [];
    return told(joinTexts([...names, ...(more > 0 ? [messages.moreNodes(more)] : [])], COMMA), behind);
  };
  return [...together(false), ...together(true), ...unwell];
};

/** Who else does not serve than the one a question is `about`: out of service by the run, down by itself, or not well. */
export const othersLines = (
  state: State,
  pen: Pen,
  width: number,
  about: NodeId | undefined,
): readonly Line[] => {
  const instead = peersOnce(state, about === undefined ? [] : [about]);
  const out = outNow(state).filter(({node}) => node !== about);
  const sign = line(span(`${pen.theme.status.out.glyph} `, 'warn'));
  const said =
    out.length > STANDS_MOST
      ? []
      : out.map(({node}) => joinTexts([placeWords(state, node), ...instead(node)], SEMICOLON));
  return [
    ...said.flatMap(words => wrapped(pen.t(words), width, 'warn', sign)),
    ...downLines(state, pen, width, instead),
  ];
};

/** What it costs to wait or to leave now: nodes that the run took out of service and has not brought back, and who else is down. */
export const outLines = (state: State, pen: Pen, width: number): Line[] => {
  const {run} = state;
  // Who was skipped is not brought back by going on.
  const out = outNow(state);
  const known = serviceKnown(state);
  const left = out.filter(({node}) => run !== null && isSkipped(run, node));
  const toldOf = out.map(({node}) => node);
  const instead = peersOnce(state, toldOf);
  const words = describeNotServing(
    out.filter(each => !left.includes(each)),
    {all: state.cluster.nodes.length, known},
  );
  return [
    ...(words === null ? [] : wrapped(pen.t(messages.untilItGoesOn(words)), width, 'warn')),
    ...(left.length === 0
      ? []
      : wrapped(pen.t(messages.staysOut(describeAwayNodes(left, known))), width, 'warn')),
    ...downLines(state, pen, width, instead),
  ];
};

/** Wider lines are not read well. */
const WIDTH_MOST = 124;

/** How wide a dialog is on a screen of that width, and how much of it is for text. */
export const dialogWidth = (columns: number): {readonly frame: number; readonly text: number} => {
  const frame = Math.min(columns, WIDTH_MOST) - 2;
  return {frame, text: frame - 4};
};

/** Columns between two answers. */
const ANSWER_GAP = 5;

/** What keys in the dialog's last line do; the footer leaves them out. */
export const ANSWERS: ReadonlySet<string> = new Set([
  'yes',
  'alike',
  'no',
  'stay',
  'copy',
  'skip',
  'skip-next',
  'skip-back',
  'skip-sure',
]);

/** The answers of a mode in as few lines as they need, dim while keys do not count yet. */
export const answerLines = (state: State, pen: Pen, width: number, mode: Mode = modeOf(state)): Line[] => {
  const ready = state.armed || mode === 'leaving' || state.skipping !== null;
  const keys = footerKeys(mode, state).filter(
    ({spec, whyNot}) => whyNot === null && ANSWERS.has(spec.intent.do),
  );
  const answers = keys.map(({spec}) =>
    line(
      span(pen.key(spec.shown), ready ? 'key' : 'muted'),
      span(`  ${pen.t(spec.words)}`, ready ? 'plain' : 'muted'),
    ),
  );
  const lines = flow(answers, width, ANSWER_GAP);
  if (ready) return lines;
  // First: at the end of a long line it would not be seen, and keys seem to count that do not yet. What it pushes out is back in a
  // moment, and nothing on the screen moves for it.
  const early = [line(span(pen.t(messages.arming), 'muted')), ...answers];
  return flow(early, width, ANSWER_GAP).slice(0, lines.length);
};

export const BLANK = EMPTY;

/** Rows of the grid that stay above a question, however little room there is. */
const GRID_LEAST = 3;
/** Rows of a dialog's frame. */
const FRAME_ROWS = 2;

/** Rows of a dialog with that body. */
const rowsOf = ({answers}: Dialog, body: readonly Line[]): number =>
  body.length + answers.length + FRAME_ROWS;

/** How high a dialog is on a main screen of that height. It says more where it still leaves half of the screen. */
export const dialogRows = (dialog: Dialog, height: number): number => {
  const {body, roomy = body} = dialog;
  const most = rowsOf(dialog, roomy);
  return most <= height / 2 ? most : Math.min(rowsOf(dialog, body), height - GRID_LEAST);
};

/** What of a dialog is on the screen. */
export type DialogWindow = {
  readonly body: readonly Line[];
  readonly answers: readonly Line[];
  /** Rows for the body. */
  readonly space: number;
  /** Lines of the body above and below those that are shown. */
  readonly above: number;
  readonly below: number;
  /** How far it can be scrolled. */
  readonly limit: number;
};

/** A dialog in that many rows, scrolled down by `from` lines. Where there is too little room no line of it is left empty. */
export const dialogWindow = (dialog: Dialog, from: number, rows: number): DialogWindow => {
  const room = rows - FRAME_ROWS;
  const {roomy = dialog.body} = dialog;
  const whole = rowsOf(dialog, roomy) <= rows ? roomy : dialog.body;
  const fits = rowsOf(dialog, whole) <= rows;
  const packed = (lines: readonly Line[]): readonly Line[] =>
    fits ? lines : lines.filter(({length}) => length > 0);
  const [body, answers] = [packed(whole), packed(dialog.answers)];
  const space = Math.max(1, room - answers.length);
  const {items, from: above} = windowOf(body, from, space);
  const below = body.length - above - items.length;
  return {body: items, answers, space, above, below, limit: Math.max(0, body.length - space)};
};

/** By how many lines a page is turned: all that can be read, for a mark takes a row above and below. */
export const dialogPage = ({space}: DialogWindow): number => Math.max(1, space - 2);
