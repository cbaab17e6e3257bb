import {never} from '../../../lib/never.ts';
import {type Expect, type Facts, listOf} from '../../../model/facts.ts';
import type {GateRecipe, PlanContext} from '../../../model/procedure.ts';
import {both, type Text, text} from '../../../model/text.ts';
import {check} from '../../../recipe/check.ts';
import {defer, hold} from '../../../recipe/gates.ts';
import {isDone} from '../adopt.ts';
import {isTakenOn} from '../cut.ts';
import {
  type Doris,
  type DorisCluster,
  type DorisNode,
  nodesOf,
  othersSteadyMs,
  type RoleName,
} from '../fields.ts';
import {othersWell, unlessLeftBehind} from './checks.ts';
import {LOOK_AT_ALL_MS, storeReached} from './checks-store.ts';

type Context = PlanContext<Doris>;

const factsOf = (context: Context, node: DorisNode): Facts => context.facts.get(node.id) ?? {};

/** What is counted over all nodes is counted once for a survey, not once for each node of it. */
const once = <T>(count: (context: Context) => T): ((context: Context) => T) => {
  const known = new WeakMap<Context['facts'], T>();
  return context => {
    const value = known.get(context.facts) ?? count(context);
    known.set(context.facts, value);
    return value;
  };
};

/** Followers the live group had when the plan was made; the inventory does not tell followers from observers. */
const followers = once(context => {
  const roles = nodesOf(context.cluster, 'fe').map(node => factsOf(context, node).fe);
  return roles.filter(role => role === 'follower' || role === 'master').length;
});

/** The compute group by the live cluster, else by the inventory; null for a backend without one. */
const groupOf = (context: Context, node: DorisNode): string | null => {
  const group = factsOf(context, node).group ?? node.group;
  return group === undefined ? null : String(group);
};

const groups = once(context => Map.groupBy(nodesOf(context.cluster, 'be'), node => groupOf(context, node)));

/** Why a backend is given no work, as it was when the plan was made; empty when it is given some. */
const unfit = (context: Context, node: DorisNode): readonly string[] =>
  listOf(factsOf(context, node), 'unfit');

const othersInGroup = (context: Context, node: DorisNode): readonly DorisNode[] =>
  (groups(context).get(groupOf(context, node)) ?? []).filter(({id}) => id !== node.id);

/** Backends that are given work, by their group: those that can take over while another one is away. */
const working = once(context =>
  Map.groupBy(
    nodesOf(context.cluster, 'be').filter(node => unfit(context, node).length === 0),
    node => groupOf(context, node),
  ),
);

const hasStandIn = (context: Context, node: DorisNode): boolean =>
  (working(context).get(groupOf(context, node)) ?? []).some(({id}) => id !== node.id);

const alone = (cluster: DorisCluster, {fields}: DorisNode): boolean =>
  nodesOf(cluster, fields.role).length === 1;

/** What has to be so of its own role. What is a confirmed outage is not asked for. */
const ownRoleServes = (node: DorisNode, context: Context): readonly GateRecipe[] => {
  const {othersWithinMs, electionWithinMs} = context.cluster.settings;
  const steadyMs = othersSteadyMs(context.cluster.settings);
  const {role} = node.fields;
  switch (role) {
    case 'ms': {
      const store = hold(storeReached(node, othersWithinMs, steadyMs));
      if (alone(context.cluster, node)) return [store];
      const title = text('the other MetaServices serve', '其他 MetaService 正常服务');
      const safe: Expect = {othersOk: {atLeast: 1}, othersDown: []};
      return [hold(check(node, 'ms-safe-to-stop', title, safe, othersWithinMs, {steadyMs})), store];
    }
    case 'recycler':
      return [hold(storeReached(node, othersWithinMs, steadyMs))];
    case 'be': {
      const title = text('the other backends serve and can take over', '其他 BE 正常服务且可以接管');
      const inGroup: Expect = hasStandIn(context, node) ? {standIns: {atLeast: 1}} : {};
      return [
        // One that is alive at every second heartbeat takes over from nobody.
        hold(
          check(node, 'be-safe-to-stop', title, {othersDown: [], ...inGroup}, othersWithinMs, {
            steadyMs,
            pollMs: LOOK_AT_ALL_MS,
          }),
        ),
      ];
    }
    case 'fe': {
      const safe: Expect = {
        othersDown: [],
        otherGroup: [],
        ...(followers(context) > 2 ? {quorumKept: true} : {}),
      };
      const alive = text(
        'the other frontends stay alive, follow the master’s journal and keep a majority; all hold the same group',
        '其他 FE 持续存活、日志跟随主 FE 并保持多数；各 FE 对成员的看法一致',
      );
      const turn = text(
        'it is not the master, or the last one left; the others still serve',
        '它不是主 FE，或是最后一个；其他 FE 仍正常',
      );
      const more = unlessLeftBehind(node, context.target.to);
      return [
        // One that is alive at every second heartbeat, or whose journal stands still, cannot take over.
        hold(
          check(node, 'fe-safe-to-stop', alive, safe, othersWithinMs, {
            ...more,
            steadyMs,
            follows: {slowestJournal: 'masterJournal'},
          }),
        ),
        // The wait above may be long, and mastership moves: the last look before the stop asks for both.
        defer(
          check(node, 'fe-turn', turn, {turn: 'now', ...safe}, electionWithinMs, {
            ...more,
            hopeless: {turn: 'later'},
          }),
        ),
      ];
    }
    default:
      return never(role);
  }
};

