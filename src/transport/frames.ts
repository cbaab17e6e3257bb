import {parseWhole} from '../lib/whole.ts';
import {type Keeper, keepExact} from './keepers.ts';

/** What one request printed on one stream: the exact bytes before its mark, and the number behind it; null where that is none. */
export type Frame = {readonly bytes: Buffer; readonly cut: boolean; readonly code: number | null};

/**
 * Finds the end of a request in a stream of bytes, at whatever places the chunks are cut. Between `begin` and the mark
 * `<nonce>:<seq>:<code>\n` bytes are kept as the keeper does; outside of them they are thrown away: what a profile prints at
 * login, and what a program left behind prints later.
 */
export type FrameReader = {
  begin(seq: number, keeper: Keeper): void;
  /** The frame that this chunk ends, or null. */
  push(chunk: Buffer): Frame | null;
  /** What was kept so far of a request that has not ended. */
  kept(): Buffer;
  /** What it says just now, where that is kept. */
  says(): string;
};

const NEWLINE = 0x0a;
const EMPTY = Buffer.alloc(0);

/** Length of the longest end of `bytes` that the mark begins with: it has to be looked at again with the next chunk. */
const openEnd = (bytes: Buffer, mark: Buffer): number => {
  const first = mark[0];
  if (first === undefined) return 0;
  let at = bytes.indexOf(first, Math.max(0, bytes.length - mark.length + 1));
  while (at !== -1) {
    const length = bytes.length - at;
    if (bytes.compare(mark, 0, length, at) === 0) return length;
    at = bytes.indexOf(first, at + 1);
  }
  return 0;
};

export const makeFrameReader = (nonce: string): FrameReader => {
  let mark: Buffer | null = null;
  let keeper: Keeper = keepExact(0);
  let held: Buffer = EMPTY;

  return {
    begin: (seq, how) => {
      mark = Buffer.from(`${nonce}:${seq}:`);
      keeper = how;
      held = EMPTY;
    },
    kept: () => keeper.kept(),
    says: () => keeper.says(),
    push: chunk => {
      if (mark === null) return null;
      const bytes = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      const at = bytes.indexOf(mark);
      if (at === -1) {
        const open = openEnd(bytes, mark);
        keeper.keep(bytes.subarray(0, bytes.length - open));
        held = bytes.subarray(bytes.length - open);
        return null;
      }
      const end = bytes.indexOf(NEWLINE, at + mark.length);
      if (end === -1) {
        keeper.keep(bytes.subarray(0, at));
        held = bytes.subarray(at);
        return null;
      }
      keeper.keep(bytes.subarray(0, at));
      const code = parseWhole(bytes.toString('latin1', at + mark.length, end));
      const frame = {bytes: keeper.kept(), cut: keeper.cut(), code};
      mark = null;
      keeper = keepExact(0);
      held = EMPTY;
      return frame;
    },
  };
};

/** Bytes as text. A character that was cut in two at the end of what was kept is left away. */
export const frameText = ({bytes, cut}: {readonly bytes: Buffer; readonly cut: boolean}): string => {
  if (!cut) return bytes.toString('utf8', 0, bytes.length);
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) break;
    if (byte < 0xc0) continue;
    const needs = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return bytes.toString('utf8', 0, needs > back ? bytes.length - back : bytes.length);
  }
  return bytes.toString('utf8', 0, bytes.length);
};
