import {readJournal} from '../engine/journal.ts';
import {
  type Away,
  describeMoreKinds,
  describeServedAtMost,
  type ServiceKnown,
} from '../model/describe-service.ts';
import type {NodeId, RunId} from '../model/ids.ts';
import {type Cluster, findNode} from '../model/inventory.ts';
import {foldEvents} from '../model/reduce.ts';
import {sawServeAt} from '../model/saw-serve.ts';
import type {OutOfService} from '../model/state.ts';
import {joinTexts, plain, type Text} from '../model/text.ts';
import {sharesPlaces} from './is-about.ts';
import type {KnownRun} from './known-run.ts';
import {type Loaded, loadCluster} from './load-cluster.ts';
import type {Outside} from './outside.ts';
import {realClock} from './real-clock.ts';
import type {Standing} from './standing.ts';
import {readRunInventory} from './state-dir.ts';

type Known = Extract<KnownRun, {kind: 'known'}>;

/** Whom a run has out of service, or saw down last, as far as any run of this machine knows; and what is known of these nodes. */
export type LeftOut = {
  readonly out: readonly OutOfService[];
  /** Down, and not because of the run, when it was at them last. */
  readonly down: readonly Away[];
  readonly watchedAt: number | null;
  readonly known: ServiceKnown;
};

/** What is known of the nodes of a cluster that nobody looks at just now. */
export const placesKnown = (cluster: Cluster | null): ServiceKnown => ({
  now: realClock.now(),
  hostOf: node => (cluster === null ? undefined : findNode(cluster, node)?.host),
});

/** Of so many kinds it is said how many served at most; of the rest, that there are more. */
const KINDS_MOST = 6;

/** How many of the kinds of these nodes a journal can know to have served: those that it does not know to be `away`, at most. */
export const servedAtMost =
  ({cluster, system}: Pick<Loaded, 'cluster' | 'system'>, away: ReadonlySet<NodeId>) =>
  (nodes: readonly NodeId[]): readonly Text[] => {
    const told = new Set(nodes);
    const all = Map.groupBy(cluster.nodes, ({role, group}) => `${role}\0${group ?? ''}`);
    const kinds = [...all.values()].filter(own => own.some(({id}) => told.has(id)));
    const served = kinds.slice(0, KINDS_MOST).flatMap(own => {
      const [first] = own;
      if (first === undefined) return [];
      const {role, group} = first;
      const title = system.roles.find(({name}) => name === role)?.title ?? plain(role);
      const kind = group === undefined ? title : joinTexts([title, plain(group)], plain(' '));
      return [describeServedAtMost(own.filter(({id}) => !away.has(id)).length, own.length, kind)];
    });
    return [...served, ...describeMoreKinds(kinds.length - served.length)];
  };

/** What is known of the nodes of a run that nobody looks at just now, by its journal. */
const journalKnown = (loaded: Loaded | null, away: readonly Away[]): ServiceKnown =>
  loaded === null
    ? placesKnown(null)
    : {
        ...placesKnown(loaded.cluster),
        serving: servedAtMost(loaded, new Set(away.map(({node}) => node))),
      };

/** The cluster as it was when a run began; null where that cannot be read any more. Runs of one inventory have it parsed once. */
const clustersOf = (outside: Outside): ((run: Known) => Promise<Loaded | null>) => {
  const parsed = new Map<string, Promise<Loaded | null>>();
  return async ({dir, standing}) => {
    const inventory = await readRunInventory(dir).catch(() => null);
    if (inventory === null) return null;
    const key = `${standing.cluster}\0${inventory}`;
    const known =
      parsed.get(key) ?? loadCluster(outside, standing.cluster, dir.inventory, inventory).catch(() => null);
    parsed.set(key, known);
    return known;
  };
};

/** Out of service by the journal of the run itself: once it has ended, whom its verdict does not vouch for. */
const outBy = ({outOfService, verified, skipped = []}: Standing): readonly OutOfService[] =>
  verified === null
    ? outOfService
    : outOfService.filter(({node}) => skipped.some(each => each.node === node));

/** Down by the journal of the run itself when it was at its nodes last: of one that has ended alike. */
const downBy = ({down = [], verified, skipped = []}: Standing): readonly Away[] =>
  verified === null ? down : down.filter(({node}) => skipped.some(each => each.node === node));

