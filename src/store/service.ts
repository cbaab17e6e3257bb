import type {NodeId} from '../model/ids.ts';
import type {OutOfService} from '../model/state.ts';
import {isDownByItself} from './node-status.ts';
import {outSeen} from './out-seen.ts';
import type {ScreenNode, State} from './state.ts';

/** A node that does not run, and not because of the run. */
export type Down = {
  readonly node: NodeId;
  /** When it was first seen so, without having been seen otherwise since. */
  readonly since: number;
  /** It was so at the first look already, so that it may have been for longer. */
  readonly atLeast: boolean;
};

type Sources = Pick<State, 'cluster' | 'run' | 'looks'>;

let recent: {readonly from: Sources; readonly down: readonly Down[]} | null = null;

/** Who is down by itself, the longest first. Asked for by several parts of a frame, and found once for all of them. */
export const downByItself = ({cluster, run, looks}: Sources): readonly Down[] => {
  const known = recent?.from;
  if (recent !== null && known?.cluster === cluster && known.run === run && known.looks === looks)
    return recent.down;
  const down = cluster.nodes
    .flatMap(({id}): Down[] => {
      const changed = looks.get(id)?.changed ?? null;
      if (changed === null || !isDownByItself({run, looks}, id)) return [];
      return [{node: id, since: changed.at, atLeast: changed.first}];
    })
    .toSorted((a, b) => a.since - b.since);
  recent = {from: {cluster, run, looks}, down};
  return down;
};

/** Who is out of service by the run, the longest first; without those of whom that was only possible, and who were seen to serve since. */
export const outNow = ({run, looks}: Pick<State, 'run' | 'looks'>): readonly OutOfService[] =>
  run === null ? [] : [...outSeen(run, looks).values()];

/** Nodes that stand in for one another: of one role, and of one group where there are groups. */
export const peersOf = ({cluster}: Pick<State, 'cluster'>, node: ScreenNode): readonly ScreenNode[] =>
  cluster.nodes.filter(({role, group}) => role === node.role && group === node.group);

const SERVES: ReadonlySet<string> = new Set(['ok', 'degraded']);

/** Whether a node was seen to serve when it was last looked at, and may not be out since. */
export const servesNow = (state: Pick<State, 'run' | 'looks'>, id: NodeId): boolean => {
  const look = state.looks.get(id);
  if (look?.status?.look.kind !== 'seen' || look.stale) return false;
  return !outNow(state).some(({node}) => node === id) && SERVES.has(String(look.status.look.facts.health));
};
