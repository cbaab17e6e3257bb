import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {hasTest} from '../advice/tests-named.ts';
import {ELSEWHERE, FIELD} from './field.ts';

/** What the field met, beside the checkout where it is worked on. */
const CASES = join(import.meta.dirname, '../../../../shared/cases/README.md');

describe.each(Object.entries(FIELD))('case %s', (_, {name, shown, left}) => {
  test(`${name}: three variants of its kind and more, each by another test`, () => {
    expect(new Set(shown.map(named => named.join(': '))).size).toBe(shown.length);
    expect(shown.length).toBeGreaterThanOrEqual(3);
    expect(shown.filter(([file, title]) => !hasTest(file, title))).toEqual([]);
  });

  test(`${name}: what was not done is seen by a test`, () => {
    expect([left].filter(([file, title]) => !hasTest(file, title))).toEqual([]);
  });
});

test.runIf(existsSync(CASES))('every row of the list has one here, and no other', () => {
  const rows = [...readFileSync(CASES, 'utf8').matchAll(/^\| (S?\d+[ab]?) /gm)].map(([, id = '']) => id);
  expect(rows.length).toBeGreaterThan(15);
  expect([...Object.keys(FIELD), ...ELSEWHERE].toSorted()).toEqual(rows.toSorted());
});
