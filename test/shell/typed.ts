import {spawnSync} from 'node:child_process';
import {chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect} from 'vitest';

// What a sentence says to type, typed.

/** The commands between backticks of an advice, as somebody copies them. */
export const commandsIn = (words: string): readonly string[] =>
  [...words.matchAll(/`([^`]*)`/g)].map(([, command]) => command ?? '');

/** Types a line into a shell. */
export const typed = (line: string, env: NodeJS.ProcessEnv = {}) =>
  spawnSync('sh', ['-c', line], {encoding: 'utf8', env: {...process.env, ...env}});

/** What each program was called with, where a line is typed on a host that has these programs, in a folder of its own. */
export const callsOf = (
  root: string,
  line: string,
  programs: readonly string[],
): readonly (readonly string[])[] => {
  const bin = join(root, 'own bin');
  const log = join(root, 'calls');
  mkdirSync(bin, {recursive: true});
  for (const name of programs) {
    const file = join(bin, name);
    writeFileSync(
      file,
      `#!/bin/sh\n{ for word in ${name} "$@"; do printf '%s\\n' "$word"; done; echo; } >>"$CALLS"\n`,
    );
    chmodSync(file, 0o755);
  }
  const told = typed(line, {PATH: `${bin}:${process.env.PATH}`, CALLS: log});
  expect(`${told.status} ${told.stderr}`).toBe('0 ');
  return existsSync(log)
    ? readFileSync(log, 'utf8')
        .trimEnd()
        .split('\n\n')
        .map(call => call.split('\n'))
    : [];
};
