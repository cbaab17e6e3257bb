import {spawn, spawnSync} from 'node:child_process';
import {plain} from '../../../src/model/text.ts';
import type {Pipes} from '../../../src/transport/shell-loop.ts';

export type Command = readonly [string, ...string[]];

/** A far shell as a child process: nothing in it is about SSH. */
export const childPipes = (command: Command): Pipes => {
  const [file, ...args] = command;
  const child = spawn(file, args, {stdio: ['pipe', 'pipe', 'pipe'], detached: true});
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    onEnd: listener => child.once('close', code => listener(plain(`the shell ended with exit code ${code}`))),
    // With all that runs in it, as a session of sshd is killed.
    drop: () => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It ended before.
      }
    },
  };
};

/** Shells that may stand behind `sh`, and login shells that are asked for one as sshd asks them. */
const SHELLS: readonly Command[] = [
  ['sh'],
  ['dash'],
  ['bash'],
  ['bash', '--posix'],
  ['busybox', 'sh'],
  ['mksh'],
  ['zsh'],
  ['tcsh', '-c', 'exec sh'],
  ['fish', '-c', 'exec sh'],
  ['zsh', '-c', 'exec sh'],
];

/** Those that are here, by name. */
export const shellsHere: readonly (readonly [string, Command])[] = SHELLS.filter(
  ([file, ...args]) => spawnSync(file, args, {input: ':\n'}).status === 0,
).map(command => [command.join(' '), command] as const);
