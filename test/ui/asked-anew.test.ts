import {expect, test} from 'vitest';
import {GateId} from '../../src/model/ids.ts';
import {withScenario} from './harness.ts';

const flat = (text: string): string => text.replace(/[│┃\s]+/g, ' ');

test.each([
  [
    'en',
    /was done again: the same master leads, and nothing was written since the backup began \(since 2026-11-22 02:10:00, it was 2026-11-22 01:00:00\)/,
  ],
  ['zh', /没有写入（since 2026-11-22 02:10:00， ?原为 2026-11-22 01:00:00）/],
] as const)(
  'a question that is asked anew says what was otherwise, and what it was before, in %s',
  async (lang, says) => {
    await withScenario('asked-anew', {size: [160, 50], lang}, async ({store, settle, text}) => {
      const BEGAN = new Date(2026, 10, 22, 1, 0, 0).getTime();
      const seen = {leaders: 1, writes: 88, since: new Date(2026, 10, 22, 2, 10, 0).getTime()};
      store.setState(({run}) => {
        if (run === null) throw new Error('the scenario has no run');
        const gates = Object.keys(run.rounds).map(id => GateId.parse(id));
        return {
          run: {...run, otherwise: Object.fromEntries(gates.map(id => [id, {seen, found: {since: BEGAN}}]))},
        };
      });
      await settle();
      expect(flat(text())).toMatch(says);
    });
  },
);
