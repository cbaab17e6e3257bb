import {createHash} from 'node:crypto';
import type {Far} from './far.ts';

export type PumpOptions = {
  readonly mark: string;
  readonly size: number;
  /** So many bytes have been handed on by now. */
  readonly onBytes: (bytes: number) => void;
  /** Who has to move next. */
  readonly waitFor: (side: 'sender' | 'receiver') => void;
};

/** What was handed on, and its sha256 as it was counted on the way. */
export type Pumped = {readonly bytes: number; readonly sum: string};

/** Bytes behind the line that holds the mark alone: what a profile prints at login stands before it. */
const makeOpening = (mark: string): ((chunk: Buffer) => Buffer | null) => {
  const line = Buffer.from(`${mark}\n`);
  let held = Buffer.alloc(0);
  let open = false;
  return chunk => {
    if (open) return chunk;
    const all = Buffer.concat([held, chunk]);
    const at = all.indexOf(line);
    open = at !== -1;
    if (open) return all.subarray(at + line.length);
    held = all.subarray(Math.max(0, all.length - line.length));
    return null;
  };
};

/**
 * Hands on exactly `size` bytes, never more of them in memory than the windows of both channels. Comes to an end as soon as one
 * side does; `bytes` tells how far it came.
 */
export const pump = async (
  sender: Far,
  receiver: Far,
  {mark, size, onBytes, waitFor}: PumpOptions,
): Promise<Pumped> => {
  const hash = createHash('sha256');
  const opening = makeOpening(mark);
  let bytes = 0;
  let wake = (): void => undefined;
  receiver.stdin.on('drain', () => wake());
  void receiver.end.then(() => {
    wake();
    sender.stdout.destroy();
  });
  void sender.end.then(({kind}) => {
    if (kind === 'gone') sender.stdout.destroy();
  });
  const hand = async (part: Buffer): Promise<void> => {
    hash.update(part);
    bytes += part.length;
    onBytes(bytes);
    if (receiver.stdin.write(part) || receiver.stdin.destroyed) return;
    waitFor('receiver');
    await new Promise<void>(resolve => {
      wake = resolve;
      if (!receiver.stdin.writableNeedDrain) resolve();
    });
    waitFor('sender');
  };
  try {
    if (size > 0)
      for await (const chunk of sender.stdout) {
        const part = Buffer.isBuffer(chunk) ? opening(chunk) : null;
        if (part !== null && part.length > 0) await hand(part.subarray(0, size - bytes));
        if (bytes === size || sender.stdout.destroyed) break;
      }
  } catch {
    // The sender was cut off: how far it came says enough.
  }
  return {bytes, sum: hash.digest('hex')};
};
