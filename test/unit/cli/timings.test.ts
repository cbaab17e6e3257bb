import {mkdtemp, readFile, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {frameTimings} from '../../../src/cli/timings.ts';

test('frames leave their moment and how long they took, only when that is asked for', async () => {
  expect(frameTimings({})).toBeNull();
  expect(frameTimings({LAKEUP_TIMINGS: ''})).toBeNull();
  const dir = await mkdtemp(join(tmpdir(), 'lakeup-timings-'));
  try {
    const file = join(dir, 'frames');
    const note = frameTimings({LAKEUP_TIMINGS: file});
    note?.(12.345);
    note?.(3);
    expect(await readFile(file, 'utf8')).toMatch(/^\d{13} 12\.3[45]\n\d{13} 3\.00\n$/);
  } finally {
    await rm(dir, {recursive: true});
  }
});
