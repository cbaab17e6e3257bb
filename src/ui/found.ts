import {type Span, span} from './line.ts';
import type {Tone} from './theme.ts';

/** From where to where in a text. */
export type Hit = readonly [from: number, to: number];

/** Where these words stand in a text, in large letters or small; nowhere when there are none. */
export const found = (text: string, words: string): readonly Hit[] => {
  if (words === '') return [];
  const pattern = new RegExp(words.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), 'giu');
  return [...text.matchAll(pattern)].map(({index, 0: hit}) => [index, index + hit.length]);
};

/** A piece of a text, which begins at `from` of it, with what was found in the text marked. */
export const marked = (piece: string, tone: Tone, hits: readonly Hit[], from = 0): readonly Span[] => {
  const spans: Span[] = [];
  let at = 0;
  for (const [begins, ends] of hits) {
    const [a, b] = [Math.max(at, begins - from), Math.min(piece.length, ends - from)];
    if (b <= a) continue;
    spans.push(span(piece.slice(at, a), tone), span(piece.slice(a, b), 'selected'));
    at = b;
  }
  return [...spans, span(piece.slice(at), tone)];
};
