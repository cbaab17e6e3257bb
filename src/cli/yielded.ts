import {readJournal, reopenJournal} from '../engine/journal.ts';
import {lockRun} from '../engine/run-lock.ts';
import type {Event, Happening} from '../model/event.ts';
import type {RunId} from '../model/ids.ts';
import {foldEvents, reduce} from '../model/reduce.ts';
import {text} from '../model/text.ts';
import {type KnownRun, knownRun} from './known-run.ts';
import type {Outside} from './outside.ts';
import {realClock} from './real-clock.ts';
import type {Standing} from './standing.ts';
import {listRunDirs, type RunDir} from './state-dir.ts';
import {UserError} from './user-error.ts';

/** Writes one event behind what a run's journal holds. The run's lock is held by this process. */
export const appendTo = async (dir: RunDir, happening: Happening): Promise<void> => {
  const {events, journal} = await reopenJournal(dir.journal);
  try {
    const before = foldEvents(events);
    const event: Event = {...happening, seq: before.seq + 1, at: realClock.now()};
    // Found before it is on disk where it cannot be.
    reduce(before, event);
    await journal.append(event);
  } finally {
    await journal.close();
  }
};

/** The run of that name, as its folder tells it; null where it is not of this machine. */
export const runOf = async (outside: Outside, id: RunId): Promise<KnownRun | null> => {
  const dir = (await listRunDirs(outside.env)).find(known => known.id === id);
  return dir === undefined ? null : knownRun(dir);
};

/** What a run that has ended took back, told to the run that it was taken from. */
const settle = async (dir: RunDir, by: RunDir): Promise<void> => {
  const lock = await lockRun(dir.lock, new Date(realClock.now()).toISOString());
  // Whoever holds it is at the end of the very undo, and tells it; what is stuck is told of when the run itself is wanted.
  if (lock.kind !== 'locked') return;
  try {
    const [planned] = (await readJournal(by.journal)).events;
    const takesBack = planned?.type === 'run.planned' ? planned.plan.takesBack : undefined;
    if (takesBack === undefined) return;
    const {steps, whole} = takesBack;
    await appendTo(dir, {type: 'run.takenBack', by: by.id, steps, whole});
  } finally {
    await lock.release();
  }
};

/**
 * Runs that gave way to one that takes them back, which has ended since: each hears of it. lakeup may have died between the
 * two journals, so whoever asks where runs stand in order to change something does this first.
 */
export const settleYielded = async (outside: Outside): Promise<void> => {
  for (const dir of await listRunDirs(outside.env)) {
    const run = await knownRun(dir);
    const to = run.kind === 'known' ? run.standing.yieldedTo : undefined;
    if (to === undefined || run.inHand !== null) continue;
    const by = await runOf(outside, to);
    if (by?.kind === 'known' && by.standing.verified !== null) await settle(dir, by.dir);
  }
};

/** Throws where nothing more is done in a run. */
export const refuseOver = (id: RunId, {over}: Standing): void => {
  if (over === undefined) return;
  throw new UserError(
    over.kind === 'takenBack'
      ? text(`run ${id} was taken back by run ${over.words}`, `运行 ${id} 已由运行 ${over.words} 撤销`)
      : text(`run ${id} was given up: ${over.words}`, `运行 ${id} 已被放弃：“${over.words}”`),
    text('begin a new run: lakeup upgrade', '请开始新的运行：lakeup upgrade'),
  );
};

/** Throws while another run takes this one back: two would pull at the same nodes. Of one that has begun nothing nothing is feared. */
export const refuseYielded = async (outside: Outside, id: RunId, {yieldedTo}: Standing): Promise<void> => {
  if (yieldedTo === undefined) return;
  const by = await runOf(outside, yieldedTo);
  if (by?.kind === 'known' && by.standing.begun === false && by.inHand === null) return;
  if (by?.kind === 'known' && by.standing.over === undefined)
    throw new UserError(
      text(`run ${id} is being taken back by run ${yieldedTo}`, `运行 ${id} 正在由运行 ${yieldedTo} 撤销`),
      text(`go on with that one: lakeup resume ${yieldedTo}`, `请继续那个运行：lakeup resume ${yieldedTo}`),
    );
  throw new UserError(
    text(
      `run ${id} was being taken back by run ${yieldedTo}, which was given up or cannot be read: how far it came is not known`,
      `运行 ${id} 曾由运行 ${yieldedTo} 撤销，而后者已被放弃或无法读取：不知道进行到哪一步`,
    ),
    text(
      `look at the nodes with \`lakeup status\`, put right what is not well, then: lakeup abandon ${id} --because "…"`,
      `请用 \`lakeup status\` 查看节点，处理异常，然后：lakeup abandon ${id} --because "…"`,
    ),
  );
};

/** Whether a run takes back one that has gone on since, or gave way to another: its plan was made of what is no longer so. */
export const isOutdated = (id: RunId, {takesBack}: Standing, known: readonly KnownRun[]): boolean => {
  const of = takesBack === undefined ? undefined : known.find(({dir}) => dir.id === takesBack.run);
  return of?.kind === 'known' && of.standing.yieldedTo !== id;
};

/** Throws for such a run. */
export const refuseOutdated = async (outside: Outside, id: RunId, standing: Standing): Promise<void> => {
  const run = standing.takesBack?.run;
  const of = run === undefined ? null : await runOf(outside, run);
  if (standing.verified !== null || of === null || !isOutdated(id, standing, [of])) return;
  throw new UserError(
    text(
      `run ${run} went on after run ${id} was made to take it back`,
      `运行 ${id} 是为撤销运行 ${run} 而生成的，但后者此后又有进展`,
    ),
    text(`make it anew: lakeup undo ${run}`, `请重新生成：lakeup undo ${run}`),
  );
};
