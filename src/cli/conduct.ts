import {type OpenJournal, readJournal} from '../engine/journal.ts';
import type {Lease} from '../engine/lease.ts';
import {type Beginning, run} from '../engine/run.ts';
import {lockHolder} from '../engine/run-lock.ts';
import {stepOf} from '../model/in-plan.ts';
import type {Report} from '../model/report.ts';
import type {RunState} from '../model/state.ts';
import {type Text, text} from '../model/text.ts';
import type {Journal} from '../model/world.ts';
import {pastLines} from '../store/log.ts';
import {makeOperator} from '../store/operator.ts';
import {downByItself, unwellByItself} from '../store/service.ts';
import type {SshTransport} from '../transport/transport.ts';
import {serviceKnown} from '../ui/at-hand.ts';
import {jsonLine} from '../ui/control.ts';
import {formatEvent} from '../ui/plain.ts';
import {firstEnd} from './first-end.ts';
import type {Loaded} from './load-cluster.ts';
import {type Context, programOf} from './outside.ts';
import {realClock} from './real-clock.ts';
import {hasBegun, printReport, reportBy} from './report.ts';
import {openSession} from './session.ts';
import {listenToSignals} from './signals.ts';
import {keepStanding} from './standing.ts';
import type {RunDir} from './state-dir.ts';
import {tellHeadway} from './tell-headway.ts';
import {journalError, systemWords} from './user-error.ts';
import {type Ending, endingOf} from './verdict.ts';

/** One run, ready to be carried out. */
export type Job = {
  /** Its lock is held by this process. */
  readonly dir: RunDir;
  readonly loaded: Loaded;
  readonly beginning: Beginning;
  readonly journal: OpenJournal;
  readonly transport: SshTransport;
  readonly lease: Lease;
  readonly autopilot: boolean;
};

/** A journal whose disk is full, or gone, is the operator's to put right: nothing new begins, and the run can be resumed. */
const telling = (journal: OpenJournal): Journal => ({
  append: event =>
    journal.append(event).catch(error => {
      throw journalError(error, event.seq === 0);
    }),
});

/** That the short account of the run could not be kept is no error of the run: the list of runs only takes longer. */
const tellUnkept = (context: Context, dir: RunDir, error: unknown): void => {
  if (error === null) return;
  const because = systemWords(error);
  context.tell(
    text(
      `${dir.standing} ${because.en}: \`lakeup runs\` reads the whole journal of this run instead.`,
      `${dir.standing} ${because.zh}：\`lakeup runs\` 将改为读取此次运行的完整日志。`,
    ),
  );
};

/** The report of what is on disk; one that cannot be made is no reason to keep anybody from leaving. */
const reportOn = async ({dir, loaded}: Job): Promise<Report | null> => {
  try {
    return reportBy((await readJournal(dir.journal)).events, loaded);
  } catch {
    return null;
  }
};

/** Carries out a run before the operator's eyes, prints its report, and says how it ended. The terminal is given back on every way out. */
export const conduct = async (
  context: Context,
  job: Job,
): Promise<Ending & {readonly state: RunState | null}> => {
  const {dir, loaded, beginning, journal, transport, lease, autopilot} = job;
  const keeper = keepStanding(dir, await lockHolder(dir.lock));
  const session = await openSession(context, loaded, transport, autopilot);
  // Whoever comes back reads what led there.
  if (beginning.kind === 'resumed') for (const line of pastLines(beginning.events)) session.feed.log(line);
  // The first signal leaves as `q` does; the second does not wait for what is in hand.
  const signals = listenToSignals(() => session.store.setState({wish: 'leave', leaving: 'no'}));
  let state: RunState | null = null;
  let kept: readonly Text[] = [];
  let report: Report | null = null;
  const print = (line: string | null): void => {
    if (session.blind && line !== null) context.print(line);
  };
  const {json, lang} = context.common;
  const tell = tellHeadway({json, lang, now: () => realClock.now(), print: context.print});
  const running = run(beginning, {
    world: {
      clock: realClock,
      chance: Math.random,
      transport,
      journal: telling(journal),
      operator: makeOperator(session.store, realClock),
    },
    system: loaded.system,
    cluster: loaded.cluster,
    lease,
    publish: (event, next) => {
      state = next;
      keeper.note(next);
      session.feed.event(event, next);
      print(json ? jsonLine(event) : formatEvent(event, next, lang));
    },
    onSighting: sighting => session.feed.sighting(sighting),
    listenDown: session.feed.listenDown,
    onAwaited: awaited => session.feed.awaited(awaited),
    onHeadway: (step, headway) => {
      session.feed.headway(step, headway);
      if (session.blind && state !== null) tell(stepOf(state, step), headway);
    },
  });
  try {
    // Where lakeup ends at once the journal tells the next one that the step was interrupted.
    const {twice} = signals;
    const end = await firstEnd(
      running,
      {closed: session.closed, twice},
      () => state?.left === true || (state?.verdict ?? null) !== null,
    );
    if (typeof end !== 'string') {
      state = end.state;
      ({kept} = end);
      report = await reportOn(job);
      if (report !== null) session.feed.report(report);
      // The verdict stays on the screen until it is closed.
      if (end.end === 'ended') await Promise.race([signals.once, session.closed]);
    } else running.catch(() => undefined);
  } finally {
    signals.stop();
    await session.close();
    tellUnkept(context, dir, await keeper.close());
    for (const words of kept) context.tell(words);
  }
  if (state === null) throw new Error('the run ended before it began');
  const signal = signals.first();
  if (report !== null && hasBegun(report)) printReport(context, report, loaded.system);
  // A signal ends the demo too: it asks nothing any more.
  const goingOn = signal !== null && context.goingOn === 'here' ? 'never' : context.goingOn;
  const seen = session.store.getState();
  const besides = {
    down: downByItself(seen),
    unwell: unwellByItself(seen),
    known: serviceKnown(seen),
    program: programOf(context.outside),
    skip: loaded.system.skip,
  };
  return {...endingOf(state, signal, goingOn, besides), state};
};
