import {
  closeSync,
  fdatasyncSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  rmSync,
  statfsSync,
  writeSync,
} from 'node:fs';
import {type FileHandle, open} from 'node:fs/promises';
import {join} from 'node:path';
import {createJournal} from '../../src/engine/journal.ts';
import {Event} from '../../src/model/event.ts';
import type {Bench, Part} from '../lib/part.ts';
import {peerRow, type Row} from '../lib/rows.ts';
import {quantile} from '../lib/stats.ts';

/** What a step of an upgrade leaves in the journal, by size: a few words, some facts, the end of an output. */
const TYPICAL: readonly Record<string, unknown>[] = [
  {type: 'gate.reached', gate: 'be#0', blast: []},
  {type: 'step.started', step: 'be/start@be-3', attempt: 1},
  {
    type: 'step.acted',
    step: 'be/start@be-3',
    outcome: {code: 0, ms: 3_120, stdout: 'log line of a start script\n'.repeat(40), stderr: '', cut: false},
  },
  {
    type: 'step.done',
    step: 'be/start@be-3',
    already: false,
    facts: {
      health: 'ok',
      version: '3.1.2',
      alive: true,
      pid: 41_237,
      startTicks: 918_273,
      lastStart: '2026-11-22 02:15:07',
    },
  },
  {type: 'node.verified', node: 'be-3', facts: {health: 'ok', version: '3.1.2', alive: true, error: 'none'}},
];

const eventAt = (seq: number): Event =>
  Event.parse({seq, at: 1_795_313_700_000 + seq, ...TYPICAL[seq % TYPICAL.length]});

const took = async (work: () => void | Promise<void>): Promise<number> => {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
};

type Bare = {
  readonly name: string;
  readonly append: (bytes: Buffer) => void | Promise<void>;
  readonly close: () => void | Promise<void>;
};

const blocking = (file: string, name: string, sync: (fd: number) => void): Bare => {
  const fd = openSync(file, 'ax', 0o600);
  return {
    name,
    append: bytes => {
      writeSync(fd, bytes);
      sync(fd);
    },
    close: () => closeSync(fd),
  };
};

/** The same two calls without keeping the process from doing other things meanwhile, as the screen needs it. */
const waiting = (handle: FileHandle): Bare => ({
  name: 'write + fdatasync, not blocking',
  append: async bytes => {
    await handle.write(bytes);
    await handle.datasync();
  },
  close: () => handle.close(),
});

/** Names of file systems by their magic number, as far as they matter here. */
const FILE_SYSTEMS: Readonly<Record<number, string>> = {
  61267: 'ext4',
  1481003842: 'xfs',
  2435016766: 'btrfs',
  16914836: 'tmpfs',
  2035054128: 'overlayfs',
};

const run = async ({quick, scratch, say}: Bench): Promise<readonly Row[]> => {
  const rounds = quick ? 2 : 7;
  const pairs = quick ? 20 : 200;
  const ours: number[] = [];
  const theirs = new Map<string, number[]>();
  for (let round = 1; round <= rounds; round += 1) {
    say(`journal: round ${round} of ${rounds}`);
    const dir = mkdtempSync(join(scratch, 'journal-'));
    const journal = await createJournal(join(dir, 'events.jsonl'));
    const bares = [
      blocking(join(dir, 'fsync'), 'write + fsync', fsyncSync),
      blocking(join(dir, 'fdatasync'), 'write + fdatasync', fdatasyncSync),
      waiting(await open(join(dir, 'waiting'), 'ax', 0o600)),
    ];
    const own: number[] = [];
    const bare = bares.map((): number[] => []);
    for (let seq = 0; seq < pairs; seq += 1) {
      const event = eventAt(seq);
      const bytes = Buffer.from(`${JSON.stringify(event)}\n`);
      own.push(await took(() => journal.append(event)));
      for (const [i, {append}] of bares.entries()) bare[i]?.push(await took(() => append(bytes)));
    }
    await journal.close();
    ours.push(quantile(own, 0.5));
    for (const [i, {name, close}] of bares.entries()) {
      await close();
      theirs.set(name, [...(theirs.get(name) ?? []), quantile(bare[i] ?? [], 0.5)]);
    }
    rmSync(dir, {recursive: true});
  }
  const disk = FILE_SYSTEMS[statfsSync(scratch).type] ?? 'unknown';
  return [...theirs].map(
    ([name, samples], i): Row =>
      peerRow(
        {
          what: `journal append p50 (${disk}), against a bare ${name} of the same bytes`,
          unit: 'ms',
          samples: ours,
        },
        {name: `bare ${name}`, samples},
        i === 0 ? 1.3 : null,
      ),
  );
};

/** What it costs that nothing is shown before it is on disk. */
export const journal: Part = {
  name: 'journal',
  title: 'The journal',
  method: `Events of a step, 60 to 1,200 bytes, appended in turns to a journal and to bare files of the same bytes on the disk of
this checkout. p50 of each round, median over rounds.`,
  needs: [],
  beside: [],
  run,
};
