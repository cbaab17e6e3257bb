import {z} from 'zod';
import {Event} from '../model/event.ts';
import {PLAN_FORMAT} from '../model/plan.ts';
import {type Text, text} from '../model/text.ts';
import {FIRST_SUM, type OpenedLine, openLine} from './journal-line.ts';
import {firstIssue} from './read-back.ts';

/** A journal that cannot be read any further, and what to do instead where that is known. `line` counts from 1. */
export class JournalProblem extends Error {
  readonly file: string;
  readonly line: number;
  readonly words: Text;
  readonly instead: Text | null;
  constructor(file: string, line: number, problem: Text, instead: Text | null = null) {
    super(`${file}:${line}: ${problem.en}`);
    this.name = 'JournalProblem';
    this.file = file;
    this.line = line;
    // What another version wrote is not damaged: the place of it tells nobody anything.
    this.words = instead === null ? text(this.message, `${file}:${line}：${problem.zh}`) : problem;
    this.instead = instead;
  }
}

const Begun = z.object({
  type: z.literal('run.planned'),
  lakeup: z.string(),
  plan: z.object({format: z.number()}),
});

/** Its sum is right, so nobody has damaged it: whoever wrote it knows more kinds of events. */
const unknownEvent = (file: string, line: number, issue: string): JournalProblem =>
  new JournalProblem(
    file,
    line,
    text(
      `line ${line} holds an event that this lakeup does not know (${issue}): another version wrote it`,
      `第 ${line} 行是此版本的 lakeup 不认识的事件（${issue}）：由其他版本写入`,
    ),
    text('resume it with the lakeup that wrote it', '请用写入它的那个 lakeup 版本来恢复'),
  );

/** Throws for a plan of another format, whatever else stands in it. */
const refuseOtherFormat = (value: unknown, file: string, line: number): void => {
  const begun = Begun.safeParse(value);
  if (!begun.success || begun.data.plan.format === PLAN_FORMAT) return;
  const {lakeup, plan} = begun.data;
  throw new JournalProblem(
    file,
    line,
    text(
      `lakeup ${lakeup} began it with a plan of format ${plan.format}; this one carries out format ${PLAN_FORMAT} only`,
      `由 lakeup ${lakeup} 开始，其计划为格式 ${plan.format}；此版本只能执行格式 ${PLAN_FORMAT}`,
    ),
    text(
      `finish it with lakeup ${lakeup}; or look at the nodes with \`lakeup status\`, and begin a new run when they are well`,
      `请用 lakeup ${lakeup} 完成它；或用 \`lakeup status\` 查看节点，确认正常后再开始新的运行`,
    ),
  );
};

const isOtherNumber = (value: unknown, seq: number): value is {readonly seq: number} =>
  typeof value === 'object' &&
  value !== null &&
  'seq' in value &&
  typeof value.seq === 'number' &&
  value.seq !== seq;

const asJson = (words: string): {readonly value: unknown} | null => {
  try {
    return {value: JSON.parse(words)};
  } catch {
    return null;
  }
};

const wrongNumber = (found: number, seq: number): Text =>
  text(
    `has number ${found} instead of ${seq}: lines were taken out before it, or put in`,
    `编号为 ${found}，应为 ${seq}：在它之前有行被删除或插入`,
  );

/** What is wrong with a line before anything in it is believed; null where it is as lakeup wrote it, as far as a sum says. */
const damageOf = ({kind, event}: OpenedLine, seq: number, isAfterSum: boolean): Text | null => {
  if (kind === 'sealed') return null;
  if (kind === 'bare')
    return isAfterSum
      ? text(
          'has no sum, as every line before it has: it was put in, or changed',
          '没有校验和，而之前的行都有：它是后来插入的，或已被改动',
        )
      : null;
  const value = asJson(event)?.value;
  return isOtherNumber(value, seq)
    ? wrongNumber(value.seq, seq)
    : text(
        'is not as lakeup wrote it: its sum does not match; it was edited, or the disk has damaged it',
        '与 lakeup 写入时不同：校验和不符；它被编辑过，或磁盘已使其损坏',
      );
};

const parseEvent = (opened: OpenedLine, seq: number, file: string): Event => {
  const line = seq + 1;
  const json = asJson(opened.event);
  if (json === null)
    throw new JournalProblem(
      file,
      line,
      text('is not JSON; the journal was damaged or edited', '不是 JSON；日志已损坏或被改动'),
    );
  const event = Event.safeParse(json.value);
  if (!event.success) {
    refuseOtherFormat(json.value, file, line);
    const issue = firstIssue(event.error.issues);
    if (opened.kind === 'sealed') throw unknownEvent(file, line, issue);
    throw new JournalProblem(file, line, text(`is not an event: ${issue}`, `不是事件：“${issue}”`));
  }
  if (event.data.seq !== seq) throw new JournalProblem(file, line, wrongNumber(event.data.seq, seq));
  return event.data;
};

/** The events of a journal's whole lines, and the sum after the last of them. */
export type ParsedJournal = {readonly events: Event[]; readonly sum: string};

/** Reads whole lines. `file` is named where one is not as lakeup wrote it, or cannot be understood. */
export const parseJournal = (words: string, file: string): ParsedJournal => {
  let sum = FIRST_SUM;
  let isAfterSum = false;
  const events = words
    .split('\n')
    .slice(0, -1)
    .map((line, seq) => {
      const opened = openLine(sum, line);
      const damage = damageOf(opened, seq, isAfterSum);
      if (damage !== null) throw new JournalProblem(file, seq + 1, damage);
      ({sum} = opened);
      isAfterSum ||= opened.kind === 'sealed';
      return parseEvent(opened, seq, file);
    });
  return {events, sum};
};

/**
 * Whether what stands after the last whole line is a line all the same, whose end alone was damaged. An append that a crash
 * has cut leaves the beginning of a line, and perhaps zeros where the rest did not reach the disk.
 */
export const isDamagedEnd = (tail: Buffer, sum: string): boolean =>
  tail.length > 0 &&
  tail.at(-1) !== 0 &&
  openLine(sum, tail.subarray(0, -1).toString('utf8')).kind === 'sealed';
