import {describe, expect, it} from 'vitest';
import {sh} from '../../../src/lib/sh.ts';
import {bare, body, renderScript, setVars, type Vars} from '../../../src/model/script.ts';

describe('a script as a shell gets it', () => {
  it.each<[string, Vars, string]>([
    ['no variable', {}, ''],
    ['words', {home: '/opt/be', stamp: '20260101_000000'}, 'home=/opt/be\nstamp=20260101_000000\n'],
    ['a number', {within_s: 60}, 'within_s=60\n'],
    ['yes and no', {yes: true, no: false}, 'yes=true\nno=false\n'],
    ['nothing', {java_home: ''}, "java_home=''\n"],
    ['blanks', {home: '/opt/the home'}, "home='/opt/the home'\n"],
    ['a quote', {home: "/opt/it's"}, "home='/opt/it'\\''s'\n"],
    ['what a shell would do', {home: '$(reboot) `x` $HOME'}, "home='$(reboot) `x` $HOME'\n"],
    ['an end and a command', {home: "'; rm -rf /; '"}, "home=''\\''; rm -rf /; '\\'''\n"],
    ['several lines', {home: 'a\nb=c'}, "home='a\nb=c'\n"],
    ['a list', {parts: ['bin', 'lib']}, "parts='bin\nlib'\n"],
    ['a list of one', {flags: ['--recycler']}, 'flags=--recycler\n'],
    ['a list of none', {flags: []}, "flags=''\n"],
    ['a list of numbers', {ports: [8040, 9050]}, "ports='8040\n9050'\n"],
    ['a list with what a shell would do', {flags: ['$(x)', '*']}, "flags='$(x)\n*'\n"],
    ['names of the environment', {env_JAVA_HOME: '/opt/jdk'}, 'env_JAVA_HOME=/opt/jdk\n'],
  ])('%s', (_what, vars, before) => {
    const script = {body: body('x.do', sh`echo "$home"`, sh`exit 0`), vars};
    expect(renderScript(script)).toBe(`${before}echo "$home"\nexit 0`);
  });

  it('is its body alone where it has no variables', () => {
    expect(bare('x.look', sh`uptime`)).toEqual({body: {name: 'x.look', text: 'uptime'}, vars: {}});
    expect(renderScript(bare('x.look', sh`uptime`))).toBe('uptime');
  });

  it.each(['PATH', 'IFS', 'HOME', '_', '1st', 'a-b', 'a b', 'a=b', 'a\nb', '', 'ä'])(
    'takes no variable %j: it could be one of the shell’s own, or none',
    name => {
      expect(() => setVars({[name]: 'x'})).toThrow('cannot be a shell variable');
    },
  );

  it.each([
    ['a blank', ['a b']],
    ['a tab', ['a\tb']],
    ['a new line', ['a\nb']],
    ['nothing', ['']],
  ])('takes no list with %s in an item: it would arrive as other items', (_what, parts) => {
    expect(() => setVars({parts})).toThrow('is no word of a list');
  });

  it('takes no NUL, which no shell can hold', () => {
    expect(() => setVars({home: 'a\0b'})).toThrow('NUL');
  });
});
