import {statSync} from 'node:fs';
import {readFile, rename, rm, writeFile} from 'node:fs/promises';
import {z} from 'zod';
import {FIRST_SUM, openLine, sealLine} from '../engine/journal-line.ts';
import {Owner} from '../engine/run-lock.ts';
import {NodeId, RunId} from '../model/ids.ts';
import {Prunes} from '../model/kept.ts';
import type {Plan} from '../model/plan.ts';
import {hasBegun, outOfService, type RunState} from '../model/state.ts';
import {AtWork, atWorkIn} from './at-work.ts';
import type {RunDir} from './state-dir.ts';

/**
 * Where a run stands, in short. A journal may be large, as its first line holds the whole plan; this is what the list of
 * runs needs of it.
 */
export const Standing = z
  .object({
    format: z.literal(1),
    run: RunId,
    cluster: z.string(),
    from: z.string(),
    to: z.string(),
    /** How many nodes were verified when the run ended; null while it has not. */
    verified: z.number().int().nonnegative().nullable(),
    /** Whom the verdict names as taken out of the run, and why; nobody where it says nothing. */
    skipped: z
      .array(z.object({node: NodeId, because: z.string()}).readonly())
      .readonly()
      .optional(),
    held: z.boolean(),
    /** Whether a step may have changed something; what was kept by an older lakeup is silent about it. */
    begun: z.boolean().optional(),
    outOfService: z
      .array(
        z
          .object({
            node: NodeId,
            since: z.number(),
            atLeast: z.literal(true).optional(),
            certain: z.boolean(),
          })
          .readonly(),
      )
      .readonly(),
    /** Who was down, and not because of the run, when the nodes were watched last, and when that was; older lakeups did not keep it. */
    down: z
      .array(z.object({node: NodeId, since: z.number(), atLeast: z.literal(true).optional()}).readonly())
      .readonly()
      .optional(),
    watchedAt: z.number().optional(),
    /** What may be at work on a host once nobody is at the run; nothing where it says nothing. */
    atWork: z.array(AtWork).readonly().optional(),
    /** The whole lines of the journal it was made from had this size: a longer one has more to tell. */
    journalBytes: z.number().int().nonnegative(),
    /** When that journal was last written: one that was since was appended to, or edited. Older lakeups did not keep it. */
    journalWrittenAt: z.number().optional(),
    /** The process that carries out the run and writes this again whenever it changes; null for one who only read. */
    writer: Owner.nullable(),
    /** Of the plan of the run; what was kept before plans of a second format is silent about it. */
    planFormat: z.number().optional(),
    /** Which run it takes back, and on which nodes. */
    takesBack: z.object({run: RunId, whole: z.boolean(), nodes: z.array(NodeId).readonly()}).optional(),
    /** The run that takes it back just now, as far as its own journal knows. */
    yieldedTo: RunId.optional(),
    /** The run whose kept files it removes. */
    prunes: Prunes.optional(),
    /** The run that removes, or has removed, what it has kept; and whether that has ended. */
    pruned: z.object({run: RunId, ended: z.boolean()}).readonly().optional(),
    /** How it is over without a verdict: by which run, or why. */
    over: z.object({kind: z.enum(['takenBack', 'abandoned']), words: z.string()}).optional(),
  })
  .readonly();
export type Standing = z.infer<typeof Standing>;

/** A journal as a file: how long its whole lines are, and when it was written. */
export type JournalFile = {readonly bytes: number; readonly writtenAt: number};

/** Whether nothing can be gone on with: every node was verified, or it was taken back or given up. */
export const isOver = ({verified, over}: Standing): boolean => verified !== null || over !== undefined;

/** Which run a plan takes back, in short. */
export const takesBackOf = ({takesBack, phases}: Plan): Pick<Standing, 'takesBack'> => {
  if (takesBack === undefined) return {};
  const {run, whole} = takesBack;
  const nodes = [...new Set(phases.flatMap(({lanes}) => lanes.map(({node}) => node)))];
  return {takesBack: {run, whole, nodes}};
};

const skippedIn = ({verdict}: RunState): Pick<Standing, 'skipped'> =>
  verdict?.skipped === undefined
    ? {}
    : {skipped: verdict.skipped.map(({node, because}) => ({node, because}))};

/** Which run a plan prunes. */
export const prunesOf = ({prunes}: Plan): Pick<Standing, 'prunes'> => (prunes === undefined ? {} : {prunes});

/** By which run it is pruned itself. */
const prunedOf = ({pruned}: RunState): Pick<Standing, 'pruned'> => ({
  ...(pruned === null ? {} : {pruned: {run: pruned.run, ended: pruned.ended}}),
});

