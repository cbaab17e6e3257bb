import {sameMinor} from '../../../lib/version.ts';
import {LEFT_BEHIND} from '../../../model/left-behind.ts';
import type {Order} from '../../../model/order.ts';
import type {GateRecipe, PlanContext, Procedure, Recipe} from '../../../model/procedure.ts';
import {both, plain, type Text, text} from '../../../model/text.ts';
import {around, confirm} from '../../../recipe/gates.ts';
import {isDone} from '../adopt.ts';
import {isTakenOn, takenOn} from '../cut.ts';
import {type Doris, type DorisNode, nodesOf, type RoleName} from '../fields.ts';
import {ofPackage, othersReady, verified} from './checks.ts';
import {cutMovesOf, movesOf} from './moves.ts';
import {cutPhaseName, ORDER, phaseName, roleTitle} from './names.ts';
import {outages} from './safe.ts';

/** Who of a role is taken: whoever does not run the new version already, nor goes before all in a phase of its own. */
const taken = (role: RoleName, context: PlanContext<Doris>): readonly DorisNode[] =>
  nodesOf(context.cluster, role).filter(node => !isDone(node, context) && !isTakenOn(node, context));

/** Who of a role is down in the middle of an upgrade that is taken on. */
const cut = (role: RoleName, context: PlanContext<Doris>): readonly DorisNode[] =>
  takenOn(context).filter(node => node.fields.role === role);

/** Mastership moves: who is what is asked of the live cluster before every frontend. */
const order = (role: RoleName, {cluster, target}: PlanContext<Doris>): Order =>
  role === 'fe'
    ? {
        kind: 'asked',
        probe: 'fe-order',
        given: {to: target.to},
        fact: 'fe',
        ranks: [LEFT_BEHIND, 'observer', 'follower', 'master'],
        withinMs: cluster.settings.electionWithinMs,
        pollMs: 2_000,
      }
    : {kind: 'listed'};

/** Recorded with 3.0.6.1 and 4.1 (domain 0b.1): who agrees to the frontends has to know what a new master does to old ones. */
const ofOldFrontends = (role: RoleName, context: PlanContext<Doris>): Text => {
  const {from, to} = context.target;
  if (role !== 'fe' || nodesOf(context.cluster, 'fe').length === 1 || sameMinor(from, to)) return plain('');
  return text(
    `. Begin only when you can see it through: once a frontend of ${to} is the master (the old one may leave at any time), frontends of ${from} can end at the next CREATE DATABASE. lakeup then takes those first: the new version brings them back.`,
    `。请在能一次做完时再开始：一旦 ${to} 的 FE 成为主 FE（旧主随时可能离开），${from} 的 FE 可能在下一次 CREATE DATABASE 时退出。届时 lakeup 会先升级它们：换上新版本即可恢复。`,
  );
};

const question = (role: RoleName, context: PlanContext<Doris>): GateRecipe => {
  const count = taken(role, context).length;
  const done = nodesOf(context.cluster, role).filter(node => isDone(node, context)).length;
  const title = roleTitle(role);
  const {from, to} = context.target;
  const old = ofOldFrontends(role, context);
  return confirm(
    text(
      `${title.en}: ${count === 1 ? '1 node' : `${count} nodes, one at a time`}, ${from} → ${to}${done === 0 ? '' : ` (${done} more: done already)`}${old.en}`,
      `${title.zh}：${count === 1 ? '1 个节点' : `${count} 个节点，逐个升级`}，${from} → ${to}${done === 0 ? '' : `（另有 ${done} 个已完成）`}${old.zh}`,
    ),
    outages(role, context),
  );
};

/** Nothing that serves is stopped by it, so it is no outage. */
const questionOfCut = (role: RoleName, context: PlanContext<Doris>): GateRecipe => {
  const names = cut(role, context).map(({id}) => id);
  const {from, to} = context.target;
  const old = ofOldFrontends(role, context);
  return confirm(
    text(
      `${names.join(', ')} is down in the middle of an earlier upgrade, which this run does not go on with, and goes first: its old bin and lib (${from}) go back to their places, and it is upgraded from there, ${from} → ${to}${old.en}`,
      `${names.join('、')} 停在此前一次升级的中途，本次运行并非其继续，因此最先处理：旧的 bin 和 lib（${from}）先放回原处，然后从那里升级，${from} → ${to}${old.zh}`,
    ),
    [],
  );
};

const gates = (asked: GateRecipe, role: RoleName, context: PlanContext<Doris>): readonly GateRecipe[] => {
  const earlier = ORDER.slice(0, ORDER.indexOf(role));
  return around(asked, ...othersReady(context.cluster, role, earlier, context.target.to));
};

const recipe = (role: RoleName): Recipe<Doris> => ({
  name: phaseName(role),
  title: roleTitle(role),
  role,
  order: context => order(role, context),
  width: 1,
  nodes: context => taken(role, context),
  gates: context => gates(question(role, context), role, context),
  steps: movesOf,
});

const recipeOfCut = (role: RoleName): Recipe<Doris> => ({
  name: cutPhaseName(role),
  title: both((pick, lang) =>
    lang === 'en' ? `${pick(roleTitle(role))}: cut off` : `${pick(roleTitle(role))}：中断的节点`,
  ),
  role,
  order: () => ({kind: 'listed'}),
  width: 1,
  nodes: context => cut(role, context),
  gates: context => gates(questionOfCut(role, context), role, context),
  steps: cutMovesOf,
});

/**
 * The upgrade guide for compute-storage decoupled clusters: MetaService, then a Recycler of its own, then backends, then
 * frontends with the master last; every node one at a time. Whoever was cut off in the middle of one goes first of its role.
 */
export const upgrade: Procedure<Doris> = {
  name: 'upgrade',
  title: text('Upgrade', '升级'),
  phases: ORDER.flatMap(role => [recipeOfCut(role), recipe(role)]),
  verify: (node, {cluster, target: {to, stamp}}) => verified(node, cluster, to, [ofPackage(node, stamp)]),
};
