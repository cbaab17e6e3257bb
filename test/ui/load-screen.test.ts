import {expect, test} from 'vitest';
import {loadScreen} from '../../src/ui/load-screen.ts';

test('the screen is loaded without fetch, and fetch is back as it was', async () => {
  const before = Object.getOwnPropertyDescriptor(globalThis, 'fetch');
  const loading = loadScreen();
  expect(globalThis.fetch).toBeUndefined();
  const {startScreen} = await loading;
  expect(startScreen).toBeTypeOf('function');
  expect(Object.getOwnPropertyDescriptor(globalThis, 'fetch')).toEqual(before);
  expect(await (await fetch('data:text/plain,ok')).text()).toBe('ok');
});