/** Frontends that are left behind go first: until then there may be no majority, and nobody else can be taken. */
const noneLeftBehind = (node: DorisNode, {cluster, target: {to}}: Context): readonly GateRecipe[] => {
  if (node.fields.role !== 'fe' || alone(cluster, node)) return [];
  const title = text(
    'no frontend that a newer master has left behind has to go before it',
    '没有被更新的主 FE 甩下的 FE 须先于它升级',
  );
  const more = {given: {to}, hopeless: {turn: 'later'}};
  return [
    defer(
      check(
        node,
        'fe-left-behind',
        title,
        {turn: 'now', before: []},
        cluster.settings.electionWithinMs,
        more,
      ),
    ),
  ];
};

/** What has to be so, seen live, before this node may be stopped. */
export const safeToStop = (node: DorisNode, context: Context): readonly GateRecipe[] => [
  ...noneLeftBehind(node, context),
  hold(othersWell(node, context.cluster, context.target.to)),
  ...ownRoleServes(node, context),
];

const groupName = (context: Context, node: DorisNode): string => {
  const group = groupOf(context, node);
  return group === null ? node.id : `${group} (${node.id})`;
};

/** The outage that stopping a backend is: nobody of its group stands in for it. Null where somebody does. */
const outageOf = (context: Context, node: DorisNode): Text | null => {
  const name = groupName(context, node);
  if (hasStandIn(context, node)) return null;
  const others = othersInGroup(context, node);
  if (others.length === 0)
    return text(
      `Compute group ${name} has one backend: it answers no query while that restarts.`,
      `计算组 ${name} 只有一个 BE：重启期间该组无法查询。`,
    );
  const why = both((_, lang) =>
    others
      .map(other => {
        const words = unfit(context, other).join(lang === 'en' ? ', ' : '，');
        return lang === 'en' ? `${other.id} is ${words}` : `${other.id} 为 ${words}`;
      })
      .join(lang === 'en' ? '; ' : '；'),
  );
  return text(
    `Nobody stands in for ${node.id} in compute group ${name}: ${why.en}. It answers no query, or takes no load, while ${node.id} restarts.`,
    `计算组 ${name} 中没有 BE 可以接替 ${node.id}：${why.zh}。${node.id} 重启期间该组无法查询或导入。`,
  );
};

/** What will be down for a while because nothing stands in for it, each in a sentence. */
export const outages = (role: RoleName, context: Context): readonly Text[] => {
  const {cluster} = context;
  switch (role) {
    case 'ms':
      return nodesOf(cluster, 'ms').length === 1
        ? [
            text(
              'There is one MetaService: while it restarts, queries and loads of the whole cluster fail.',
              '只有一个 MetaService：重启期间整个集群的查询和导入都会失败。',
            ),
          ]
        : [];
    case 'be':
      return nodesOf(cluster, 'be')
        .filter(node => !isDone(node, context) && !isTakenOn(node, context))
        .flatMap(node => outageOf(context, node) ?? []);
    case 'fe':
      return feOutages(context);
    case 'recycler':
      return [];
    default:
      return never(role);
  }
};

const feOutages = (context: Context): Text[] => {
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
        'There are two followers: stopping either loses the majority. Where it is not back in time the other ends by itself, within a minute, and neither serves without the other; lakeup then takes that one next, and both serve again.',
        '只有两个 Follower：停止任意一个都会失去多数。若它未能及时恢复，另一个会在一分钟内自行退出，两者缺一不可；届时 lakeup 会接着升级另一个，之后两者恢复服务。',
      ),
    ];
  return [];
};
