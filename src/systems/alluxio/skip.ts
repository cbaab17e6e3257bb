import {planSteps} from '../../model/plan.ts';
import {laneDone, outOfService, type RunState, stepState, touchedSince} from '../../model/state.ts';
import type {SkipNode, Skips} from '../../model/system.ts';
import {type Text, text} from '../../model/text.ts';

/** The phase that puts the new version in place, once for each home, by one node of it. */
const INSTALL = 'install';

/** Who on that node's host gets the new version by it, for want of a lane of its own, which has not happened yet. */
const servedBy = (state: RunState, node: SkipNode, all: readonly SkipNode[]): readonly SkipNode[] => {
  const lanes = state.plan.phases.find(({id}) => id === INSTALL)?.lanes ?? [];
  const own = lanes.find(lane => lane.node === node.id);
  if (own === undefined || laneDone(state, own)) return [];
  const speak = new Set(lanes.map(lane => lane.node));
  return all.filter(({id, host}) => host === node.host && !speak.has(id));
};

const refused = (because: Text) =>
  ({
    kind: 'refused',
    because,
    instead: text(
      'Mend it and retry; or leave, and `lakeup resume` goes on with it later.',
      '请修复后重试；或离开，之后用 `lakeup resume` 继续。',
    ),
  }) as const;

/** Why that node has to come along, or null. Only one that is seen to be stopped is safe beside new masters. */
const needed = (state: RunState, node: SkipNode, all: readonly SkipNode[]): Text | null => {
  const out = outOfService(state).find(each => each.node === node.id);
  if (node.role !== 'worker' || out === undefined)
    return text(
      `${node.id} cannot be left out: Alluxio runs one version everywhere, and what is not stopped would go on beside the new masters.`,
      `不能略过 ${node.id}：Alluxio 各处必须是同一版本，未停止的进程会与新 master 并存。`,
    );
  if (!out.certain)
    return text(
      `${node.id} cannot be left out: nobody has seen that its process has ended, and an old worker beside new masters loses its blocks.`,
      `不能略过 ${node.id}：尚未看到其进程结束，而旧 worker 与新 master 并存会丢失数据块。`,
    );
  const others = servedBy(state, node, all).map(({id}) => id);
  if (others.length === 0) return null;
  return text(
    `${node.id} cannot be left out: ${others.join(', ')} runs from the same home, which gets the new version by it.`,
    `不能略过 ${node.id}：${others.join('、')} 使用同一安装目录，该目录由它安装新版本。`,
  );
};

/** Whether the run has begun to start it: its process may run, at the new version. */
const mayRun = (state: RunState, {id}: SkipNode): boolean =>
  planSteps(state.plan).some(step => {
    if (step.node !== id || step.service !== 'returns') return false;
    const seen = stepState(state, step.id);
    return seen.status === 'done' || touchedSince(seen) !== null;
  });

const meaning = (state: RunState, node: SkipNode): Text => {
  const {id} = node;
  const pins = text(
    'A file that is pinned and that it alone holds may lose its pin once the job workers run. A gate that needs it stays shut.',
    '仅由它持有的 pin 文件可能在 job worker 运行后失去 pin。需要它的关卡会保持关闭。',
  );
  return mayRun(state, node)
    ? text(
        `${id} was started, and this run has not seen it as it should be: its process may run, at the new version. It STAYS AS IT IS: nothing of this run starts or stops it again, and what became of its blocks is not known. ${pins.en}`,
        `${id} 已被启动，但此次运行没有看到它符合预期：其进程可能正以新版本运行。它将保持原样：此次运行不会再启动或停止它，其数据块的状况未知。${pins.zh}`,
      )
    : text(
        `${id} is stopped and STAYS STOPPED: its blocks stay where they are, and nothing of this run starts it again. Do not start it before it runs the new version: an old worker beside new masters loses its blocks. ${pins.en}`,
        `${id} 已停止，并将保持停止：其数据块原地保留，此次运行不会再启动它。在它升级到新版本之前不要启动：旧 worker 与新 master 并存会丢失数据块。${pins.zh}`,
      );
};

/**
 * Alluxio is upgraded as a whole: mixed versions are refused, and a worker that runs on beside an empty master deletes every block it
 * has. So only a worker that was stopped may be left out: it stays stopped, or as it is where the run has begun to start it.
 */
export const skip: Skips = {
  of: (state, asked, all) => {
    const nodes = asked.filter(({as}) => as !== 'unverified');
    const because = nodes.map(({node}) => needed(state, node, all)).find(words => words !== null);
    if (because !== undefined && because !== null) return refused(because);
    return {
      kind: 'may',
      means: nodes.map(({node}) => meaning(state, node)),
    };
  },
  afterwards: () =>
    text(
      'Once it is mended: bring its home to the new version by hand, unless it is that already, and start it there. A run upgrades Alluxio only as a whole.',
      '待其修复后：若其安装目录还不是新版本，请手动更换，然后在该主机上启动它。运行只能整体升级 Alluxio。',
    ),
  // Nothing of Alluxio goes on without a node that its gates name: they hold. Job workers alone wait for the others only.
  toldTo: ['workers'],
};
