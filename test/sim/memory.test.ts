import {setFlagsFromString} from 'node:v8';
import {runInNewContext} from 'node:vm';
import {expect, it} from 'vitest';
import {simulate} from './simulate.ts';
import {subjects} from './subjects.ts';

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

/** What is still needed once a seed is over, in bytes. */
const heldBytes = (): number => {
  collect();
  collect();
  return process.memoryUsage().heapUsed;
};

it('a seed that is over is let go of: thousands of them follow each other', async () => {
  const subject = subjects.find(({name}) => name === 'vault');
  if (subject === undefined) throw new Error('the vault is not simulated');
  const play = async (from: number, to: number): Promise<void> => {
    for (let seed = from; seed <= to; seed += 1) await simulate(subject, seed);
  };
  // What is compiled and remembered once for all of them is there by then.
  await play(1, 60);
  const before = heldBytes();
  await play(61, 100);
  // One seed of this small cluster held 100 KB, one of Doris 600.
  expect((heldBytes() - before) / 40).toBeLessThan(20_000);
});
