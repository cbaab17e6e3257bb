import {formatDuration} from '../lib/duration.ts';
import type {NodeReport} from '../model/report.ts';
import {joinTexts, type Lang, plain, type Text} from '../model/text.ts';
import {visible} from './control.ts';
import {words} from './report-words.ts';
import {cut, pad, padLeft, widthOf, wrap} from './width.ts';

/** As wide as a ticket shows whole. */
export const REPORT_COLUMNS = 80;

/** So many lines of one kind are told. */
export const TROUBLES_MOST = 30;

const NAMES_MOST = 6;

export type ReportStyle = {
  readonly lang: Lang;
  /** No character beyond ASCII, as far as the language can be written so. */
  readonly ascii: boolean;
  readonly roleTitle: (role: string) => Text;
  /** A row for each node, however many they are. */
  readonly allNodes?: boolean;
  /** The process that somebody else is at the run with; null where nobody is. */
  readonly inHand?: Text | null;
};

export const paragraph = (said: string, head = ''): string[] =>
  wrap(visible(said), REPORT_COLUMNS - widthOf(head)).map((line, i) =>
    i === 0 ? head + line : ' '.repeat(widthOf(head)) + line,
  );

export const section = (title: string, lines: readonly string[]): string[] => [
  '',
  ...paragraph(title),
  ...lines,
];

/** A long list of names by its first ones. */
export const named = (names: readonly string[], most = NAMES_MOST): Text => {
  const [shown, more] = [names.slice(0, most), names.length - most];
  return more <= 0
    ? plain(names.join(', '))
    : joinTexts([plain(shown.join(', ')), words.more(more)], plain(' '));
};

/** Whether a node was out of service for longer than is known: it was so when the run began already, or was not seen to serve again. */
export const isOutLonger = ({outages}: Pick<NodeReport, 'outages'>): boolean =>
  outages.some(({atLeast, to}) => atLeast === true || to === null);

/** Whether it may never have been out, for all that is known. */
export const isPerhapsOut = ({outages}: Pick<NodeReport, 'outages'>): boolean =>
  outages.length > 0 && outages.every(({certain}) => !certain);

export const outSpan = (node: Pick<NodeReport, 'outages' | 'outMs'>): Text => {
  const span = plain(`${isOutLonger(node) ? '> ' : ''}${formatDuration(node.outMs)}`);
  return isPerhapsOut(node) ? words.perhaps(span) : span;
};

/** One of a table. */
export type Cell = {readonly words: string; readonly right?: boolean};

export const left = (said: string): Cell => ({words: said});
export const right = (said: string): Cell => ({words: said, right: true});

/** Columns of cells; where the line would be too wide the first column gives way. */
export const table = (rows: readonly (readonly Cell[])[], indent = 0): string[] => {
  const columns = Math.max(0, ...rows.map(({length}) => length));
  const widths = Array.from({length: columns}, (_, i) =>
    Math.max(...rows.map(row => widthOf(row[i]?.words ?? ''))),
  );
  const all = widths.reduce((sum, width) => sum + width + 2, indent - 2);
  const [first = 0] = widths;
  widths[0] = Math.max(8, first - Math.max(0, all - REPORT_COLUMNS));
  return rows.map(row => {
    const cells = row.map((cell, i) => (cell.right === true ? padLeft : pad)(cell.words, widths[i] ?? 0));
    return cut(`${' '.repeat(indent)}${cells.join('  ')}`.trimEnd(), REPORT_COLUMNS);
  });
};
