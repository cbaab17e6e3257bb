import type {Refusal} from '../model/refusal.ts';

/** What actions on any host refuse with, where that tells somebody to do something. */
export const REFUSALS: readonly Refusal[] = [
  {
    says: /(?<count>\d+) names in (?<home>\S+) and where its lease lies are receipts of actions: remove them when nothing is at work there/,
    zh: '$<home> 及其租约所在处有 $<count> 个动作回执：请在那里没有任何动作执行时删除它们',
  },
  {
    says: /process (?<pids>[\d\s]+) calls itself one of (?<home>\S+), and one is of another user: see whose it is, and end it/,
    zh: '进程 $<pids> 自称属于 $<home>，其中有另一个用户的进程：请查明是谁的，并结束它',
  },
];
