import {describe, expect, it} from 'vitest';
import {allMissing, missing} from '../../../../src/systems/doris/probes/answers.ts';

const unset = (whom: string) => missing(`${whom}: PW is not set`, 'here', whom);

describe('several that did not answer', () => {
  it('say a reason that all of them have once, with their names', () => {
    expect(allMissing([unset('fe-1'), unset('fe-2'), unset('fe-3')])).toEqual({
      ok: false,
      reason: 'fe-1, fe-2, fe-3: PW is not set',
      denied: 'here',
      whom: null,
    });
  });

  it('keep reasons apart that differ, in the order they came', () => {
    const refused = missing('fe-2 answered 1045: no', 'there', 'fe-2');
    expect(allMissing([unset('fe-1'), refused, unset('fe-3'), missing('no frontend')]).reason).toBe(
      'fe-1, fe-3: PW is not set; fe-2 answered 1045: no; no frontend',
    );
  });
});
