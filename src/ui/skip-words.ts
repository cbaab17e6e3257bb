import {type Text, text} from '../model/text.ts';

/** What is said where the operator takes a node out of the run, and of those that are. */
export const skipWords = {
  skipKey: text('skip …', '跳过 …'),
  helpSkip: text('when a node is skipped', '跳过节点时'),
  skipSure: text('skip, as said above', '按上述跳过'),
  skipHoldFirst: text('only while the run is held: space holds it', '仅在运行暂停时可用：按空格暂停'),
  skipNobody: text('there is nothing to skip here', '此处没有可跳过的节点'),
  skipNoReason: text(
    'type why, it stands in the journal and in the verdict',
    '请输入原因，它会写入日志和结论',
  ),
  skipTitle: (names: Text) => text(`Skip ${names.en}?`, `跳过 ${names.zh}？`),
  skipNotTitle: (names: Text) => text(`${names.en} cannot be skipped`, `不能跳过 ${names.zh}`),
  skipOnly: text(
    'Nothing more is done on it in this run, and the run does not end as verified: its verdict names it.',
    '此次运行不再处理它，运行也不会以“已验证”结束：结论会注明它。',
  ),
  skipReason: text('reason', '原因'),
  skipTypeName: (cluster: string) =>
    text(
      `Type the cluster's name to agree that it stays down: ${cluster}`,
      `输入集群名称，表示同意它保持宕机：${cluster}`,
    ),
  skippedLine: (names: Text, because: string) =>
    text(`Skipped: ${names.en} (${because})`, `已跳过：${names.zh}（${because}）`),
  endedSkipped: (n: number) => text(`ended, ${n} skipped`, `已结束，跳过 ${n} 个`),
} as const;
