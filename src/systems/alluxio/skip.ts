import type {Skips} from '../../model/system.ts';
import {text} from '../../model/text.ts';

/**
 * Alluxio is upgraded as a whole: mixed versions are refused, and a worker that runs on beside an empty master deletes every block it
 * has. So only a worker that is stopped may be left out, and it stays stopped.
 */
export const skip: Skips = {
  of: (_state, all) => {
    const nodes = all.filter(({as}) => as !== 'unverified');
    const other = nodes.find(({node, as}) => node.role !== 'worker' || as !== 'out');
    if (other !== undefined)
      return {
        kind: 'refused',
        because: text(
          `${other.node.id} cannot be left out: Alluxio runs one version everywhere, and what is not stopped would go on beside the new masters.`,
          `不能略过 ${other.node.id}：Alluxio 各处必须是同一版本，未停止的进程会与新 master 并存。`,
        ),
        instead: text(
          'Mend it and retry; or leave, and `lakeup resume` goes on with it later.',
          '请修复后重试；或离开，之后用 `lakeup resume` 继续。',
        ),
      };
    return {
      kind: 'may',
      means: nodes.map(({node}) =>
        text(
          `${node.id} is stopped and STAYS STOPPED: its blocks stay where they are, and nothing of this run starts it again. Do not start it before it runs the new version: an old worker beside new masters loses its blocks. A gate that needs it stays shut.`,
          `${node.id} 已停止，并将保持停止：其数据块原地保留，此次运行不会再启动它。在它升级到新版本之前不要启动：旧 worker 与新 master 并存会丢失数据块。需要它的关卡会保持关闭。`,
        ),
      ),
    };
  },
  // Nothing of Alluxio goes on without a node that its gates name: they hold.
  toldTo: [],
};
