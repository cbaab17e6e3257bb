import {momentOf} from '../lib/moment.ts';
import {nameNodes} from '../model/describe-service.ts';
import {type Sighting, serves} from '../model/facts.ts';
import type {HostId, NodeId} from '../model/ids.ts';
import {nodeOf} from '../model/inventory.ts';
import {COMMA, joinTexts, plain, type Text, text} from '../model/text.ts';
import {messages} from '../ui/messages.ts';
import {type KnownOut, knownOut} from './known-out.ts';
import type {RunsOf} from './left-run.ts';
import type {Loaded} from './load-cluster.ts';

// Who is seen down by looking once: since when that is so only the journals of earlier runs can know.

type DownOnce = {readonly node: NodeId; readonly host: HostId; readonly known: KnownOut | null};

/** Nodes of one kind of which some are down. */
type DownKind = {
  readonly kind: Text;
  readonly all: number;
  readonly serving: readonly NodeId[];
  readonly down: readonly DownOnce[];
};

const healthIn = ({look}: Sighting): string => (look.kind === 'seen' ? String(look.facts.health) : '');

export const downOnce = (
  {cluster, system}: Loaded,
  runs: RunsOf,
  sightings: readonly Sighting[],
): readonly DownKind[] => {
  const known = knownOut(runs);
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

/** Of so many nodes it is said since when each is; of more, since when the first of those is of whom the same run knows it. */
const TOLD_MOST = 3;
/** So many are named, with where they are, before the rest is counted. */
const NAMED = 10;

/** `many`: of how many at once; their first since when. */
const sinceOf = (known: KnownOut | null, now: number, many: boolean): Text => {
  if (known === null) return text('since when is not known', '何时起未知');
  const {run, by, since, atLeast} = known;
  const moment = messages.moment(momentOf(since, now), atLeast);
  const [en, zh] = many
    ? [`, the longest since ${moment.en}`, `最久起于 ${moment.zh}`]
    : [` since ${moment.en}`, `起于 ${moment.zh}`];
  return by === 'run'
    ? text(`out of service by run ${run}${en}`, `由运行 ${run} 停服，${zh}`)
    : text(
        `as run ${run} saw ${many ? 'them' : 'it'}${en}`,
        `运行 ${run} 看到${many ? '其' : '它'}宕机，${zh}`,
      );
};

const isOnItself = ({node, host}: DownOnce): boolean => String(host) === node;

const describeNode = (down: DownOnce, now: number): Text => {
  const {node, host, known} = down;
  const since = sinceOf(known, now, false);
  const [on, at] = isOnItself(down) ? ['', ''] : [` on ${host}`, `${host}，`];
  return text(`${node}${on} (${since.en})`, `${node}（${at}${since.zh}）`);
};

/** "w-1 on 10.0.0.1, w-2 on 10.0.0.2 (these 2: out of service by run R, the longest since 23:27:37)": what is so of each of them. */
const describeAlike = (alike: readonly DownOnce[], all: number, now: number): Text => {
  const [first] = alike.toSorted((a, b) => (a.known?.since ?? 0) - (b.known?.since ?? 0));
  if (first === undefined || alike.length === 1)
    return joinTexts(
      alike.map(each => describeNode(each, now)),
      COMMA,
    );
  const since = sinceOf(first.known, now, true);
  const n = alike.length;
  const more = n <= NAMED ? ['', ''] : [` and ${n - NAMED} more`, `，另有 ${n - NAMED} 个`];
  const told = alike.slice(0, NAMED);
  const en = told.map(each => (isOnItself(each) ? each.node : `${each.node} on ${each.host}`)).join(', ');
  const zh = told.map(each => (isOnItself(each) ? each.node : `${each.node}（${each.host}）`)).join('、');
  return text(
    `${en}${more[0]} (${n === all ? 'all' : 'these'} ${n}: ${since.en})`,
    `${zh}${more[1]}（${n === all ? '全部' : '以上'} ${n} 个：${since.zh}）`,
  );
};

const namesOf = (down: readonly DownOnce[], now: number): Text => {
  const alike = Map.groupBy(down, ({node, known}) =>
    down.length <= TOLD_MOST ? node : known === null ? '' : `${known.by} ${known.run}`,
  );
  return joinTexts(
    [...alike.values()].map(each => describeAlike(each, down.length, now)),
    COMMA,
  );
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
