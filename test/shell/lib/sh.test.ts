import {execFileSync} from 'node:child_process';
import {describe, expect, it} from 'vitest';
import {lines, quote, raw, type Sh, sh} from '../../../src/lib/sh.ts';

/** What a real POSIX shell prints for a script. */
const run = (script: Sh, shell = 'sh'): string => execFileSync(shell, ['-c', script], {encoding: 'utf8'});

const NASTY = [
  '',
  ' ',
  'plain',
  "it's",
  "'",
  "''",
  "'; touch /tmp/owned; '",
  '"quoted"',
  '$HOME',
  ['$', '{HOME}'].join(''),
  '$(echo no)',
  '`echo no`',
  'a\\b\\\\c',
  'a\nb\n',
  '\ttab\r',
  '*',
  '?[a-z]',
  '~',
  '~root/x',
  '{a,b}',
  '-n',
  '--help',
  '!!',
  '#no comment',
  'a;b&c|d>e<f',
  'FOO=bar',
  '(x)',
  '湖 📦',
  '%s%n',
  '\u0007\u001b[31m',
  '\u00a0',
];

describe('a word that is quoted', () => {
  it.each(NASTY)('comes through a shell as it is: %j', word => {
    expect(run(sh`printf %s. ${word}`)).toBe(`${word}.`);
  });

  it('does so in bash too', () => {
    expect(run(sh`printf '[%s]' ${NASTY}`, 'bash')).toBe(NASTY.map(word => `[${word}]`).join(''));
  });

  it('stays one word, and a list as many words as it has', () => {
    expect(run(sh`count() { echo $#; }; count ${'a b'} ${['c d', 'e']} ${[]} ${'x'}`)).toBe('4\n');
  });

  it('is part of a longer word where it stands in one', () => {
    expect(run(sh`printf %s ${"it's"}/lib:${'a b'}`)).toBe("it's/lib:a b");
  });

  it('is left bare where nothing in it needs quotes, so that plans can be read', () => {
    expect(quote('/opt/doris/be_1/bin-2.sh')).toBe('/opt/doris/be_1/bin-2.sh');
    expect(quote('user@host:22')).toBe('user@host:22');
    expect(quote('a b')).toBe("'a b'");
  });

  it.each([0, -1, 3.5, 1_048_576])('may be the number %s', number => {
    expect(run(sh`printf %s ${number}`)).toBe(String(number));
  });

  it('cannot hold a NUL byte', () => {
    expect(() => sh`echo ${'a\0b'}`).toThrow('NUL');
  });
});

describe('pieces of shell', () => {
  it('are quoted like any word unless they are said to be raw', () => {
    const inner = sh`echo ${"it's"}`;
    expect(run(sh`sh -c ${inner}`)).toBe("it's\n");
    expect(run(sh`cd / && ${raw(inner)}`)).toBe("it's\n");
    expect(run(sh`${raw(inner)} | tr a-z A-Z`)).toBe("IT'S\n");
  });

  it('stand below each other', () => {
    expect(run(lines(sh`x=${'a b'}`, sh`echo "$x"`, sh`# nothing`, sh`echo end`))).toBe('a b\nend\n');
    expect(lines()).toBe('');
  });

  it('keep backslashes that were written twice', () => {
    expect(run(sh`printf 'a\\nb'`)).toBe('a\nb');
  });
});
