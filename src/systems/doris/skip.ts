import {sameMinor} from '../../lib/version.ts';
import {nameNodes} from '../../model/describe-service.ts';
import {isSkipped, type RunState, stepDone} from '../../model/state.ts';
import type {Skip, SkipNode, Skipping, Skips} from '../../model/system.ts';
import {type Text, text} from '../../model/text.ts';

type Refused = Extract<Skip, {kind: 'refused'}>;

const refused = (because: Text, instead: Text): Refused => ({kind: 'refused', because, instead});

const LEAVE = text(
  'Mend it and retry; or leave, and `lakeup resume` goes on with it later.',
  '请修复后重试；或离开，之后用 `lakeup resume` 继续。',
);

/** Whether a frontend of the new version was started by this run, or may have been. */
const hasNewFrontend = (state: RunState, all: readonly SkipNode[]): boolean =>
  state.plan.phases.some(({role, lanes}) =>
    role === 'fe'
      ? lanes.some(({steps}) => steps.some(step => step.service === 'returns' && stepDone(state, step)))
      : false,
  ) || all.some(({id, role}) => role === 'fe' && state.plan.survey[id]?.version === state.plan.to);

/** Frontends that vote, by what they were when the plan was made. */
const voters = ({plan}: RunState, all: readonly SkipNode[]): readonly SkipNode[] =>
  all.filter(({id, role}) => role === 'fe' && plan.survey[id]?.fe !== 'observer');

/** Nobody else of a role would serve: that is an outage of what it does, not a node that is missing. */
const lastOfRole = (
  state: RunState,
  nodes: readonly Skipping[],
  all: readonly SkipNode[],
): Refused | null => {
  const goes = new Set(nodes.filter(({isDown}) => isDown).map(({node}) => node.id));
  const isAway = ({id}: SkipNode): boolean => goes.has(id) || state.skipped[id]?.agreedDown === true;
  const last = nodes.find(
    ({node, isDown}) => isDown && all.every(other => other.role !== node.role || isAway(other)),
  );
  return last === undefined
    ? null
    : refused(
        text(
          `Nobody else of its role is left beside ${last.node.id}: without it the cluster is not upgraded in part, it is down.`,
          `${last.node.id} 之外没有同角色节点：缺少它集群不是部分升级，而是停服。`,
        ),
        LEAVE,
      );
};

/**
 * Frontends of two versions do not stand beside each other for long (domain 0b.1): the first CREATE DATABASE of a newer master ends
 * every older one. So they go all, or none does.
 */
const frontendsApart = (
  state: RunState,
  nodes: readonly Skipping[],
  all: readonly SkipNode[],
): Refused | null => {
  const {from, to} = state.plan;
  const own = nodes.filter(({node}) => node.role === 'fe');
  if (own.length === 0) return null;
  const voting = voters(state, all);
  const lost = own.find(
    ({node, isDown}) => isDown && voting.length <= 2 && voting.some(({id}) => id === node.id),
  );
  if (lost !== undefined)
    return refused(
      text(
        `${voting.length} frontends vote: without ${lost.node.id} they have no majority, and the others end by themselves.`,
        `共有 ${voting.length} 个 FE 参与投票：没有 ${lost.node.id} 就失去多数，其余 FE 会自行退出。`,
      ),
      LEAVE,
    );
  const old = own.filter(({as, isDown}) => as === 'untouched' && !isDown).map(({node}) => node.id);
  if (old.length === 0 || sameMinor(from, to)) return null;
  const stays = new Set<string>(own.map(({node}) => node.id));
  const others = all.filter(({id, role}) => role === 'fe' && !stays.has(id) && !isSkipped(state, id));
  if (!hasNewFrontend(state, all) && others.length === 0) return null;
  const names = nameNodes(old);
  return refused(
    text(
      `${names.en} would serve at ${from} beside frontends of ${to}, whose first CREATE DATABASE ends it: only the new version brings it back.`,
      `${names.zh} 会以 ${from} 与 ${to} 的 FE 并存；后者首次 CREATE DATABASE 就会使其退出，只有新版本能让它恢复。`,
    ),
    text(
      'Frontends go all, or none does: before the first of them the whole phase can be skipped.',
      'FE 要么全部升级，要么都不升级：在第一个开始之前可以跳过整个阶段。',
    ),
  );
};

const meaning = (state: RunState, {node, as, isDown}: Skipping): Text => {
  const {id, role} = node;
  const {from, to} = state.plan;
  if (as === 'out')
    return text(
      `${id} is out of service and STAYS DOWN: nothing of this run starts it again. Nobody waits for it any more, but it counts as down: a stop that needs it stays refused. Start it by hand only once its files are whole; \`lakeup upgrade\` says how.`,
      `${id} 已停止服务，并将保持宕机：此次运行不会再启动它。之后不再等待它，但它按宕机计：需要它的停机仍会被拒绝。文件完整之后才可手工启动；\`lakeup upgrade\` 会说明方法。`,
    );
  if (isDown)
    return text(
      `${id} does not serve, or nobody knows that it does, and stays as it is, at ${from} or unknown. Nobody waits for it any more, but it counts as down: a stop that needs it stays refused.`,
      `${id} 未提供服务（或无法确认），将保持原样（${from} 或未知）。之后不再等待它，但它按宕机计：需要它的停机仍会被拒绝。`,
    );
  return role === 'fe'
    ? text(`${id} stays at ${from} and serves.`, `${id} 保持 ${from} 并继续服务。`)
    : text(
        `${id} stays at ${from} and serves. The roles after it are not upgraded beside it (${from} beside a newer ${to} is not promised): their phase will be held, and can be skipped too.`,
        `${id} 保持 ${from} 并继续服务。其后的角色不会与它并存升级（不保证 ${from} 与 ${to} 兼容）：那些阶段会被暂停，也可以跳过。`,
      );
};

/** What becomes of Doris where one of its nodes is left out. */
export const skip: Skips = {
  of: (state, nodes, all) =>
    lastOfRole(state, nodes, all) ??
    frontendsApart(state, nodes, all) ?? {
      kind: 'may',
      means: nodes.filter(({as}) => as !== 'unverified').map(each => meaning(state, each)),
    },
  afterwards: upgrade =>
    text(
      `\`${upgrade}\` takes on afterwards what was skipped.`,
      `之后 \`${upgrade}\` 会继续处理被跳过的节点。`,
    ),
  toldTo: ['cluster', 'ms-safe-to-stop', 'be-safe-to-stop', 'fe-safe-to-stop', 'fe-turn', 'fe-left-behind'],
};
