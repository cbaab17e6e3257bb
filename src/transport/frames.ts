import {parseWhole} from '../lib/whole.ts';
import type {Keeper} from './keepers.ts';

/** What one request printed on one stream: the exact bytes before its mark, and the number behind it; null where that is none. */
export type Frame = {readonly bytes: Buffer; readonly cut: boolean; readonly code: number | null};

/**
 * Finds the ends of requests in a stream of bytes, at whatever places the chunks are cut. Between `begin` and the mark
 * `<nonce>:<seq>:<code>\n` bytes are kept as the keeper does; those of a request that was begun before another's end follow
 * right after its mark. Outside they are thrown away: what a profile prints at login, and what a program left behind prints later.
 */
export type FrameReader = {
  begin(seq: number, keeper: Keeper): void;
  /** The frames that this chunk ends, in order. */
  push(chunk: Buffer): readonly Frame[];
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
  /** What was begun and has not ended, in order. */
  const begun: {readonly mark: Buffer; readonly keeper: Keeper}[] = [];
  let held: Buffer = EMPTY;

  /** What these bytes end of the first of them, and what comes behind its mark; null where they end nothing. */
  const endOf = (bytes: Buffer): {readonly frame: Frame; readonly rest: Buffer} | null => {
    const [first] = begun;
    if (first === undefined) return null;
    const {mark, keeper} = first;
    const at = bytes.indexOf(mark);
    const end = at === -1 ? -1 : bytes.indexOf(NEWLINE, at + mark.length);
    const open = at === -1 ? bytes.length - openEnd(bytes, mark) : at;
    keeper.keep(bytes.subarray(0, open));
    held = bytes.subarray(open);
    if (end === -1) return null;
    begun.shift();
    held = EMPTY;
    const code = parseWhole(bytes.toString('latin1', at + mark.length, end));
    return {frame: {bytes: keeper.kept(), cut: keeper.cut(), code}, rest: bytes.subarray(end + 1)};
  };

  return {
    begin: (seq, keeper) => {
      begun.push({mark: Buffer.from(`${nonce}:${seq}:`), keeper});
    },
    kept: () => begun[0]?.keeper.kept() ?? EMPTY,
    says: () => begun[0]?.keeper.says() ?? '',
    push: chunk => {
      const frames: Frame[] = [];
      let ended = endOf(held.length === 0 ? chunk : Buffer.concat([held, chunk]));
      while (ended !== null) {
        frames.push(ended.frame);
        ended = endOf(ended.rest);
      }
      return frames;
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