const overOf = ({over, yieldedTo}: RunState): Pick<Standing, 'yieldedTo' | 'over'> => ({
  ...(yieldedTo === null ? {} : {yieldedTo}),
  ...(over === null
    ? {}
    : {over: {kind: over.kind, words: over.kind === 'takenBack' ? over.by : over.because}}),
});

const downOf = ({down, watchedAt}: RunState): Pick<Standing, 'down' | 'watchedAt'> => {
  const nodes = Object.entries(down).map(([node, since]) => ({node: NodeId.parse(node), ...since}));
  return nodes.length === 0 ? {} : {down: nodes, watchedAt};
};

const atWorkOf = (state: RunState): Pick<Standing, 'atWork'> => {
  const atWork = atWorkIn(state);
  return atWork.length === 0 ? {} : {atWork};
};

/** Where the run of that folder stands, by its journal as it was then. */
export const standingOf = (
  {id}: Pick<RunDir, 'id'>,
  state: RunState,
  {bytes, writtenAt}: JournalFile,
  writer: Owner | null,
): Standing => ({
  format: 1,
  run: id,
  cluster: state.plan.cluster,
  from: state.plan.from,
  to: state.plan.to,
  verified: state.verdict === null ? null : state.verdict.verified.length,
  ...skippedIn(state),
  held: state.holds.length > 0,
  begun: hasBegun(state),
  outOfService: outOfService(state),
  ...downOf(state),
  ...atWorkOf(state),
  journalBytes: bytes,
  journalWrittenAt: writtenAt,
  writer,
  planFormat: state.plan.format,
  ...takesBackOf(state.plan),
  ...prunesOf(state.plan),
  ...prunedOf(state),
  ...overOf(state),
});

/**
 * What was kept of a run, or null: nothing was, or it is damaged, or another run's. Whether it is true is asked elsewhere. It
 * has a sum as a line of a journal has one; what an older lakeup kept has none.
 */
export const readStanding = async (dir: RunDir): Promise<Standing | null> => {
  try {
    const {kind, event: words} = openLine(FIRST_SUM, (await readFile(dir.standing, 'utf8')).trimEnd());
    if (kind === 'false') return null;
    const standing = Standing.parse(JSON.parse(words));
    return standing.run === dir.id ? standing : null;
  } catch {
    return null;
  }
};

/** Keeps it: whoever reads meanwhile finds the old one or the new one, whole. */
export const writeStanding = async (dir: RunDir, standing: Standing): Promise<void> => {
  const draft = `${dir.standing}.${process.pid}`;
  try {
    const {line} = sealLine(FIRST_SUM, JSON.stringify(standing));
    await writeFile(draft, `${line}\n`, {mode: 0o600});
    await rename(draft, dir.standing);
  } catch (error) {
    await rm(draft, {force: true}).catch(() => undefined);
    throw error;
  }
};

/** Keeps where a run stands while it is carried out. */
export type StandingKeeper = {
  /** Hears of every event that is on disk, before the next one is appended, with the state after it. */
  note(state: RunState): void;
  /** Keeps the last of it, and says what went wrong with that, or null. */
  close(): Promise<unknown>;
};

/** Writes only what has changed, one after the other; what changes meanwhile is written together. */
export const keepStanding = (dir: RunDir, writer: Owner | null): StandingKeeper => {
  let newest: Standing | null = null;
  let kept: Standing | null = null;
  let told = '';
  let isDue = false;
  let writing: Promise<void> | null = null;
  let failure: unknown = null;

  const write = async (): Promise<void> => {
    while (isDue && newest !== null) {
      const next = newest;
      isDue = false;
      try {
        await writeStanding(dir, next);
        kept = next;
        failure = null;
      } catch (error) {
        failure = error;
        // What is no longer true must not be believed because this process lives.
        await rm(dir.standing, {force: true}).catch(() => undefined);
      }
    }
    writing = null;
  };

  return {
    note: state => {
      try {
        const {size, mtimeMs} = statSync(dir.journal);
        newest = standingOf(dir, state, {bytes: size, writtenAt: mtimeMs}, writer);
      } catch (error) {
        failure = error;
        return;
      }
      const says = JSON.stringify({...newest, journalBytes: 0, journalWrittenAt: 0, watchedAt: 0});
      if (says === told) return;
      told = says;
      isDue = true;
      writing ??= write();
    },
    close: async () => {
      await writing;
      // Events that changed nothing here have made the journal longer.
      isDue = newest !== kept;
      await write();
      return failure;
    },
  };
};
