import {type Facts, listOf, type Sighting} from '../model/facts.ts';
import type {HostId} from '../model/ids.ts';
import {type Node, nodeOf} from '../model/inventory.ts';
import {type Elsewhere, type Ended, givenOf, type SeenPlace} from '../plan/kept-places.ts';
import {type Looker, lookOnce} from '../probe/look.ts';
import {eachOf, LOOK_WITHIN_MS} from './prune-looks.ts';

/** A node of each other host, of those that can be asked. */
const elsewhereThan = ({system, cluster}: Looker, host: HostId): readonly Node[] => {
  const roles = system.probes.kept?.roles ?? [];
  const nodes = new Map<HostId, Node>();
  for (const node of cluster.nodes)
    if (node.host !== host && roles.includes(node.role) && !nodes.has(node.host)) nodes.set(node.host, node);
  return [...nodes.values()];
};

const numberOf = ({id}: Facts): string | undefined => String(id ?? '').split(':')[1];

/** It has the same number there: for the host that exports it the file system is one of its own. */
const isSame = (seen: SeenPlace, facts: Facts): boolean =>
  numberOf(facts) !== undefined && numberOf(facts) === numberOf(seen.facts);

type Looked = {readonly place: SeenPlace; readonly unseen: readonly Sighting[]};

const fromOthers = async (looker: Looker, ended: Ended, seen: SeenPlace): Promise<Looked> => {
  const {host} = nodeOf(ended.cluster, seen.node);
  const looks = await eachOf(elsewhereThan(looker, host), async ({id}) => {
    const given: Facts = {...givenOf(ended, {...seen, node: id}), glance: 'yes'};
    return {given, sighting: await lookOnce(looker, id, 'kept', LOOK_WITHIN_MS, given)};
  });
  const same = looks.flatMap(({given, sighting: {node, look}}): (Elsewhere & {facts: Facts})[] =>
    look.kind === 'seen' && isSame(seen, look.facts) ? [{node, given, facts: look.facts}] : [],
  );
  const against = same.flatMap(({node, facts}) =>
    listOf(facts, 'against').map(each => `${node}: ${String(each)}`),
  );
  return {
    place: {
      ...seen,
      facts: {...seen.facts, against: [...listOf(seen.facts, 'against'), ...against]},
      elsewhere: same.map(({node, given}) => ({node, given})),
    },
    unseen: looks.flatMap(({sighting}) => (sighting.look.kind === 'seen' ? [] : [sighting])),
  };
};

/**
 * What lies on a file system of the network is looked at from every host of the inventory that has it at the same path: who
 * works in it there, or lives in it, is not seen from its own. `unseen`: who did not answer, and may have it too.
 */
export const lookElsewhere = async (
  looker: Looker,
  ended: Ended,
  places: readonly SeenPlace[],
): Promise<{readonly places: readonly SeenPlace[]; readonly unseen: readonly Sighting[]}> => {
  const looked: Looked[] = [];
  for (const place of places)
    looked.push(place.facts.shared === true ? await fromOthers(looker, ended, place) : {place, unseen: []});
  return {places: looked.map(({place}) => place), unseen: looked.flatMap(({unseen}) => unseen)};
};
