import type {Order} from '../../../model/plan.ts';
import type {GateRecipe, PlanContext, Procedure, Recipe} from '../../../model/procedure.ts';
import {text} from '../../../model/text.ts';
import {around, confirm} from '../../../recipe/gates.ts';
import {type Doris, nodesOf, type RoleName} from '../fields.ts';
import {othersReady, verified} from './checks.ts';
import {movesOf} from './moves.ts';
import {ORDER, phaseName, roleTitle} from './names.ts';
import {outages} from './safe.ts';

/** Mastership moves: who is what is asked of the live cluster before every frontend. */
const order = (role: RoleName, {cluster}: PlanContext<Doris>): Order =>
  role === 'fe'
    ? {
        kind: 'asked',
        probe: 'fe-order',
        fact: 'fe',
        ranks: ['observer', 'follower', 'master'],
        withinMs: cluster.settings.electionWithinMs,
        pollMs: 2_000,
      }
    : {kind: 'listed'};

const question = (role: RoleName, context: PlanContext<Doris>): GateRecipe => {
  const count = nodesOf(context.cluster, role).length;
  const title = roleTitle(role);
  const {from, to} = context.target;
  return confirm(
    text(
      `${title.en}: ${count === 1 ? '1 node' : `${count} nodes, one at a time`}, ${from} → ${to}`,
      `${title.zh}：${count === 1 ? '1 个节点' : `${count} 个节点，逐个升级`}，${from} → ${to}`,
    ),
    outages(role, context),
  );
};

const gates = (role: RoleName, context: PlanContext<Doris>): readonly GateRecipe[] => {
  const earlier = ORDER.slice(0, ORDER.indexOf(role));
  return around(question(role, context), ...othersReady(context.cluster, role, earlier, context.target.to));
};

const recipe = (role: RoleName): Recipe<Doris> => ({
  name: phaseName(role),
  title: roleTitle(role),
  role,
  order: context => order(role, context),
  width: 1,
  nodes: ({cluster}) => nodesOf(cluster, role),
  gates: context => gates(role, context),
  steps: movesOf,
});

/**
 * The upgrade guide for compute-storage decoupled clusters: MetaService, then a Recycler of its own, then backends, then
 * frontends with the master last; every node one at a time.
 */
export const upgrade: Procedure<Doris> = {
  name: 'upgrade',
  title: text('Upgrade', '升级'),
  phases: ORDER.map(recipe),
  verify: (node, {cluster, target}) => verified(node, cluster, target.to),
};
