import {describe, expect, it} from 'vitest';
import {planSteps, type Step} from '../../../../src/model/plan.ts';
import {outOfService, type RunState, stepState} from '../../../../src/model/state.ts';
import {actedOn} from '../../../../src/model/way-back.ts';
import {planProblems} from '../../../../src/plan/plan-problems.ts';
import {holdingsOf, planBack, takenBack, walk} from '../../../walks/alluxio-story.ts';
import {first, KINDS, last, once, wrongs} from './stories.ts';

const isDone =
  (state: RunState) =>
  ({id}: Step): boolean =>
    stepState(state, id).status === 'done';

const EVERY = [
  ...['stop#', 'w-1 stop', 'w-1 end', 'm-1 end', 'm-1 keep-journal', 'install#', 'w-1 install', 'format#'],
  ...['masters#', 'm-1 start', 'rest#', 'w-1 start', 'the_end'],
];
const FEW = ['masters#', 'the_end'];

describe.each(KINDS.map(([name, setting], i) => ({name, setting, gates: i < 2 ? EVERY : FEW})))(
  '$name',
  ({setting, gates}) => {
    const before = once(async () => holdingsOf(await walk({...setting, left: 'stop#'})));

    it.each(gates)(
      'taken back from %s has its journals, its homes and every block as they were',
      async gate => {
        const was = await before();
        const story = await walk({...setting, left: gate});
        expect(planProblems(planBack(story), story.system, story.cluster)).toEqual([]);
        const back = await takenBack(story);
        expect(back.held).toEqual([]);
        expect(back.state.verdict).not.toBeNull();
        expect(outOfService(back.state)).toEqual([]);
        expect(wrongs(back)).toEqual([]);
        const now = await holdingsOf(back);
        expect({...now, homes: []}).toEqual({...was, homes: []});
        expect(now.homes.filter(home => !home.endsWith('staged none'))).toEqual([]);
        const did = back.did.slice(story.did.length);
        if (last(did, / journal-back$/) >= 0)
          expect(last(did, / journal-back$/)).toBeLessThan(first(did, /^m-\d start$/));
      },
    );
  },
);

it('brings no journal back that was not seen to be copied: nobody has touched that', async () => {
  const [, setting] = KINDS[0] ?? [];
  const story = await walk({...setting, left: 'm-1 keep-journal'});
  const ofKeep = planSteps(story.state.plan).filter(({name}) => name === 'keep-journal');
  const [begun, done] = [(step: Step) => actedOn(story.state, step), isDone(story.state)];
  expect(ofKeep.some(step => begun(step) && !done(step))).toBe(true);
  const taken = planSteps(planBack(story)).filter(({name}) => name === 'undo-keep-journal');
  expect(taken.map(({node}) => node).toSorted()).toEqual(
    ofKeep
      .filter(done)
      .map(({node}) => node)
      .toSorted(),
  );
});
