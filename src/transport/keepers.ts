/** What is kept of one stream of a request: at most `maxBytes` of it. */
export type Keeper = {
  keep(bytes: Buffer): void;
  kept(): Buffer;
  /** Something was left away. */
  cut(): boolean;
  /** What the stream says just now, as a person reads it; '' for nothing. */
  says(): string;
};

const EMPTY = Buffer.alloc(0);
const RETURN = 0x0d;
const NEWLINE = 0x0a;

/** Every byte as it came, from the beginning: what a look prints is read by programs. */
export const keepExact = (maxBytes: number): Keeper => {
  const chunks: Buffer[] = [];
  let size = 0;
  let cut = false;
  return {
    keep: bytes => {
      const room = maxBytes - size;
      if (bytes.length > room) cut = true;
      const part = bytes.length > room ? bytes.subarray(0, room) : bytes;
      if (part.length === 0) return;
      chunks.push(part);
      size += part.length;
    },
    kept: () => (chunks.length === 1 ? (chunks[0] ?? EMPTY) : Buffer.concat(chunks, size)),
    cut: () => cut,
    says: () => '',
  };
};

/** Colours, and what moves a cursor or wipes a line: nothing that a person reads. */
const CONTROLS = /\x1b\[[0-9;?]*[ -/]*[@-~]/g;

/** More than this of one line is not read while it is written. */
const LINE_BYTES = 2_000;

const readable = (bytes: Buffer): string =>
  bytes.toString('utf8', 0, Math.min(bytes.length, LINE_BYTES)).replace(CONTROLS, '').trim();
const isBlank = (bytes: Buffer): boolean =>
  bytes.every(byte => byte === 0x20 || byte === 0x09) || (bytes.includes(0x1b) && readable(bytes) === '');

/**
 * What a person would have read: a carriage return begins the line anew, so of progress that is written over itself the last
 * state stands for all of them, and blanks that wipe it are no state. Where it is too long, its end is kept: an action says
 * last what became of it. Thousands of states cost as much as one.
 */
export const keepStates = (maxBytes: number): Keeper => {
  const lines: Buffer[] = [];
  let size = 0;
  let cut = false;
  /** The line that has not ended: its last state that was left, and what was written since. */
  let state: Buffer = EMPTY;
  let pieces: Buffer[] = [];
  let length = 0;
  let last: Buffer = EMPTY;

  const current = (): Buffer => {
    if (pieces.length !== 1) pieces = length === 0 ? [] : [Buffer.concat(pieces, length)];
    return pieces[0] ?? EMPTY;
  };
  const open = (): Buffer => (isBlank(current()) ? state : current());
  const drop = (): void => {
    pieces = [];
    length = 0;
  };
  const write = (bytes: Buffer): void => {
    if (bytes.length === 0) return;
    pieces.push(bytes);
    length += bytes.length;
    if (length <= maxBytes) return;
    const end = current().subarray(length - maxBytes);
    pieces = [end];
    length = end.length;
    cut = true;
  };
  const endLine = (): void => {
    const shown = open();
    if (!isBlank(shown)) last = shown;
    lines.push(Buffer.concat([shown, Buffer.from('\n')]));
    size += shown.length + 1;
    state = EMPTY;
    drop();
  };
  /** Whole lines, so that no character is cut in two. */
  const trim = (): void => {
    let from = 0;
    for (; size > maxBytes; from += 1) size -= lines[from]?.length ?? 0;
    if (from > 0) cut = true;
    lines.splice(0, from);
  };

  return {
    keep: bytes => {
      let from = 0;
      for (let at = 0; at < bytes.length; at += 1) {
        const byte = bytes[at];
        if (byte !== RETURN && byte !== NEWLINE) continue;
        write(bytes.subarray(from, at));
        from = at + 1;
        if (byte === NEWLINE) endLine();
        else {
          state = open();
          drop();
        }
      }
      write(bytes.subarray(from));
      trim();
    },
    kept: () => Buffer.concat([...lines, open()]),
    cut: () => cut,
    // A state that was left is whole; of one that is being written half a number may be there.
    says: () => readable(state.length > 0 ? state : isBlank(current()) ? last : current()),
  };
};
