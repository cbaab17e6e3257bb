import type {ZodType} from 'zod';
import type {Ask} from './ask.ts';
import type {Facts, Look, Sighting} from './facts.ts';
import type {Finding} from './finding.ts';
import type {FactsOf} from './given.ts';
import type {Headway} from './headway.ts';
import type {NodeId} from './ids.ts';
import type {Cluster, Node, Product} from './inventory.ts';
import type {Kept} from './kept.ts';
import type {LeaseAt} from './lease.ts';
import type {Check, Phase, Plan, Rule, Step} from './plan.ts';
import type {Procedure} from './procedure.ts';
import type {Refusal} from './refusal.ts';
import type {Body, Vars} from './script.ts';
import type {SkippedAs} from './skipped-as.ts';
import type {RunState} from './state.ts';
import type {Survey} from './survey.ts';
import type {Text} from './text.ts';

// What takes a node or a cluster is a method here, not a field that holds a function: the list of all systems then may
// hold each of them, whatever its product is. Who calls has both from the same inventory.

/**
 * How to look at one node. A probe reads and changes nothing. It turns answers into facts by pure parse functions; when
 * nobody answered it says `silent`, with the reasons, and never makes a fact of it. `given` is what the check tells it,
 * such as the path of a backup that was made meanwhile; empty when it is looked with outside of a plan.
 */
export type Probe<P extends Product = Product> = {
  readonly roles: readonly string[];
  /** How long one look may take in this cluster, in ms, where that is longer than usual: it reads gigabytes, or starts JVMs. */
  takesMs?(cluster: Cluster<P>): number;
  look(node: Node<P>, cluster: Cluster<P>, ask: Ask, given: Facts): Promise<Look>;
};

/**
 * What is asked of the nodes of some roles now and then beside their status, for it is too dear to be asked every time: one that says of
 * itself that it is well may not be.
 */
export type Beside = {
  readonly roles: readonly string[];
  readonly probe: string;
  /** Time between two of these looks. */
  readonly everyMs: number;
  /** How a node of that status is, by what was seen beside. */
  with(status: Facts, seen: Facts): Facts;
};

/** What the nodes of one role are. The order of roles in a System is their order on the screen. */
export type Role<P extends Product = Product> = {
  readonly name: string;
  readonly title: Text;
  /** The probe that is asked all the time. Its facts hold health and version. */
  readonly status: string;
  /** Facts shown beside the version, in order. */
  readonly columns: readonly string[];
  /** A cluster can do without this role. */
  readonly optional: boolean;
  /**
   * `own`: no other node of the host may have the same home. `shared`: nodes of other roles may, when their role says so
   * too (a master and its job master). `none`: its nodes have no home.
   */
  readonly home: 'own' | 'shared' | 'none';
  /** The role's own fields in the inventory, with their defaults. */
  readonly fields: ZodType<P['fields']>;
};

/** One preflight check: pure, over the survey. */
export type Preflight<P extends Product = Product> = {
  readonly name: string;
  find(survey: Survey<P>): readonly Finding[];
};

/** How a cluster comes from the version it runs to the one that lies ready, or why it does not. */
export type Choice<P extends Product = Product> =
  | {
      readonly kind: 'procedure';
      readonly procedure: Procedure<P>;
      readonly from: string;
      readonly to: string;
      /** Who is out of service already, in the middle of an upgrade that is taken on; nobody without it. */
      readonly out?: readonly NodeId[];
      readonly rule: Rule;
    }
  | {readonly kind: 'refused'; readonly because: Text; readonly instead: Text};

/** What a last look of a plan that takes a run back has to know of its node. */
export type LastLook<P extends Product = Product> = {
  readonly cluster: Cluster<P>;
  /** The version it should have then. */
  readonly version: string;
  /** The plan of the run that is taken back. */
  readonly plan: Plan;
  readonly is: 'taken back' | 'upgraded' | 'as it was';
  /** What the run found of the node, by the name of the step; nothing where that is not done. */
  found(step: string): Facts;
};

/** How a run is taken back, as far as its steps do not say that themselves. */
export type Back<P extends Product = Product> = {
  /** What is looked at before and after the question of a phase that is taken back; `to`: the version it leads back to. */
  around(phase: Phase, to: string, cluster: Cluster<P>): readonly Check[];
  /** What is lost for good when this phase is taken back; the question names it, and wants a word typed. Null: nothing. */
  loses?(phase: Phase, plan: Plan): Text | null;
  /** The last looks at one node, which decide the verdict; they may take facts of the run that is taken back. */
  verify(node: Node<P>, look: LastLook<P>): readonly [Check, ...Check[]];
};

/** Where nothing may be hit on a node's host, besides the homes there. */
export type InUse = {
  /** Places that may not lie in what is removed. */
  readonly used: readonly string[];
  /** Places in which nothing is removed. */
  readonly closed: readonly string[];
};

/** How what a run has kept on the hosts is removed once nobody wants to go back any more. */
export type Prune<P extends Product = Product> = {
  /** What is looked at before and after each question: that the cluster is as the run has left it. */
  around(cluster: Cluster<P>, plan: Plan): readonly Check[];
  /** What the node uses on its host besides its home, as it was surveyed for the run. */
  inUse(node: Node<P>, cluster: Cluster<P>, plan: Plan): InUse;
  /** The script that removes one place (`host/remove-kept.ts`), and what it is told of the node. */
  body(node: Node<P>): Body;
  vars(node: Node<P>): Vars;
};

