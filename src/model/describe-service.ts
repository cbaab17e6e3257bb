import {momentOf} from '../lib/moment.ts';
import type {DownSeen} from './event.ts';
import type {NodeId, RunId} from './ids.ts';
import type {OutOfService} from './state.ts';
import {amid, COMMA, joinTexts, SEMICOLON, type Text, text} from './text.ts';

/** How many nodes a sentence names before it counts the rest. */
const NAMED = 10;

/** "a, b, c and 7 more". */
export const nameNodes = (nodes: readonly NodeId[], most = NAMED): Text => {
  const names = nodes.slice(0, most).join(', ');
  const more = nodes.length - most;
  return more <= 0 ? text(names, names) : text(`${names} and ${more} more`, `${names}，另有 ${more} 个`);
};

/** A node that does not serve, and since when. */
export type Away = {readonly node: NodeId; readonly since: number; readonly atLeast?: boolean | undefined};

/** What is known of nodes that do not serve, besides their names. */
export type ServiceKnown = {
  /** Against which a moment of another day gets its date. */
  readonly now: number;
  readonly hostOf?: (node: NodeId) => string | undefined;
  /** Who else of their kinds is seen to serve, a sentence for each kind. */
  readonly serving?: (nodes: readonly NodeId[]) => readonly Text[];
};

/** Of so many nodes it is said where each is, and since when; of more, since when the first of them. */
const TOLD_MOST = 3;

/** By name, and numbers in names as numbers: who is looked for is found. */
const inOrder = <T extends Away>(out: readonly T[]): readonly T[] =>
  out.toSorted((a, b) => a.node.localeCompare(b.node, 'en', {numeric: true}));

/** "be-3 on 10.20.0.18 since 02:14:45". */
const describeAway = ({node, since, atLeast = false}: Away, {now, hostOf}: ServiceKnown): Text => {
  const host = hostOf?.(node);
  const clock = momentOf(since, now);
  const [on, at] = host === undefined || host === node ? ['', ''] : [` on ${host}`, `${host}，`];
  return text(
    `${node}${on} since ${atLeast ? 'before ' : ''}${clock}`,
    `${node}（${at}${atLeast ? `${clock} 之前起` : `自 ${clock} 起`}）`,
  );
};

/** Names, with where and since when for as long as they are few. */
const namesOf = (
  nodes: readonly Away[],
  few: boolean,
  most: number,
  known: ServiceKnown | undefined,
): Text =>
  few && known !== undefined
    ? joinTexts(
        nodes.map(each => describeAway(each, known)),
        COMMA,
      )
    : nameNodes(
        nodes.map(({node}) => node),
        most,
      );

/** What comes behind the names: since when the first of many, and who else serves. */
const besides = (nodes: readonly Away[], few: boolean, known: ServiceKnown | undefined): readonly Text[] => {
  if (known === undefined) return [];
  const [first] = nodes.toSorted((a, b) => a.since - b.since);
  const clock = first === undefined ? '' : momentOf(first.since, known.now);
  const longest =
    first?.atLeast === true
      ? text(`the longest since before ${clock}`, `最久自 ${clock} 之前起`)
      : text(`the longest since ${clock}`, `最久自 ${clock} 起`);
  return [...(few ? [] : [longest]), ...(known.serving?.(nodes.map(({node}) => node)) ?? [])];
};

/** How a sentence of nodes begins: of how many, and whether that is certain. */
type Begins = (count: number, certain: boolean) => Text;

type Saying = {readonly most?: number; readonly known?: ServiceKnown | undefined};

const describeOut = (
  out: readonly OutOfService[],
  begins: Begins,
  {most = NAMED, known}: Saying,
): Text | null => {
  if (out.length === 0) return null;
  const few = out.length <= TOLD_MOST;
  const named = (nodes: readonly OutOfService[]): Text => namesOf(nodes, few, most, known);
  const sure = inOrder(out.filter(({certain}) => certain));
  const unsure = inOrder(out.filter(({certain}) => !certain));
  const [first, others] = sure.length > 0 ? [sure, unsure] : [unsure, []];
  const begun = begins(first.length, sure.length > 0);
  const [names, more] = [named(first), named(others)];
  return joinTexts(
    [
      text(`${begun.en}: ${names.en}`, `${begun.zh}：${names.zh}`),
      ...(others.length === 0 ? [] : [text(`perhaps also ${more.en}`, `可能还有 ${more.zh}`)]),
      ...besides(out, few, known),
    ],
    SEMICOLON,
  );
};

