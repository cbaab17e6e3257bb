import {PhaseId, type StepId} from '../model/ids.ts';
import type {Blast, Check} from '../model/plan.ts';
import type {GateRecipe} from '../model/procedure.ts';
import type {Text} from '../model/text.ts';

/** What has to be so, or the run is held. */
export const hold = (check: Check): GateRecipe => ({kind: 'check', check, otherwise: 'hold'});

/** What has to be so, or the node goes back in the queue of its phase, whose order has to be asked: its turn comes later. */
export const defer = (check: Check): GateRecipe => ({kind: 'check', check, otherwise: 'defer'});

/**
 * What has to be so, or that earlier step, those after it in its lane and whoever took facts of these are done again, whatever
 * is there of them, and then everything that stands together with this gate is looked at and asked anew. Their scripts have to bring about the whole
 * effect however often they are run: one that passes over what it finds leaves the old. Where nobody answers the run is held.
 * @public a verb of its own, for systems that need it
 */
export const again = (check: Check, step: StepId): GateRecipe => ({
  kind: 'check',
  check,
  otherwise: {again: step},
});

/**
 * What has to be so, or the run is held; a retry stops those once more whom that phase has stopped, and the fact `named` lists as
 * running, but none whose stop has left a fact that somebody takes.
 */
export const holdStopping = (check: Check, phase: string, named: string): GateRecipe => ({
  kind: 'check',
  check,
  otherwise: {stopsAgain: PhaseId.parse(phase), named},
});

/**
 * A question before a phase. What is named in `outages` is down meanwhile, and the operator agrees to that. `covers`: phases
 * right after it that are answered with it, where waiting for a person in between would do harm; its words name them.
 */
export const confirm = (
  ask: Text,
  outages: readonly Text[] = [],
  covers: readonly string[] = [],
): GateRecipe => ({
  kind: 'confirm',
  ask,
  danger: outages.length > 0 ? 'outage' : 'phase',
  outages,
  blast: [],
  ...(covers.length === 0 ? {} : {covers}),
});

/**
 * A question before something that cannot come back: `phrase` has to be typed, and what would be hit is measured when the
 * question is put and again at the key press.
 * @public a verb of its own, for systems that need it
 */
export const confirmDestruction = (
  ask: Text,
  phrase: string,
  blast: readonly [Blast, ...Blast[]],
): GateRecipe => ({kind: 'confirm', ask, danger: 'destructive', outages: [], phrase, blast});

/**
 * Looked at before the question, and once more after the key press: a person may have taken their time. A check alone holds
 * the run.
 */
export const around = (
  question: GateRecipe,
  ...checks: readonly (Check | GateRecipe)[]
): readonly GateRecipe[] => {
  const gates = checks.map(each => ('kind' in each ? each : hold(each)));
  return [...gates, question, ...gates];
};
