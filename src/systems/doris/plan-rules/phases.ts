import {sameFact} from '../../../model/facts.ts';
import type {NodeId} from '../../../model/ids.ts';
import {LEFT_BEHIND} from '../../../model/left-behind.ts';
import {type Check, gateChecks, type Lane, type Phase, type Plan} from '../../../model/plan.ts';
import {type Text, text} from '../../../model/text.ts';
import {type DorisCluster, nodesOf, type RoleName} from '../fields.ts';
import {ORDER} from '../upgrade/names.ts';

// Rules about phases: which roles, which nodes, in which order, behind which questions.

const roleOf = ({role}: Phase): RoleName | undefined => ORDER.find(name => name === role);

/** The roles in the order in which a plan of this direction takes them. */
const orderOf = ({direction}: Plan): readonly RoleName[] =>
  direction === 'forward' ? ORDER : ORDER.toReversed();

const rankIn = (order: readonly string[], {role}: Phase): number => order.indexOf(role);

const outOfOrder = (plan: Plan): Text[] => {
  const order = orderOf(plan);
  const rank = (phase: Phase): number => rankIn(order, phase);
  const list = order.join(', ');
  return plan.phases.flatMap((phase, i) => {
    const before = plan.phases[i - 1];
    return before !== undefined && rank(phase) >= 0 && rank(before) > rank(phase)
      ? [
          text(
            `${phase.id} comes after ${before.id}; the order is ${list}.`,
            `${phase.id} 排在 ${before.id} 之后；正确的顺序是 ${list}。`,
          ),
        ]
      : [];
  });
};

const strangers = ({phases}: Plan, cluster: DorisCluster): Text[] =>
  phases.flatMap(phase => {
    const role = roleOf(phase);
    if (role === undefined)
      return [
        text(
          `${phase.id} is about ${phase.role}, no role of Doris.`,
          `${phase.id} 的 ${phase.role} 不是 Doris 的角色。`,
        ),
      ];
    const own = new Set(nodesOf(cluster, role).map(({id}) => id));
    return phase.lanes
      .filter(({node}) => !own.has(node))
      .map(({node}) =>
        text(`${phase.id} takes ${node}, which is no ${role}.`, `${phase.id} 中的 ${node} 不是 ${role}。`),
      );
  });

/** What is looked at before the question of a phase, and once more after the key press; that there is one is no rule of Doris. */
const sidesOf = ({gates}: Phase): readonly (readonly Check[])[] => {
  const confirm = gates.findIndex(({kind}) => kind === 'confirm');
  if (confirm === -1) return [gateChecks(gates)];
  return [gateChecks(gates.slice(0, confirm)), gateChecks(gates.slice(confirm + 1))];
};

/** The whole cluster has to be seen so, before and after the key press. */
const wants = (phase: Phase, name: string, list: readonly string[]): boolean =>
  sidesOf(phase).every(checks =>
    checks.some(({probe, expect}) => {
      const expected = expect[name];
      return probe === 'cluster' && Array.isArray(expected) && sameFact(expected, list);
    }),
  );

/** Roles of the cluster that come before this phase's own, whether the plan takes them or they run that version already. */
const rolesBefore = (plan: Plan, cluster: DorisCluster, phase: Phase): readonly RoleName[] => {
  const order = orderOf(plan);
  return order.slice(0, Math.max(rankIn(order, phase), 0)).filter(role => nodesOf(cluster, role).length > 0);
};

/**
 * Every phase waits until all roles before it run the version the plan leads to. A plan back may leave a role out, so this
 * is asked of the order, not of the plan: what is left out has to be seen at that version too.
 */
const notWaiting = (plan: Plan, cluster: DorisCluster): Text[] =>
  plan.phases.flatMap(phase =>
    rolesBefore(plan, cluster, phase)
      .filter(role => !wants(phase, `${role}.versions`, [plan.to]))
      .map(role =>
        text(
          `${phase.id} does not wait, before and after it is confirmed, until every ${role} runs ${plan.to}.`,
          `${phase.id} 在确认前后没有等待所有 ${role} 都运行 ${plan.to}。`,
        ),
      ),
  );

/** Every phase looks whether all other roles are well. */
const notLooking = ({phases}: Plan, cluster: DorisCluster): Text[] =>
  phases.flatMap(phase =>
    ORDER.filter(role => role !== phase.role && nodesOf(cluster, role).length > 0)
      .filter(role => !wants(phase, `${role}.unwell`, []))
      .map(role =>
        text(
          `${phase.id} does not look, before and after it is confirmed, whether every ${role} is well.`,
          `${phase.id} 在确认前后没有查看所有 ${role} 是否正常。`,
        ),
      ),
  );

const tooWide = ({phases}: Plan): Text[] =>
  phases
    .filter(({width}) => width !== 1)
    .map(({id, width}) =>
      text(
        `${id} takes ${width} nodes at once; one is allowed.`,
        `${id} 同时处理 ${width} 个节点；只允许一个。`,
      ),
    );

const leaves = ({steps}: Lane): boolean => steps.some(({service}) => service === 'leaves');