/** How a node stands that a person would start. */
export type StandsAs = {
  /** Its files are those from before the run, or those that it leaves. */
  readonly files: 'before' | 'after';
  /** Others of its phase have left the version that it has still. */
  readonly othersWentOn: boolean;
};

/** What the screen knows of a node. */
export type SkipNode = Pick<Node, 'id' | 'role' | 'group' | 'host'>;

/** Whether nodes may be taken out of a run: what it means, and who of them is down, or not known to serve; or why not. */
export type Skip =
  | {
      readonly kind: 'may';
      readonly means: readonly Text[];
      readonly down: readonly NodeId[];
      /** How those that are left out come along later; null where the system has nothing to say of it. */
      readonly afterwards: Text | null;
    }
  | {readonly kind: 'refused'; readonly because: Text; readonly instead: Text};

/** One of the nodes that are to be taken out. `isDown`: it is, or nobody knows that it serves. */
export type Skipping = {readonly node: SkipNode; readonly as: SkippedAs; readonly isDown: boolean};

/** What becomes of a system without one of its nodes. Of those that are `unverified` it says only whether they may be missing. */
export type Skips = {
  of(
    state: RunState,
    nodes: readonly Skipping[],
    all: readonly SkipNode[],
  ): {readonly kind: 'may'; readonly means: readonly Text[]} | Extract<Skip, {kind: 'refused'}>;
  /** How a node that was left out comes along once the run has ended; `upgrade` is the command that begins another run. */
  afterwards(upgrade: string): Text;
  /**
   * Probes that gates look with, which are told as `skipped` whom nobody waits for: of these who are down or silent they say so
   * apart. What is counted on (who stands in, a majority) counts them as what they are.
   */
  readonly toldTo: readonly string[];
};

/** Nodes of one kind, which keep serving while one of them is stopped. */
export type StandIns = {
  /** Whether a node of these facts, which serves, is given the work of one that does not. */
  takesOver(facts: Facts): boolean;
  /** Whether nobody is stopped by this step as long as another one of its kind does not serve. */
  waitsForAll(step: Step): boolean;
  /** Whether nobody is stopped by this step as long as no other one of its kind takes over. */
  waitsForOne(step: Step): boolean;
};

/** A system: one folder. Data, and functions without side effects. */
export type System<P extends Product = Product> = {
  readonly name: string;
  readonly title: Text;
  readonly roles: readonly Role<P>[];
  /** The system's own settings of a cluster in the inventory, with their defaults. */
  readonly settings: ZodType<P['settings']>;
  readonly probes: Readonly<Record<string, Probe<P>>>;
  readonly beside?: Beside;
  /** The probe that is asked of each node for a survey: all that a plan needs to know. */
  readonly survey: string;
  readonly preflight: readonly Preflight<P>[];
  /**
   * Where an upgrade that was cut is not gone on with once its journal is gone: that, and what to do by hand. Without it `lakeup upgrade`
   * takes such a cluster on.
   */
  readonly untaken?: Text;
  /** The procedure for what was surveyed, with the rule that says so and its source. Preflight has passed before. */
  choose(survey: Survey<P>): Choice<P>;
  /** Without it a run of this system cannot be taken back. */
  readonly back?: Back<P>;
  /** Without it nothing that a run of this system has kept is removed. It needs `keeps`, `back` and the probes of `recipe/kept.ts`. */
  readonly prune?: Prune<P>;
  /** Without it only nodes whose steps are done may be taken out of a run. */
  readonly skip?: Skips;
  /** The system's own rules about a plan of either direction, each broken one a sentence; empty when all hold. */
  planProblems(plan: Plan, cluster: Cluster<P>): readonly Text[];
  /** Where the lease of a node lies, and null for one that has none; without it, in the node's home. */
  leaseAt?(node: Node<P>): LeaseAt | null;
  /**
   * What the line says that the script of this step writes just now; null where its meaning is not known. `factsOf`: what
   * earlier steps found, as far as they are done.
   */
  headway?(step: Step, line: string, factsOf: FactsOf): Headway | null;
  /**
   * What a step that is done, and found these facts, has left for a way back: backups and copies. Only `lakeup prune` removes
   * them. `factsOf`: what earlier steps found.
   */
  keeps?(step: Step, facts: Facts, factsOf?: FactsOf): readonly Kept[];
  /** How large what a run has kept at that path is, by what the last looks found of its node; null where they do not say so. */
  keptBytes?(path: string, facts: Facts): number | null;
  /** What such a step has left that lies there still once it was taken back; that is removed by hand. */
  remains?(step: Step, facts: Facts, factsOf?: FactsOf): readonly Kept[];
  /** Whether a node of these facts leads its group; false where they do not say so. */
  leads?(facts: Facts): boolean;
  /** The log files of a node on its host, the first the one that tells most; those of its conf's default place. */
  logs?(node: Node<P>): readonly string[];
  /** Whom a look shows to be left behind by a newer master: nobody can start those as they are, and their upgrade brings them back. */
  leftBehind?(
    sighting: Sighting,
    nodes: readonly {readonly id: NodeId; readonly role: string}[],
  ): ReadonlyMap<NodeId, boolean>;
  /** The line that starts a node by hand on its host, as the plan would; null where there is none, or where it would not come up. */
  startLine?(plan: Plan, node: NodeId, as: StandsAs): string | null;
  /** Without it nothing is said of whom a stop waits for. */
  readonly standIns?: StandIns;
  /** What its scripts refuse with, where that tells somebody to do something, in the other language. */
  readonly refusals?: readonly Refusal[];
  /** What facts are called in a table that a person reads before they agree; others stand there by their own names. */
  readonly factTitles?: Readonly<Record<string, Text>>;
};
