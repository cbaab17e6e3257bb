import type {Order} from '../../../model/plan.ts';
import type {GateRecipe, PlanContext, Procedure, Recipe} from '../../../model/system.ts';
import {text} from '../../../model/text.ts';
import {nodesOf, type RoleName, settingsOf} from '../fields.ts';
import {othersReady, verified} from './checks.ts';
import {movesOf} from './moves.ts';
import {phaseName, roleTitle} from './names.ts';
import {outages} from './safe.ts';

/** Mastership moves: who is what is asked of the live cluster before every frontend. */
const order = (role: RoleName, {cluster}: PlanContext): Order =>
  role === 'fe'
    ? {
        kind: 'asked',
        probe: 'fe-order',
        fact: 'fe',
        ranks: ['observer', 'follower', 'master'],
        withinMs: settingsOf(cluster).electionWithinMs,
        pollMs: 2_000,
      }
    : {kind: 'listed'};

const confirm = (role: RoleName, context: PlanContext): GateRecipe => {
  const count = nodesOf(context.cluster, role).length;
  const named = outages(role, context);
  const title = roleTitle(role);
  const {from, to} = context.target;
  return {
    kind: 'confirm',
    ask: text(
      `${title.en}: ${count} node${count === 1 ? '' : 's'}, one at a time, ${from} → ${to}`,
      `${title.zh}：${count} 个节点，逐个升级，${from} → ${to}`,
    ),
    danger: named.length === 0 ? 'phase' : 'outage',
    outages: named,
    blast: [],
  };
};

/** Looked at before the operator is asked, and once more after the key press. */
const gates = (role: RoleName, context: PlanContext): GateRecipe[] => {
  const checks = othersReady(context.cluster, role, context.target.to).map(
    (check): GateRecipe => ({kind: 'check', check, otherwise: 'hold'}),
  );
  return [...checks, confirm(role, context), ...checks];
};

const recipe = (role: RoleName): Recipe => ({
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
export const upgrade: Procedure = {
  name: 'upgrade',
  title: text('Upgrade', '升级'),
  phases: [recipe('ms'), recipe('recycler'), recipe('be'), recipe('fe')],
  verify: (node, {cluster, target}) => verified(node, cluster, target.to),
};
