import type {AbsPath} from '../lib/abs-path.ts';
import type {HostId, NodeId} from './ids.ts';

/** How a host is reached. What is absent here comes from ~/.ssh/config, then from OpenSSH's defaults. */
export type Host = {
  readonly id: HostId;
  readonly port?: number;
  readonly user?: string;
  readonly identityFiles: readonly string[];
  readonly knownHostsFile?: string;
};

/**
 * What a system's own schemas make of its part of an inventory: the home of a node (null for roles that have none), the
 * fields of a node by its role, and the settings of the cluster. A system says what they are; everybody else does not
 * look into them.
 */
export type Product = {
  readonly home: AbsPath | null;
  readonly fields: unknown;
  readonly settings: unknown;
};

/** One role on one host. */
export type Node<P extends Product = Product> = {
  readonly id: NodeId;
  readonly host: HostId;
  readonly role: string;
  /** The directory the node is installed in. */
  readonly home: P['home'];
  /** Nodes of one group stand in for each other (a compute group, a tier). */
  readonly group?: string;
  /** The system's own fields for this role, as the role's schema parsed them. */
  readonly fields: P['fields'];
};

/** Nodes that work together, as the inventory file tells it. */
export type Cluster<P extends Product = Product> = {
  readonly name: string;
  readonly system: string;
  readonly hosts: readonly Host[];
  readonly nodes: readonly Node<P>[];
  /** The system's own settings of the whole cluster, as the system's schema parsed them. */
  readonly settings: P['settings'];
};

const indexed = new WeakMap<readonly Node[], ReadonlyMap<string, Node>>();

/** The node of that id, or undefined. Nodes never change, so the index is made once. */
export const findNode = <P extends Product>(cluster: Cluster<P>, id: string): Node<P> | undefined => {
  const nodes: readonly Node<P>[] = cluster.nodes;
  const known = indexed.get(nodes) ?? new Map(nodes.map(node => [String(node.id), node]));
  indexed.set(nodes, known);
  return known.get(id) as Node<P> | undefined;
};

/** The node of that id. A cluster without it is a mistake of the program, so that throws. */
export const nodeOf = <P extends Product>(cluster: Cluster<P>, id: NodeId): Node<P> => {
  const node = findNode(cluster, id);
  if (node === undefined) throw new Error(`the cluster ${cluster.name} has no node ${id}`);
  return node;
};
