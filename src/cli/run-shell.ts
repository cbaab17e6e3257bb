import {spawn} from 'node:child_process';
import {setImmediate as turn} from 'node:timers/promises';
import type {ShellEnd} from '../ui/parts/use-hands.ts';
import type {Outside} from './outside.ts';
import {whileDeaf} from './signals.ts';

/**
 * Lets go of the keyboard. Without it Node reads on although nobody listens any more, and every now and then a key is its own
 * and not the program's; whoever listens again is given what comes then.
 */
const stopReading = async (stdin: NodeJS.ReadStream): Promise<void> => {
  // Only once the last listener is gone may it be paused, and only after that does it stop.
  await turn();
  stdin.pause();
  await turn();
};

/**
 * Runs a program of the operator's on lakeup's own terminal and waits for its end. What they type there is not for lakeup:
 * neither a key, nor the Ctrl-C that the terminal sends to every process of its foreground. Hung up when lakeup is over.
 */
export const runShell = async (
  command: readonly string[],
  {stdin, env}: Pick<Outside, 'stdin' | 'env'>,
  over: AbortSignal,
): Promise<ShellEnd> => {
  await stopReading(stdin);
  return whileDeaf(
    () =>
      new Promise(resolve => {
        const [program = '', ...args] = command;
        const child = spawn(program, args, {stdio: 'inherit', env, signal: over, killSignal: 'SIGHUP'});
        child.once('error', error => resolve({kind: 'none', why: error.message}));
        child.once('exit', (code, signal) =>
          resolve({kind: 'ended', code: code ?? (signal === null ? 0 : 255)}),
        );
      }),
  );
};
