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
 * side does; `bytes` tells how far it came. It hears of an end from the side itself: a channel of a link that is dead may
 * never tell.
 */
export const pump = async (
  sender: Far,
  receiver: Far,
  {mark, size, onBytes, waitFor}: PumpOptions,
): Promise<Pumped> => {
  const hash = createHash('sha256');
  const opening = makeOpening(mark);
  const {stdout} = sender;
  const {stdin} = receiver;
  let bytes = 0;
  let isOver = false;
  let stir = (): void => undefined;
  const stirred = (): Promise<void> =>
    new Promise(resolve => {
      stir = resolve;
    });
  const end = (): void => {
    isOver = true;
    stir();
  };
  for (const event of ['readable', 'end', 'close', 'error']) stdout.on(event, () => stir());
  stdin.on('drain', () => stir());
  void receiver.end.then(end);
  void sender.end.then(({kind}) => {
    if (kind === 'gone') end();
  });

  /** What has come from the sender; null when no more will. */
  const take = async (): Promise<Buffer | null> => {
    while (!isOver) {
      const chunk: unknown = stdout.read();
      if (Buffer.isBuffer(chunk)) return chunk;
      if (stdout.readableEnded || stdout.destroyed) return null;
      await stirred();
    }
    return null;
  };
  const hand = async (part: Buffer): Promise<void> => {
    hash.update(part);
    bytes += part.length;
    onBytes(bytes);
    if (stdin.write(part)) return;
    waitFor('receiver');
    while (!isOver && stdin.writableNeedDrain) await stirred();
    waitFor('sender');
  };
  while (bytes < size) {
    const chunk = await take();
    if (chunk === null) break;
    const part = opening(chunk);
    if (part !== null && part.length > 0) await hand(part.subarray(0, size - bytes));
  }
  return {bytes, sum: hash.digest('hex')};
};
