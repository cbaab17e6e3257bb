import {existsSync, globSync, readFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {describe, expect, it} from 'vitest';

const root = join(import.meta.dirname, '../..');
const docs = ['README.md', ...globSync(['docs/*.md', 'docs/decisions/*.md'], {cwd: root}).sort()];
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

/** Code of one file of the house, or one of its folders; `fields.ts` may stand for `src/systems/doris/fields.ts`. */
const files = globSync(['{src,test,scripts,bench,docs}/**/*', '*'], {cwd: root}).map(path => `/${path}`);

/** Patterns, and names with something left open. */
const OPEN = /[<>*{}…\s]/;
/** A path from the top of the repository. */
const WHOLE = /^(src|test|docs|scripts|bench)\//;
/** The end of a path: that of a file of code. */
const END = /^[\w./-]+\.(ts|tsx|mjs)$/;
/** What is built, and no part of the repository. */
const BUILT = /^(dist\/|lakeup\.mjs$|main\.mjs$)/;

const isThere = (path: string): boolean => {
  if (WHOLE.test(path)) return existsSync(join(root, path));
  if (!END.test(path) || BUILT.test(path) || existsSync(join(root, path))) return true;
  return files.some(file => file.endsWith(`/${path}`));
};

const wordsOf = (text: string): readonly {readonly word: string; readonly line: number}[] =>
  text
    .split('\n')
    .flatMap((words, i) => [...words.matchAll(/`([^`]+)`/g)].map(([, word = '']) => ({word, line: i + 1})));

/** Paths in backticks that lead nowhere, as "file:line: path". */
const astray = (file: string, text: string): string[] =>
  wordsOf(text)
    .filter(({word}) => !OPEN.test(word) && !isThere(word))
    .map(({word, line}) => `${file}:${line}: ${word}`);

/** Links within the repository that lead nowhere. */
const broken = (file: string, text: string): string[] =>
  [...text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)]
    .map(([, target = '']) => target)
    .filter(target => !/^[a-z]+:/.test(target) && !existsSync(join(root, dirname(file), target)))
    .map(target => `${file}: ${target}`);

describe('README and docs', () => {
  it.each(docs)('%s names only files that are there', file => {
    expect([...astray(file, read(file)), ...broken(file, read(file))]).toEqual([]);
  });

  it('name files at all', () => {
    const named = docs.flatMap(file => wordsOf(read(file))).filter(({word}) => WHOLE.test(word));
    expect(named.length).toBeGreaterThan(40);
  });

  it.each([
    ['a file that is gone', 'see `src/engine/given.ts`', 1],
    ['a folder that is gone', 'see `src/systems/doris/fake/`', 1],
    ['the end of a path that nothing has', 'see `engine/given.ts`', 1],
    ['a file', 'see `src/engine/fill.ts`, `engine/fill.ts` and `fill.ts`', 0],
    ['a folder', 'see `src/engine/` and `test/law`', 0],
    ['a pattern', '`test/unit/plan/walk-nothing*.test.ts`, `src/nothing/<name>/`, `src/probes/none-….ts`', 0],
    ['other words', '`lakeup status CLUSTER -i FILE`, `dist/lakeup.mjs`, `bin/lib`', 0],
  ])('would be found: %s', (_, text, count) => {
    expect(astray('docs/x.md', text)).toHaveLength(count);
  });

  it('would be found: a link that leads nowhere', () => {
    expect(
      broken('docs/x.md', 'see [words](words.md#what), [this](none.md), [that](https://example.com/x.md)'),
    ).toEqual(['docs/x.md: none.md']);
  });
});
