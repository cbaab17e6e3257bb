import {GateId, type NodeId, PhaseId, StepId} from '../model/ids.ts';
import type {Gate, Lane, Phase, Plan, Step} from '../model/plan.ts';
import type {GateRecipe, Move, PlanContext, Procedure, Recipe} from '../model/system.ts';

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
      };
  }
};

const makeStep = (phase: string, node: NodeId, move: Move): Step => {
  const id = StepId.parse(`${phase}/${move.name}@${node}`);
  const {gates, done, ...rest} = move;
  const [first, ...others] = done;
  return {...rest, id, node, gates: gates.map((gate, i) => makeGate(id, gate, i)), done: [first, ...others]};
};

const makeLanes = (recipe: Recipe, context: PlanContext): Lane[] => {
  const nodes = recipe.nodes?.(context) ?? context.cluster.nodes.filter(({role}) => role === recipe.role);
  return nodes.map(node => {
    const [first, ...others] = recipe.steps(node, context).map(move => makeStep(recipe.name, node.id, move));
    if (first === undefined) throw new Error(`the recipe ${recipe.name} has no steps for ${node.id}`);
    return {node: node.id, steps: [first, ...others]};
  });
};

const makePhase = (recipe: Recipe, context: PlanContext): Phase => ({
  id: PhaseId.parse(recipe.name),
  title: recipe.title,
  role: recipe.role,
  gates: recipe.gates(context).map((gate, i) => makeGate(recipe.name, gate, i)),
  order: recipe.order(context),
  width: recipe.width,
  lanes: makeLanes(recipe, context),
});

/**
 * Makes a plan from a procedure and what was seen of the cluster. Phases in which no node takes part are left out. The
 * same context makes the same plan, ids included.
 */
export const makePlan = (procedure: Procedure, context: PlanContext): Plan => ({
  format: 1,
  cluster: context.cluster.name,
  system: context.cluster.system,
  procedure: procedure.name,
  title: procedure.title,
  from: context.target.from,
  to: context.target.to,
  stamp: context.target.stamp,
  phases: procedure.phases.map(recipe => makePhase(recipe, context)).filter(({lanes}) => lanes.length > 0),
  verify: context.cluster.nodes.map(node => {
    const [first, ...others] = procedure.verify(node, context);
    return {node: node.id, checks: [first, ...others]};
  }),
  survey: Object.fromEntries(context.facts),
});
