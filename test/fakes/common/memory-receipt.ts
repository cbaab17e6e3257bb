import {isList} from '../../../src/model/facts.ts';
import type {Script} from '../../../src/model/script.ts';
import type {Told} from './memory-replies.ts';
import {wordOf, wordsOf} from './memory-script.ts';

/**
 * What becomes of an action's receipt. `none`: the disk is full, and it goes on without one. `cut-off`: its end is never written,
 * for the host is started anew, or somebody kills what watches over it.
 */
export type Fate = 'kept' | 'none' | 'cut-off';

/** Whose action it is, as its receipt says. */
export type Of = {
  readonly run: string;
  readonly hand: string;
  readonly step: string;
  readonly attempt: number;
};

export type Receipt = Of & {
  readonly fate: Fate;
  /** What it left behind; null while it is at work. */
  told: Told | null;
  readonly end: Promise<void>;
};

/** What the launcher is told of the action; null where it is sent without a receipt. */
export const receiptOf = ({vars}: Script): Of | null => {
  const {lease_run: run, lease_hand: hand, receipt_step: step, receipt_attempt: attempt} = vars;
  return step === undefined || isList(step)
    ? null
    : {run: String(run), hand: String(hand), step: String(step), attempt: Number(attempt)};
};

export const isOfReceipt = ({body: {name}}: Script): boolean => name.startsWith('receipt.');

/** Whether a receipt is the one that is asked for. */
export const isAskedFor = (receipt: Of, script: Script): boolean =>
  receipt.run === wordOf(script, 'receipt_run') &&
  receipt.step === wordOf(script, 'receipt_step') &&
  receipt.attempt === Number(wordOf(script, 'receipt_attempt')) &&
  wordsOf(script, 'receipt_hands').includes(receipt.hand);

/** What a receipt tells of how its action ended; null where it does not tell. */
export const endOf = ({fate, told}: Pick<Receipt, 'fate' | 'told'>): Told | null =>
  fate === 'cut-off' ? null : told;
