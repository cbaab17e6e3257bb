import {isWrittenBeside} from './down-then.ts';
import type {Event} from './event.ts';
import type {NodeId} from './ids.ts';

/** One time that a node was down, and not because of the run, as whoever watched the nodes saw it. */
export type DownTime = {
  readonly node: NodeId;
  readonly from: number;
  /** It was so when it was looked at first, so that it was for longer. */
  readonly atLeast?: true;
  /** When it was so no more, or was seen so last. */
  readonly to: number;
  /** `up`: it was up again then. `taken`: the run stopped it then, as it was. `unseen`: nobody saw how it went on. */
  readonly end: 'up' | 'taken' | 'unseen';
};

/** Looks come every few seconds: who was seen neither down nor up for longer than this was not seen in between. */
const UNSEEN_MS = 30_000;

/** With these nobody watches the nodes any more; what is written later says nothing of them. */
const ENDS: ReadonlySet<Event['type']> = new Set(['run.left', 'run.ended', 'run.resumed']);

/**
 * When each node was down by itself while a lakeup was at the run, in the order in which that began. Nothing is counted of the time in
 * which nobody watched.
 */
export const downTimesOf = (events: readonly Event[]): readonly DownTime[] => {
  const open = new Map<NodeId, Pick<DownTime, 'node' | 'from' | 'atLeast'>>();
  const over: DownTime[] = [];
  let watched = 0;
  const close = (at: number): void => {
    for (const down of open.values()) over.push({...down, to: Math.max(down.from, at), end: 'unseen'});
    open.clear();
  };
  let isWatched = true;
  for (const event of events) {
    if (event.type === 'node.down') {
      const {node, since, atLeast} = event;
      if (!open.has(node)) open.set(node, {node, from: since, ...(atLeast === true ? {atLeast} : {})});
    } else if (event.type === 'node.up') {
      const down = open.get(event.node);
      const isSeen = event.at - event.last <= UNSEEN_MS;
      const end = !isSeen ? 'unseen' : event.health === undefined ? 'taken' : 'up';
      if (down !== undefined)
        over.push({...down, to: isSeen ? event.at : Math.max(down.from, event.last), end});
      open.delete(event.node);
    } else if (ENDS.has(event.type)) {
      // A lakeup that died wrote no end: it watched up to its last event.
      close(event.type === 'run.resumed' ? watched : event.at);
      isWatched = event.type === 'run.resumed';
    }
    if (isWrittenBeside(event)) continue;
    if (isWatched || event.type === 'run.left' || event.type === 'run.ended') watched = event.at;
  }
  close(watched);
  return over.toSorted((a, b) => a.from - b.from);
};
