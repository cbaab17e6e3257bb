import {expect, it} from 'vitest';
import {seedsEndWell} from './seeds.ts';
import {simulate} from './simulate.ts';
import {subjects} from './subjects.ts';

// A run takes on what another one left in the middle of a node, with everything that goes wrong elsewhere.
seedsEndWell('doris-cut', 1, 16);

it('its stories are about that', async () => {
  const subject = subjects.find(({name}) => name === 'doris-cut');
  if (subject === undefined) throw new Error('there is no such subject');
  for (const seed of [6, 11, 16]) {
    const {lines} = await simulate(subject, seed);
    expect(lines().filter(line => /ms-\d: put-back$/.test(line))).toHaveLength(1);
  }
});
