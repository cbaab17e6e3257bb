import type {Blast, Check} from '../model/plan.ts';
import type {GateRecipe} from '../model/procedure.ts';
import type {Text} from '../model/text.ts';

/** What has to be so, or the run is held. */
export const hold = (check: Check): GateRecipe => ({kind: 'check', check, otherwise: 'hold'});

/** What has to be so, or the node goes back in the queue of its phase, whose order has to be asked: its turn comes later. */
export const defer = (check: Check): GateRecipe => ({kind: 'check', check, otherwise: 'defer'});

/** A question before a phase. What is named in `outages` is down meanwhile, and the operator agrees to that. */
export const confirm = (ask: Text, outages: readonly Text[] = []): GateRecipe => ({
  kind: 'confirm',
  ask,
  danger: outages.length > 0 ? 'outage' : 'phase',
  outages,
  blast: [],
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

/** Looked at before the question, and once more after the key press: a person may have taken their time. */
export const around = (question: GateRecipe, ...checks: readonly Check[]): readonly GateRecipe[] => [
  ...checks.map(hold),
  question,
  ...checks.map(hold),
];
