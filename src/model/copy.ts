import type {AbsPath} from '../lib/abs-path.ts';
import type {Lost, Refused} from './ask.ts';
import type {HostId} from './ids.ts';

/** What is not whole yet has the file's name with this behind it, beside the place where the file will be. */
export const PART = '.lakeup-part';

/** A file, and the host it lies on. */
export type FileAt = {readonly host: HostId; readonly path: AbsPath};

/**
 * One file, from a host to another one. The hosts need not reach each other. `stallMs`: how long nothing may move before the
 * copy is given up; there is no limit to the whole.
 */
export type CopyRequest = {readonly from: FileAt; readonly to: FileAt; readonly stallMs: number};

/**
 * What a copy is at: other copies go first, the sender counts its sum, bytes are on their way, the receiver counts the sum of
 * what has come.
 */
export type CopyStage = 'waiting' | 'counting' | 'copying' | 'checking';

/** How far a stage has come; `withinMs`: how long the copy waits for its turn at most. */
export type CopyProgress = {
  readonly stage: CopyStage;
  readonly bytes: number;
  readonly totalBytes: number;
  readonly withinMs?: number;
};

/**
 * How a copy ended where it was seen to end. `code` 0: the file is there, whole, on the receiver's disk, with the bytes the
 * sender counted; 97: one of the two found that it must not begin; else it failed, and at most a part was left, which
 * the next try replaces. `side`: whose end it was. `stdout` and `stderr` are words for a person, with the host's name.
 */
export type CopyReply = {
  readonly kind: 'copy';
  readonly code: number;
  readonly side: 'sender' | 'receiver';
  readonly stdout: string;
  readonly stderr: string;
  readonly ms: number;
};

/**
 * Copies a file, whole or not at all: under its name nothing is ever seen that is not whole, and a file with other bytes is
 * never overwritten. `refused`: nothing was begun on the receiver. `lost`: begun, and its end was not seen, or it was
 * called off. `onProgress` is called a few times in a second at most. `mayBegin` is asked once the copy has waited for its turn:
 * where what allowed it is no longer so, it is refused.
 */
export type Copy = (
  request: CopyRequest,
  onProgress: (progress: CopyProgress) => void,
  signal?: AbortSignal,
  mayBegin?: () => Promise<boolean>,
) => Promise<CopyReply | Refused | Lost>;
