import {expect, it} from 'vitest';
import {firstEnd} from '../../../src/cli/first-end.ts';

const never = new Promise<never>(() => undefined);

/** A run that has not given back its lease; `end` lets it. */
const running = () => Promise.withResolvers<'the end'>();

it('whose screen is closed once it is over is waited for', async () => {
  const {promise, resolve} = running();
  const end = firstEnd(promise, {closed: Promise.resolve('quit'), twice: never}, () => true);
  const first = await Promise.race([end, new Promise(done => setImmediate(done, 'still at it'))]);
  expect(first).toBe('still at it');
  resolve('the end');
  expect(await end).toBe('the end');
});

it.each([
  ['is closed while something is in hand', 'quit', false],
  ['is closed at once', 'now', true],
] as const)('whose screen %s is not', async (_, how, isOver) => {
  expect(await firstEnd(running().promise, {closed: Promise.resolve(how), twice: never}, () => isOver)).toBe(
    how,
  );
});

it('is not waited for any more at a second signal, also where its screen was closed', async () => {
  const twice = Promise.withResolvers<'SIGTERM'>();
  const end = firstEnd(
    running().promise,
    {closed: Promise.resolve('quit'), twice: twice.promise},
    () => true,
  );
  twice.resolve('SIGTERM');
  expect(await end).toBe('SIGTERM');
});
