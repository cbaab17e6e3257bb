import stringWidth from 'string-width';

const measured = new Map<string, number>();
/** How many measured texts are kept: more than a screen holds, far less than memory. */
const MEASURED_MOST = 4_000;

const measure = (text: string): number => {
  const known = measured.get(text);
  if (known !== undefined) return known;
  if (measured.size >= MEASURED_MOST) measured.clear();
  const width = stringWidth(text);
  measured.set(text, width);
  return width;
};

/** Columns a text takes. Plain ASCII, nearly all of it, is not measured; the rest is measured once. */
export const widthOf = (text: string): number => (/^[\x20-\x7e]*$/.test(text) ? text.length : measure(text));

const segmenter = new Intl.Segmenter(undefined, {granularity: 'grapheme'});

/** What a terminal sees as single characters. */
export const graphemes = (text: string): string[] =>
  /^[\x20-\x7e]*$/.test(text) ? [...text] : [...segmenter.segment(text)].map(({segment}) => segment);

/** Cuts a text to a width, with `mark` where something is missing. */
export const cut = (text: string, width: number, mark = '…'): string => {
  if (widthOf(text) <= width) return text;
  const room = width - widthOf(mark);
  if (room < 0) return '';
  let used = 0;
  let kept = '';
  for (const piece of graphemes(text)) {
    used += widthOf(piece);
    if (used > room) break;
    kept += piece;
  }
  return kept + mark;
};

/** Fills up with spaces to a width; a longer text is cut. */
export const pad = (text: string, width: number): string => {
  const fitting = cut(text, width);
  return fitting + ' '.repeat(Math.max(0, width - widthOf(fitting)));
};

/** Fills up on the left. */
export const padLeft = (text: string, width: number): string =>
  ' '.repeat(Math.max(0, width - widthOf(text))) + cut(text, width);

/** A text in pieces of that width at most: put together they are the text, whatever stands in it. */
export const pieces = (text: string, width: number): string[] => {
  const all: string[] = [];
  let piece = '';
  for (const each of graphemes(text)) {
    if (piece !== '' && widthOf(piece) + widthOf(each) > width) {
      all.push(piece);
      piece = '';
    }
    piece += each;
  }
  return [...all, piece];
};

/**
 * Breaks a text into lines of at most that width: at spaces, and between wide characters; a longer word is cut through.
 */
export const wrap = (text: string, width: number): string[] => {
  const room = Math.max(1, width);
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = '';
    let used = 0;
    for (const word of words(paragraph)) {
      const needed = widthOf(word);
      if (used + widthOf(word.trimEnd()) > room && line.trim() !== '') {
        lines.push(line.trimEnd());
        line = '';
        used = 0;
      }
      if (used + widthOf(word.trimEnd()) <= room) {
        line += word;
        used += needed;
        continue;
      }
      for (const piece of graphemes(word)) {
        if (used + widthOf(piece) > room) {
          lines.push(line);
          line = '';
          used = 0;
        }
        line += piece;
        used += widthOf(piece);
      }
    }
    lines.push(line.trimEnd());
  }
  return lines;
};

const CHINESE = '\\u2e80-\\u9fff\\uac00-\\ud7ff\\uf900-\\ufaff\\uff00-\\uffef';
const WORD = new RegExp(`[${CHINESE}][，。：；、？！）”』」]*\\s*|[^\\s${CHINESE}]+\\s*|\\s+`, 'g');

/** Pieces between which a line may break. A closing mark of Chinese text never begins a line. */
const words = (text: string): string[] => text.match(WORD) ?? [];
