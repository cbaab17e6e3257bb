import type {Facts, Look, Sighting} from '../model/facts.ts';
import type {NodeId} from '../model/ids.ts';
import type {Cluster, Node} from '../model/inventory.ts';
import type {AskNode, System} from '../model/system.ts';
import type {Clock} from '../model/world.ts';

/** Everything a look needs: what the system is, who is there, the way to them, and the time. */
export type Looker = {
  readonly system: System;
  readonly cluster: Cluster;
  readonly ask: AskNode;
  readonly clock: Clock;
};

export const nodeOf = (cluster: Cluster, id: NodeId): Node => {
  const node = cluster.nodes.find(candidate => candidate.id === id);
  if (node === undefined) throw new Error(`the cluster ${cluster.name} has no node ${id}`);
  return node;
};

/** A reason of our own: without one every abort makes an exception with its stack, which costs more than the look. */
const OVER = 'over';

/**
 * Looks once. Answers that cannot be read, and a probe that takes longer than `withinMs`, are `silent` with the reason:
 * what was not understood is never taken for a fact.
 */
export const lookOnce = async (
  looker: Looker,
  id: NodeId,
  probeName: string,
  withinMs: number,
  given: Facts = {},
): Promise<Sighting> => {
  const {system, cluster, ask, clock} = looker;
  const probe = system.probes[probeName];
  if (probe === undefined) throw new Error(`${system.name} has no probe ${probeName}`);
  const node = nodeOf(cluster, id);
  const over = new AbortController();
  const late = clock
    .sleep(withinMs, over.signal)
    .then((): Look => ({kind: 'silent', reason: `no answer within ${withinMs} ms`}));
  const seen = probe.look(node, cluster, ask, given).catch(
    (error: unknown): Look => ({
      kind: 'silent',
      reason: `unreadable answer: ${error instanceof Error ? error.message : String(error)}`,
    }),
  );
  const look = await Promise.race([seen, late]);
  over.abort(OVER);
  return {node: id, probe: probeName, at: clock.now(), look};
};
