import type {Event} from '../../src/model/event.ts';
import type {Cluster} from '../../src/model/inventory.ts';
import type {Plan} from '../../src/model/plan.ts';
import type {Effect, System} from '../../src/model/system.ts';

/** Everything that is known of a simulated run at some moment, for a system's own rules. */
export type Trace = {
  readonly cluster: Cluster;
  readonly plan: Plan;
  readonly events: readonly Event[];
  readonly effects: readonly Effect[];
  /** When something outside happened, such as a master that moved. */
  readonly disturbances: readonly {readonly at: number; readonly what: string}[];
};

/** What is put into the simulation: a system, a cluster of it, and what must never happen to it. */
export type Subject = {
  readonly name: string;
  readonly system: System;
  readonly cluster: Cluster;
  readonly faults: readonly string[];
  /** The system's own rules, each broken one as a sentence. Asked after every effect. */
  readonly broken: (trace: Trace) => readonly string[];
};
