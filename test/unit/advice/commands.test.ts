import {PassThrough} from 'node:stream';
import type {Command} from 'commander';
import {describe, expect, it} from 'vitest';
import type {Outside} from '../../../src/cli/outside.ts';
import {makeProgram} from '../../../src/cli/program.ts';
import {commandsNamed} from './commands-named.ts';

/*
 * Every command of lakeup that a sentence of the program, or a page for operators, names to be typed is one that the program takes: the
 * very words, with a name in the place of what is filled in. The name of a command alone stands for the command.
 */

const lines = commandsNamed('src/**/*.ts', 'docs/when-something-goes-wrong.md', 'README.md');

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
