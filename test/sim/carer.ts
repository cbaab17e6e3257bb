import type {NodeId} from '../../src/model/ids.ts';
import type {Node} from '../../src/model/inventory.ts';
import type {RunState} from '../../src/model/state.ts';
import type {FakeCluster} from '../fakes/memory.ts';
import {namedByHold} from './evidence.ts';

/** Whoever has retried the same hold so often looks for what is behind it, on the hosts of those it names. */
const LOOKS_AFTER = 3;
/** What goes on all the same after so many retries goes on for as long as there are faults at all. */
const GIVES_UP_AFTER = 8;

/** The same hold, whenever it came, with nothing done since; at the end it is the same whichever node was not well at the last look. */
const keyOf = ({holds: [hold], steps}: RunState): string => {
  const done = Object.values(steps).filter(({status}) => status === 'done').length;
  return `${hold?.kind === 'node' ? hold.kind : JSON.stringify({...hold, at: undefined})} ${done}`;
};

/**
 * A person who does not retry one hold for hours: they put right what is wrong with the nodes it names, so that the run goes on to
 * what is wrong with the others. Without them most stories would be one hold, told again and again until all faults stop.
 */
export const makeCarer = (nodes: readonly Node[], {mend}: Pick<FakeCluster, 'mend'>) => {
  const retried = new Map<string, number>();
  let most = 0;
  return {
    /** The run is held: whom they have put right. */
    held: (state: RunState): readonly NodeId[] => {
      const key = keyOf(state);
      const times = (retried.get(key) ?? 0) + 1;
      retried.set(key, times);
      most = Math.max(most, times);
      if (mend === undefined || times % LOOKS_AFTER !== 0) return [];
      return namedByHold(state, nodes)
        .map(({id}) => id)
        .filter(mend);
    },
    /** Nothing that they do helps. */
    givesUp: (): boolean => mend !== undefined && most >= GIVES_UP_AFTER,
  };
};
