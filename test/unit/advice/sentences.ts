import {globSync, readFileSync} from 'node:fs';
import {join} from 'node:path';

const root = join(import.meta.dirname, '../../..');

/** An advice as it stands in a source file; what is filled in may be anything. */
export type Sentence = {readonly file: string; readonly en: string; readonly pattern: RegExp};

const escaped = (words: string): string => words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Where the value ends that is filled in from here on: at the brace that closes it. */
const endOfValue = (code: string, from: number): number => {
  for (let at = from, depth = 1; at < code.length; at++) {
    if (code[at] === '{') depth++;
    if (code[at] === '}' && --depth === 0) return at + 1;
  }
  return code.length;
};

/** The pieces of a literal that begins at its quote: the words between what is filled in. */
const piecesAt = (code: string, from: number): readonly string[] => {
  const quote = code[from];
  const pieces = [''];
  for (let at = from + 1; at < code.length && code[at] !== quote; at++) {
    if (quote === '`' && code.startsWith('${', at)) {
      at = endOfValue(code, at + 2) - 1;
      pieces.push('');
      continue;
    }
    if (code[at] === '\\') at++;
    pieces.push((pieces.pop() ?? '') + code[at]);
  }
  return pieces;
};

/** Titles and evidence have no full stop at their end; what is put together of other sentences has no words of its own. */
const isAdvice = (pieces: readonly string[]): boolean =>
  pieces.join('').length > 5 && (pieces.at(-1) === '' || /\.$/.test(pieces.at(-1) ?? ''));

/** The English of every text of these files, in the pieces between what is filled in. */
export const textsIn = (
  pattern: string,
): readonly {readonly file: string; readonly pieces: readonly string[]}[] =>
  globSync(pattern, {cwd: root})
    .toSorted()
    .flatMap(file => {
      const code = readFileSync(join(root, file), 'utf8');
      const texts = [...code.matchAll(/\b(?:text|words)\(\s*(?=['"`])/g)];
      return texts.map(match => ({file, pieces: piecesAt(code, match.index + match[0].length)}));
    });

/** Every sentence of these files that tells somebody to do something, or what becomes of it. */
export const sentencesIn = (pattern: string): readonly Sentence[] =>
  textsIn(pattern)
    .filter(({pieces}) => isAdvice(pieces))
    .map(({file, pieces}) => ({
      file,
      en: pieces.join('…'),
      pattern: new RegExp(pieces.map(escaped).join('[\\s\\S]*')),
    }));
