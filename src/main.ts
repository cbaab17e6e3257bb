import {fileURLToPath} from 'node:url';
import {setFlagsFromString} from 'node:v8';
import {behindExit} from './cli/behind-exit.ts';
import {EXIT} from './cli/exit-code.ts';
import {keepNodeWarnings} from './cli/node-warnings.ts';
import {runMain, tellBug} from './cli/run-main.ts';

// Garbage is cleared once the old space has grown by a third (scripts/run.mjs says why). Not by the first line of the program: older
// kernels read 127 bytes of that, and a node that knows no such flag any more would not start.
setFlagsFromString('--heap-growing-percent=30');

// A reader that has gone, or a terminal that was closed, does not end what is in hand.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

// Libraries print there what a server sent, raw and over the screen; nothing of lakeup's speaks through it.
for (const way of ['debug', 'error', 'info', 'log', 'trace', 'warn'] as const) console[way] = () => undefined;

const tellWarnings = keepNodeWarnings(process, process.argv.slice(2), process);
process.once('exit', tellWarnings);

// What is thrown where nobody catches it is told as any bug, once the screen has given the terminal back.
process.once('uncaughtException', error => {
  process.off('exit', tellWarnings);
  behindExit(process, () => {
    tellBug(error, process);
    tellWarnings();
  });
  process.exit(EXIT.failed);
});

/** The composition root: the only place where the commands meet the real systems and the real process. */
const code = await runMain(process.argv.slice(2), {
  systems: async () => (await import('./systems/index.ts')).systems,
  fakes: async () => (await import('./fakes/index.ts')).fakes,
  fakeProgram: system => fileURLToPath(new URL(`./fake-${system}.mjs`, import.meta.url)),
  recordings: fileURLToPath(new URL('./scenarios', import.meta.url)),
  env: process.env,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
});

// Whatever was left in hand ends here: the journal tells the next lakeup about it.
process.exit(code);
