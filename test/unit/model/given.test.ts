import {describe, expect, it} from 'vitest';
import type {Facts} from '../../../src/model/facts.ts';
import {
  actionRefs,
  checkRefs,
  type FactsOf,
  fillBlast,
  fillCheck,
  fillGiven,
  fillVars,
  gateRefs,
  missingRef,
  stepRefs,
} from '../../../src/model/given.ts';
import {text} from '../../../src/model/text.ts';
import {a, check, checkGate, confirmGate, ref, script, step, taking} from '../engine/toy.ts';

const from = (fact: string, by = 'p/backup@a') => ref(by, fact);
const found: Facts = {entries: 17, empty: '', no: false, nobody: [], parts: ['bin', 'lib']};
const factsOf: FactsOf = id => (id === 'p/backup@a' ? found : undefined);

describe('facts of an earlier step', () => {
  it.each([
    ['entries', 17],
    ['empty', ''],
    ['no', false],
    ['nobody', []],
    ['parts', ['bin', 'lib']],
  ])('%s stands where it is named', (fact, value) => {
    expect(fillGiven({wanted: from(fact)}, factsOf)).toEqual({wanted: value});
    expect(fillCheck(taking(a, {wanted: from(fact)}), factsOf).expect).toEqual({wanted: value});
    expect(fillVars(script('x', {vars: {wanted: from(fact)}}), factsOf)).toEqual({wanted: value});
    expect(fillBlast({node: a, probe: 'blast', given: {wanted: from(fact)}}, factsOf)).toEqual({
      wanted: value,
    });
  });

  it('leaves the rest as it is', () => {
    expect(fillGiven({a: 1, b: [], c: 'x'}, factsOf)).toEqual({a: 1, b: [], c: 'x'});
    expect(fillGiven(undefined, factsOf)).toEqual({});
    expect(fillBlast({node: a, probe: 'blast'}, factsOf)).toEqual({});
    const plainly = check(a, {a: 1, b: {not: 'x'}, c: {oneOf: []}, d: []});
    expect(fillCheck(plainly, factsOf)).toEqual(plainly);
  });

  it.each([
    ['entries', {atLeast: 17}],
    ['no', {oneOf: []}],
    ['parts', {oneOf: []}],
  ])('%s as the least that is expected; what is no number is never met', (fact, expected) => {
    const bound = {wanted: {...from(fact), bound: 'atLeast' as const}};
    expect(fillCheck(taking(a, bound), factsOf).expect).toEqual({wanted: expected});
  });

  it('stands in every part of a check', () => {
    const whole = taking(
      a,
      {n: from('entries'), m: {atLeast: 1}},
      {
        ...{given: {p: from('parts')}, pending: {q: from('no')}, hopeless: {r: from('nobody')}},
        vain: [{seen: {s: from('entries')}, afterMs: 5}],
      },
    );
    expect(fillCheck(whole, factsOf)).toEqual(
      check(
        a,
        {n: 17, m: {atLeast: 1}},
        {
          ...{given: {p: ['bin', 'lib']}, pending: {q: false}, hopeless: {r: []}},
          vain: [{seen: {s: 17}, afterMs: 5}],
        },
      ),
    );
  });

  it.each([
    ['count', 'p/backup@a', 'the step p/backup@a left no fact "count"'],
    ['entries', 'p/restore@a', 'the step p/restore@a left no fact "entries"'],
  ])('that nobody left is an error: %s of %s', (fact, by, words) => {
    expect(() => fillGiven({wanted: from(fact, by)}, factsOf)).toThrow(words);
    expect(() => fillCheck(taking(a, {}, {pending: {wanted: from(fact, by)}}), factsOf)).toThrow(words);
  });

  it('is no name that every object has', () => {
    expect(() => fillGiven({wanted: from('toString')}, factsOf)).toThrow('left no fact "toString"');
    expect(missingRef([from('constructor').from], factsOf)).toEqual(from('constructor').from);
  });
});

describe('what is taken', () => {
  const [one, two, three, four] = [from('one'), from('two'), from('three'), from('four')];
  const vain = [{seen: {x: from('five')}, afterMs: 1}];
  const all = taking(a, {x: one}, {given: {x: two}, pending: {x: three}, hopeless: {x: four}, vain});

  it('is found in every part of a check, a gate, an action and a step', () => {
    const refs = [two, one, three, four, from('five')].map(each => each.from);
    expect(checkRefs(all)).toEqual(refs);
    expect(gateRefs(checkGate('p', 0, all))).toEqual(refs);
    const blast = [
      {node: a, probe: 'blast', given: {x: one, y: 1}},
      {node: a, probe: 'blast'},
    ];
    expect(gateRefs(confirmGate('p', 0, {blast}))).toEqual([one.from]);
    const action = script('x', {vars: {x: one, y: ['two']}});
    expect(actionRefs(action)).toEqual([one.from]);
    expect(actionRefs({kind: 'manual', name: 'x', instructions: text('x', 'x')})).toEqual([]);
    const copy = {kind: 'copy', from: {node: one, path: two}, to: three, stallMs: 1} as const;
    expect(actionRefs(copy)).toEqual([one, two, three].map(each => each.from));
    expect(actionRefs({...copy, from: {node: a, path: '/b/x'}, to: '/b/x'})).toEqual([]);
    expect(stepRefs(step(a, 'x', {action, done: [check(a, {}), all]}))).toEqual([one.from, ...refs]);
  });

  it('is missing by the first that nobody left', () => {
    const [there, gone, goneToo] = [from('entries').from, from('a').from, from('b').from];
    expect(missingRef([there, gone, goneToo], factsOf)).toEqual(gone);
    expect(missingRef([there, from('nobody').from, from('no').from, from('empty').from], factsOf)).toBeNull();
    expect(missingRef([], factsOf)).toBeNull();
  });
});
