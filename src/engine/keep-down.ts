import type {DownSeen} from '../model/event.ts';
import type {RunState} from '../model/state.ts';
import type {Ledger} from './ledger.ts';

/** Whoever watches the nodes: tells who goes down by itself and is so no more. Returns how to hear no more of it. */
export type ListenDown = (tell: (seen: DownSeen) => boolean) => () => void;

const goesOn = ({verdict, left, over}: RunState): boolean => verdict === null && !left && over === null;

/**
 * Keeps in the journal what whoever watches the nodes tells, as long as the run goes on, and says whether it does. One after the other: a
 * thousand that go down at once keep no event of the run waiting for longer than one of them takes. Returns how to end that.
 */
export const keepDown = (ledger: Ledger, listenDown: ListenDown | undefined): (() => void) => {
  let tail: Promise<unknown> = Promise.resolve();
  const keep = (seen: DownSeen): boolean => {
    if (!goesOn(ledger.state())) return false;
    // A journal that nothing can be added to ends the run at its own next event.
    tail = tail.then(() => ledger.emitWhen(goesOn, seen)).catch(() => undefined);
    return true;
  };
  return listenDown?.(keep) ?? (() => undefined);
};
