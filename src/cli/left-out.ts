import {readJournal} from '../engine/journal.ts';
import type {ServiceKnown} from '../model/describe-service.ts';
import type {RunId} from '../model/ids.ts';
import {type Cluster, findNode} from '../model/inventory.ts';
import {foldEvents} from '../model/reduce.ts';
import {sawServeAt} from '../model/saw-serve.ts';
import type {OutOfService, RunState} from '../model/state.ts';
import {isAbout} from './is-about.ts';
import type {KnownRun} from './known-run.ts';
import {loadCluster} from './load-cluster.ts';
import type {Outside} from './outside.ts';
import {realClock} from './real-clock.ts';
import type {Standing} from './standing.ts';
import {readRunInventory} from './state-dir.ts';

type Known = Extract<KnownRun, {kind: 'known'}>;

/** Whom a run has out of service, as far as any run of this machine knows; and what is known of these nodes. */
export type LeftOut = {readonly out: readonly OutOfService[]; readonly known: ServiceKnown};

/** What is known of the nodes of a cluster that nobody looks at just now. */
export const placesKnown = (cluster: Cluster | null): ServiceKnown => ({
  now: realClock.now(),
  hostOf: node => (cluster === null ? undefined : findNode(cluster, node)?.host),
});

/** The cluster as it was when the run began; null where that cannot be read any more. */
const clusterOf = (outside: Outside, {dir, standing}: Known): Promise<Cluster | null> =>
  readRunInventory(dir)
    .then(inventory => loadCluster(outside, standing.cluster, dir.inventory, inventory))
    .then(
      ({cluster}) => cluster,
      () => null,
    );

/** Out of service by the journal of the run itself: once it has ended, whom its verdict does not vouch for. */
const outBy = ({outOfService, verified, skipped = []}: Standing): readonly OutOfService[] =>
  verified === null
    ? outOfService
    : outOfService.filter(({node}) => skipped.some(each => each.node === node));

/** The state of a run whose standing is known; null where its journal says nothing any more. */
const stateOf = async ({dir, journal}: Known): Promise<RunState | null> => {
  try {
    return foldEvents((journal ?? (await readJournal(dir.journal))).events);
  } catch {
    return null;
  }
};

/**
 * Whom each run has left out of service, of those who left somebody so: until a later run of the same nodes has seen them serve
 * again. `known`: all runs of this machine, the newest first. A journal may be large, so it is read only where somebody is out.
 */
export const leftOutBy = async (
  outside: Outside,
  known: readonly KnownRun[],
): Promise<ReadonlyMap<RunId, LeftOut>> => {
  const states = new Map<RunId, Promise<RunState | null>>();
  const left = new Map<RunId, LeftOut>();
  for (const [i, run] of known.entries()) {
    if (run.kind !== 'known') continue;
    let out = outBy(run.standing);
    if (out.length === 0) continue;
    const cluster = await clusterOf(outside, run);
    for (const later of known.slice(0, i)) {
      if (later.kind !== 'known' || out.length === 0) continue;
      const isSame =
        cluster === null
          ? later.standing.cluster === run.standing.cluster
          : await isAbout(outside, later.dir, later.standing, cluster);
      if (!isSame) continue;
      const reading = states.get(later.dir.id) ?? stateOf(later);
      states.set(later.dir.id, reading);
      const state = await reading;
      out = out.filter(({node, since}) => state === null || (sawServeAt(state, node) ?? since) <= since);
    }
    if (out.length > 0) left.set(run.dir.id, {out, known: placesKnown(cluster)});
  }
  return left;
};
