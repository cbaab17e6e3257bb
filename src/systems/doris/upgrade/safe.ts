import type {Expect, Facts} from '../../../model/facts.ts';
import type {Cluster, Node} from '../../../model/inventory.ts';
import type {Check} from '../../../model/plan.ts';
import type {GateRecipe, PlanContext} from '../../../model/system.ts';
import {type Text, text} from '../../../model/text.ts';
import {fieldsOf, nodesOf, settingsOf} from '../fields.ts';

const gate = (
  node: Node,
  probe: string,
  title: Text,
  expect: Expect,
  withinMs: number,
  otherwise: 'hold' | 'defer',
  hopeless?: Expect,
): GateRecipe => {
  const check: Check = {
    ...{title, node: node.id, probe, expect, withinMs, pollMs: 2_000},
    ...(hopeless === undefined ? {} : {hopeless}),
  };
  return {kind: 'check', check, otherwise};
};

const factsOf = (context: PlanContext, node: Node): Facts => context.facts.get(node.id) ?? {};

/** Followers the live group had when the plan was made; the inventory does not tell followers from observers. */
const followers = (context: PlanContext): number => {
  const roles = nodesOf(context.cluster, 'fe').map(node => factsOf(context, node).fe);
  return roles.filter(role => role === 'follower' || role === 'master').length;
};

/** Nodes that stand in for this one: its compute group by the live cluster, else by the inventory. */
const groupSize = (context: PlanContext, node: Node): number => {
  const groupOf = (other: Node): unknown => factsOf(context, other).group ?? other.group ?? null;
  return nodesOf(context.cluster, 'be').filter(other => groupOf(other) === groupOf(node)).length;
};

const alone = (cluster: Cluster, node: Node): boolean =>
  cluster.nodes.filter(({role}) => role === node.role).length === 1;

/** What has to be so, seen live, before this node may be stopped. What is a confirmed outage is not asked for. */
export const safeToStop = (node: Node, context: PlanContext): readonly GateRecipe[] => {
  const {othersWithinMs, electionWithinMs} = settingsOf(context.cluster);
  switch (fieldsOf(node).role) {
    case 'ms':
      return alone(context.cluster, node)
        ? []
        : [
            gate(
              node,
              'ms-safe-to-stop',
              text('the other MetaServices serve', '其他 MetaService 正常服务'),
              {othersOk: {atLeast: 1}, othersDown: 'none'},
              othersWithinMs,
              'hold',
            ),
          ];
    case 'recycler':
      return [];
    case 'be':
      return [
        gate(
          node,
          'be-safe-to-stop',
          text('the other backends are alive', '其他 BE 均存活'),
          {othersDown: 'none', ...(groupSize(context, node) > 1 ? {groupOthersAlive: {atLeast: 1}} : {})},
          othersWithinMs,
          'hold',
        ),
      ];
    case 'fe': {
      const safe: Expect = {othersDown: 'none', ...(followers(context) > 2 ? {quorumKept: true} : {})};
      return [
        gate(
          node,
          'fe-safe-to-stop',
          text('the other frontends are alive and keep a majority', '其他 FE 存活并保持多数'),
          safe,
          othersWithinMs,
          'hold',
        ),
        // The wait above may be long, and mastership moves: the last look before the stop asks for both.
        gate(
          node,
          'fe-turn',
          text(
            'it is not the master, or the last one left; the others still serve',
            '它不是主 FE，或是最后一个；其他 FE 仍正常',
          ),
          {turn: 'now', ...safe},
          electionWithinMs,
          'defer',
          {turn: 'later'},
        ),
      ];
    }
  }
};

const loneGroups = (context: PlanContext): string[] =>
  nodesOf(context.cluster, 'be')
    .filter(node => groupSize(context, node) === 1)
    .map(node => {
      const group = factsOf(context, node).group ?? node.group;
      return group === undefined ? node.id : `${String(group)} (${node.id})`;
    });

/** What will be down for a while because nothing stands in for it, each in a sentence. */
export const outages = (role: string, context: PlanContext): readonly Text[] => {
  const {cluster} = context;
  switch (role) {
    case 'ms':
      return cluster.nodes.filter(node => node.role === 'ms').length === 1
        ? [
            text(
              'There is one MetaService: while it restarts, queries and loads of the whole cluster fail.',
              '只有一个 MetaService：重启期间整个集群的查询和导入都会失败。',
            ),
          ]
        : [];
    case 'be':
      return loneGroups(context).map(group =>
        text(
          `Compute group ${group} has one backend: it answers no query while that restarts.`,
          `计算组 ${group} 只有一个 BE：重启期间该组无法查询。`,
        ),
      );
    case 'fe':
      return feOutages(context);
    default:
      return [];
  }
};

const feOutages = (context: PlanContext): Text[] => {
  const count = followers(context);
  if (nodesOf(context.cluster, 'fe').length === 1)
    return [
      text(
        'There is one frontend: nobody can connect while it restarts.',
        '只有一个 FE：重启期间无法连接集群。',
      ),
    ];
  if (count === 1)
    return [
      text(
        'There is one follower: while it restarts there is no master, and observers cannot write.',
        '只有一个 Follower：重启期间没有主 FE，Observer 无法写入。',
      ),
    ];
  if (count === 2)
    return [
      text(
        'There are two followers: stopping either loses the majority, and the other ends by itself within a minute. Start that one by hand, as it is, while the first is started again: neither serves without the other.',
        '只有两个 Follower：停止任意一个都会失去多数，另一个会在一分钟内自行退出。在第一个重新启动期间请手工按原样启动另一个：两者缺一不可。',
      ),
    ];
  return [];
};
