import type {NodeId} from './ids.ts';
import type {Plan} from './plan.ts';
import type {SkippedAs} from './skipped-as.ts';
import {type Hold, isSkipped, laneDone, outOfService, type RunState, stepState} from './state.ts';
import type {Skip, SkipNode, System} from './system.ts';
import {type Text, text} from './text.ts';

const lanesOf = ({phases}: Plan, node: NodeId) =>
  phases.flatMap(({lanes}) => lanes.filter(lane => lane.node === node));

/** How a node stands that is taken out of the run now. */
export const skippedAs = (state: RunState, node: NodeId): SkippedAs => {
  if (outOfService(state).some(out => out.node === node)) return 'out';
  const lanes = lanesOf(state.plan, node);
  const steps = lanes.flatMap(lane => lane.steps);
  const isTaken = steps.some(
    step => step.service !== undefined && stepState(state, step.id).status === 'done',
  );
  return isTaken || lanes.every(lane => laneDone(state, lane)) ? 'unverified' : 'untouched';
};

const refused = (because: Text, instead: Text): Skip => ({kind: 'refused', because, instead});

/** Why none of these nodes can be skipped just now, whatever the product says; null where that alone decides. */
const hindrance = (state: RunState, nodes: readonly NodeId[]): Skip | null => {
  const steps = nodes.flatMap(node => lanesOf(state.plan, node).flatMap(lane => lane.steps));
  // One that lakeup died in may be at work still: nobody has looked yet.
  const left = steps.find(({id}) => stepState(state, id).status === 'interrupted');
  if (left !== undefined)
    return refused(
      text(
        `Nobody has looked yet what became of "${left.title.en}" on ${left.node}, in which lakeup ended.`,
        `lakeup 在 ${left.node} 执行“${left.title.zh}”时退出，尚未查看其结果。`,
      ),
      text('Retry first: it is looked at then.', '请先重试：届时会查看。'),
    );
  const atWork = steps.find(({id}) => stepState(state, id).status === 'running');
  if (atWork !== undefined)
    return refused(
      text(
        `"${atWork.title.en}" is at work on ${atWork.node}.`,
        `“${atWork.title.zh}”正在 ${atWork.node} 上执行。`,
      ),
      text('Wait for its end.', '请等待其结束。'),
    );
  if (state.plan.prunes !== undefined)
    return refused(
      text(
        'A run that prunes another one stops nobody: there is nothing to go on without.',
        '清除运行不会停止任何节点：没有需要跳过的节点。',
      ),
      text('Leave; `lakeup resume` goes on once it is mended.', '请离开；修复后用 `lakeup resume` 继续。'),
    );
  const isOpen = nodes.some(node => skippedAs(state, node) !== 'unverified');
  if (state.plan.direction === 'back' && isOpen)
    return refused(
      text(
        'A run that takes another one back does so on every node it names: one left between two versions helps nobody.',
        '撤销运行会处理它列出的每个节点：停在两个版本之间的节点没有意义。',
      ),
      text('Leave; `lakeup resume` goes on once it is mended.', '请离开；修复后用 `lakeup resume` 继续。'),
    );
  return null;
};

/** Who is asked about, with what the screen knows of each: who is down, or not known to serve. */
export type SkipAsked = {
  readonly nodes: readonly NodeId[];
  readonly all: readonly SkipNode[];
  readonly notServing: ReadonlySet<NodeId>;
};

/**
 * How those come along that an upgrade has left out; null where nothing is to be said. Who only was not looked at in the end is as
 * new as the others: no later run finds anything to do there.
 */
export const laterOf = (
  {takesBack, prunes}: Plan,
  skip: System['skip'],
  skipped: readonly {readonly as: SkippedAs}[],
  upgrade: string,
): Text | null =>
  skip === undefined ||
  takesBack !== undefined ||
  prunes !== undefined ||
  skipped.every(({as}) => as === 'unverified')
    ? null
    : skip.afterwards(upgrade);

/** Whether these nodes may be taken out of the run, and what that means; or why not. Null where there is nothing to take out. */
export const skipOf = (
  state: RunState,
  {skip}: Pick<System, 'skip'>,
  {nodes, all, notServing}: SkipAsked,
): Skip | null => {
  const known = new Set(state.plan.verify.map(({node}) => node));
  if (nodes.length === 0 || nodes.some(node => isSkipped(state, node) || !known.has(node))) return null;
  const hindered = hindrance(state, nodes);
  if (hindered !== null) return hindered;
  const asked = nodes.flatMap(node => {
    const found = all.find(({id}) => id === node);
    if (found === undefined) return [];
    const as = skippedAs(state, node);
    return [{node: found, as, isDown: as === 'out' || notServing.has(node)}];
  });
  const unverified = asked.filter(({as}) => as === 'unverified').map(({node}) => node.id);
  const means = unverified.map(node =>
    text(
      `${node}: its steps are done, and nobody has seen that it is as it should be. The verdict says so.`,
      `${node}：步骤已完成，但没有人看到它符合预期。结论会注明这一点。`,
    ),
  );
  const open = asked.filter(({as}) => as !== 'unverified');
  const down = asked.filter(each => each.isDown).map(({node}) => node.id);
  const afterwards = laterOf(state.plan, skip, asked, 'lakeup upgrade');
  if (open.length === 0 && (skip === undefined || down.length === 0))
    return {kind: 'may', means, down, afterwards};
  if (skip === undefined)
    return refused(
      text(
        'lakeup does not know what becomes of this system without one of its nodes.',
        'lakeup 不知道该系统缺少某个节点会怎样。',
      ),
      text('Leave; `lakeup resume` goes on once it is mended.', '请离开；修复后用 `lakeup resume` 继续。'),
    );
  const said = skip.of(state, asked, all);
  return said.kind === 'may' ? {kind: 'may', means: [...said.means, ...means], down, afterwards} : said;
};

/** Whom a hold is about, for the one key: its node, or a phase of which nobody has begun; nobody where that is not told. */
export const skipByHold = (state: RunState, hold: Hold): readonly NodeId[] => {
  const {plan} = state;
  if (hold.kind === 'node') return [hold.node];
  if (hold.kind === 'operator' || hold.kind === 'lease') return [];
  for (const phase of plan.phases) {
    const open = phase.lanes.filter(lane => !isSkipped(state, lane.node) && !laneDone(state, lane));
    const isOwn =
      hold.kind === 'order'
        ? phase.id === hold.phase
        : hold.kind === 'gate' && phase.gates.some(({id}) => id === hold.gate);
    if (isOwn) return open.map(({node}) => node);
    for (const {node, steps} of phase.lanes)
      if (
        steps.some(step =>
          hold.kind === 'step'
            ? step.id === hold.step
            : hold.kind === 'gate' && step.gates.some(({id}) => id === hold.gate),
        )
      )
        return [node];
  }
  return [];
};

/** Nodes of which the operator agreed that they are down, and that nobody waits for them. */
export const notWaitedFor = ({skipped}: RunState): readonly NodeId[] =>
  Object.entries(skipped).flatMap(([node, {agreedDown}]) => (agreedDown ? [node as NodeId] : []));

/** Those of them whose stop was begun, and nobody has seen its end: they may serve still, and be gone in the next moment. */
export const stillStopping = (state: RunState): readonly NodeId[] => {
  const away = new Set(notWaitedFor(state));
  return outOfService(state).flatMap(({node, certain}) => (!certain && away.has(node) ? [node] : []));
};
