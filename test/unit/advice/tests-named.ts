import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';

const root = join(import.meta.dirname, '../../..');
const codes = new Map<string, string>();

const codeOf = (file: string): string => {
  const path = join(root, file);
  const code = codes.get(file) ?? (existsSync(path) ? readFileSync(path, 'utf8') : '');
  codes.set(file, code);
  return code;
};

/** Whether a file of tests holds a test, a group of tests or a row of a table of that title, in one literal. */
export const hasTest = (file: string, title: string): boolean =>
  ["'", '"', '`'].some(quote => codeOf(file).includes(`${quote}${title}${quote}`));