const notServing: Begins = (n, certain) => {
  const perhaps = certain ? ['', ''] : ['perhaps ', '可能有 '];
  return text(
    `${n === 1 ? '1 node is' : `${n} nodes are`} ${perhaps[0]}not serving`,
    `${perhaps[1]}${n} 个节点未提供服务`,
  );
};

const leftOut: Begins = (n, certain) => {
  const perhaps = certain ? ['', ''] : ['perhaps ', '可能有 '];
  return text(
    `${n === 1 ? '1 node was' : `${n} nodes were`} ${perhaps[0]}left out of service`,
    `${perhaps[1]}${n} 个节点被留在停服状态`,
  );
};

/**
 * "12 nodes are not serving: a, b, c and 9 more; perhaps also d": who is out of service because of the run. Those of
 * whom it is not certain are told apart. Null when everybody serves. `all`: how many nodes there are, where that is known:
 * when none of them serves nobody has to be named.
 */
export const describeNotServing = (
  out: readonly OutOfService[],
  {all, ...how}: Saying & {readonly all?: number} = {},
): Text | null => {
  if (out.length > 1 && out.length === all && out.every(({certain}) => certain)) {
    const none = text(`none of the ${all} nodes is serving`, `全部 ${all} 个节点均未提供服务`);
    const {known} = how;
    return joinTexts(
      [none, ...besides(out, false, known === undefined ? undefined : {now: known.now})],
      SEMICOLON,
    );
  }
  return describeOut(out, notServing, how);
};

/**
 * The same of a run that nobody is at: out of its journal alone. That a node was left out of service is known of it; what
 * became of the node since then nobody has looked at.
 */
export const describeLeftOut = (out: readonly OutOfService[], how: Saying = {}): Text | null =>
  describeOut(out, leftOut, how);

/** How many of a kind can have served at most: all that a journal knows of it. */
export const describeServedAtMost = (n: number, all: number, kind: Text): Text =>
  text(
    `by its journal at most ${n} of ${all} ${kind.en} served`,
    `据其日志，${all} 个${amid(kind.zh)}中最多有 ${n} 个在提供服务`,
  );

/** That there are more kinds of nodes than are told of; nothing where there are none. */
export const describeMoreKinds = (n: number): readonly Text[] =>
  n <= 0
    ? []
    : [text(n === 1 ? 'and 1 more kind of nodes' : `and ${n} more kinds of nodes`, `另有 ${n} 类节点`)];

/**
 * Who was down, and not because of the run, out of its journal alone: `seenAt`, when its nodes were watched last; null while somebody is
 * at it. Null where nobody was.
 */
export const describeDownThen = (
  down: readonly Away[],
  seenAt: number | null,
  {most = NAMED, known}: Saying & {readonly known: ServiceKnown},
): Text | null => {
  if (down.length === 0) return null;
  const few = down.length <= TOLD_MOST;
  const names = namesOf(inOrder(down), few, most, known);
  const n = down.length;
  const at = seenAt === null ? null : momentOf(seenAt, known.now);
  const begun = text(
    `${n === 1 ? '1 node' : `${n} nodes`} ${at === null ? (n === 1 ? 'is' : 'are') : n === 1 ? 'was' : 'were'} down by ${n === 1 ? 'itself' : 'themselves'}${at === null ? '' : `, as seen last at ${at}`}`,
    `${at === null ? '' : `${at} 最后看到时，`}${n} 个节点自行宕机`,
  );
  return joinTexts(
    [text(`${begun.en}: ${names.en}`, `${begun.zh}：${names.zh}`), ...besides(down, few, known)],
    SEMICOLON,
  );
};

/** Nodes that do not serve, with what is known of them: "be-3 on 10.20.0.18 since 02:14:45; 3 of 4 Backends cg_etl serve: …". */
export const describeAwayNodes = (nodes: readonly Away[], known: ServiceKnown): Text => {
  const few = nodes.length <= TOLD_MOST;
  return joinTexts([namesOf(inOrder(nodes), few, NAMED, known), ...besides(nodes, few, known)], SEMICOLON);
};

