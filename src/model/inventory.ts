import type {AbsPath} from '../lib/abs-path.ts';
import type {Facts} from './facts.ts';
import type {HostId, NodeId} from './ids.ts';

/** How a machine is reached. What is absent here comes from ~/.ssh/config, then from OpenSSH's defaults. */
export type Host = {
  readonly id: HostId;
  readonly port?: number;
  readonly user?: string;
  readonly identityFiles: readonly string[];
  readonly knownHostsFile?: string;
};

/** One role on one host. */
export type Node = {
  readonly id: NodeId;
  readonly host: HostId;
  readonly role: string;
  /** The directory that holds the node's bin and lib. */
  readonly home: AbsPath;
  /** Nodes of one group stand in for each other (a compute group, a tier). */
  readonly group?: string;
  /** The system's own fields for this role, already checked by the role's schema. */
  readonly fields: Facts;
};

/** Nodes that work together, as the inventory file tells it. */
export type Cluster = {
  readonly name: string;
  readonly system: string;
  readonly hosts: readonly Host[];
  readonly nodes: readonly Node[];
  /** The system's own settings of the whole cluster, already checked by the system's schema. */
  readonly settings: Facts;
};
