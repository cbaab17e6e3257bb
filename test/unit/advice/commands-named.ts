import {globSync, readFileSync} from 'node:fs';
import {join} from 'node:path';

const root = join(import.meta.dirname, '../../..');

const FILLED = String.raw`\$\{(?:[^{}]|\{[^{}]*\})*\}`;

/** What is filled in, by whoever types it or by the program, is a name. */
const filled = (line: string): string =>
  line
    // What every help shows.
    .replace('$' + '{FILE}', 'x -i x')
    .replace(new RegExp(FILLED, 'g'), 'x')
    .replace(/ \[[^\]]*\]/g, '')
    .replace(/\\?"…\\?"/g, 'words');

const NAMES = 'status|upgrade|resume|undo|prune|abandon|runs|doctor|rehearse|demo';
/** What stands for a name, a word that is to be replaced, an option, or something that may be left out. */
const PIECE = String.raw`${FILLED}|[A-Z]+|--lang zh|--fault list|--system [a-z]+|-i 文件|--?[a-z-]+|\\?"…\\?"|\[[^\]]*\]`;
/** Between backticks, or where a sentence says what to type. */
const NAMED = new RegExp(
  String.raw`(?:\x60|: )(?:lakeup|\$\{(?:program|lakeup)\}) ((?:${NAMES})(?: (?:${PIECE}))*)`,
  'gm',
);

type Named = {readonly file: string; readonly line: string};

const namedIn = (pattern: string): readonly Named[] =>
  globSync(pattern, {cwd: root})
    .toSorted()
    .flatMap(file => {
      const spoken = readFileSync(join(root, file), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
      return [...spoken.matchAll(NAMED)].map(([, line = '']) => ({file, line: filled(line)}));
    });

/** The commands of lakeup that these files name to be typed, each form once. */
export const commandsNamed = (...patterns: readonly string[]): readonly Named[] => [
  ...new Map(patterns.flatMap(namedIn).map(each => [each.line, each])).values(),
];

/** The same, each form once in each file. */
export const commandsByFile = (...patterns: readonly string[]): readonly string[] => [
  ...new Set(
    patterns.flatMap(namedIn).map(({file, line}) => `${file.slice(file.lastIndexOf('/') + 1)}: ${line}`),
  ),
];
