import {type Text, text} from '../model/text.ts';

/** What is said where the run is held: why, what is known of it, and what there is to decide. */
export const heldWords = {
  heldTitle: (node: string) => text(`Held · ${node}`, `暂停 · ${node}`),
  since: (moment: string) => text(`since ${moment}`, `自 ${moment} 起`),
  heldPlain: text('Held', '暂停'),
  untilItGoesOn: (notServing: Text) =>
    text(`Until the run goes on, ${notServing.en}.`, `运行继续之前，${notServing.zh}。`),
  staysOut: (names: Text) =>
    text(
      `Skipped while out of service, and not brought back: ${names.en}.`,
      `已在停服状态下跳过，不会恢复：${names.zh}。`,
    ),
  heldWait: text('Nothing new begins until you decide.', '在你决定之前不会开始任何新的动作。'),
  step: text('step', '步骤'),
  action: text('action', '动作'),
  detail: text('detail', '详情'),
  lookedAt: text('looked at', '查看对象'),
  known: text('known', '已知'),
  unknown: text('not known', '未知'),
  advice: text('advice', '建议'),
  lastOutput: text('last output', '最后的输出'),
  alikeHolds: (n: number, key: string) =>
    text(
      `${n} more ${n === 1 ? 'waits' : 'wait'} for the same look: ${key} retries all of them`,
      `另有 ${n} 个在等待同一检查：${key} 一并重试`,
    ),
  alikeNodes: (n: number, key: string) =>
    text(
      `${n} more ${n === 1 ? 'node was' : 'nodes were'} not well at the last look: ${key} looks at all of them again`,
      `另有 ${n} 个节点在最后一次查看时不正常：${key} 一并重新查看`,
    ),
  moreHolds: (n: number) => text(`${n} more to decide after this`, `之后还有 ${n} 个待决定`),
} as const;
