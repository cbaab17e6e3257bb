import type {DownSeen} from '../model/event.ts';
import type {RunState} from '../model/state.ts';
import type {Ledger} from './ledger.ts';

/** Whoever watches the nodes: tells who goes down by itself and is so no more. Returns how to hear no more of it. */
export type ListenDown = (tell: (seen: DownSeen) => void) => () => void;

const goesOn = ({verdict, left, over}: RunState): boolean => verdict === null && !left && over === null;

/** Keeps in the journal what whoever watches the nodes tells, as long as the run goes on. Returns how to end that. */
export const keepDown = (ledger: Ledger, listenDown: ListenDown | undefined): (() => void) => {
  // A journal that nothing can be added to ends the run at its own next event.
  const keep = (seen: DownSeen): void => void ledger.emitWhen(goesOn, seen).catch(() => undefined);
  return listenDown?.(keep) ?? (() => undefined);
};
