import {expect, test} from 'vitest';
import type {Rehearsed} from '../../src/model/rehearsed.ts';
import {type Opened, withScenario} from './harness.ts';

const THIS: Rehearsed = {
  is: 'this',
  at: Date.UTC(2026, 0, 2, 3, 4, 5),
  end: 'verified',
  verified: 14,
  of: 14,
  faults: ['never-ready@be-1'],
};

/** The same run, begun with what was known of rehearsals then. */
const knowing = async ({store, settle}: Opened, rehearsed: Rehearsed): Promise<void> => {
  // The plan is drawn once, so a run that says more has one of its own.
  store.setState(({run}) => ({run: run === null ? null : {...run, plan: {...run.plan}, rehearsed}}));
  await settle();
};

const flat = (text: string): string => text.replace(/[│┃\s]+/g, ' ');

test.each(['en', 'zh'] as const)(
  'the first question and the plan say how the rehearsal came out, in %s',
  async lang => {
    await withScenario('start', {size: [120, 40], lang}, async opened => {
      await opened.arm();
      await knowing(opened, THIS);
      const words = {
        en: 'This very plan was rehearsed on a twin, 2026-01-02 03:04:05, with never-ready@be-1: 14 of 14 nodes verified.',
        zh: '此计划已于 2026-01-02 03:04:05 在替身上演练',
      }[lang];
      expect(flat(opened.text())).toContain(words);
      await opened.send('p');
      expect(flat(opened.text())).toContain(words);
      // One estimate is on the screen, and it is no rehearsal's.
      expect(opened.text().match(/~\S+/g)?.length ?? 0).toBeLessThanOrEqual(1);
    });
  },
);

test('of one that was not rehearsed, how that is done', async () => {
  await withScenario('start', {size: [80, 24]}, async opened => {
    await opened.arm();
    await knowing(opened, {is: 'never'});
    await opened.send('p');
    expect(flat(opened.text())).toContain(
      'This plan was not rehearsed on this machine: `lakeup rehearse` does that.',
    );
  });
});
