import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {readJournalBytes} from '../../src/engine/journal.ts';
import {JournalProblem, parseJournal} from '../../src/engine/parse-journal.ts';
import {NEWEST, readKept} from '../journals/files.ts';
import {journalOf} from '../journals/sealed.ts';
import {seededRandom} from './random.ts';

// Bits of a whole run's journal are turned over, one at a time, as a disk or a memory does it. Nothing of such a journal may
// be carried out: it is refused with its file and line, wherever the bit stands.

const FLIPS = 2_000;
const FILE = '/runs/x/journal.ndjson';

/** What reading it comes to: how many events, or the line that is refused. */
const read = (bytes: Buffer): number | string => {
  try {
    return readJournalBytes(bytes, FILE).events.length;
  } catch (error) {
    if (!(error instanceof JournalProblem)) throw error;
    return error.words.en;
  }
};

const lineAt = (bytes: Buffer, at: number): number =>
  bytes.subarray(0, at).filter(byte => byte === 0x0a).length + 1;

describe.each(['killed', 'held'])('a bit of the journal %s', name => {
  const {events} = parseJournal(readKept(join(NEWEST, name)).journal, name);
  const bytes = Buffer.from(journalOf(events));
  const chance = seededRandom(18);

  it('that is turned over anywhere is seen, and its line is told', () => {
    expect(read(bytes)).toBe(events.length);
    for (let i = 0; i < FLIPS / 2; i += 1) {
      const at = Math.floor(chance() * bytes.length);
      const flipped = Buffer.from(bytes);
      flipped[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(chance() * 8));
      const line = lineAt(bytes, at);
      expect(read(flipped), `bit of byte ${at}, line ${line}`).toMatch(new RegExp(`^${FILE}:${line}: `));
    }
  });

  it('at the end of any line is seen too, and of the last one', () => {
    const ends = [...bytes.entries()].filter(([, byte]) => byte === 0x0a).map(([at]) => at);
    for (const at of [...ends.slice(0, 5), ...ends.slice(-5)])
      for (let bit = 0; bit < 8; bit += 1) {
        const flipped = Buffer.from(bytes);
        flipped[at] = 0x0a ^ (1 << bit);
        expect(read(flipped), `bit ${bit} of the end at ${at}`).toMatch(
          new RegExp(`^${FILE}:${lineAt(bytes, at)}: `),
        );
      }
  });

  it('cut anywhere in its last line is what a crash leaves: every event but that one counts', () => {
    const last = bytes.lastIndexOf(0x0a, bytes.length - 2) + 1;
    for (let end = last; end < bytes.length; end += 1)
      expect(read(bytes.subarray(0, end)), `cut at ${end}`).toBe(events.length - 1);
  });
});
