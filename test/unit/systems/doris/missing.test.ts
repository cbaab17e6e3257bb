import {describe, expect, it} from 'vitest';
import {NodeId} from '../../../../src/model/ids.ts';
import {describeReasons, reason} from '../../../../src/model/reason.ts';
import {plain} from '../../../../src/model/text.ts';
import {type NoRows, noGroup, noneOf} from '../../../../src/systems/doris/probes/rows.ts';

const of = (node: string, words: string, denied: NoRows['denied'] = null): NoRows => ({
  ok: false,
  reasons: [reason(plain(words), NodeId.parse(node))],
  code: 'port-refused',
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
