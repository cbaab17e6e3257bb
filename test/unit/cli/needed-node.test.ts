import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, it} from 'vitest';
import {isNewEnough, NEEDED_NODE} from '../../../src/cli/needed-node.ts';

it('is what package.json promises and what the program is built for', () => {
  const read = (file: string): string => readFileSync(join(import.meta.dirname, '../../..', file), 'utf8');
  expect(JSON.parse(read('package.json')).engines.node).toBe(`>=${NEEDED_NODE}`);
  expect(read('scripts/build.mjs')).toContain(`target: 'node${NEEDED_NODE}'`);
});

it.each([
  ['4.9.1', false],
  ['21.99.0', false],
  [`${NEEDED_NODE}.0.0`, true],
  ['100.0.0', true],
])('%s: %s', (version, enough) => {
  expect(isNewEnough(version)).toBe(enough);
});
