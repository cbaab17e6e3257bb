import type {Plan} from '../model/plan.ts';
import {text} from '../model/text.ts';

/** What is said at the end of a run, or once it was left. */
export const endWords = {
  report: text('report', '报告'),
  noReport: text('there is a report once the run has ended', '运行结束后才有报告'),
  reportAt: (key: string) =>
    text(
      `${key} shows the report for a ticket; c copies it there.`,
      `按 ${key} 查看可用于工单的报告，在其中按 c 复制。`,
    ),
  tookInAll: (span: string) => text(`It took ${span}.`, `历时 ${span}。`),
  outLongest: (node: string, span: string, atLeast: boolean, perhaps: boolean) =>
    text(
      `Out of service longest: ${node}, ${perhaps ? 'perhaps ' : ''}${atLeast ? 'more than ' : ''}${span}.`,
      `停服最久：${node}，${perhaps ? '可能' : ''}${atLeast ? '超过 ' : ''}${span}。`,
    ),
  keptPlaces: (n: number) =>
    text(
      `${n} ${n === 1 ? 'backup or copy is' : 'backups and copies are'} left on the hosts.`,
      `主机上留有 ${n} 份备份或副本。`,
    ),
  doneSkipped: text(
    'Every other node was looked at again and is as it should be. q ends lakeup.',
    '其他节点都已再次查看，状态符合预期。按 q 结束。',
  ),
  doneGood: (to: string) =>
    text(
      `Every node was looked at again and runs ${to}. q ends lakeup.`,
      `每个节点都已再次查看，运行 ${to}。按 q 结束。`,
    ),
  prunesRun: (run: string) => text(`prune ${run}`, `清除 ${run}`),
  donePruned: ({run, whole}: NonNullable<Plan['prunes']>) =>
    whole
      ? text(
          `Every node was looked at again and is as it was; what run ${run} had kept on the hosts is gone. q ends lakeup.`,
          `每个节点都已再次查看，状态未变；运行 ${run} 保留在主机上的内容已清除。按 q 结束。`,
        )
      : text(
          `Every node was looked at again and is as it was; of what run ${run} had kept is gone what you agreed to, the rest stays. q ends lakeup.`,
          `每个节点都已再次查看，状态未变；运行 ${run} 保留的内容中已确认的部分已清除，其余保留。按 q 结束。`,
        ),
  doneBack: (run: string) =>
    text(
      `Every node was looked at again and is as it should be: what run ${run} did is taken back, as far as you asked. q ends lakeup.`,
      `每个节点都已再次查看，状态符合预期：运行 ${run} 的改动已按要求撤销。按 q 结束。`,
    ),
  leftUndo: text('Or what was done can be taken back:', '也可以撤销已做的改动：'),
  leftCommand: text('Left. The run can be resumed:', '已离开。此次运行可以恢复：'),
  leftHere: text(
    'Left. The demo asks next whether to resume the run.',
    '已离开。演示接下来会询问是否恢复此次运行。',
  ),
  leftNever: text(
    'Left. This is a demo without a run behind it: there is nothing to resume. q ends it.',
    '已离开。这是演示，没有可以恢复的运行。按 q 结束。',
  ),
} as const;
