import type {Lost} from '../model/ask.ts';
import type {Outcome} from '../model/event.ts';
import type {FanOut, Phase} from '../model/plan.ts';

/** A command for many nodes, and the phase it belongs to. */
export type OfPhase = {readonly phase: Phase; readonly fanOut: FanOut};

/** One that was begun: its end, or that nobody saw it. */
export type Sent = {readonly kind: 'ended'; readonly outcome: Outcome} | Lost;

/**
 * `alone`: the step goes by its own action. `not now`: nothing was begun, and what is to be done is decided anew. `sent`: it has
 * started with all the others, and what became of it is to be seen.
 */
export type Joined =
  | {readonly kind: 'alone'}
  | {readonly kind: 'not now'}
  | {readonly kind: 'sent'; readonly sent: Sent};
