import type {Refusal} from '../../model/refusal.ts';

/** What the scripts refuse with, where that tells somebody to do something. */
export const REFUSALS: readonly Refusal[] = [
  {
    says: /whether it is the master just now is not known, so it is not stopped: (?<unheard>[^\n]*)\. See that its page answers; or stop it by hand once another frontend is the master\. Then retry\./,
    zh: '无法得知它此刻是否为主 FE，因此没有停止它：$<unheard>。请让它的页面能够应答；或在另一个 FE 成为主之后手工停止它。然后重试。',
  },
  {
    says: /process (?<pids>[\d ]+) of (?<home>\S+) runs from files that are not all back \((?<kept>\S+) is still there\): end it/,
    zh: '$<home> 的进程 $<pids> 运行所用的文件尚未全部放回（$<kept> 仍在）：请结束它',
  },
];
