import type {Sh} from '../lib/sh.ts';
import type {Facts} from './facts.ts';
import type {NodeId} from './ids.ts';
import type {Cluster} from './inventory.ts';
import type {Text} from './text.ts';

/** One node of a demo cluster, before it has a place. `kind` is the kit's own word for what is special about it. */
export type KitNode = {
  readonly name: string;
  readonly role: string;
  readonly group?: string;
  readonly kind?: string;
  /** The name of the host it stands on, where that is not its alone. Nodes of one host share its address and its tree. */
  readonly host?: string;
};

/** The name of the host a node stands on. */
export const hostOf = ({name, host}: KitNode): string => host ?? name;

/** A node with its place: its host's own address, its host's own tree, and the ports it may use there. */
export type Place = KitNode & {
  readonly address: string;
  /** By the name of the role's field in the inventory. */
  readonly ports: Readonly<Record<string, number>>;
  /** The host's own directory tree: "/" on a real one. */
  readonly root: string;
  readonly home: string;
  readonly package: string;
};

/** What a kit needs to know to write the files of one cluster. */
export type KitContext = {
  readonly places: readonly Place[];
  readonly from: string;
  readonly to: string;
  /** How many times faster than the real product everything that takes time is. */
  readonly speed: number;
  /** The node executable and the fake process that it runs. */
  readonly node: string;
  readonly program: string;
  /** Scripts and processes append what they do to it, one line each: ms since 1970, host, node, what, between tabs. */
  readonly events: string;
  /** Variables that every script and process of this cluster carries, so that its owner finds them again. */
  readonly marks: Readonly<Record<string, string>>;
  /** Per node: faults and habits the fake knows, by name. */
  readonly knobs: Readonly<Record<string, Readonly<Record<string, string>>>>;
};

export type KitFile = {
  readonly path: string;
  readonly text: string | Uint8Array;
  readonly mode: number;
  /** When it was made; now, where that is not said. */
  readonly madeAt?: Date;
};
/** A symbolic link; `link` is where it leads. */
export type KitLink = {readonly path: string; readonly link: string};

/** Something that goes wrong on a node of a demo, as it does in the field. */
export type KitFault = {
  readonly name: string;
  /** The roles whose nodes can have it. */
  readonly roles: readonly string[];
  /** Whether such a node can; left out, every one can. */
  can?(node: KitNode, nodes: readonly KitNode[]): boolean;
  /** It stands on every such node where none is named: nobody can say beforehand whom it will be about. */
  readonly everywhere?: boolean;
  /** It comes once the cluster is up: with it no node would ever have started. */
  readonly later?: boolean;
  /** What the product does, in a sentence. What lakeup does about it is for lakeup to show. */
  readonly what: Text;
  knobs(versions: {readonly from: string; readonly to: string}): Readonly<Record<string, string>>;
};

/** GET on the node's own address that answers `body` once the node needs no more waiting. */
export type KitReady = {readonly port: number; readonly path: string; readonly body: string};

/**
 * A system pretending with real files and processes: what a simulated cluster of it consists of. Data and pure
 * functions; src/sim builds hosts and disks from it and knows no product by name.
 */
export type Kit = {
  readonly system: string;
  readonly from: string;
  readonly to: string;
  /** Whether the product can be pretended at this version; what takes any has none. */
  knows?(version: string): boolean;
  /** The cluster that shows an upgrade from this version; `demo` where nothing else is said. */
  demoLayout?(from: string): string;
  /** What can go wrong in a demo, by name. */
  readonly faults: readonly KitFault[];
  /** Clusters by name; `demo` is always there. */
  readonly layouts: Readonly<Record<string, readonly KitNode[]>> & {readonly demo: readonly KitNode[]};
  /** The nodes of a twin of a real cluster: its names, roles, groups and hosts, and what `seen` tells of their kinds. */
  twin(cluster: Cluster, seen: ReadonlyMap<NodeId, Facts>): readonly KitNode[];
  /** The standard ports of a node's role, by the name of the role's field in the inventory. */
  ports(node: KitNode): Readonly<Record<string, number>>;
  /** Where the node's home and the new package lie in its host's tree, without a leading slash. */
  folders(node: KitNode, to: string): {readonly home: string; readonly package: string};
  /**
   * Every file of one node: the installed home at `from`, the package at `to`, and what else the product asks for. What
   * nodes share on their host, each may tell; it is written again, the same.
   */
  files(place: Place, context: KitContext): readonly (KitFile | KitLink)[];
  /** The one of these files that holds the node's knobs, where knobs can be turned while the cluster runs. */
  knobsFile?(place: Place, context: KitContext): KitFile;
  /** Starts the node the first time, as an operator would. */
  start(place: Place): Sh;
  ready(place: Place): KitReady;
  /** The cluster's inventory block without `system` and `ssh`: plain data, written as YAML by the caller. */
  inventory(context: KitContext): {
    readonly settings: Readonly<Record<string, unknown>>;
    readonly roles: Readonly<Record<string, unknown>>;
  };
};
