import {type Text, text} from '../model/text.ts';
import {EXIT, type ExitCode} from './exit-code.ts';

/** What stands before what the operator may do about it. */
export const TO_DO = text('to do', '处理');

/** Something the operator can put right: what it is, and what to do. Never a bug of lakeup. */
export class UserError extends Error {
  readonly what: Text;
  readonly fix: Text | null;
  readonly code: ExitCode;
  constructor(what: Text, fix: Text | null, code: ExitCode = EXIT.usage) {
    super(what.en);
    this.what = what;
    this.fix = fix;
    this.code = code;
  }
}

const SYSTEM_WORDS: Readonly<Record<string, Text>> = {
  ENOENT: text('does not exist', '不存在'),
  EACCES: text('may not be read or written by you', '你没有读写权限'),
  EISDIR: text('is a directory', '是一个目录'),
  ENOTDIR: text('lies below something that is no directory', '其上级不是目录'),
  ENOSPC: text('cannot be written: the disk is full', '无法写入：磁盘已满'),
  EROFS: text('cannot be written: the file system is read-only', '无法写入：文件系统只读'),
};

/** The code of a system error such as ENOENT, or null. */
export const systemCode = (error: unknown): string | null =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;

/** What a system error says of a file, without its name. */
export const systemWords = (error: unknown): Text => {
  const code = systemCode(error) ?? String(error);
  return SYSTEM_WORDS[code] ?? text(`cannot be read or written (${code})`, `无法读写（${code}）`);
};

/** A system error about a file in the operator's words; anything else is thrown on. */
export const fileError = (error: unknown, file: string, fix: Text): UserError => {
  const words = SYSTEM_WORDS[systemCode(error) ?? ''];
  if (words === undefined) throw error;
  return new UserError(text(`${file} ${words.en}`, `${file} ${words.zh}`), fix);
};

/** What to say when an event could not be kept. Anything but a system error is a bug and comes back as it is. */
export const journalError = (error: unknown): unknown => {
  const code = systemCode(error);
  if (code === null) return error;
  const words = SYSTEM_WORDS[code] ?? text(`cannot be written (${code})`, `无法写入（${code}）`);
  return new UserError(
    text(
      `The run's journal ${words.en}. Nothing further was begun; a step in hand was still waited for.`,
      `本次运行的日志${words.zh}。未再开始任何操作；进行中的步骤已等待其结束。`,
    ),
    text('put that right, then `lakeup resume`', '请先解决该问题，再运行 `lakeup resume`'),
    EXIT.held,
  );
};
