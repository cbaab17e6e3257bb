import type {Lost, Refused, ReplyTo, Request} from '../../src/model/ask.ts';
import type {CopyProgress, CopyReply, CopyRequest} from '../../src/model/copy.ts';
import type {HostId, NodeId} from '../../src/model/ids.ts';
import type {Cluster} from '../../src/model/inventory.ts';
import type {Clock} from '../../src/model/world.ts';
import type {Lies} from './common/memory-lies.ts';

/**
 * The system pretending, in memory: hosts, processes and files reduced to what probes ask and actions change. Time is
 * the clock's; nothing happens by itself except through `clock.sleep`.
 */
export type FakeMemory = {boot(cluster: Cluster, options: FakeOptions): FakeCluster};

/** Names of faults a system knows, with the nodes they hit. */
export type Faults = readonly {readonly fault: string; readonly node: NodeId}[];

export type FakeOptions = {
  readonly clock: Clock;
  readonly chance: () => number;
  readonly faults: Faults;
  /** What it lies about, and when; nothing without. A name that this system does not know throws. */
  readonly lies?: Lies;
};

/** What a fake did to a node, in order; read by checkers, never by the engine. */
export type Effect = {
  readonly at: number;
  readonly node: NodeId;
  readonly effect: string;
  /** What the node was at that moment, where its role moves (master, leader). */
  readonly as?: string;
};

/** Copies a file between two hosts, in the time it would take, until it is whole or the signal cuts it. */
export type Copying = (
  request: CopyRequest,
  onProgress: (progress: CopyProgress) => void,
  signal: AbortSignal,
) => Promise<CopyReply | Refused | Lost>;

export type FakeCluster = {
  /** A fake without it copies nothing. */
  readonly copy?: Copying;
  /** Answers as the host would, after the time it would take. A script it does not know throws: the fake is behind. */
  answer<R extends Request>(host: HostId, request: R): Promise<ReplyTo<R>>;
  /** Everything that changed, in order. */
  readonly effects: readonly Effect[];
  /** Nodes that do not serve right now. */
  down(): readonly NodeId[];
  /** Nodes that something untrue is told of right now: none of them may be verified. */
  lies(): readonly NodeId[];
  /** Lets something outside happen, such as a master that moves. Returns what happened, for the story, or null. */
  disturb(): string | null;
  /** A person types this line on the node's host. A line that would start nothing there throws: the advice is wrong. */
  typed?(node: NodeId, line: string): void;
  /** From now on this goes wrong too. */
  plant?(faults: Faults): void;
  /** A person puts right what is wrong with this node and its host. False where nothing was. */
  mend?(node: NodeId): boolean;
  /** Ends all faults: from now on everything works. */
  heal(): void;
};
