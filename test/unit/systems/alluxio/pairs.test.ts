import {describe, expect, it} from 'vitest';
import {
  defaultJournalType,
  type JournalType,
  type Way,
  wayOf,
} from '../../../../src/systems/alluxio/pairs.ts';

const U = 'UFS';
const E = 'EMBEDDED';
type Row = readonly [
  from: string,
  to: string,
  fromJournal: JournalType,
  toJournal: JournalType,
  way: Way['way'],
  word: RegExp,
];

/** Domain 3.1, and one row on each side of every line in it. */
const ROWS: readonly Row[] = [
  ['1.8.1', '1.8.2', U, U, 'in-place', /read the old journal/],
  ['1.8.1', '2.0.0', U, U, 'restore', /1\.x to 2\.x/],
  ['1.8.2', '2.9.4', U, U, 'restore', /1\.x to 2\.x/],
  ['1.8.2', '2.9.4', U, E, 'restore', /1\.x to 2\.x/],
  ['1.9.0', '2.3.0', U, E, 'restore', /1\.x to 2\.x/],
  ['1.8.0', '2.9.4', U, U, 'refused', /no backup command/],
  ['1.8.0', '1.8.2', U, U, 'refused', /no backup command/],
  ['1.4.0', '2.0.0', U, U, 'refused', /no backup command/],
  ['2.0.0', '2.3.0', U, U, 'in-place', /UFS journal/],
  ['2.0.1', '2.9.4', U, U, 'in-place', /UFS journal/],
  ['2.0.1', '2.9.4', U, E, 'restore', /becomes EMBEDDED/],
  ['2.1.0', '2.3.0', E, E, 'in-place', /EMBEDDED journal/],
  ['2.1.0', '2.3.0', E, U, 'restore', /becomes UFS/],
  ['2.1.0', '2.4.0', E, E, 'restore', /another form/],
  ['2.3.0', '2.4.0', E, E, 'restore', /another form/],
  ['2.3.0', '2.9.4', E, E, 'restore', /another form/],
  ['2.3.9', '2.4.0', E, E, 'restore', /another form/],
  ['2.3.0', '2.9.4', U, U, 'in-place', /UFS journal/],
  ['2.3.0', '2.9.4', U, E, 'restore', /becomes EMBEDDED/],
  ['2.3.0', '2.3.1', E, E, 'in-place', /EMBEDDED journal/],
  ['2.4.0', '2.5.0', E, E, 'in-place', /EMBEDDED journal/],
  ['2.4.1', '2.9.4', E, E, 'in-place', /EMBEDDED journal/],
  ['2.7.3', '2.9.4', E, E, 'in-place', /EMBEDDED journal/],
  ['2.8.0', '2.9.4', E, E, 'in-place', /EMBEDDED journal/],
  ['2.8.0', '2.9.4', E, U, 'restore', /becomes UFS/],
  ['2.9.4', '2.10.0', E, E, 'in-place', /EMBEDDED journal/],
  ['2.10.0', '2.9.4', E, E, 'refused', /older/],
  ['2.9.4', '2.3.0', E, E, 'refused', /older/],
  ['2.9.4', '1.8.2', U, U, 'refused', /older/],
  ['2.9.4', '2.9.4', E, E, 'refused', /already/],
  ['2.9.4', '3.0.0', E, E, 'refused', /DORA/],
  ['2.9.4', '300.0.0', U, U, 'refused', /DORA/],
  ['1.8.2', '304.0.0', U, E, 'refused', /DORA/],
];

describe('the way between two versions', () => {
  it.each(ROWS)('%s to %s, %s to %s: %s', (from, to, fromJournal, toJournal, way, word) => {
    const found = wayOf({from, to, fromJournal, toJournal});
    expect(found.way).toBe(way);
    const said = found.way === 'refused' ? found.because : found.says;
    expect(said.en).toMatch(word);
    expect(said.zh).not.toBe(said.en);
    const more = found.way === 'refused' ? found.instead : found.source;
    expect(more.en.length).toBeGreaterThan(10);
  });

  it.each([
    ['1.8.2', U],
    ['2.0.1', U],
    ['2.1.0', E],
    ['2.9.4', E],
  ] as const)('an unset type means, in %s, %s', (version, type) => {
    expect(defaultJournalType(version)).toBe(type);
  });
});