/** A node that serves when its turn comes, and leaves service. One that is out may have to be stopped all the same. */
const takenFromService =
  ({out}: Plan) =>
  (lane: Lane): boolean =>
    leaves(lane) && !out.includes(lane.node);

const RANKS = ['observer', 'follower', 'master'];

/** Forward, one that a newer master has left behind comes before all others: nothing else brings it back. */
const isInOrder = ({direction}: Plan, {order}: Phase): boolean => {
  if (order.kind !== 'asked') return false;
  const [first, ...others] = order.ranks;
  const ranks = first === LEFT_BEHIND ? others : order.ranks;
  return ranks.join(' ') === RANKS.join(' ') && (first === LEFT_BEHIND || direction === 'back');
};

/** Mastership moves: who goes next is asked wherever a frontend that serves is taken. */
const masterNotLast = (plan: Plan): Text[] =>
  plan.phases
    .filter(({role, lanes}) => role === 'fe' && lanes.some(takenFromService(plan)))
    .filter(phase => !isInOrder(plan, phase))
    .map(({id}) =>
      text(
        `${id} does not ask, before every frontend, for those left behind, observers, followers, then the master.`,
        `${id} 没有在每个 FE 之前询问顺序：先被甩下的，再 Observer、Follower，最后主 FE。`,
      ),
    );

/** What another run left out of service is brought back before a node that serves is taken. */
const downFirst = (plan: Plan): Text[] => {
  const serves = takenFromService(plan);
  const lanes = plan.phases.flatMap(phase => phase.lanes.map(lane => ({phase, lane})));
  const down = lanes.filter(({lane}) => plan.out.includes(lane.node));
  return down.flatMap(late => {
    const early = lanes.find(
      (other, i) =>
        other.phase.role === late.phase.role &&
        serves(other.lane) &&
        (i < lanes.indexOf(late) || (other.phase === late.phase && other.phase.order.kind === 'asked')),
    );
    return early === undefined
      ? []
      : [
          text(
            `${late.phase.id} brings ${late.lane.node} back only after ${early.lane.node} was taken.`,
            `${late.phase.id} 在处理 ${early.lane.node} 之后才恢复 ${late.lane.node}。`,
          ),
        ];
  });
};

/** Nodes of a phase that serve, and that nothing stands in for while they are out: the last of their kind, group or majority. */
const alone = (plan: Plan, cluster: DorisCluster, phase: Phase): readonly string[] => {
  const role = roleOf(phase);
  if (role === undefined || role === 'recycler') return [];
  const all = nodesOf(cluster, role);
  const isOut = (node: NodeId): boolean => plan.direction === 'forward' && plan.out.includes(node);
  const taken = phase.lanes.filter(lane => leaves(lane) && !isOut(lane.node)).map(({node}) => node);
  const groups = new Map(all.map(({id, group}) => [id, String(plan.survey[id]?.group ?? group ?? '')]));
  const sizes = new Map<string, number>();
  for (const group of groups.values()) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  if (all.length === 1) return taken;
  if (role === 'be') return taken.filter(id => sizes.get(groups.get(id) ?? '') === 1);
  return role === 'fe' && followersOf(plan, cluster) < 3 ? taken : [];
};

/** Followers the group had when the plan was made, the master among them. */
export const followersOf = ({survey}: Plan, cluster: DorisCluster): number =>
  nodesOf(cluster, 'fe').filter(({id}) => ['follower', 'master'].includes(String(survey[id]?.fe))).length;

/** Whoever answers the question of a phase has to know what will be down meanwhile. */
const unnamedOutages = (plan: Plan, cluster: DorisCluster): Text[] =>
  plan.phases.flatMap(phase => {
    const named = phase.gates.some(
      gate => gate.kind === 'confirm' && gate.danger === 'outage' && gate.outages.length > 0,
    );
    const [node] = named ? [] : alone(plan, cluster, phase);
    return node === undefined
      ? []
      : [
          text(
            `${phase.id} stops ${node}, which nothing stands in for, and its question names no outage.`,
            `${phase.id} 会停止无可替代的 ${node}，但确认时没有说明中断。`,
          ),
        ];
  });

/** An upgrade leaves no node at another version than it leads to; what is taken back may be less than all. */
const notAllNodes = ({direction, phases, survey, to}: Plan, cluster: DorisCluster): Text[] => {
  if (direction === 'back') return [];
  const planned = new Set(phases.flatMap(({lanes}) => lanes.map(({node}) => node)));
  return cluster.nodes
    .filter(({id}) => !planned.has(id) && survey[id]?.version !== to)
    .map(({id}) => text(`${id} would be left at the old version.`, `${id} 会停留在旧版本。`));
};

export const phaseRules = (plan: Plan, cluster: DorisCluster): readonly Text[] => [
  ...outOfOrder(plan),
  ...strangers(plan, cluster),
  ...notWaiting(plan, cluster),
  ...notLooking(plan, cluster),
  ...tooWide(plan),
  ...masterNotLast(plan),
  ...downFirst(plan),
  ...unnamedOutages(plan, cluster),
  ...notAllNodes(plan, cluster),
];
