import type {Sh} from '../lib/sh.ts';
import {GateId, type NodeId, PhaseId, StepId} from '../model/ids.ts';
import type {Product} from '../model/inventory.ts';
import {
  type Action,
  type Gate,
  type Lane,
  type Phase,
  PLAN_FORMAT,
  type Plan,
  type Rule,
  type ScriptAction,
  type Step,
  type Undo,
} from '../model/plan.ts';
import type {
  ActionRecipe,
  GateRecipe,
  Move,
  PlanContext,
  Procedure,
  Recipe,
  ScriptRecipe,
  UndoRecipe,
} from '../model/procedure.ts';

/** The bodies of a plan's scripts, each once. */
type Bodies = Map<string, Sh>;

const makeGate = (owner: string, recipe: GateRecipe, index: number): Gate => {
  const id = GateId.parse(`${owner}#${index}`);
  switch (recipe.kind) {
    case 'check':
      return {kind: 'check', id, check: recipe.check, otherwise: recipe.otherwise};
    case 'confirm':
      return {
        kind: 'confirm',
        id,
        ask: recipe.ask,
        danger: recipe.danger,
        outages: [...recipe.outages],
        ...(recipe.phrase === undefined ? {} : {phrase: recipe.phrase}),
        blast: recipe.blast.map(blast => ({...blast})),
        ...(recipe.covers === undefined ? {} : {covers: recipe.covers.map(name => PhaseId.parse(name))}),
      };
  }
};

const makeScript = ({body, ...rest}: ScriptRecipe, bodies: Bodies): ScriptAction => {
  const known = bodies.get(body.name);
  if (known !== undefined && known !== body.text)
    throw new Error(`two scripts are called ${body.name}: what differs between nodes has to be a variable`);
  bodies.set(body.name, body.text);
  return {...rest, body: body.name};
};

const makeAction = (recipe: ActionRecipe, bodies: Bodies): Action =>
  recipe.kind === 'script' ? makeScript(recipe, bodies) : recipe;

const makeUndo = (undo: UndoRecipe, bodies: Bodies): Undo => {
  if (undo.kind !== 'action') return undo;
  const [first, ...others] = undo.done;
  return {...undo, action: makeAction(undo.action, bodies), done: [first, ...others]};
};

const makeStep = (phase: string, node: NodeId, move: Move, bodies: Bodies): Step => {
  const id = StepId.parse(`${phase}/${move.name}@${node}`);
  const {gates, action, done, undo, ...rest} = move;
  const [first, ...others] = done;
  return {
    ...rest,
    id,
    node,
    gates: gates.map((gate, i) => makeGate(id, gate, i)),
    action: makeAction(action, bodies),
    done: [first, ...others],
    undo: makeUndo(undo, bodies),
  };
};

const makeLanes = <P extends Product>(recipe: Recipe<P>, context: PlanContext<P>, bodies: Bodies): Lane[] => {
  const nodes = recipe.nodes?.(context) ?? context.cluster.nodes.filter(({role}) => role === recipe.role);
  return nodes.map(node => {
    const [first, ...others] = recipe
      .steps(node, context)
      .map(move => makeStep(recipe.name, node.id, move, bodies));
    if (first === undefined) throw new Error(`the recipe ${recipe.name} has no steps for ${node.id}`);
    return {node: node.id, steps: [first, ...others]};
  });
};

/** All that one command carries out have to be at it at once. */
const makeFanOut = <P extends Product>(
  recipe: Recipe<P>,
  context: PlanContext<P>,
  bodies: Bodies,
): Pick<Phase, 'fanOut' | 'width'> => {
  const made = recipe.fanOut?.(context) ?? null;
  if (made === null) return {width: recipe.width};
  const {by, title, action, step, nodes} = made;
  const steps = nodes.map(({id}) => StepId.parse(`${recipe.name}/${step}@${id}`));
  return {
    width: Math.max(recipe.width, context.cluster.nodes.length),
    fanOut: {node: by.id, title, action: makeScript(action, bodies), steps},
  };
};

const makePhase = <P extends Product>(recipe: Recipe<P>, context: PlanContext<P>, bodies: Bodies): Phase => ({
  id: PhaseId.parse(recipe.name),
  title: recipe.title,
  role: recipe.role,
  gates: recipe.gates(context).map((gate, i) => makeGate(recipe.name, gate, i)),
  order: recipe.order(context),
  ...makeFanOut(recipe, context, bodies),
  lanes: makeLanes(recipe, context, bodies),
});

/** What a system chose, as far as the plan is made of it. */
type Chosen<P extends Product> = {
  readonly procedure: Procedure<P>;
  readonly rule: Rule;
  readonly out?: readonly NodeId[];
};

/**
 * Makes a plan from a procedure, the rule that chose it and what was seen of the cluster. Phases in which no node takes
 * part are left out. The same context makes the same plan, ids included. Throws when two different scripts have one name.
 */
export const makePlan = <P extends Product>(
  {procedure, rule, out}: Chosen<P>,
  context: PlanContext<P>,
): Plan => {
  const {cluster, target, back} = context;
  const bodies: Bodies = new Map();
  const phases = procedure.phases
    .map(recipe => makePhase(recipe, context, bodies))
    .filter(({lanes}) => lanes.length > 0);
  return {
    format: PLAN_FORMAT,
    cluster: cluster.name,
    system: cluster.system,
    procedure: procedure.name,
    direction: back === undefined ? 'forward' : 'back',
    out: [...(back?.out ?? out ?? [])],
    rule,
    title: procedure.title,
    from: target.from,
    to: target.to,
    stamp: target.stamp,
    scripts: Object.fromEntries(bodies),
    phases,
    verify: cluster.nodes.map(node => {
      const [first, ...others] = procedure.verify(node, context);
      return {node: node.id, checks: [first, ...others]};
    }),
    survey: Object.fromEntries(context.facts),
  };
};
