import type {Facts} from '../../model/facts.ts';
import type {NodeId} from '../../model/ids.ts';
import type {Cluster, Node} from '../../model/inventory.ts';
import type {KitNode} from '../../model/kit.ts';
import {ELECTED} from './kit-conf.ts';

/** The fake has two applications: one whose line Cloudera Manager deploys, and one that is restarted. */
const applicationOf = ({fields}: Node): string =>
  typeof fields === 'object' && fields !== null && 'safetyValve' in fields && fields.safetyValve !== undefined
    ? 'yarn'
    : 'spark';

/**
 * A real cluster's nodes, and how its masters keep their journal: where nobody was asked, as a fresh cluster of their number
 * does.
 */
export const alluxioTwin = ({nodes}: Cluster, seen: ReadonlyMap<NodeId, Facts>): readonly KitNode[] => {
  const masters = nodes.filter(({role}) => role === 'master');
  const isUfs = masters.some(({id}) => seen.get(id)?.journalType === 'UFS');
  const journal = isUfs ? (masters.length > 1 ? ELECTED : 'ufs') : undefined;
  return nodes.map(node => {
    const {id, role, host} = node;
    const kind = role === 'client' ? applicationOf(node) : role === 'master' ? journal : undefined;
    return {name: id, role, host, ...(kind === undefined ? {} : {kind})};
  });
};
