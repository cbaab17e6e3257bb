import type {Event} from '../../src/model/event.ts';
import type {NodeId} from '../../src/model/ids.ts';
import type {RunState} from '../../src/model/state.ts';
import type {FakeCluster} from '../fakes/memory.ts';

/** A lie that comes on while a node is verified was not there when it was looked at last. */
const SEEN_AFTER_MS = 3_000;

/** No node is verified, and no run ends, while something untrue is told of it. To be asked after every effect, and of every event. */
export const makeUntrueRule = ({lies}: Pick<FakeCluster, 'lies'>) => {
  const since = new Map<NodeId, number>();
  const note = (now: number): void => {
    const told = lies();
    for (const node of since.keys()) if (!told.includes(node)) since.delete(node);
    for (const node of told) if (!since.has(node)) since.set(node, now);
  };
  return {
    note,
    /** Of whoever was taken out of the run nothing is claimed. */
    happened: (event: Event, run: RunState | null, now: number): readonly string[] => {
      note(now);
      const lying = [...since].flatMap(([node, from]) =>
        now - from >= SEEN_AFTER_MS && run?.skipped[node] === undefined ? [node] : [],
      );
      if (event.type === 'node.verified' && lying.includes(event.node))
        return [`${event.node} was verified while a lie was told of it`];
      return event.type === 'run.ended' && lying.length > 0
        ? [`the run ended while lies were told of ${lying.join(', ')}`]
        : [];
    },
  };
};
