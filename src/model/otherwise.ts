import {z} from 'zod';
import {PhaseId, StepId} from './ids.ts';

/**
 * What becomes of a check that does not come true. `hold`: the run waits for the operator. `defer`: the node goes back in the
 * queue (a frontend that became master meanwhile). `again`: waiting and asking cannot help, for what an earlier step brought
 * about is no longer so; that step, those after it in its lane, and whoever took a fact of theirs are done again, and then
 * the gate looks again. `stopsAgain`: the run is held, and a retry stops those once more whom that earlier phase has stopped and
 * the fact `named` lists all the same, for somebody has started them. Where nobody answers the run is held in any case.
 */
export const Otherwise = z.union([
  z.enum(['hold', 'defer']),
  z.object({again: StepId}).readonly(),
  z.object({stopsAgain: PhaseId, named: z.string()}).readonly(),
]);
export type Otherwise = z.infer<typeof Otherwise>;

export type StopsAgain = Extract<Otherwise, {readonly stopsAgain: unknown}>;

/** Whom an earlier phase has stopped may be stopped once more for that gate; null where it does not say so. */
export const stopsAgainOf = (gate: {
  readonly kind: string;
  readonly otherwise?: Otherwise;
}): StopsAgain | null =>
  typeof gate.otherwise === 'object' && 'stopsAgain' in gate.otherwise ? gate.otherwise : null;

/** The step that a gate opens again; null where it opens none. */
export const againOf = (gate: {readonly kind: string; readonly otherwise?: Otherwise}): StepId | null =>
  typeof gate.otherwise === 'object' && 'again' in gate.otherwise ? gate.otherwise.again : null;
