import type {NodeId} from './ids.ts';
import type {Node, Product} from './inventory.ts';
import type {Order} from './order.ts';
import type {Otherwise} from './otherwise.ts';
import type {Action, Blast, Check, Given, ScriptAction, Service, Undo} from './plan.ts';
import type {Body} from './script.ts';
import type {Survey} from './survey.ts';
import type {Text} from './text.ts';

export type Target = {readonly from: string; readonly to: string; readonly stamp: string};

export type PlanContext<P extends Product = Product> = Survey<P> & {
  readonly target: Target;
  /** Of a plan that takes another one back: who is out of service when it begins. Without it the plan leads forward. */
  readonly back?: {readonly out: readonly NodeId[]};
};

/** A gate before it has a name. */
export type GateRecipe =
  | {readonly kind: 'check'; readonly check: Check; readonly otherwise: Otherwise}
  | {
      readonly kind: 'confirm';
      readonly ask: Text;
      readonly danger: 'phase' | 'outage' | 'destructive';
      readonly outages: readonly Text[];
      readonly phrase?: string;
      readonly blast: readonly Blast[];
      /** Names of the phases right after this one that are answered with it. */
      readonly covers?: readonly string[];
    };

/** An action that still carries its body; in a plan the body stands once, and the action names it. */
export type ActionRecipe =
  | {
      readonly kind: 'script';
      readonly body: Body;
      readonly vars: Given;
      readonly timeoutMs: number;
      readonly trust: ScriptAction['trust'];
      readonly process?: string;
      readonly spot?: readonly string[];
    }
  | Exclude<Action, {kind: 'script'}>;

export type ScriptRecipe = Extract<ActionRecipe, {kind: 'script'}>;

/** A way back that still carries its body. */
export type UndoRecipe =
  | {
      readonly kind: 'action';
      readonly title?: Text;
      readonly action: ActionRecipe;
      readonly safe?: readonly Check[];
      readonly done: readonly [Check, ...Check[]];
      readonly onlyDone?: true;
    }
  | Exclude<Undo, {kind: 'action'}>;

/** A step before it has a name in a plan. */
export type Move = {
  readonly name: string;
  readonly title: Text;
  readonly gates: readonly GateRecipe[];
  readonly action: ActionRecipe;
  readonly done: readonly [Check, ...Check[]];
  readonly undo: UndoRecipe;
  readonly typicalMs: number;
  readonly service?: Service;
  readonly destroys?: Text;
};

/** A command that carries out a step of many nodes: who runs it, in which words, and whose step of which name it is. */
export type FanOutRecipe<P extends Product = Product> = {
  readonly by: Node<P>;
  readonly title: Text;
  readonly action: ScriptRecipe;
  readonly step: string;
  readonly nodes: readonly Node<P>[];
};

/** A phase before the inventory is known. */
export type Recipe<P extends Product = Product> = {
  readonly name: string;
  readonly title: Text;
  readonly role: string;
  readonly width: number;
  order(context: PlanContext<P>): Order;
  /** Which nodes take part, in the order that is planned; all of the role by default. */
  nodes?(context: PlanContext<P>): readonly Node<P>[];
  gates(context: PlanContext<P>): readonly GateRecipe[];
  /** One command for the steps of that name of these nodes, all of the phase at once; null where each goes by itself. */
  fanOut?(context: PlanContext<P>): FanOutRecipe<P> | null;
  steps(node: Node<P>, context: PlanContext<P>): readonly [Move, ...Move[]];
};

export type Procedure<P extends Product = Product> = {
  readonly name: string;
  readonly title: Text;
  readonly phases: readonly Recipe<P>[];
  /** The last looks at one node, which decide the verdict. */
  verify(node: Node<P>, context: PlanContext<P>): readonly [Check, ...Check[]];
};
