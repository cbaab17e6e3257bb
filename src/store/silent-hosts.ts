import type {HostId, NodeId} from '../model/ids.ts';
import type {NodeLooks, State} from './state.ts';

/** A host to which there is no connection, and whose nodes do not answer. */
export type SilentHost = {
  readonly host: HostId;
  readonly nodes: readonly NodeId[];
  readonly since: number;
  readonly atLeast: boolean;
};

type Sources = Pick<State, 'cluster' | 'looks' | 'links'>;

const isSilent = (looks: NodeLooks | undefined): boolean => looks?.status?.look.kind === 'silent';

let recent: {readonly from: Sources; readonly silent: readonly SilentHost[]} | null = null;

/** Whether there is a host without a connection whose nodes do not answer, for however short a time. */
export const isAnyCut = ({cluster, looks, links}: Sources): boolean =>
  cluster.nodes.some(({id, host}) => {
    const link = links.get(host);
    return link !== undefined && link.status !== 'up' && isSilent(looks.get(id));
  });

const find = ({cluster, looks, links}: Sources): readonly SilentHost[] => {
  const cut = new Set([...links.values()].flatMap(({host, status}) => (status === 'up' ? [] : [host])));
  if (cut.size === 0) return [];
  const byHost = Map.groupBy(
    cluster.nodes.filter(({host}) => cut.has(host)),
    ({host}) => host,
  );
  const silent = [...byHost].flatMap(([host, nodes]): SilentHost[] => {
    const seen = nodes.map(({id}) => looks.get(id));
    if (!seen.every(isSilent)) return [];
    const [first] = seen.flatMap(each => each?.unwell ?? each?.changed ?? []).toSorted((a, b) => a.at - b.at);
    if (first === undefined) return [];
    return [{host, nodes: nodes.map(({id}) => id), since: first.at, atLeast: first.first}];
  });
  // One that was just lost is counted with those that have been silent for long, and is no news by itself.
  const lasts = silent.some(({nodes}) => nodes.some(id => looks.get(id)?.unwell?.is === 'silent'));
  return lasts ? silent.toSorted((a, b) => a.since - b.since) : [];
};

/**
 * Hosts that do not answer, for longer than a few looks, the longest first: whatever the run does with their nodes, a host is not
 * silent for that.
 */
export const silentHosts = ({cluster, looks, links}: Sources): readonly SilentHost[] => {
  const known = recent?.from;
  if (recent !== null && known?.cluster === cluster && known.looks === looks && known.links === links)
    return recent.silent;
  const from = {cluster, looks, links};
  recent = {from, silent: find(from)};
  return recent.silent;
};
