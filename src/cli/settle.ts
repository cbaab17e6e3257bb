import type {Outside} from './outside.ts';
import {settlePruned} from './pruned.ts';
import {settleYielded} from './yielded.ts';

/** Tells runs what others that have ended since did to them. Whoever asks where runs stand in order to change something does this first. */
export const settleRuns = async (outside: Outside): Promise<void> => {
  await settleYielded(outside);
  await settlePruned(outside);
};
