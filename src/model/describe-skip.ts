import type {Verdict} from './event.ts';
import type {SkippedAs} from './skipped-as.ts';
import {both, type Text, text} from './text.ts';

const STOOD: Readonly<Record<SkippedAs, Text>> = {
  untouched: text('the run has not changed what it serves', '运行没有改变它的服务'),
  out: text('it was out of service, and stays so', '它当时已停止服务，并保持如此'),
  unverified: text('its steps were done, and nobody has seen it well', '步骤已完成，但没有看到它正常'),
};

/** "be-3: skipped (its disk is broken); it was out of service, and stays so". */
export const describeSkipped = ({node, as, because}: NonNullable<Verdict['skipped']>[number]): Text =>
  both((pick, lang) =>
    lang === 'en'
      ? `${node}: skipped (${because}); ${pick(STOOD[as])}`
      : `${node}：已跳过（${because}）；${pick(STOOD[as])}`,
  );

/** "13 of 14 nodes verified, 1 skipped". */
export const describeCounts = (verified: number, skipped: number): Text => {
  const all = verified + skipped;
  const counted = text(`${verified} of ${all} nodes verified`, `${verified}/${all} 个节点验证通过`);
  return skipped === 0
    ? counted
    : text(`${counted.en}, ${skipped} skipped`, `${counted.zh}，跳过 ${skipped} 个`);
};
