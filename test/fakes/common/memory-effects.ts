import type {NodeId} from '../../../src/model/ids.ts';
import type {Clock} from '../../../src/model/world.ts';
import type {Effect} from '../memory.ts';

/** What was done to the nodes, in order. */
export type Effects = {
  readonly all: readonly Effect[];
  /** Writes one down; `as` is what the node was at that moment, null for a node whose role does not move. */
  add(node: NodeId, effect: string, as: string | null, at?: number): void;
};

export const makeEffects = (clock: Clock): Effects => {
  const all: Effect[] = [];
  return {
    all,
    add: (node, effect, as, at = clock.now()) => {
      all.push({at, node, effect, ...(as === null ? {} : {as})});
    },
  };
};
