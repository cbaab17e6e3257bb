import type {Event} from '../../src/model/event.ts';
import type {Facts} from '../../src/model/facts.ts';
import type {NodeId} from '../../src/model/ids.ts';
import type {Cluster} from '../../src/model/inventory.ts';
import type {Plan} from '../../src/model/plan.ts';
import type {RunState} from '../../src/model/state.ts';
import type {System} from '../../src/model/system.ts';
import type {Clock} from '../../src/model/world.ts';
import type {Effect, FakeCluster, FakeMemory} from '../fakes/memory.ts';
import type {LieKind} from './lies.ts';

/** Everything that is known of a simulated run at some moment, for a system's own rules. */
export type Trace = {
  readonly cluster: Cluster;
  readonly plan: Plan;
  readonly events: readonly Event[];
  readonly effects: readonly Effect[];
  /** What happened before this plan was begun: of one that takes another one back, everything that that one did. */
  readonly past: readonly Effect[];
  /** Nodes that do not serve right now. */
  readonly down: () => readonly string[];
  /** When something outside happened, such as a master that moved. */
  readonly disturbances: readonly {readonly at: number; readonly what: string}[];
};

/** What becomes of a run that is taken back from a random point on. */
export type BackRules = {
  /** It is left within so many events, which may well be before its second node. */
  readonly withinEvents?: number;
  /** Looks by which a node is compared with what it was before the run: a probe, and the facts of it that have to be the same. */
  readonly same: readonly {
    readonly probe: string;
    readonly given: Facts;
    readonly facts: readonly string[];
    /** Its process says so itself, and nothing else does. */
    readonly ofProcess?: true;
  }[];
  /** The system's own rules for the way back. */
  readonly broken: (trace: Trace) => readonly string[];
};

/** What somebody did to a cluster before it is looked at for a plan. */
export type Before = (world: {
  readonly system: System;
  readonly cluster: Cluster;
  readonly fake: FakeCluster;
  readonly clock: Clock;
  readonly seed: number;
}) => Promise<void>;

export type PlantedFault = {readonly fault: string; readonly node: NodeId};

/** What is put into the simulation: a system, how it pretends, a cluster of it, and what must never happen to it. */
export type Subject = {
  readonly name: string;
  readonly system: System;
  readonly fake: FakeMemory;
  readonly cluster: Cluster;
  readonly faults: readonly string[];
  /** Its nodes go one after the other: never are two of a role and group down. Otherwise all of it stops. */
  readonly rolling: boolean;
  /** The system's own rules, each broken one as a sentence. Asked after every effect, and at the end. */
  readonly broken: (trace: Trace) => readonly string[];
  readonly before?: Before;
  /** Its operator takes nodes out of a run that is held, by chance. */
  readonly skips?: true;
  /** Lies that are told of its nodes, by seed; looks are quick then, for who looks slowly sees little of what comes and goes. */
  readonly lies?: readonly LieKind[];
  /** Its runs are left at a random point and taken back. */
  readonly back?: BackRules;
  /**
   * Whether a run that stays held after all faults have stopped is held for a true reason: something that only a person
   * can put right, such as a process of the old version that a fault left running.
   */
  readonly heldTruly: (state: RunState, faults: readonly PlantedFault[]) => boolean;
};
