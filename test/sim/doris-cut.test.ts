import {expect, it} from 'vitest';
import {seedsEndWell} from './seeds.ts';
import {simulate} from './simulate.ts';
import {subjects} from './subjects.ts';

// A run takes on what another one left in the middle of a node, with everything that goes wrong elsewhere.
seedsEndWell('doris-cut', 1, 20);

// The same, left at a random point and taken back: whoever was in the middle serves at the old version then.
seedsEndWell('doris-cut-undo', 1, 12);

it.each([
  ['a MetaService', 6, 'ms-1'],
  ['a Recycler', 3, 'rc-1'],
  ['a backend', 2, 'be-6'],
  ['an observer', 4, 'fe-4'],
  ['a follower', 5, 'fe-3'],
  ['the frontend that was the master', 19, 'fe-1'],
])('among its stories is that of %s', async (_, seed, node) => {
  const subject = subjects.find(({name}) => name === 'doris-cut');
  if (subject === undefined) throw new Error('there is no such subject');
  const {lines} = await simulate(subject, seed);
  const back = lines().flatMap(line => /(\S+): put-back\b/.exec(line)?.[1] ?? []);
  expect(back).toEqual([node]);
});
