import type {Look, Sighting} from '../model/facts.ts';
import type {Clock} from '../model/world.ts';
import type {Feed} from './feed.ts';
import type {Recording} from './recording.ts';

export type ChatterOptions = {
  readonly recording: Recording;
  readonly feed: Feed;
  readonly clock: Clock;
  readonly chance: () => number;
  readonly signal: AbortSignal;
  readonly perSecond: number;
};

const PORTION_MS = 50;
/** This share of all nodes is not well at any time. */
const UNWELL = 0.08;

type Looks = {readonly well: Look[]; readonly unwell: Look[]};

const isWell = (look: Look): boolean => look.kind === 'seen' && look.facts.health === 'ok';

/** What was seen of nodes of each role while the run was at work on them; of all nodes where it never was. */
const looksOfRoles = ({cluster, sightings}: Recording): ReadonlyMap<string, Looks> => {
  const roleOf = new Map(cluster.nodes.map(({id, role}) => [id, role]));
  const statusOf = new Map(cluster.roles.map(({name, status}) => [name, status]));
  const ofRole = new Map<string, Looks>();
  const statuses = sightings.filter(({node, probe}) => statusOf.get(roleOf.get(node) ?? '') === probe);
  const byNode = Map.groupBy(statuses, ({node}) => node);
  const moved = (all: readonly Sighting[]): boolean => all.some(({look}) => !isWell(look));
  for (const role of statusOf.keys()) {
    const nodes = [...byNode].filter(([node]) => roleOf.get(node) === role).map(([, all]) => all);
    const telling = nodes.some(moved) ? nodes.filter(moved) : nodes;
    const looks = telling.flat().map(({look}) => look);
    ofRole.set(role, {well: looks.filter(isWell), unwell: looks.filter(look => !isWell(look))});
  }
  return ofRole;
};

/** Sightings of nodes taken by chance, each as one was recorded of a node of that role: so many a second, in portions. */
export const chatter = async (options: ChatterOptions): Promise<void> => {
  const {recording, feed, clock, chance, signal, perSecond} = options;
  const {nodes, roles} = recording.cluster;
  const looks = looksOfRoles(recording);
  const statusOf = new Map(roles.map(({name, status}) => [name, status]));
  const pick = <T>(all: readonly T[]): T | undefined => all[Math.floor(chance() * all.length)];
  while (!signal.aborted) {
    for (let i = 0; i < (perSecond * PORTION_MS) / 1000; i += 1) {
      const node = pick(nodes);
      const {well = [], unwell = []} = looks.get(node?.role ?? '') ?? {};
      const look = pick(chance() < UNWELL && unwell.length > 0 ? unwell : well);
      const probe = statusOf.get(node?.role ?? '');
      if (node === undefined || look === undefined || probe === undefined) continue;
      feed.sighting({node: node.id, probe, at: clock.now(), look});
    }
    await clock.sleep(PORTION_MS, signal);
  }
};
