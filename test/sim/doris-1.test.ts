import {expect, it} from 'vitest';
import {seedsEndWell} from './seeds.ts';
import {simulate} from './simulate.ts';
import {subjects} from './subjects.ts';

// Two files, so that two cores share them.
seedsEndWell('doris', 1, 20);

it('the same seed makes the same story', async () => {
  const [subject] = subjects;
  if (subject === undefined) throw new Error('nothing is simulated');
  const [once, again] = [await simulate(subject, 7), await simulate(subject, 7)];
  expect(again.lines()).toEqual(once.lines());
  expect((await simulate(subject, 8)).lines()).not.toEqual(once.lines());
});
