import type {Event} from '../../src/model/event.ts';
import type {Cluster} from '../../src/model/inventory.ts';
import type {Plan} from '../../src/model/plan.ts';
import type {Script} from '../../src/model/script.ts';
import type {System} from '../../src/model/system.ts';
import type {Clock, Operator} from '../../src/model/world.ts';
import type {FakeMemory} from '../fakes/memory.ts';

/** 22 November 2026, 02:00:00 UTC: the beginning of a change window, and of every recording. */
export const START_MS = Date.UTC(2026, 10, 22, 2, 0, 0);

/** What people can do while a run is recorded. */
export type Hands = {
  readonly clock: Clock;
  readonly cluster: Cluster;
  readonly plan: Plan;
  /** Runs a script on a node's host, beside lakeup. */
  run(node: string, script: Script): Promise<void>;
  /** Does to a node what the step of that name would do. */
  carryOut(step: string, node: string): Promise<void>;
  /** Ends what was planted. */
  heal(): void;
  /** Presses q, or space. */
  wish(wish: ReturnType<Operator['wish']>): void;
};

/** A product that is recorded: its system, how it pretends, and what people do for a step that is done by hand. */
export type Product = {
  readonly system: System;
  readonly memory: FakeMemory;
  /**
   * Its plans rest on what was counted and printed while the run went on (operations, the name of a backup): the world that
   * a journal tells of is not brought about step by step, but by recording the take once more up to there.
   */
  readonly counts?: boolean;
  byHand?(step: string, hands: Hands): Promise<void>;
};

/** One run that is recorded: of which cluster, what goes wrong in it, and what people do besides saying yes. */
export type Take = Product & {
  readonly name: string;
  readonly cluster: string;
  readonly inventory: string;
  readonly seed: number;
  readonly faults?: readonly {readonly fault: string; readonly node: string}[];
  /** What happens beside lakeup once that event is kept. */
  beside?(event: Event, hands: Hands): Promise<void>;
  /** lakeup is killed as soon as it has kept that event; it is begun again later. */
  killedAfter?(event: Event): boolean;
  /** What is put right at a hold before the operator tries again. */
  putRight?(hands: Hands): Promise<void>;
  /** The last event that is recorded; by default the end of the run. */
  until?(event: Event): boolean;
  /** So many nodes that they are looked at seldom, and share what they ask of the same host. */
  readonly large?: boolean;
};

/** What is kept of a take: the text of each file. */
export type Recording = {
  readonly journal: string;
  readonly sightings: string;
  readonly inventory: string;
  readonly cluster: string;
};
