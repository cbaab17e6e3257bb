import {describe, expect, it} from 'vitest';
import {type Expect, type Facts, meets, mismatches, resolve} from '../../../src/model/facts.ts';

describe('facts against what is expected', () => {
  it.each<[Facts, Expect, readonly string[]]>([
    [{}, {}, []],
    [{alive: true, extra: 1}, {alive: true}, []],
    [{alive: false}, {alive: true}, ['alive']],
    [{alive: 'true'}, {alive: true}, ['alive']],
    [{version: '3.1.2'}, {version: '3.1.2'}, []],
    [{version: '3.1.20'}, {version: '3.1.2'}, ['version']],
    [{n: 0}, {n: 0}, []],
    [{n: '0'}, {n: 0}, ['n']],
    [{text: ''}, {text: ''}, []],
    [{a: 1, b: 2}, {a: 2, b: 3}, ['a', 'b']],
    [{health: 'ok'}, {health: {not: 'down'}}, []],
    [{health: 'down'}, {health: {not: 'down'}}, ['health']],
    [{n: 3}, {n: {atLeast: 3}}, []],
    [{n: 2}, {n: {atLeast: 3}}, ['n']],
    [{n: '4'}, {n: {atLeast: 3}}, ['n']],
    [{n: Number.NaN}, {n: {atLeast: 3}}, ['n']],
    [{n: 3}, {n: {atMost: 3}}, []],
    [{n: 4}, {n: {atMost: 3}}, ['n']],
    [{n: true}, {n: {atMost: 3}}, ['n']],
    [{is: 'b'}, {is: {oneOf: ['a', 'b']}}, []],
    [{is: 'c'}, {is: {oneOf: ['a', 'b']}}, ['is']],
    [{is: 'a'}, {is: {oneOf: []}}, ['is']],
    [{n: 1}, {n: {oneOf: ['1']}}, ['n']],
  ])('%j against %j: %j is not as expected', (facts, expected, names) => {
    expect(mismatches(facts, expected).map(({name}) => name)).toEqual(names);
    expect(meets(facts, expected)).toBe(names.length === 0);
  });

  it.each<Expect[string]>([true, '', {not: 'down'}, {atLeast: 0}, {atMost: 9}, {oneOf: ['a']}])(
    'a fact that is missing never meets %j',
    expected => {
      expect(mismatches({}, {fact: expected})).toEqual([{name: 'fact', expected, seen: null}]);
    },
  );

  it('does not take what every object has for a fact', () => {
    expect(meets({}, {constructor: {not: 'x'}})).toBe(false);
    expect(meets({}, {toString: {not: 'x'}})).toBe(false);
  });
});

describe('facts of earlier steps', () => {
  const factsOf = (step: string): Facts | undefined =>
    step === 'backup' ? {entries: 17, empty: '', none: false} : undefined;
  const from = (fact: string, step = 'backup'): Expect => ({wanted: {from: {step, fact}}});

  it.each([
    ['entries', 17],
    ['empty', ''],
    ['none', false],
  ])('%s is filled in', (fact, value) => {
    expect(resolve(from(fact), factsOf)).toEqual({wanted: value});
  });

  it('leaves the rest as it is', () => {
    expect(resolve({a: 1, b: {not: 'x'}}, factsOf)).toEqual({a: 1, b: {not: 'x'}});
  });

  it.each([
    [from('count'), 'step backup left no fact "count"'],
    [from('entries', 'restore'), 'step restore left no fact "entries"'],
  ])('that nobody left are an error: %j', (expected, words) => {
    expect(() => resolve(expected, factsOf)).toThrow(words);
  });

  it('that were not filled in are an error, not a mismatch', () => {
    expect(() => meets({wanted: 17}, from('entries'))).toThrow('must be filled in first');
  });
});
