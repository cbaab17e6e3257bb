import type {Facts} from './facts.ts';
import type {NodeId} from './ids.ts';
import type {Cluster, Product} from './inventory.ts';

/** What a plan is made from: who is there, and what was seen of every node when the plan was made. */
export type Survey<P extends Product = Product> = {
  readonly cluster: Cluster<P>;
  readonly facts: ReadonlyMap<NodeId, Facts>;
};
