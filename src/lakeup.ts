#!/usr/bin/env -S MALLOC_ARENA_MAX=1 node --min-semi-space-size=6 --max-semi-space-size=6 --max-old-space-size=1024
import {EXIT} from './cli/exit-code.ts';
import {languageOf} from './cli/language.ts';
import {isNewEnough, tooOld} from './cli/needed-node.ts';

/**
 * The program's first file. An old node gives wrong answers, or cannot even read the rest: it is asked for its version
 * before anything else is loaded, so this file and what it imports at once are built for older ones.
 */
const version = process.versions.node;

// Of the first line this is meant for this program alone, not for a shell or a proxy command that it starts. (An operator's own
// value was lost before anything here ran.)
delete process.env.MALLOC_ARENA_MAX;

// Who gets no further has failed; main ends with the code of the command.
process.exitCode = EXIT.failed;

if (isNewEnough(version)) void import('./main.ts');
else {
  const lang = languageOf(process.argv.slice(2), process.env);
  process.stderr.write(`${tooOld(version, process.execPath)[lang]}\n`);
}
