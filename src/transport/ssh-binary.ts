import {execFile} from 'node:child_process';

const RUN_MS = 10_000;

/** Runs a local program and gives what it printed, or null when it is not there or failed. `ssh -V` prints on stderr. */
export const run = (
  file: string,
  args: readonly string[],
  vars: Readonly<Record<string, string | undefined>>,
): Promise<string | null> =>
  new Promise(resolve => {
    execFile(file, args, {env: {...vars}, timeout: RUN_MS, encoding: 'utf8'}, (error, stdout, stderr) =>
      resolve(error === null ? stdout.trim() || stderr.trim() : null),
    );
  });
