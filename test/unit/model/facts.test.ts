import {describe, expect, it, test} from 'vitest';
import {
  type Expect,
  type Fact,
  Facts,
  HEALTHS,
  listOf,
  meets,
  mismatches,
  sameFact,
  serves,
} from '../../../src/model/facts.ts';

test.each([
  ['ok', true],
  ['degraded', true],
  ['not-serving', false],
  ['starting', false],
  ['down', false],
] as const)('who is %s serves: %s', (health, is) => {
  expect(serves({health})).toBe(is);
  expect(HEALTHS).toContain(health);
});

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

describe('lists', () => {
  it.each<[Facts, Expect, readonly string[]]>([
    [{down: []}, {down: []}, []],
    [{down: ['b']}, {down: []}, ['down']],
    [{down: ['b']}, {down: ['b']}, []],
    [{down: ['b', 'c']}, {down: ['c', 'b']}, ['down']],
    [{down: ['b', 'c']}, {down: ['b']}, ['down']],
    [{ports: [80]}, {ports: ['80']}, ['ports']],
    // A list is not the one thing in it, nor is nobody the word for it.
    [{down: []}, {down: ''}, ['down']],
    [{down: []}, {down: 'none'}, ['down']],
    [{down: 'b'}, {down: ['b']}, ['down']],
    [{down: ['b']}, {down: 'b'}, ['down']],
    // What is said of one thing is never said of a list: not even that it is another.
    [{down: []}, {down: {not: 'b'}}, ['down']],
    [{down: ['b']}, {down: {not: 'c'}}, ['down']],
    [{down: ['b']}, {down: {oneOf: ['b']}}, ['down']],
    [{n: [3]}, {n: {atLeast: 3}}, ['n']],
    [{n: [3]}, {n: {atMost: 3}}, ['n']],
  ])('%j against %j: %j is not as expected', (facts, expected, names) => {
    expect(mismatches(facts, expected).map(({name}) => name)).toEqual(names);
  });

  it('that are missing are not empty', () => {
    expect(mismatches({}, {down: []})).toEqual([{name: 'down', expected: [], seen: null}]);
  });

  it('are read as text, and nothing else is read as one', () => {
    expect(listOf({down: ['b', 3, true]}, 'down')).toEqual(['b', '3', 'true']);
    expect(listOf({down: 'b'}, 'down')).toEqual([]);
    expect(listOf({}, 'down')).toEqual([]);
  });

  it.each<[Fact, Fact, boolean]>([
    [[], [], true],
    [['a'], ['a'], true],
    [['a'], ['b'], false],
    [['a'], 'a', false],
    ['a', 'a', true],
    [0, false, false],
  ])('%j and %j: the same is %s', (one, other, same) => {
    expect(sameFact(one, other)).toBe(same);
  });

  it('are read back from a journal, with no number that is none', () => {
    expect(Facts.parse(JSON.parse('{"down":["b",1,true],"none":[]}'))).toEqual({
      down: ['b', 1, true],
      none: [],
    });
    expect(Facts.safeParse({down: [['b']]}).success).toBe(false);
    expect(Facts.safeParse({n: Number.NaN}).success).toBe(false);
    expect(Facts.safeParse({n: null}).success).toBe(false);
  });
});
