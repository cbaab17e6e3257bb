import {stat} from 'node:fs/promises';
import {type JournalOnDisk, readJournal} from '../engine/journal.ts';
import {JournalProblem} from '../engine/parse-journal.ts';
import {lockHolder, type Owner} from '../engine/run-lock.ts';
import {PLAN_FORMAT} from '../model/plan.ts';
import {foldEvents} from '../model/reduce.ts';
import type {RunState} from '../model/state.ts';
import {type Text, text} from '../model/text.ts';
import {type JournalFile, readStanding, type Standing, standingOf, writeStanding} from './standing.ts';
import type {RunDir} from './state-dir.ts';
import {systemCode, systemWords} from './user-error.ts';

/** Why a journal is of no use here, and what to do instead where that is known. */
type Unread = {readonly because: Text; readonly instead: Text | null};

/** One that cannot be read. `last`: where it stood when it was last read; what came after that nobody knows. */
export type UnreadableRun = {
  readonly kind: 'unreadable';
  readonly dir: RunDir;
  readonly inHand: Owner | null;
  readonly last: Standing | null;
  /** Whether it may have changed a cluster, and not have ended. */
  readonly mayBeOpen: boolean;
} & Unread;

/** A run as its folder tells it. `inHand`: the living process that carries it out. */
export type KnownRun =
  | {
      readonly kind: 'known';
      readonly dir: RunDir;
      readonly inHand: Owner | null;
      readonly standing: Standing;
      /** Where the journal had to be read for that, of a run that has not ended: whoever resumes it needs it again. */
      readonly journal: JournalOnDisk | null;
    }
  | UnreadableRun;

type Read =
  | {readonly kind: 'read'; readonly state: RunState; readonly journal: JournalOnDisk}
  | ({readonly kind: 'unreadable'} & Unread)
  /** lakeup died, or its disk was full, before the first event: no node was touched. */
  | {readonly kind: 'unbegun'; readonly because: Text};

const unreadable = (because: Text, instead: Text | null = null): Read => ({
  kind: 'unreadable',
  because,
  instead,
});

const NOTHING_BEGUN = text('the journal is empty: nothing was begun', '日志为空：尚未开始任何操作');

/** A journal whose events contradict each other is of no use, but it must not hide the other runs. */
const fold = (journal: JournalOnDisk): Read => {
  try {
    return {kind: 'read', state: foldEvents(journal.events), journal};
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return unreadable(text(`the journal contradicts itself: ${reason}`, `日志自相矛盾：“${reason}”`));
  }
};

/** Reads where one run stands from its journal: from what was fsynced. */
const readRun = async (dir: RunDir): Promise<Read> => {
  try {
    const journal = await readJournal(dir.journal);
    return journal.events.length === 0 ? {kind: 'unbegun', because: NOTHING_BEGUN} : fold(journal);
  } catch (error) {
    if (error instanceof JournalProblem) return unreadable(error.words, error.instead);
    if (systemCode(error) === null) throw error;
    const words = systemWords(error);
    return unreadable(text(`the journal ${words.en}`, `日志${words.zh}`));
  }
};

const statOf = (file: string): Promise<JournalFile | null> =>
  stat(file).then(
    ({size, mtimeMs}) => ({bytes: size, writtenAt: mtimeMs}),
    () => null,
  );

/** Whether nothing was written to the journal since that was kept. */
const isAsThen = ({journalBytes, journalWrittenAt: then}: Standing, now: JournalFile | null): boolean =>
  now !== null && now.bytes === journalBytes && (then === undefined || then === now.writtenAt);

/** What was on disk once does not go by itself. What an older lakeup kept may have counted a line that was cut off since. */
const lossOf = (
  {journalBytes, journalWrittenAt}: Standing,
  {journal}: RunDir,
  {bytes}: JournalFile,
): Read | null =>
  journalWrittenAt === undefined || bytes >= journalBytes
    ? null
    : unreadable(
        text(
          `the last ${journalBytes - bytes} bytes of ${journal} are missing: it was cut, or an older copy was put in its place`,
          `${journal} 的最后 ${journalBytes - bytes} 字节缺失：它被截短，或被换成了较旧的副本`,
        ),
      );

/** The process that is at the run writes anew whatever changes. */
const isWriter = ({writer}: Standing, holder: Owner | null): boolean =>
  writer !== null && holder !== null && writer.pid === holder.pid && writer.started === holder.started;

/** What was kept of a run that this lakeup cannot resume does not say so: that its plan has another format. */
const canBeBelieved = ({verified, planFormat}: Standing): boolean =>
  verified !== null || planFormat === PLAN_FORMAT;

/** What ended, or had only asked when it was last read, is nothing that waits; of what was never read that is not known. */
const mayBeOpen = (last: Standing | null): boolean => last === null || last.verified === null;

/**
 * Where one run stands. What was kept in short is believed when the journal has not grown since, or when a living process
 * keeps it; else the journal is read, and kept in short for the next time.
 */
export const knownRun = async (dir: RunDir): Promise<KnownRun> => {
  const inHand = await lockHolder(dir.lock).catch(() => null);
  const kept = await readStanding(dir);
  // Asked before the journal is read: what is appended meanwhile makes it longer than what is kept says.
  const now = await statOf(dir.journal);
  if (kept !== null && canBeBelieved(kept) && (isAsThen(kept, now) || isWriter(kept, inHand)))
    return {kind: 'known', dir, inHand, standing: kept, journal: null};
  const read = (kept !== null && now !== null ? lossOf(kept, dir, now) : null) ?? (await readRun(dir));
  if (read.kind === 'unbegun')
    return {...read, kind: 'unreadable', instead: null, dir, inHand, last: kept, mayBeOpen: false};
  if (read.kind === 'unreadable') return {...read, dir, inHand, last: kept, mayBeOpen: mayBeOpen(kept)};
  const {wholeBytes, writtenAt} = read.journal;
  const file = {bytes: wholeBytes, writtenAt};
  const standing = standingOf(dir, read.state, file, null);
  // A folder that cannot be written is no trouble for who only looks; and who carries out the run keeps it himself.
  if (inHand === null) await writeStanding(dir, standing).catch(() => undefined);
  const journal = standing.verified === null ? read.journal : null;
  return {kind: 'known', dir, inHand, standing, journal};
};

/**
 * Where each of those runs stands, the newest first. What one that cannot be read left open is closed by a newer one of the
 * same cluster that has ended. One after the other: what has to be read anew may be large.
 */
export const knownRuns = async (dirs: readonly RunDir[]): Promise<readonly KnownRun[]> => {
  const known: KnownRun[] = [];
  const ended = new Set<string>();
  for (const dir of dirs) {
    const run = await knownRun(dir);
    if (run.kind === 'known' && run.standing.verified !== null) ended.add(run.standing.cluster);
    const isClosed = run.kind === 'unreadable' && run.last !== null && ended.has(run.last.cluster);
    known.push(isClosed ? {...run, mayBeOpen: false} : run);
  }
  return known;
};

/**
 * A run whose journal turned out to be damaged though its file looked untouched, as a disk damages one. From now on what was
 * kept of it in short is not believed any more, and stays known as the last that was seen.
 */
export const foundUnreadable = async (
  dir: RunDir,
  last: Standing,
  {words, instead}: JournalProblem,
): Promise<UnreadableRun> => {
  await writeStanding(dir, {...last, journalWrittenAt: 0}).catch(() => undefined);
  return {kind: 'unreadable', dir, inHand: null, last, mayBeOpen: true, because: words, instead};
};
