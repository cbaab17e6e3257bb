import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';

/** Linux before 5.1 reads so much of a program's first line, and cuts off the rest without a word. */
const READ_BYTES = 127;

test('the first line of the program is one that every kernel reads whole', () => {
  const [line = ''] = readFileSync(join(import.meta.dirname, '../../src/lakeup.ts'), 'utf8').split('\n');
  expect(line).toMatch(/^#!\/usr\/bin\/env -S .*\bnode\b/);
  expect(Buffer.byteLength(line)).toBeLessThanOrEqual(READ_BYTES);
});
