import type {AbsPath} from '../lib/abs-path.ts';
import type {HostId} from './ids.ts';
import type {Node} from './inventory.ts';

/**
 * Where the lease of a node lies: `in` the directory `at`; `beside` it, where `at` itself is exchanged or renamed; `around` a
 * file: in the folder it lies in, or in `at` where that is a folder.
 */
export type LeaseAt = {readonly at: AbsPath; readonly kind: 'in' | 'beside' | 'around'};

/** A lease, and the host it lies on. Nodes that share a home share one. */
export type LeasePlace = LeaseAt & {readonly host: HostId};

/** A system, as far as it says where leases lie. */
type Leasing = {leaseAt?(node: Node): LeaseAt | null};

/** Where the system says that the lease of this node lies; in its home where it says nothing. Null: it has none. */
export const leaseAtOf = (system: Leasing, node: Node): LeaseAt | null => {
  const said = system.leaseAt?.(node);
  if (said !== undefined) return said;
  return node.home === null ? null : {at: node.home, kind: 'in'};
};

export const placeKey = ({host, at}: Pick<LeasePlace, 'host' | 'at'>): string => `${host} ${at}`;

/** Every place of a cluster's leases, each once. */
export const leasePlaces = (system: Leasing, nodes: readonly Node[]): readonly LeasePlace[] => {
  const places = new Map<string, LeasePlace>();
  for (const node of nodes) {
    const at = leaseAtOf(system, node);
    if (at !== null) places.set(placeKey({host: node.host, at: at.at}), {...at, host: node.host});
  }
  return [...places.values()];
};
