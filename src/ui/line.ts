import type {Tone} from './theme.ts';
import {cut, widthOf, wrap} from './width.ts';

/** Some text in one tone. */
export type Span = {readonly text: string; readonly tone: Tone};
/** One line of the screen. Views are functions that make lines; they are counted and cut before they are drawn. */
export type Line = readonly Span[];

export const span = (text: string, tone: Tone = 'plain'): Span => ({text, tone});
export const line = (...pieces: readonly (Span | string)[]): Line =>
  pieces.map(piece => (typeof piece === 'string' ? span(piece) : piece)).filter(({text}) => text !== '');
export const EMPTY: Line = [];

export const lineWidth = (spans: Line): number => spans.reduce((sum, {text}) => sum + widthOf(text), 0);

/** Cuts a line to a width. */
export const cutLine = (spans: Line, width: number, mark = '…'): Line => {
  if (lineWidth(spans) <= width) return spans;
  const kept: Span[] = [];
  let room = width;
  for (const piece of spans) {
    if (widthOf(piece.text) < room) {
      kept.push(piece);
      room -= widthOf(piece.text);
      continue;
    }
    kept.push({...piece, text: cut(`${piece.text}  `, room, mark)});
    break;
  }
  return kept;
};

/** Left and right ends of one line; the right one gives way when there is no room for both. */
export const spread = (left: Line, right: Line, width: number): Line => {
  const gap = width - lineWidth(left) - lineWidth(right);
  return gap >= 1 ? [...left, span(' '.repeat(gap)), ...right] : cutLine(left, width);
};

/** A line filled up with spaces to a width; a longer one is cut. Neighbours of one tone become one piece. */
export const padLine = (spans: Line, width: number): Line => {
  const fitting = cutLine(spans, width);
  return joined([...fitting, span(' '.repeat(width - lineWidth(fitting)))]);
};

/** The same line in fewer pieces: neighbours of one tone are one. */
export const joined = (spans: Line): Line => {
  const pieces: Span[] = [];
  for (const piece of spans) {
    const last = pieces.at(-1);
    if (piece.text === '') continue;
    if (last?.tone === piece.tone) pieces[pieces.length - 1] = span(last.text + piece.text, piece.tone);
    else pieces.push(piece);
  }
  return pieces;
};

/** A text as lines of that width, all in one tone, after `head` (and as deep as it in the lines that follow). */
export const wrapped = (text: string, width: number, tone: Tone = 'plain', head: Line = EMPTY): Line[] => {
  const indent = lineWidth(head);
  return wrap(text, width - indent).map((words, i) =>
    i === 0 ? [...head, span(words, tone)] : line(' '.repeat(indent), span(words, tone)),
  );
};

/** The first rows of a text, with a sign where there would be more. */
export const upTo = (text: string, width: number, most: number, tone: Tone = 'plain'): Line[] => {
  const lines = wrapped(text, width, tone);
  const last = lines[most - 1];
  if (last === undefined || lines.length === most) return lines;
  return [...lines.slice(0, most - 1), line(...cutLine(last, width - 2, ''), ' …')];
};

/** Items one after another with a gap, in as many lines as they need. */
export const flow = (items: readonly Line[], width: number, gap = 2): Line[] => {
  const lines: Span[][] = [];
  let used = 0;
  for (const item of items) {
    const needed = lineWidth(item);
    const last = lines.at(-1);
    if (last !== undefined && used + gap + needed <= width) {
      last.push(span(' '.repeat(gap)), ...item);
      used += gap + needed;
    } else {
      lines.push([...cutLine(item, width)]);
      used = Math.min(needed, width);
    }
  }
  return lines;
};

/** The part of a list that is seen, and a count of what is not. `from` is clamped. */
export const windowOf = <T>(
  items: readonly T[],
  from: number,
  height: number,
): {readonly items: readonly T[]; readonly from: number} => {
  const start = Math.max(0, Math.min(from, items.length - height));
  return {items: items.slice(start, start + height), from: start};
};
