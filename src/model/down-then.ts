import type {Draft} from './draft.ts';
import type {DownSeen, Event} from './event.ts';

/** Who is down, as whoever watches the nodes tells it. Nothing that is decided turns on that: the gates of a run ask themselves. */
export const applyDown = (draft: Draft, event: DownSeen): void => {
  const {node, type} = event;
  if (type === 'node.up') draft.keep('down', id => id !== node);
  else if (draft.state.down[node] === undefined)
    draft.put('down', node, {since: event.since, ...(event.atLeast === true ? {atLeast: true} : {})});
};

/** What somebody writes into the journal of a run that nobody is at: it says nothing of when its nodes were watched. */
const BESIDE: ReadonlySet<Event['type']> = new Set([
  'run.yielded',
  'run.takenBack',
  'run.pruning',
  'run.pruned',
  'run.abandoned',
]);

export const isWrittenBeside = ({type}: Event): boolean => BESIDE.has(type);
