import type {Facts} from '../../model/facts.ts';
import type {NodeId} from '../../model/ids.ts';
import type {Cluster} from '../../model/inventory.ts';
import type {KitNode} from '../../model/kit.ts';

/** A real cluster's nodes, and who of its frontends observes: where nobody was asked, all of them follow. */
export const dorisTwin = ({nodes}: Cluster, seen: ReadonlyMap<NodeId, Facts>): readonly KitNode[] =>
  nodes.map(({id, role, group, host}) => ({
    name: id,
    role,
    host,
    ...(group === undefined ? {} : {group}),
    ...(seen.get(id)?.fe === 'observer' ? {kind: 'observer'} : {}),
  }));
