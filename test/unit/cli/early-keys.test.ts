import {once} from 'node:events';
import {PassThrough} from 'node:stream';
import {expect, test} from 'vitest';
import {takeEarlyKeys} from '../../../src/cli/early-keys.ts';

const makeStdin = () => {
  const raw: boolean[] = [];
  const keys = new PassThrough();
  const stdin = Object.assign(keys, {
    isTTY: true,
    setRawMode: (on: boolean) => {
      raw.push(on);
      return stdin;
    },
    ref: () => stdin,
    unref: () => stdin,
  }) as unknown as NodeJS.ReadStream;
  return {stdin, raw, type: (words: string) => void keys.write(words)};
};

const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

test('what is typed before the screen reads is dropped, what comes after that is the screen’s', async () => {
  const {stdin, raw, type} = makeStdin();
  const early = takeEarlyKeys(stdin);
  expect(raw).toEqual([true]);
  type('y');
  await turn();
  early.handOver();
  const readable = once(stdin, 'readable');
  type('n');
  await readable;
  expect(String(stdin.read())).toBe('n');
  expect(raw, 'the screen gives it back').toEqual([true]);
});

test('Ctrl-C among it ends the program as at any other', async () => {
  const {stdin, type} = makeStdin();
  const early = takeEarlyKeys(stdin);
  const signal = once(process, 'SIGINT');
  type('yy\u0003y');
  await signal;
  early.giveBack();
});

test('where no screen comes of it, the terminal echoes again', () => {
  const {stdin, raw} = makeStdin();
  takeEarlyKeys(stdin).giveBack();
  expect(raw).toEqual([true, false]);
  expect(stdin.listenerCount('readable')).toBe(0);
});
