import {describe, expect, it} from 'vitest';
import {missing} from '../../../../src/host/ask.ts';
import {NodeId} from '../../../../src/model/ids.ts';
import {describeReasons, reason} from '../../../../src/model/reason.ts';
import {plain, text} from '../../../../src/model/text.ts';
import {type NoRows, noGroup, noneOf} from '../../../../src/systems/doris/probes/rows.ts';

const of = (node: string, words: string, denied: NoRows['denied'] = null): NoRows => ({
  ok: false,
  reasons: [reason(plain(words), NodeId.parse(node))],
  code: 'port-refused',
  told: `port-refused: ${words}`,
  denied,
});
const unset = (node: string): NoRows => of(node, 'PW is not set', 'here');

describe('several that did not answer', () => {
  it('say a reason that all of them have once, with their names', () => {
    const none = noneOf([unset('fe-1'), unset('fe-2'), unset('fe-3')]);
    expect(none.denied).toBe('here');
    expect(describeReasons(none.reasons)).toEqual({
      en: 'fe-1, fe-2, fe-3: PW is not set',
      zh: 'fe-1, fe-2, fe-3：PW is not set',
    });
  });

  it('keep reasons apart that differ, in the order they came', () => {
    const all = [
      unset('fe-1'),
      of('fe-2', 'answered 1045: no', 'there'),
      unset('fe-3'),
      noGroup(plain('no master'), 'x'),
    ];
    const none = noneOf(all);
    expect(none.denied).toBeNull();
    expect(describeReasons(none.reasons).en).toBe(
      'fe-1, fe-3: PW is not set; fe-2: answered 1045: no; no master',
    );
  });

  it('say that there was nobody to ask', () => {
    expect(describeReasons(noneOf([]).reasons).en).toMatch(/no frontend/);
  });
});

describe('what may stand as a fact of it', () => {
  it('names who said what, in the other side’s own words, and each once', () => {
    expect(noneOf([of('fe-1', 'no master'), of('fe-2', 'busy')]).told).toBe(
      'fe-1 port-refused: no master; fe-2 port-refused: busy',
    );
  });

  it('is one line that ends as the other side’s words end', () => {
    const {told} = missing(
      text('words', '话'),
      'exit-1',
      null,
      `${'x'.repeat(500)}\n cp: No space left on device`,
    );
    expect(told).toMatch(/^exit-1: x+ cp: No space left on device$/);
    expect(told.length).toBeLessThan(200);
  });
});
