import {formatClock, formatDuration} from '../lib/duration.ts';
import {type Text, text} from '../model/text.ts';

/** What the screen says of a wait: who is missing, what is not yet so, and what is left of the time. */
export const waitWords = {
  waitsFor: (who: Text, leftMs: number) =>
    text(`waits for ${who.en}, ${formatClock(leftMs)} left`, `等待 ${who.zh}，还剩 ${formatClock(leftMs)}`),
  waitsShort: (leftMs: number) =>
    text(`waits, ${formatClock(leftMs)} left`, `等待中，还剩 ${formatClock(leftMs)}`),
  asksNext: (leftMs: number) =>
    text(`asks who goes next, ${formatClock(leftMs)} left`, `询问下一个节点，还剩 ${formatClock(leftMs)}`),
  notYet: (title: Text, who: Text | null) =>
    who === null
      ? text(`not yet: ${title.en}`, `尚未满足：${title.zh}`)
      : text(`not yet (${who.en}): ${title.en}`, `尚未满足（${who.zh}）：${title.zh}`),
  /** `who`: "10.20.0.22 (fe-2)". */
  noAnswerYet: (who: Text, clock: string) =>
    text(`no answer yet from ${who.en}, asked at ${clock}`, `${clock} 询问了 ${who.zh}，尚无应答`),
  waitsForAnswer: (who: Text, clock: string) =>
    text(`waits since ${clock} for an answer from ${who.en}`, `自 ${clock} 起等待 ${who.zh} 的应答`),
  verifying: text('verifying every node', '逐个验证节点'),
  verifyingAtMost: (ms: number) =>
    text(`verifying every node, up to ${formatDuration(ms)}`, `逐个验证节点，最长 ${formatDuration(ms)}`),
  upTo: (ms: number) => text(`, up to ${formatDuration(ms)}`, `，最长 ${formatDuration(ms)}`),
  leftNow: (ms: number) => text(`, ${formatClock(ms)} left`, `，还剩 ${formatClock(ms)}`),
};
