import type {ZodType} from 'zod';
import type {ReplyTo, Request} from './ask.ts';
import type {Facts, Look} from './facts.ts';
import type {NodeId} from './ids.ts';
import type {Cluster, Node} from './inventory.ts';
import type {Kit} from './kit.ts';
import type {Action, Blast, Check, Order, Plan, Undo} from './plan.ts';
import type {Text} from './text.ts';
import type {Clock} from './world.ts';

/** Asks a node's host, or that of another node of the cluster. */
export type AskNode = <R extends Request>(node: NodeId, request: R) => Promise<ReplyTo<R>>;

/**
 * How to look at one node. A probe reads and changes nothing. It turns answers into facts by pure parse functions; when
 * nobody answered it says `silent`, with the reason, and never makes a fact of it. `given` is what the check tells it,
 * such as the path of a backup that was made meanwhile; empty when it is looked with outside of a plan.
 */
export type Probe = {
  readonly roles: readonly string[];
  look(node: Node, cluster: Cluster, ask: AskNode, given?: Facts): Promise<Look>;
};

/** What the nodes of one role are. The order of roles in a System is their order on the screen. */
export type Role = {
  readonly name: string;
  readonly title: Text;
  /** The probe that is asked all the time. Its facts hold health and version. */
  readonly status: string;
  /** Facts shown beside the version, in order. */
  readonly columns: readonly string[];
  /** A cluster can do without this role. */
  readonly optional: boolean;
  /** The role's own fields in the inventory, with their defaults. */
  readonly fields: ZodType<Facts>;
};

/** What a plan is made from: who is there, and what was seen of every node when the plan was made. */
export type Survey = {readonly cluster: Cluster; readonly facts: ReadonlyMap<NodeId, Facts>};

export type Target = {readonly from: string; readonly to: string; readonly stamp: string};

export type PlanContext = Survey & {readonly target: Target};

/** A gate before it has a name. */
export type GateRecipe =
  | {readonly kind: 'check'; readonly check: Check; readonly otherwise: 'hold' | 'defer'}
  | {
      readonly kind: 'confirm';
      readonly ask: Text;
      readonly danger: 'phase' | 'outage' | 'destructive';
      readonly outages: readonly Text[];
      readonly phrase?: string;
      readonly blast: readonly Blast[];
    };

/** A step before it has a name in a plan. */
export type Move = {
  readonly name: string;
  readonly title: Text;
  readonly gates: readonly GateRecipe[];
  readonly action: Action;
  readonly done: readonly [Check, ...Check[]];
  readonly undo: Undo;
  readonly typicalMs: number;
  readonly down: boolean;
  readonly destroys?: Text;
};

/** A phase before the inventory is known. */
export type Recipe = {
  readonly name: string;
  readonly title: Text;
  readonly role: string;
  readonly order: (context: PlanContext) => Order;
  readonly width: number;
  /** Which nodes take part, in the order that is planned; all of the role by default. */
  readonly nodes?: (context: PlanContext) => readonly Node[];
  readonly gates: (context: PlanContext) => readonly GateRecipe[];
  readonly steps: (node: Node, context: PlanContext) => readonly [Move, ...Move[]];
};

export type Procedure = {
  readonly name: string;
  readonly title: Text;
  readonly phases: readonly Recipe[];
  /** The last looks at one node, which decide the verdict. */
  readonly verify: (node: Node, context: PlanContext) => readonly [Check, ...Check[]];
};

/** What preflight found. `block`: no plan is made. `seen` is evidence; `fix` says what to do. */
export type Finding = {
  readonly check: string;
  readonly node: NodeId | null;
  readonly level: 'pass' | 'warn' | 'block';
  readonly title: Text;
  readonly seen: string;
  readonly fix: Text;
};

/** One preflight check: pure, over the survey. */
export type Preflight = {readonly name: string; readonly find: (context: Survey) => readonly Finding[]};

/** A system: one folder. Data, and functions without side effects. */
export type System = {
  readonly name: string;
  readonly title: Text;
  readonly roles: readonly Role[];
  /** The system's own settings of a cluster in the inventory, with their defaults. */
  readonly settings: ZodType<Facts>;
  readonly probes: Readonly<Record<string, Probe>>;
  /** The probe of each role that is asked for a survey: all that a plan needs to know. */
  readonly survey: string;
  readonly preflight: readonly Preflight[];
  /** Which version the cluster runs and would run: read from the survey. Throws nothing; preflight blocks mixed ones. */
  readonly target: (survey: Survey) => {readonly from: string; readonly to: string};
  readonly procedures: Readonly<Record<string, Procedure>>;
  /** The system's own rules about a plan, each a sentence with what breaks it; empty when all hold. */
  readonly planProblems: (plan: Plan, cluster: Cluster) => readonly string[];
  readonly fake: FakeSystem;
  /** The system pretending with real files and processes: what demo clusters are made of. */
  readonly kit: Kit;
};

/**
 * The system pretending, in memory: hosts, processes and files reduced to what probes ask and actions change. Time is
 * the clock's; nothing happens by itself except through `clock.sleep`.
 */
export type FakeSystem = {boot(cluster: Cluster, options: FakeOptions): FakeCluster};

export type FakeOptions = {
  readonly clock: Clock;
  readonly chance: () => number;
  /** Names of faults this system knows, with the nodes they hit. */
  readonly faults: readonly {readonly fault: string; readonly node: NodeId}[];
};

/** What a fake did to a node, in order; read by checkers, never by the engine. */
export type Effect = {
  readonly at: number;
  readonly node: NodeId;
  readonly effect: string;
  /** What the node was at that moment, where its role moves (master, leader). */
  readonly as?: string;
};

export type FakeCluster = {
  /** Answers as the node's host would, after the time it would take. An unknown request name throws: the fake is behind. */
  answer<R extends Request>(node: NodeId, request: R): Promise<ReplyTo<R>>;
  /** Everything that changed, in order. */
  readonly effects: readonly Effect[];
  /** Nodes that do not serve right now. */
  down(): readonly NodeId[];
  /** Lets something outside happen, such as a master that moves. Returns what happened, for the story, or null. */
  disturb(): string | null;
  /** Ends all faults: from now on everything works. */
  heal(): void;
};
