import type {UnwellAs} from '../model/describe-service.ts';
import {serves} from '../model/facts.ts';
import type {NodeId} from '../model/ids.ts';
import type {OutOfService} from '../model/state.ts';
import {isDownByItself, unwellOf} from './node-status.ts';
import {outSeen} from './out-seen.ts';
import type {ScreenNode, State} from './state.ts';

/** A node of which something is seen since a moment. */
type SeenSince = {
  readonly node: NodeId;
  /** When it was first seen so, without having been seen otherwise since. */
  readonly since: number;
  /** It was so at the first look already, so that it may have been for longer. */
  readonly atLeast: boolean;
};

/** A node that does not run, and not because of the run; `leftBehind`: because a newer master leads. */
export type Down = SeenSince & {readonly leftBehind: boolean};

/** A node that is not well, and neither down nor so because of the run. */
export type Unwell = SeenSince & {readonly is: UnwellAs};

type Sources = Pick<State, 'cluster' | 'run' | 'looks'>;
type ByItself = {readonly down: readonly Down[]; readonly unwell: readonly Unwell[]};

let recent: {readonly from: Sources; readonly found: ByItself} | null = null;

const longestFirst = <T extends SeenSince>(all: readonly T[]): readonly T[] =>
  all.toSorted((a, b) => a.since - b.since);

/** Asked for by several parts of a frame, and found once for all of them. */
const byItself = ({cluster, run, looks}: Sources): ByItself => {
  const known = recent?.from;
  if (recent !== null && known?.cluster === cluster && known.run === run && known.looks === looks)
    return recent.found;
  const down = cluster.nodes.flatMap(({id}): Down[] => {
    const {changed = null, leftBehind = false} = looks.get(id) ?? {};
    if (changed === null || !isDownByItself({run, looks}, id)) return [];
    return [{node: id, since: changed.at, atLeast: changed.first, leftBehind}];
  });
  const unwell = cluster.nodes.flatMap(({id}): Unwell[] => {
    const found = unwellOf({run, looks}, id);
    return found === null ? [] : [{node: id, is: found.is, since: found.at, atLeast: found.first}];
  });
  const found = {down: longestFirst(down), unwell: longestFirst(unwell)};
  recent = {from: {cluster, run, looks}, found};
  return found;
};

/** Who is down by itself, the longest first. */
export const downByItself = (sources: Sources): readonly Down[] => byItself(sources).down;

/** Who is not well by itself, and for longer than a few looks, the longest first. */
export const unwellByItself = (sources: Sources): readonly Unwell[] => byItself(sources).unwell;

/** Who is out of service by the run, the longest first; without those of whom that was only possible, and who were seen to serve since. */
export const outNow = ({run, looks}: Pick<State, 'run' | 'looks'>): readonly OutOfService[] => [
  ...outSeen(run, looks).values(),
];

/** Nodes that stand in for one another: of one role, and of one group where there are groups. */
export const peersOf = ({cluster}: Pick<State, 'cluster'>, node: ScreenNode): readonly ScreenNode[] =>
  cluster.nodes.filter(({role, group}) => role === node.role && group === node.group);

/** Whether a node was seen to serve when it was last looked at, and may not be out since. */
export const servesNow = (state: Pick<State, 'run' | 'looks'>, id: NodeId): boolean => {
  const look = state.looks.get(id);
  if (look?.status?.look.kind !== 'seen' || look.stale) return false;
  return !outNow(state).some(({node}) => node === id) && serves(look.status.look.facts);
};
