import {absPathProblem} from '../lib/abs-path.ts';
import {type Facts, listOf} from '../model/facts.ts';
import type {NodeId} from '../model/ids.ts';
import {type Cluster, nodeOf} from '../model/inventory.ts';
import {KEPT_KINDS, type Kept} from '../model/kept.ts';
import {planSteps} from '../model/plan.ts';
import {factsOfStep, type RunState, stepState} from '../model/state.ts';
import type {System} from '../model/system.ts';
import {type Text, text} from '../model/text.ts';

/** A run that has ended, folded, with what its inventory says. */
export type Ended = {readonly state: RunState; readonly system: System; readonly cluster: Cluster};

/** One place that the run has kept, by the node whose host it lies on. Nodes of one host that share it are asked once. */
export type KeptPlace = Kept & {readonly node: NodeId};

/** The same place, seen from another host that has it at that path too; and what a look there is told. */
export type Elsewhere = {readonly node: NodeId; readonly given: Facts};

/** What there is of it now, and what a look at it is told. */
export type SeenPlace = KeptPlace & {
  readonly given: Facts;
  readonly facts: Facts;
  readonly elsewhere?: readonly Elsewhere[];
};

/**
 * Every place that the journal says the run has kept, the kinds in their order. `byHand`: what lakeup removes none of: what
 * applications loaded before, and what is no path of its own.
 */
export const keptPlaces = ({
  state,
  system,
  cluster,
}: Ended): {readonly places: readonly KeptPlace[]; readonly byHand: readonly KeptPlace[]} => {
  const found = new Map<string, KeptPlace>();
  const factsOf = factsOfStep(state);
  for (const step of planSteps(state.plan)) {
    const done = stepState(state, step.id);
    // What was there before the run is not its own.
    if (done.status !== 'done' || done.attempt === 0) continue;
    for (const kept of system.keeps?.(step, done.facts, factsOf) ?? []) {
      const node = kept.on ?? step.node;
      const {host} = nodeOf(cluster, node);
      const known = found.get(`${host} ${kept.path}`);
      if (known === undefined) found.set(`${host} ${kept.path}`, {...kept, node});
    }
  }
  const all = KEPT_KINDS.flatMap(kind => [...found.values()].filter(kept => kept.kind === kind));
  const isOurs = ({kind, path}: KeptPlace): boolean =>
    kind !== 'client' && !/[*?[\]]/.test(path) && absPathProblem(path) === null;
  return {places: all.filter(isOurs), byHand: all.filter(kept => !isOurs(kept))};
};

const unique = (paths: readonly string[]): string => [...new Set(paths)].join('\n');

/** What a look at such a place is told: where it is, and what must not be hit on its host, a path a line, and what it is known by. */
export const givenOf = ({state, system, cluster}: Ended, {node, path, knownBy = ''}: KeptPlace): Facts => {
  const {host} = nodeOf(cluster, node);
  const there = cluster.nodes.filter(each => each.host === host);
  const inUse = there.map(each => system.prune?.inUse(each, cluster, state.plan) ?? {used: [], closed: []});
  return {
    path,
    stamp: state.plan.stamp,
    homes: unique(there.flatMap(({home}) => (home === null ? [] : [home]))),
    used: unique(inUse.flatMap(({used}) => used)),
    closed: unique(inUse.flatMap(({closed}) => closed)),
    knownBy,
  };
};

/** What lies there has to be a directory, but for a backup. */
export const whatOf = ({kind}: KeptPlace): 'dir' | 'file' => (kind === 'backup' ? 'file' : 'dir');

/**
 * How a place that was looked at stands: to be removed, gone already, or why it stays. What an earlier try has left half
 * removed is still to be removed.
 */
export const judgePlace = (seen: SeenPlace): 'ready' | 'gone' | Text => {
  const {place, going, devices, bytes} = seen.facts;
  const against = listOf(seen.facts, 'against');
  const what = whatOf(seen);
  if (place === 'none' && going === 'none') return 'gone';
  if (place === 'unreachable') return text('the directory that it lay in is not there', '它所在的目录不存在');
  const isThere = (place === what && going === 'none') || (place === 'none' && going === what);
  if (!isThere)
    return text(
      `it is ${String(place)}${going === 'none' ? '' : `, and what is being removed is ${String(going)}`}, and not a ${what} of its own`,
      `它是 ${String(place)}${going === 'none' ? '' : `，正在清除的是 ${String(going)}`}，而不是独立的 ${what}`,
    );
  if (against.length > 0) return text(against.join('; '), `“${against.join('; ')}”`);
  if (devices !== 1) return text('it lies on several file systems', '它跨多个文件系统');
  if (place === what && seen.bytes !== null && seen.bytes !== bytes)
    return text(
      `it has ${String(bytes)} bytes, and ${seen.bytes} when the run left it`,
      `它有 ${String(bytes)} 字节，而运行留下时为 ${seen.bytes} 字节`,
    );
  return 'ready';
};

/**
 * A file system of the network may be the same on several hosts: one place by its path, its number and all that was counted is
 * removed once.
 */
export const withoutShared = (places: readonly SeenPlace[]): readonly SeenPlace[] => {
  const known = new Set<string>();
  return places.filter(({path, facts}) => {
    if (facts.shared !== true) return true;
    const {id, files, folders, bytes, newest} = facts;
    const key = [path, String(id).replace(/^\d+:/, ''), files, folders, bytes, newest].join(' ');
    if (known.has(key)) return false;
    known.add(key);
    return true;
  });
};
