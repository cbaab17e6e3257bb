import {z} from 'zod';
import {RunId, StepId} from './ids.ts';

/**
 * Which run a plan takes back, and which steps of it. `whole`: nothing of that run is left to be taken back then, so that
 * it cannot be gone on with either.
 */
export const TakesBack = z
  .object({run: RunId, steps: z.array(StepId).readonly(), whole: z.boolean()})
  .readonly();
