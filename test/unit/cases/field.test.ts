import {describe, expect, test} from 'vitest';
import {hasTest} from '../advice/tests-named.ts';
import {FIELD} from './field.ts';

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
