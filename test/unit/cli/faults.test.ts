import {describe, expect, test} from 'vitest';
import {listFaults, readFaults} from '../../../src/cli/faults.ts';
import {UserError} from '../../../src/cli/user-error.ts';
import {alluxioKit} from '../../../src/fakes/alluxio/kit.ts';
import {dorisKit} from '../../../src/fakes/doris/kit.ts';
import type {Kit} from '../../../src/model/kit.ts';

const KITS = [dorisKit, alluxioKit];
const readAll = (kit: Kit, ...words: readonly string[]) => readFaults(words, kit, kit.layouts.demo, kit);
const read = (kit: Kit, ...words: readonly string[]) => {
  const {knobs, later} = readAll(kit, ...words);
  return {...knobs, ...later};
};

/** What is said of words that are refused, and what to do. */
const refusal = (kit: Kit, ...words: readonly string[]): string => {
  try {
    read(kit, ...words);
  } catch (error) {
    if (error instanceof UserError) return `${error.what.en}: ${error.fix?.en}`;
    throw error;
  }
  return 'not refused';
};

describe.each(KITS)('the faults of $system', kit => {
  test('every one can stand in the demo, has a name of its own, and is said in both languages', () => {
    expect(new Set(kit.faults.map(({name}) => name)).size).toBe(kit.faults.length);
    for (const {name, what} of kit.faults) {
      expect(Object.values(read(kit, name)), name).not.toHaveLength(0);
      expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(what.zh).toMatch(/[\u4e00-\u9fff]/);
    }
  });

  test.each(['en', 'zh'] as const)('the list names every one, %s', lang => {
    const lines = listFaults(kit, kit.layouts.demo, lang);
    for (const {name, what} of kit.faults) {
      expect(lines.some(line => line.startsWith(`${name} `))).toBe(true);
      expect(lines).toContain(`  ${what[lang]}`);
    }
  });
});

test('a fault stands where it is said to, else on the first node of its first role', () => {
  const dies = {AT_VERSION: '3.1.2', DIES: 'at-start'};
  expect(read(dorisKit, 'dies-at-start')).toEqual({'ms-1': dies});
  expect(read(dorisKit, 'dies-at-start@fe-2')).toEqual({'fe-2': dies});
  expect(Object.keys(read(alluxioKit, 'backup-fails'))).toEqual(['m-1', 'm-2', 'm-3']);
  expect(Object.keys(read(alluxioKit, 'backup-fails@m-2'))).toEqual(['m-2']);
  expect(Object.keys(read(alluxioKit, 'not-deployed'))).toEqual(['yarn-gw']);
});

test('several faults stand together, also on one node', () => {
  expect(read(dorisKit, 'swap', 'blind-stop@be-1', 'sql-password')).toEqual({
    'be-1': {SWAP: 'on', STOP_BLIND: 'yes'},
    'fe-1': {ROOT_PASSWORD: 'not in the inventory'},
  });
});

test('what no node would start with is turned once all are up, with what the node was made with', () => {
  expect(readAll(dorisKit, 'swap', 'blind-stop@be-1', 'swap@be-2')).toEqual({
    knobs: {'be-1': {STOP_BLIND: 'yes'}},
    later: {'be-1': {SWAP: 'on', STOP_BLIND: 'yes'}, 'be-2': {SWAP: 'on'}},
  });
});

const alluxioOf = (masters: number, kind?: string) => ({
  ...alluxioKit,
  layouts: {
    demo: Array.from({length: masters}, (_, i) => ({
      ...{name: `m-${i + 1}`, role: 'master'},
      ...(kind === undefined ? {} : {kind}),
    })),
  },
});

test.each([
  [3, undefined, ['m-1', 'm-2', 'm-3']],
  [1, undefined, null],
  [3, 'zookeeper', null],
  [1, 'ufs', null],
] as const)('of %d masters (%s) two can lead: %j', (masters, kind, on) => {
  const kit = alluxioOf(masters, kind);
  if (on === null)
    expect(refusal(kit, 'two-leaders')).toBe('no node of this demo can have "two-leaders": it can on: none');
  else expect(Object.keys(readAll(kit, 'two-leaders').knobs)).toEqual(on);
});

test.each([
  [
    ['dies-at-strat'],
    'doris has no fault "dies-at-strat": did you mean "dies-at-start"? `--fault list` explains each',
  ],
  [['fire'], /^doris has no fault "fire": choose one of: dies-at-start, .*sql-password$/],
  [['swap@fe-1'], '"swap" cannot happen on "fe-1": it can on: be-1, be-2, be-3, be-4, be-5, be-6'],
  [['swap@be-7'], /^"swap" cannot happen on "be-7": /],
  [['swap@'], /^"swap" cannot happen on "": /],
  [
    ['ignores-stop@be-2', 'dies-at-start@be-2'],
    'two faults of be-2 cannot happen together: ignores-stop@be-2, dies-at-start@be-2: name them for two nodes',
  ],
])('%j is refused, and says what to do', (words, said) => {
  expect(refusal(dorisKit, ...words)).toMatch(said);
});
