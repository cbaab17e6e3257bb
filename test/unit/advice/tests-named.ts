import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';

const root = join(import.meta.dirname, '../../..');
const codes = new Map<string, string>();

/** A file's code without what is only remarked in it. */
const codeOf = (file: string): string => {
  const path = join(root, file);
  const code =
    codes.get(file) ??
    (existsSync(path)
      ? readFileSync(path, 'utf8')
          .replace(/\/\*[\s\S]*?\*\//g, '')
          .replace(/^\s*\/\/.*$/gm, '')
      : '');
  codes.set(file, code);
  return code;
};

const escaped = (words: string): string => words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/**
 * Whether a file of tests holds a test, a group of tests or a row of a table of that title: a literal, or a name, which begins one. A
 * literal in the middle of an expectation is none.
 */
export const hasTest = (file: string, title: string): boolean => {
  const literal = ["'", '"', '`'].map(quote => `${quote}${escaped(title)}${quote}`);
  const key = /^\w+$/.test(title) ? [title] : [];
  const begins = new RegExp(`(?:[([{,]|^)\\s*(?:${literal.join('|')})\\s*[,:\\]]`, 'm');
  const isKey = new RegExp(`^\\s*(?:${[...literal, ...key].join('|')}):`, 'm');
  const isName = new RegExp(`\\bname: (?:${literal.join('|')})`);
  return [begins, isKey, isName].some(each => each.test(codeOf(file)));
};

/** Whether its code holds these words. */
export const hasWords = (file: string, words: string): boolean => codeOf(file).includes(words);
