import {fileURLToPath} from 'node:url';
import {runMain} from './cli/run-main.ts';

// A reader that has gone, or a terminal that was closed, does not end what is in hand.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

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
