import type {Ask} from './ask.ts';
import type {Copy} from './copy.ts';
import type {Event} from './event.ts';
import type {GateId, HostId, NodeId} from './ids.ts';
import type {RunState} from './state.ts';
import type {Text} from './text.ts';

/** Time as the engine, the probes and the transport know it. In a simulation it is turned by hand. */
export type Clock = {
  /** Milliseconds since 1970, as the machine's date says: for what is told and kept. Somebody may set it at any moment. */
  now(): number;
  /** Milliseconds of a clock that nobody sets, from no known moment: for whatever has a limit or lasts. */
  ticks(): number;
  /** Resolves after `ms`, or at once when the signal is aborted; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
};

/** The way to the hosts. */
export type Transport = {
  readonly ask: Ask;
  readonly copy: Copy;
  /**
   * What was refused is tried anew by the next who asks: somebody may have put right what was wrong. A connection on
   * which the host refused something is made anew too; what is in hand on it goes on.
   */
  retryLogins(): void;
  close(): Promise<void>;
};

/** Whether a host's connection stands: for the screen and for doctor. */
export type Link = {
  readonly host: HostId;
  readonly status: 'up' | 'down' | 'connecting';
  readonly reason: Text | null;
};

/** Where events are kept. `append` resolves only after the event is on disk (fsync). */
export type Journal = {append(event: Event): Promise<void>};

/**
 * Nodes are taken out of the run, for that reason. `agreedDown`: those of them that are down, or not known to serve; to that the
 * operator has typed the cluster's name.
 */
export type SkipAnswer = {
  readonly skip: readonly NodeId[];
  readonly because: string;
  readonly agreedDown: readonly NodeId[];
};

/** So many holds are retried at once, the first and those behind it that wait for the same: as many as were read of. */
export type RetryAnswer = {readonly retry: number};

/**
 * The person. Every method waits for a deliberate answer; none has a default. `leave` ends lakeup and changes nothing:
 * the run can be resumed.
 */
export type Operator = {
  /** `typed` is what was typed for a gate with a phrase. */
  confirm(
    gate: GateId,
    state: RunState,
    signal: AbortSignal,
  ): Promise<{answer: 'yes'; typed: string} | {answer: 'leave'}>;
  /** What to do about the first hold. */
  choose(state: RunState, signal: AbortSignal): Promise<'retry' | RetryAnswer | 'leave' | SkipAnswer>;
  /** A manual step was done by hand. */
  manual(step: string, state: RunState, signal: AbortSignal): Promise<'done' | 'leave'>;
  /**
   * What was asked for out of turn: read between two steps. `hold` stops after what is in hand; `hold-node` once no node is
   * in the middle of its steps, and lets none begin meanwhile.
   */
  wish(): 'go' | 'hold' | 'hold-node' | 'leave';
  /** Calls back when the wish changes. */
  onWish(listener: () => void): () => void;
};

/** Everything outside: real or simulated. */
export type World = {
  readonly clock: Clock;
  /** A number in [0, 1). */
  readonly chance: () => number;
  readonly transport: Transport;
  readonly journal: Journal;
  readonly operator: Operator;
};
