import {timeOfDay} from '../../lib/moment.ts';
import type {LogLevel, LogLine, LogPlace, State} from '../../store/state.ts';
import {visible} from '../control.ts';
import {found, marked} from '../found.ts';
import {type Line, line, span} from '../line.ts';
import {messages} from '../messages.ts';
import type {Pen} from '../pen.ts';
import type {Tone} from '../theme.ts';
import {pad, widthOf, wrap} from '../width.ts';

const TONES: Readonly<Record<LogLevel, Tone>> = {
  info: 'plain',
  good: 'good',
  warn: 'warn',
  bad: 'bad',
  command: 'accent',
  output: 'muted',
};

/** The widest name of a node, for the log's column: at most 12. */
export const nameWidth = (state: State): number =>
  Math.min(
    12,
    state.cluster.nodes.reduce((most, {id}) => Math.max(most, id.length), 0),
  );

/** Columns of the time, with a blank one before and behind it. */
const TIME_WIDTH = 10;

const signOf = ({level}: LogLine, pen: Pen): string =>
  level === 'command' ? `${pen.theme.marks.prompt} ` : level === 'output' ? '  ' : '';

const logLine = (entry: LogLine, nodeWidth: number, pen: Pen): Line =>
  line(
    span(` ${timeOfDay(entry.at)} `, 'muted'),
    span(`${pad(entry.node ?? '', nodeWidth)} `, 'accent'),
    span(signOf(entry, pen) + visible(pen.t(entry.words)), TONES[entry.level]),
  );

/** The end of the log, a line for each entry: where there is room for more, the log's own view has it. */
export const logLines = (log: readonly LogLine[], nodeWidth: number, pen: Pen, height: number): Line[] =>
  log.length === 0
    ? [line(' ', pen.say(messages.noLog, 'muted'))]
    : log.slice(-height).map(entry => logLine(entry, nodeWidth, pen));

/** How the whole log is written: with which pen, in how many columns, of which the node's name has so many. */
export type LogSheet = {readonly pen: Pen; readonly width: number; readonly nodeWidth: number};

export const sheetOf = (state: State, pen: Pen, width: number): LogSheet => ({
  pen,
  width,
  nodeWidth: nameWidth(state),
});

type Written = {readonly by: string; readonly text: string; readonly rows: readonly string[]};
const written = new WeakMap<LogLine, Written>();

const indentOf = (entry: LogLine, {pen, nodeWidth}: LogSheet): number =>
  TIME_WIDTH + nodeWidth + 1 + signOf(entry, pen).length;

/** The words of an entry, in as many rows as they need; made once, and only of those that are asked for. */
const writtenOf = (entry: LogLine, sheet: LogSheet): Written => {
  const {pen, width} = sheet;
  const by = `${pen.lang} ${width} ${sheet.nodeWidth}`;
  const known = written.get(entry);
  if (known?.by === by) return known;
  const text = visible(pen.t(entry.words));
  const room = Math.max(10, width - 1 - indentOf(entry, sheet));
  const made = {by, text, rows: widthOf(text) <= room ? [text] : wrap(text, room)};
  written.set(entry, made);
  return made;
};

/** How many rows an entry takes. */
export const rowsOfEntry = (entry: LogLine, sheet: LogSheet): number => writtenOf(entry, sheet).rows.length;

/** How many rows these entries take. */
export const rowsOfEntries = (log: readonly LogLine[], sheet: LogSheet): number =>
  log.reduce((sum, entry) => sum + rowsOfEntry(entry, sheet), 0);

/** What is searched of an entry: all of it that is to be read. */
export const wordsOfEntry = (entry: LogLine, sheet: LogSheet): string =>
  `${timeOfDay(entry.at)} ${entry.node ?? ''} ${visible(sheet.pen.t(entry.words))}`;

/** The rows of one entry: its words go on below themselves, and what is searched for is marked, also across two rows. */
const entryRows = (entry: LogLine, state: State, sheet: LogSheet): Line[] => {
  const {pen, nodeWidth} = sheet;
  const {text, rows} = writtenOf(entry, sheet);
  const {words, at} = state.search;
  const hits = found(text, words);
  let end = 0;
  return rows.map((row, i) => {
    const from = text.indexOf(row, end);
    end = from + row.length;
    const said = marked(row, TONES[entry.level], hits, from);
    if (i > 0) return line(' '.repeat(indentOf(entry, sheet)), ...said);
    const [time, name] = [timeOfDay(entry.at), pad(entry.node ?? '', nodeWidth)];
    return line(
      entry.id === at ? span(pen.theme.marks.selected, 'key') : ' ',
      ...marked(time, 'muted', found(time, words)),
      ' ',
      ...marked(name, 'accent', found(name, words)),
      ' ',
      span(signOf(entry, pen), TONES[entry.level]),
      ...said,
    );
  });
};

/** How many rows lie below those that are seen. */
export const rowsBelow = ({log, logAt}: State, sheet: LogSheet): number => {
  if (logAt === null) return 0;
  const at = log.findLastIndex(({id}) => id <= logAt.entry);
  const lowest = log[at];
  const own = lowest?.id === logAt.entry ? Math.min(logAt.below, rowsOfEntry(lowest, sheet) - 1) : 0;
  return own + rowsOfEntries(log.slice(at + 1), sheet);
};

/** What is lowest where so many rows lie below; null at the end. */
export const placeOver = (log: readonly LogLine[], sheet: LogSheet, below: number): LogPlace | null => {
  let left = below;
  for (const entry of below === 0 ? [] : log.toReversed()) {
    const rows = rowsOfEntry(entry, sheet);
    if (rows > left) return {entry: entry.id, below: left};
    left -= rows;
  }
  return null;
};

/** The rows that are seen, so many rows from the end; the entry that the last of them belongs to. */
export const logWindow = (
  state: State,
  sheet: LogSheet,
  height: number,
  below = rowsBelow(state, sheet),
): {readonly lines: readonly Line[]; readonly below: number; readonly last: number} => {
  const {log} = state;
  const lines: Line[] = [];
  let passed = 0;
  let last = log.length - 1;
  for (let i = log.length - 1; i >= 0 && passed < below + height; i -= 1) {
    const entry = log[i];
    if (entry === undefined) break;
    const count = rowsOfEntry(entry, sheet);
    if (passed + count > below) {
      if (lines.length === 0) last = i;
      const rows = entryRows(entry, state, sheet);
      lines.unshift(
        ...rows.slice(Math.max(0, count - (below + height - passed)), count - Math.max(0, below - passed)),
      );
    }
    passed += count;
  }
  // Scrolled farther than there are rows: the terminal has become larger.
  const most = Math.max(0, passed - height);
  return below > most && lines.length < height ? logWindow(state, sheet, height, most) : {lines, below, last};
};

/** The log on the whole screen. */
export const logPage = (state: State, pen: Pen, width: number, height: number): readonly Line[] =>
  state.log.length === 0
    ? logLines([], 0, pen, height)
    : logWindow(state, sheetOf(state, pen, width), height).lines;

/** "following", or how much newer there is below. */
export const logPlace = (state: State, pen: Pen, width: number): Line => {
  const below = rowsBelow(state, sheetOf(state, pen, width));
  return below === 0 ? [pen.say(messages.following, 'muted')] : [pen.say(messages.linesBelow(below), 'warn')];
};