/** Both. */
const awayBy = (standing: Standing): readonly Away[] => [...outBy(standing), ...downBy(standing)];

/** When each of these nodes was seen to serve last by a run; null where its journal says nothing any more. */
type Served = ReadonlyMap<NodeId, number | null>;

/** What the journal of a run tells of that, without the rest of it: of a thousand nodes that is large. */
const servedIn = async ({dir, journal}: Known, nodes: readonly NodeId[]): Promise<Served | null> => {
  try {
    const state = foldEvents((journal ?? (await readJournal(dir.journal))).events);
    return new Map(nodes.map(node => [node, sawServeAt(state, node)]));
  } catch {
    return null;
  }
};

/** A run that ended has seen every node of its cluster serve at the end, but for those that its verdict does not vouch for. */
const vouchesFor = ({standing}: Known, cluster: Cluster | null, node: NodeId): boolean =>
  standing.verified !== null &&
  standing.skipped?.some(each => each.node === node) !== true &&
  cluster !== null &&
  findNode(cluster, node) !== undefined;

/** Since when a node is away that was so when its run began already: as an `earlier` run knows it, that nobody saw it serve after. */
const sinceFirst = <T extends Away>(each: T, earlier: readonly LeftOut[]): T => {
  if (each.atLeast !== true) return each;
  const [first] = earlier
    .flatMap(({out, down}) => [...out, ...down])
    .filter(({node, since}) => node === each.node && since <= each.since)
    .toSorted((one, other) => one.since - other.since);
  return first === undefined ? each : {...each, since: first.since, atLeast: first.atLeast};
};

/**
 * Whom each run has left out of service, of those who left somebody so: until a later run of the same nodes has seen them serve
 * again. `known`: all runs of this machine, the newest first. A journal may be large: it is read of a later run that has not ended, once,
 * and only where somebody is out.
 */
export const leftOutBy = async (
  outside: Outside,
  known: readonly KnownRun[],
): Promise<ReadonlyMap<RunId, LeftOut>> => {
  const clusterOf = clustersOf(outside);
  const away = new Set(
    known.flatMap(run => (run.kind === 'known' ? awayBy(run.standing).map(({node}) => node) : [])),
  );
  const served = new Map<RunId, Promise<Served | null>>();
  const left = new Map<RunId, LeftOut>();
  const earlier: {readonly cluster: Cluster | null; readonly name: string; readonly leftOut: LeftOut}[] = [];
  for (const [i, run] of [...known.entries()].toReversed()) {
    if (run.kind !== 'known') continue;
    let still = awayBy(run.standing);
    if (still.length === 0) continue;
    const loaded = await clusterOf(run);
    const cluster = loaded?.cluster ?? null;
    for (const later of known.slice(0, i)) {
      if (still.length === 0) break;
      if (later.kind !== 'known') continue;
      const then = (await clusterOf(later))?.cluster ?? null;
      if (!sharesPlaces(then, later.standing.cluster, cluster, run.standing.cluster)) continue;
      still = still.filter(({node}) => !vouchesFor(later, then, node));
      if (still.length === 0 || later.standing.verified !== null) continue;
      const reading = served.get(later.dir.id) ?? servedIn(later, [...away]);
      served.set(later.dir.id, reading);
      const seen = await reading;
      still = still.filter(({node, since}) => (seen?.get(node) ?? since) <= since);
    }
    if (still.length === 0) continue;
    const {standing} = run;
    const same = earlier
      .filter(({cluster: then, name}) => sharesPlaces(then, name, cluster, standing.cluster))
      .map(({leftOut}) => leftOut);
    const those = <T extends Away>(all: readonly T[]): readonly T[] =>
      all.filter(each => still.includes(each)).map(each => sinceFirst(each, same));
    const leftOut: LeftOut = {
      out: those(outBy(standing)),
      down: those(downBy(standing)),
      watchedAt: standing.watchedAt ?? null,
      known: journalKnown(loaded, still),
    };
    left.set(run.dir.id, leftOut);
    earlier.push({cluster, name: standing.cluster, leftOut});
  }
  return left;
};
