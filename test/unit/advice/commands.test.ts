import {globSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {PassThrough} from 'node:stream';
import type {Command} from 'commander';
import {describe, expect, it} from 'vitest';
import type {Outside} from '../../../src/cli/outside.ts';
import {makeProgram} from '../../../src/cli/program.ts';

/*
 * Every command of lakeup that a sentence of the program, or a page for operators, names to be typed is one that the program takes: the
 * very words, with a name in the place of what is filled in. The name of a command alone stands for the command.
 */

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

const NAMES = 'status|upgrade|resume|undo|abandon|runs|doctor|rehearse|demo';
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

const all = ['src/**/*.ts', 'docs/when-something-goes-wrong.md', 'README.md'].flatMap(namedIn);
const lines = [...new Map(all.map(each => [each.line, each])).values()];

/** The program, whose commands only say that they were taken. */
const programThat = (taken: (name: string) => void): Command => {
  const outside = {stdout: new PassThrough(), stderr: new PassThrough()} as unknown as Outside;
  const program = makeProgram(outside, 'en', () => undefined);
  for (const command of program.commands) command.action(() => taken(command.name()));
  return program;
};

describe('a command that somebody is told to type', () => {
  it('is found in the sources, in its forms', () => {
    const found = lines.map(({line}) => line);
    for (const line of ['resume', 'resume x', 'undo x', 'abandon x --because words', 'undo x --take-over x'])
      expect(found).toContain(line);
  });

  it.each(lines.map(({line, file}) => [line, file]))('lakeup %s (%s)', async line => {
    const words = line.split(' ');
    const taken: string[] = [];
    const program = programThat(name => void taken.push(name));
    const [name = ''] = words;
    expect(program.commands.map(command => command.name())).toContain(name);
    // Its name alone means the command, whatever else it needs.
    if (words.length === 1) return;
    await program.parseAsync(words, {from: 'user'});
    expect(taken).toEqual([name]);
  });
});
