import {JournalDisturbed} from '../engine/journal.ts';
import {plain, type Text, text} from '../model/text.ts';
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
  EEXIST: text('exists already', '已存在'),
  EISDIR: text('is a directory', '是一个目录'),
  ENOTDIR: text('lies below something that is no directory', '其上级不是目录'),
  ENOSPC: text('cannot be written: the disk is full', '无法写入：磁盘已满'),
  EROFS: text('cannot be written: the file system is read-only', '无法写入：文件系统只读'),
  EDQUOT: text('cannot be written: your quota is used up', '无法写入：你的配额已用尽'),
  EIO: text('cannot be read or written: the disk reports an error', '无法读写：磁盘报告错误'),
  EPERM: text('may not be changed by you, or not on that file system', '你无权更改，或该文件系统不允许'),
};

/** The code of a system error such as ENOENT, or null. */
export const systemCode = (error: unknown): string | null =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;

/** What a system error says of a file, without its name. */
export const systemWords = (error: unknown): Text => {
  const code = systemCode(error) ?? String(error);
  return SYSTEM_WORDS[code] ?? text(`cannot be read or written (${code})`, `无法读写（${code}）`);
};

/** A disk that is full, read-only or broken is no bug, wherever it is met. */
const OF_THE_DISK: ReadonlySet<string> = new Set(['ENOSPC', 'EROFS', 'EDQUOT', 'EIO']);

/** What a disk said, of the file that was written; null for anything else. */
export const diskError = (error: unknown): UserError | null => {
  if (!(error instanceof Error) || !OF_THE_DISK.has(systemCode(error) ?? '')) return null;
  const file = 'path' in error && typeof error.path === 'string' ? error.path : null;
  const words = systemWords(error);
  const what = file === null ? text('a file', '某个文件') : plain(file);
  return new UserError(text(`${what.en} ${words.en}`, `${what.zh} ${words.zh}`), PUT_RIGHT, EXIT.failed);
};

/** A system error about a file in the operator's words; anything else is thrown on. */
export const fileError = (error: unknown, file: string, fix: Text): UserError => {
  if (systemCode(error) === null) throw error;
  const words = systemWords(error);
  return new UserError(text(`${file} ${words.en}`, `${file} ${words.zh}`), fix);
};

/**
 * What to say when an event could not be kept; of the first one nothing follows, for no node was touched before it. Anything
 * but a system error, or somebody at the file, is a bug and comes back as it is.
 */
export const journalError = (error: unknown, isFirst: boolean): unknown => {
  if (error instanceof JournalDisturbed)
    return new UserError(
      text(
        `The run's journal ${error.words.en}. Nothing further was begun; a step in hand was still waited for.`,
        `本次运行的日志${error.words.zh}。未再开始任何操作；进行中的步骤已等待其结束。`,
      ),
      text('`lakeup runs` says what can be read of it', '`lakeup runs` 会说明其中还能读出什么'),
      EXIT.held,
    );
  if (systemCode(error) === null) return error;
  const words = systemWords(error);
  return isFirst
    ? new UserError(
        text(
          `The run's journal ${words.en}. Nothing was changed on any node.`,
          `本次运行的日志${words.zh}。未改动任何节点。`,
        ),
        WRITABLE,
      )
    : new UserError(
        text(
          `The run's journal ${words.en}. Nothing further was begun; a step in hand was still waited for.`,
          `本次运行的日志${words.zh}。未再开始任何操作；进行中的步骤已等待其结束。`,
        ),
        text('put that right, then `lakeup resume`', '请先解决该问题，再运行 `lakeup resume`'),
        EXIT.held,
      );
};

/** What to do about a file or folder of a run that there is: elsewhere nobody would find it. */
export const PUT_RIGHT = text('put that right, then try again', '请先解决该问题，然后重试');

/** What to do about a folder that lakeup cannot write a new run to. */
export const WRITABLE = text(
  'put that right, or set XDG_STATE_HOME to a directory that you can write',
  '请先解决该问题，或把 XDG_STATE_HOME 设为你可写的目录',
);
