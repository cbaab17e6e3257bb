import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import pty from '@lydell/node-pty';
import {expect, test} from 'vitest';

const LAKEUP = join(import.meta.dirname, '../../dist/lakeup.mjs');

/** Every byte that a terminal which shows progress is sent by a held run, from its opening to its end. */
const bytesOf = async (...options: readonly string[]): Promise<string> => {
  const dir = mkdtempSync(join(tmpdir(), 'lakeup-afar-'));
  const env = {PATH: process.env.PATH ?? '', HOME: dir, LANG: 'en_US.UTF-8', TERM_PROGRAM: 'WezTerm'};
  const child = pty.spawn(process.execPath, [LAKEUP, 'demo', '--scenario', 'held', ...options], {
    ...{name: 'xterm-256color', cols: 80, rows: 24},
    env: {...env, TERM: 'xterm-256color'},
  });
  // Once a key has done something, what comes with the first frame has been written.
  const steps: (readonly [RegExp, () => void])[] = [
    [/can be resumed/, () => child.write('?')],
    [/the grid/, () => child.kill('SIGTERM')],
  ];
  let bytes = '';
  child.onData(data => {
    bytes += data;
    const [next] = steps;
    if (next?.[0].test(bytes) !== true) return;
    steps.shift();
    next[1]();
  });
  await new Promise<void>(resolve => void child.onExit(() => resolve()));
  rmSync(dir, {recursive: true, force: true, maxRetries: 5});
  return bytes;
};

/** Which signs there are among these bytes. Here each OSC sequence ends with ST, so that a BEL is a bell. */
const signsIn = (bytes: string) => ({
  title: /\u001b\]2;held /.test(bytes),
  'kept title': bytes.includes('\u001b[22;2t') || bytes.includes('\u001b[23;2t'),
  progress: /\u001b\]9;4;2;\d+\u001b\\/.test(bytes),
  'no progress any more': bytes.includes('\u001b]9;4;0;\u001b\\'),
  bell: bytes.includes('\u0007'),
});
const ALL = {title: true, 'kept title': true, progress: true, 'no progress any more': true, bell: true};

test.each([
  [[], ALL],
  [['--no-title'], {...ALL, title: false, 'kept title': false}],
  [['--no-progress'], {...ALL, progress: false, 'no progress any more': false}],
  [['--no-bell'], {...ALL, bell: false}],
] as const)('with %j the terminal is sent every other sign', async (options, signs) => {
  expect(signsIn(await bytesOf(...options))).toEqual(signs);
});
