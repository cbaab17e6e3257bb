import {expect, it} from 'vitest';
import {nearest} from '../../../src/inventory/nearest.ts';

it.each([
  ['prot', 'port'],
  ['Home', 'home'],
  ['identity_file', 'identityFile'],
  ['pakage', 'package'],
  ['xyz', null],
  ['', null],
])('%s was meant as %s', (word, meant) => {
  expect(nearest(word, ['port', 'home', 'identityFile', 'package'])).toBe(meant);
});