/** A node that is down by itself; `leftBehind`: because a newer master leads. */
export type DownNow = Away & {readonly leftBehind?: boolean};

/** Who is down, and not because of the run: a sentence for those, and one for whom a newer master has left behind. */
export const describeDownNow = (down: readonly DownNow[], known: ServiceKnown): readonly Text[] => {
  const said = (behind: boolean, begins: (names: Text) => Text): readonly Text[] => {
    const nodes = down.filter(({leftBehind = false}) => leftBehind === behind);
    return nodes.length === 0 ? [] : [begins(describeAwayNodes(nodes, known))];
  };
  return [
    ...said(false, ({en, zh}) =>
      text(`Down, and not because of the run: ${en}`, `已宕机，并非此次运行所致：${zh}`),
    ),
    ...said(true, ({en, zh}) =>
      text(
        `Left behind by a newer master, and brought back by their upgrade: ${en}`,
        `因新主退出，升级后恢复：${zh}`,
      ),
    ),
  ];
};

/** How a node is that is not well, and not down. */
export const UNWELL_AS = ['silent', 'not-serving', 'degraded', 'starting'] as const;
export type UnwellAs = (typeof UNWELL_AS)[number];

/** A node that is not well, how, and since when. */
export type Unwell = Away & {readonly is: UnwellAs};

/** "do not answer: be-1, be-2". */
export const describeUnwell = (is: UnwellAs, n: number, names: Text): Text => {
  const [en, zh] = {
    silent: [n === 1 ? 'does not answer' : 'do not answer', '无应答'],
    'not-serving': ['not seen to serve', '未见提供服务'],
    degraded: ['degraded', '降级'],
    starting: ['still starting', '仍在启动'],
  }[is];
  return text(`${en}: ${names.en}`, `${zh}：${names.zh}`);
};

/** "does not answer, since 10:22:07": of one node, in the log. */
export const describeUnwellFrom = (is: UnwellAs, clock: string, atLeast: boolean): Text => {
  const [en, zh] = {
    silent: ['does not answer', '无应答'],
    'not-serving': ['is not seen to serve', '未见提供服务'],
    degraded: ['is degraded', '降级'],
    starting: ['is still starting', '仍在启动'],
  }[is];
  return text(
    `${en}, since ${atLeast ? 'before ' : ''}${clock}`,
    `${zh}，${atLeast ? `${clock} 之前起` : `自 ${clock} 起`}`,
  );
};

/** Who is not well, and neither down nor so because of the run: a sentence for each way of being so. */
export const describeUnwellNow = (unwell: readonly Unwell[], known: ServiceKnown): readonly Text[] =>
  UNWELL_AS.flatMap(as => {
    const nodes = unwell.filter(({is}) => is === as);
    if (nodes.length === 0) return [];
    const few = nodes.length <= TOLD_MOST;
    const said = describeUnwell(as, nodes.length, namesOf(inOrder(nodes), few, NAMED, known));
    const begun = text(said.en.charAt(0).toUpperCase() + said.en.slice(1), said.zh);
    return [joinTexts([begun, ...besides(nodes, few, known)], SEMICOLON)];
  });

/** "is out of service by run R, since 23:23:16": as the journal of that run says. */
export const describeOutBy = (run: RunId, clock: string, atLeast: boolean): Text =>
  text(
    `is out of service by run ${run}, since ${atLeast ? 'before ' : ''}${clock}`,
    `由运行 ${run} 停服，${atLeast ? `${clock} 之前起` : `自 ${clock} 起`}`,
  );

/**
 * That a node went down by itself, or that one which was down is not any more; null where there is nothing to say: what becomes
 * of it after that is the run's to tell. `inRun`: a run watches, that knows that it is not at it; who only looks knows of no run elsewhere.
 */
export const describeDownSeen = (
  seen: DownSeen,
  inRun: boolean,
): {readonly level: 'good' | 'bad'; readonly words: Text} | null => {
  if (seen.type === 'node.down')
    return {
      level: 'bad',
      words: inRun
        ? text('is down, and not because of a run', '已宕机，并非运行所致')
        : text('is down', '已宕机'),
    };
  const {health} = seen;
  if (health === undefined) return null;
  return {level: 'good', words: text(`is up again (${health})`, `已重新运行（${health}）`)};
};
