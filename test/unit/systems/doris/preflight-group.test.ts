import {describe, expect, test} from 'vitest';
import {changed, healthy, told} from './surveyed.ts';

describe('frontends that name different masters', () => {
  test('one that is just finding out who the master is, is not split from the others', () => {
    expect(told(changed(healthy, 'fe-2', {haMaster: undefined}))).toEqual([]);
  });

  test('one whose own view holds no master is told apart from a split', () => {
    const found = told(changed(healthy, 'fe-2', {seesMaster: []}));
    expect(found).toEqual([
      expect.stringMatching(/^frontends-agree block fe-2: it knows no master .*\| .*election/),
    ]);
    expect(found.join()).not.toMatch(/split/);
  });

  test('two whose own views hold none are told each, and the third is no witness against them', () => {
    const two = changed(changed(healthy, 'fe-2', {seesMaster: []}), 'fe-3', {seesMaster: []});
    expect(told(two).map(line => line.split(':')[0])).toEqual([
      'frontends-agree block fe-2',
      'frontends-agree block fe-3',
    ]);
  });

  test('two that name different ones are split', () => {
    expect(told(changed(healthy, 'fe-2', {seesMaster: ['10.77.0.99:9010']}))).toEqual([
      expect.stringMatching(/^frontends-agree block -: .*fe-2: 10\.77\.0\.99:9010.*\| .*split/),
    ]);
  });
});
