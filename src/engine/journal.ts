import {writeSync} from 'node:fs';
import {type FileHandle, open, readFile, truncate} from 'node:fs/promises';
import {dirname} from 'node:path';
import {z} from 'zod';
import {Event} from '../model/event.ts';
import {PLAN_FORMAT} from '../model/plan.ts';
import {type Text, text} from '../model/text.ts';
import type {Journal} from '../model/world.ts';

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

export type OpenJournal = Journal & {close(): Promise<void>};

/** Makes sure that the names in a folder are on disk: a file that was synced may still be lost with its name. */
export const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** An event as it stands in the file. */
export const journalLine = (event: Event): string => `${JSON.stringify(event)}\n`;

const appender = (handle: FileHandle): OpenJournal => ({
  append: async event => {
    const bytes = Buffer.from(journalLine(event));
    // Into the kernel's cache at once, a matter of microseconds: only the disk is waited for, which costs a third less.
    let written = 0;
    while (written < bytes.length) written += writeSync(handle.fd, bytes, written);
    await handle.datasync();
  },
  close: () => handle.close(),
});

/** Makes an empty journal, mode 0600. Refuses to overwrite one. The file's name is on disk when it resolves. */
export const createJournal = async (file: string): Promise<OpenJournal> => {
  const handle = await open(file, 'ax', 0o600);
  await syncFolder(dirname(file));
  return appender(handle);
};

const Begun = z.object({
  type: z.literal('run.planned'),
  lakeup: z.string(),
  plan: z.object({format: z.number()}),
});

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

const parseLine = (words: string, seq: number, file: string): Event => {
  const line = seq + 1;
  let value: unknown;
  try {
    value = JSON.parse(words);
  } catch {
    throw new JournalProblem(
      file,
      line,
      text('is not JSON; the journal was damaged or edited', '不是 JSON；日志已损坏或被改动'),
    );
  }
  const event = Event.safeParse(value);
  if (!event.success) {
    refuseOtherFormat(value, file, line);
    const issue = event.error.issues[0]?.message ?? '';
    throw new JournalProblem(file, line, text(`is not an event: ${issue}`, `不是事件：“${issue}”`));
  }
  if (event.data.seq !== seq)
    throw new JournalProblem(
      file,
      line,
      text(`has number ${event.data.seq} instead of ${seq}`, `编号为 ${event.data.seq}，应为 ${seq}`),
    );
  return event.data;
};

/** The events of whole lines. `file` is named where one cannot be read. */
export const parseJournal = (words: string, file: string): Event[] =>
  words
    .split('\n')
    .slice(0, -1)
    .map((line, i) => parseLine(line, i, file));

/** What is on disk, up to the last whole line. `wholeBytes` is where a torn last line, cut by a crash, begins. */
export const readJournal = async (
  file: string,
): Promise<{events: Event[]; wholeBytes: number; torn: boolean}> => {
  const bytes = await readFile(file);
  const wholeBytes = bytes.lastIndexOf(0x0a) + 1;
  const events = parseJournal(bytes.subarray(0, wholeBytes).toString('utf8'), file);
  return {events, wholeBytes, torn: wholeBytes < bytes.length};
};

/** Reads a journal and opens it for more. A torn last line is cut off first: its event never counted as happened. */
export const reopenJournal = async (
  file: string,
): Promise<{events: Event[]; journal: OpenJournal; torn: boolean}> => {
  const {events, wholeBytes, torn} = await readJournal(file);
  if (torn) await truncate(file, wholeBytes);
  const handle = await open(file, 'a', 0o600);
  if (torn) await handle.sync();
  return {events, journal: appender(handle), torn};
};
