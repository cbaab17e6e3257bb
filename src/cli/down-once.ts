import {momentOf} from '../lib/moment.ts';
import {nameNodes} from '../model/describe-service.ts';
import {type Sighting, serves} from '../model/facts.ts';
import type {HostId, NodeId, RunId} from '../model/ids.ts';
import {nodeOf} from '../model/inventory.ts';
import {COMMA, joinTexts, plain, type Text, text} from '../model/text.ts';
import {messages} from '../ui/messages.ts';
import type {RunsOf} from './left-run.ts';
import type {Loaded} from './load-cluster.ts';

// Who is seen down by looking once: since when that is so only the journals of earlier runs can know.

/** What a run knew of it: it had taken the node out, or seen it go down by itself. */
type Known = {
  readonly run: RunId;
  readonly by: 'run' | 'itself';
  readonly since: number;
  readonly atLeast: boolean;
};

type DownOnce = {readonly node: NodeId; readonly host: HostId; readonly known: Known | null};

/** Nodes of one kind of which some are down. */
type DownKind = {
  readonly kind: Text;
  readonly all: number;
  readonly serving: readonly NodeId[];
  readonly down: readonly DownOnce[];
};

const healthIn = ({look}: Sighting): string => (look.kind === 'seen' ? String(look.facts.health) : '');

/** The newest run that knows since when stands first. */
const knownBy = ({left, over}: RunsOf): ReadonlyMap<NodeId, Known> => {
  const known = new Map<NodeId, Known>();
  for (const run of [...left, ...over]) {
    if (run.kind !== 'known' || run.leftOut === null) continue;
    const {out, down} = run.leftOut;
    for (const [by, away] of [
      ['run', out],
      ['itself', down],
    ] as const)
      for (const {node, since, atLeast = false} of away)
        if (!known.has(node)) known.set(node, {run: run.dir.id, by, since, atLeast});
  }
  return known;
};

export const downOnce = (
  {cluster, system}: Loaded,
  runs: RunsOf,
  sightings: readonly Sighting[],
): readonly DownKind[] => {
  const known = knownBy(runs);
  const kinds = Map.groupBy(sightings, ({node}) => {
    const {role, group = ''} = nodeOf(cluster, node);
    return `${role}\0${group}`;
  });
  return [...kinds.values()].flatMap(own => {
    const down = own.filter(sighting => healthIn(sighting) === 'down').map(({node}) => node);
    const [first] = down;
    if (first === undefined) return [];
    const {role, group} = nodeOf(cluster, first);
    const title = system.roles.find(({name}) => name === role)?.title ?? plain(role);
    return [
      {
        kind: group === undefined ? title : joinTexts([title, plain(group)], plain(' ')),
        all: own.length,
        serving: own.filter(({look}) => look.kind === 'seen' && serves(look.facts)).map(({node}) => node),
        down: down.map(node => ({node, host: nodeOf(cluster, node).host, known: known.get(node) ?? null})),
      },
    ];
  });
};

/** Of so many nodes it is said where each is, and since when. */
const TOLD_MOST = 3;

const sinceOf = (known: Known | null, now: number): Text => {
  if (known === null) return text('since when is not known', '何时起未知');
  const {run, by, since, atLeast} = known;
  const {en, zh} = messages.moment(momentOf(since, now), atLeast);
  return by === 'run'
    ? text(`out of service by run ${run} since ${en}`, `由运行 ${run} 停服，起于 ${zh}`)
    : text(`as run ${run} saw it since ${en}`, `运行 ${run} 看到它宕机，起于 ${zh}`);
};

const describeNode = ({node, host, known}: DownOnce, now: number): Text => {
  const since = sinceOf(known, now);
  const place = String(host) === node ? plain(node) : text(`${node} on ${host}`, node);
  return text(
    `${place.en} (${since.en})`,
    `${node}（${String(host) === node ? '' : `${host}，`}${since.zh}）`,
  );
};

const namesOf = (down: readonly DownOnce[], now: number): Text => {
  if (down.length <= TOLD_MOST)
    return joinTexts(
      down.map(each => describeNode(each, now)),
      COMMA,
    );
  const names = nameNodes(down.map(({node}) => node));
  const [first] = down
    .flatMap(each => (each.known === null ? [] : [{node: each.node, known: each.known}]))
    .toSorted((a, b) => a.known.since - b.known.since);
  const since = sinceOf(first?.known ?? null, now);
  const of = first === undefined ? text('', '') : text(`${first.node} `, `${first.node} `);
  return text(`${names.en} (${of.en}${since.en})`, `${names.zh}（${of.zh}${since.zh}）`);
};

/** "Down now: be-5 on 10.20.0.20 (since when is not known); 1 of 2 Backends cg_bi serve: be-6", for each kind. */
export const describeDownOnce = (kinds: readonly DownKind[], now: number): readonly Text[] =>
  kinds.map(({kind, all, serving, down}) => {
    const names = namesOf(down, now);
    const rest =
      all === 1 ? messages.noPeers : messages.serving(serving.length, all, kind, nameNodes(serving));
    return text(`Down now: ${names.en}; ${rest.en}`, `目前宕机：${names.zh}；${rest.zh}`);
  });

/** The same of a node for a program: nothing of one that is not down. */
export const downInJson = (kinds: readonly DownKind[]): ((id: NodeId) => object) => {
  const found = new Map(
    kinds.flatMap(({all, serving, down}) =>
      down.map(
        ({node, known}) =>
          [node, {down: {since: null, ...known}, kind: {all, serving: serving.length}}] as const,
      ),
    ),
  );
  return id => found.get(id) ?? {};
};
