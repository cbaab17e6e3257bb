import type {Event} from './event.ts';
import type {NodeId} from './ids.ts';

/** One time that a node was down, and not because of the run, as whoever watched the nodes saw it. */
export type DownTime = {
  readonly node: NodeId;
  readonly from: number;
  /** It was so when it was looked at first, so that it was for longer. */
  readonly atLeast?: true;
  /** When it was so no more; null while it is. */
  readonly to: number | null;
  /** The end was not seen: nobody looked any more from then on. */
  readonly unseen?: true;
};

/**
 * When each node was down by itself while a lakeup was at the run, in the order in which that began. Where one lakeup left off and the next
 * came nobody knows what was between.
 */
export const downTimesOf = (events: readonly Event[]): readonly DownTime[] => {
  const open = new Map<NodeId, Omit<DownTime, 'to'>>();
  const over: DownTime[] = [];
  let before = 0;
  for (const event of events) {
    if (event.type === 'node.down') {
      const {node, since, atLeast} = event;
      if (!open.has(node)) open.set(node, {node, from: since, ...(atLeast === true ? {atLeast} : {})});
    } else if (event.type === 'node.up') {
      const down = open.get(event.node);
      if (down !== undefined) over.push({...down, to: event.at});
      open.delete(event.node);
    } else if (event.type === 'run.resumed') {
      for (const down of open.values()) over.push({...down, to: before, unseen: true});
      open.clear();
    }
    before = event.at;
  }
  const still = [...open.values()].map(down => ({...down, to: null}));
  return [...over, ...still].toSorted((a, b) => a.from - b.from);
};
