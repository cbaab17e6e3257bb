import {askLines, seen, silent} from '../../../host/ask.ts';
import {said} from '../../../host/lines.ts';
import type {Facts} from '../../../model/facts.ts';
import type {Reason} from '../../../model/reason.ts';
import type {Probe} from '../../../model/system.ts';
import {type AlluxioCluster, homesOf, nodesOf, type ServerNode, type Servers} from '../fields.ts';
import {type FanOutSaid, othersIn, parseFanOut} from '../parse/fan-out.ts';
import {askFanOut, askPlace, FAN_OUT_TIMEOUT_MS} from '../scripts/look-fan-out.ts';

type Place = {
  readonly node: ServerNode;
  readonly place: string;
  readonly user: string;
  readonly others: readonly string[];
};

/** A home's place is one of its host: without the file system's own number it names none. */
const isPlace = (place: string): boolean => /^[^:]*:\d+:\d+$/.test(place);

/** How the names of one file and the nodes that it has to name agree, each by where the host itself says that the home lies. */
const compared = (
  file: 'masters' | 'workers',
  {[file]: names, reached}: FanOutSaid,
  nodes: readonly ServerNode[],
  places: readonly Place[],
) => {
  const wanted = places.filter(({node}) =>
    nodes.some(({host, home}) => host === node.host && home === node.home),
  );
  const found = names.flatMap(name => {
    const far = reached.get(name);
    return far === undefined || far.why !== null || !isPlace(far.place) ? [] : [{name, place: far.place}];
  });
  const times = Map.groupBy(found, ({place}) => place);
  const unknown = names.filter(name => reached.get(name)?.why !== null);
  return {
    strange: found
      .filter(({place}) => !wanted.some(each => each.place === place))
      .map(({name}) => `${file}: ${name}`),
    // Whoever is named by a host that cannot be reached is told of by that name.
    left: unknown.length > 0 ? [] : wanted.filter(({place}) => !times.has(place)).map(({node}) => node.id),
    twice: [...times.values()]
      .filter(same => same.length > 1)
      .map(same => `${file}: ${same.map(({name}) => name).join(' ')}`),
  };
};

const factsOf = (
  launcher: ServerNode,
  cluster: AlluxioCluster,
  told: FanOutSaid,
  places: readonly Place[],
): Facts => {
  const [masters, workers] = [
    compared('masters', told, nodesOf(cluster, 'master'), places),
    compared('workers', told, nodesOf(cluster, 'worker'), places),
  ];
  const far = [...told.reached.values()];
  const own = places.find(({node}) => node.host === launcher.host && node.home === launcher.home);
  return {
    masters: [...told.masters],
    workers: [...told.workers],
    soft: told.soft,
    unreached: far.flatMap(({name, why}) => (why === null ? [] : [`${name}: ${why}`])),
    strange: [...masters.strange, ...workers.strange],
    left: [...masters.left, ...workers.left],
    twice: [...masters.twice, ...workers.twice],
    lame: far.filter(({why, runs}) => why === null && !runs).map(({name}) => name),
    users: far
      .filter(({why, user}) => why === null && user !== own?.user)
      .map(({name, user}) => `${name}: ${user}`),
    others: places.flatMap(({node, others}) => others.map(each => `${node.host}: ${each}`)),
  };
};

/**
 * Whom the product's cluster-wide commands would reach from this master, and whether those are the nodes of the inventory:
 * `unreached` by its own ssh, `strange` to the inventory, `left` out by the files, named `twice`; `lame` ones whose scripts find no
 * Java there, `users` that are others, and `others`: processes of the product that a stop would end too, for they are of
 * another install. Nothing of it is so where all lists are empty. Silent while one host does not answer.
 */
export const fanOutProbe: Probe<Servers> = {
  roles: ['master'],
  takesMs: () => FAN_OUT_TIMEOUT_MS,
  look: async (launcher, cluster, ask) => {
    const [told, ...looks] = await Promise.all([
      askLines(ask, launcher, askFanOut(launcher)),
      ...homesOf(cluster).map(async node => ({node, answer: await askLines(ask, node, askPlace(node))})),
    ]);
    if (!told.ok) return silent(told);
    const [first, ...more] = looks.flatMap(({answer}): readonly Reason[] =>
      answer.ok ? [] : answer.reasons,
    );
    if (first !== undefined) return silent({reasons: [first, ...more]});
    const places = looks.flatMap(({node, answer}) => {
      if (!answer.ok) return [];
      const {lines} = answer.value;
      const [place, user] = [said(lines, 'place') ?? '', said(lines, 'user') ?? ''];
      return [{node, place, user, others: othersIn(lines)}];
    });
    return seen(factsOf(launcher, cluster, parseFanOut(told.value.lines), places));
  },
};
