import type {Line, Span} from './line.ts';
import type {Pen} from './pen.ts';
import {drawn} from './theme.ts';

/** Columns that only a screen needs become signs that are heard: "takes: about 4s", "y: begin; n: leave". */
const pieceOf = ({text, tone}: Span, at: number, spans: Line): string => {
  if (/^ {2,}$/.test(text)) return at === 0 ? '' : at === 1 && spans[0]?.tone === 'muted' ? ': ' : '; ';
  if (tone === 'key') return `${text.trim()}: `;
  const words = text.replace(/^ {2,}| {2,}$/g, ' ');
  return spans[at - 1]?.tone === 'key' ? words.trimStart() : words;
};

/** A line in words alone, those of others as they are; nothing of one that only keeps its place. */
export const wordsOf = (spans: Line, pen: Pen): string => {
  const words = drawn(spans.map(pieceOf).join('').trim(), pen.theme);
  return /^[ ;:]*$/.test(words) ? '' : words;
};

const UNITS = '(?:ms|s|m|min|h|d)(?![\\w-])|(?:毫秒|秒|分|小时|天)';
const DURATION = new RegExp(`(?<![\\w-])\\d+(?:\\.\\d+)?(?= ?(?:${UNITS}))`, 'g');

/** The same words with every time taken out: a clock that goes on is nothing new. */
export const timeless = (words: string): string =>
  words.replace(/\d+(?::\d\d)+/g, '#').replace(DURATION, '#');
