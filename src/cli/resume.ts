import {reopenJournal} from '../engine/journal.ts';
import {JournalProblem} from '../engine/parse-journal.ts';
import type {Event} from '../model/event.ts';
import type {Cluster} from '../model/inventory.ts';
import {foldEvents} from '../model/reduce.ts';
import {both, type Text, text} from '../model/text.ts';
import type {Transport} from '../model/world.ts';
import {planProblems} from '../plan/plan-problems.ts';
import type {SshTransport} from '../transport/transport.ts';
import {withClusterLock} from './cluster-lock.ts';
import {conduct} from './conduct.ts';
import {describeOwner} from './describe-owner.ts';
import {describeUnreadable, wayOn} from './describe-run.ts';
import {EXIT, type ExitCode} from './exit-code.ts';
import {kinOf} from './kin.ts';
import {foundUnreadable, type KnownRun, knownRun, knownRuns, type UnreadableRun} from './known-run.ts';
import {loadCluster} from './load-cluster.ts';
import {logInEverywhere} from './log-in.ts';
import {needTerminal} from './need-terminal.ts';
import type {Context} from './outside.ts';
import {judge, problemList} from './preflight.ts';
import {isPruneOutdated, refusePruneOutdated} from './pruned.ts';
import {settleRuns} from './settle.ts';
import {isOver} from './standing.ts';
import {inventorySum, listRunDirs, type RunDir, readRunInventory, runDirOf, SEE_RUNS} from './state-dir.ts';
import {takeLock} from './take-lock.ts';
import {prepareLease, reasonOf} from './take-over.ts';
import {fileError, PUT_RIGHT, UserError} from './user-error.ts';
import {verifiedWords} from './verdict.ts';
import {VERSION, withItsOwn} from './version.ts';
import {withTransport} from './with-transport.ts';
import {isOutdated, refuseOutdated, refuseOver, refuseYielded} from './yielded.ts';

const mayWait = (run: KnownRun): run is UnreadableRun => run.kind === 'unreadable' && run.mayBeOpen;

export type Found = KnownRun & {readonly kind: 'known'};

/** The run of that name. */
export const askedRun = async (context: Context, asked: string): Promise<Found> => {
  const run = await knownRun(await runDirOf(context.outside.env, asked));
  if (run.kind === 'unreadable') {
    const words = describeUnreadable(run);
    throw new UserError(
      text(`run ${asked}: ${words.en}`, `运行 ${asked}：${words.zh}`),
      run.mayBeOpen ? await wayOn(context.outside, run) : SEE_RUNS,
    );
  }
  return run;
};

/** Runs that nobody can read any more may be what is meant: they are named, with what is known of them. */
const nothingToResume = async (
  {outside}: Context,
  unread: readonly UnreadableRun[],
  none: Text,
): Promise<UserError> => {
  const [first, ...more] = unread;
  if (first === undefined) return new UserError(none, SEE_RUNS);
  const list = both(pick =>
    unread.map(run => `\n  ${run.dir.id}: ${pick(describeUnreadable(run))}`).join(''),
  );
  return new UserError(
    text(
      `no run can be resumed, and of these nobody can tell whether they have ended:${list.en}`,
      `没有可以恢复的运行；以下运行无法得知是否已结束：${list.zh}`,
    ),
    more.length === 0 ? await wayOn(outside, first) : SEE_RUNS,
  );
};

const NONE_TO_RESUME = text('there is no run that could be resumed', '没有可以恢复的运行');

/** The only run that has not ended. `none`: what is said where there is none. */
export const openRun = async (context: Context, none: Text = NONE_TO_RESUME): Promise<Found> => {
  const known = await knownRuns(await listRunDirs(context.outside.env));
  const isOpen = (run: KnownRun): run is Found =>
    run.kind === 'known' &&
    !isOver(run.standing) &&
    run.standing.yieldedTo === undefined &&
    !isOutdated(run.dir.id, run.standing, known) &&
    !isPruneOutdated(run.dir.id, run.standing, known);
  const open = known.filter(isOpen);
  const [newest, ...others] = open;
  const unread = known.filter(mayWait);
  if (newest === undefined) throw await nothingToResume(context, unread, none);
  if (others.length > 0) {
    const names = open.map(({dir, standing}) => `  ${dir.id}  ${standing.cluster}`).join('\n');
    throw new UserError(
      text(`several runs have not ended:\n${names}`, `有多个运行尚未结束：\n${names}`),
      text('say which one: lakeup resume RUN', '请指明其一：lakeup resume RUN'),
    );
  }
  for (const run of unread) {
    const {en, zh} = describeUnreadable(run);
    context.tell(text(`Run ${run.dir.id} cannot be read: ${en}`, `运行 ${run.dir.id} 无法读取：${zh}`));
  }
  return newest;
};

export const lockOf = (dir: RunDir): Promise<() => Promise<void>> =>
  takeLock(dir.lock, owner => {
    const {en, zh} = describeOwner(owner);
    return new UserError(
      text(`run ${dir.id} is in hand: ${en}`, `运行 ${dir.id} 执行中：${zh}`),
      text(
        'leave that lakeup first (q), or wait until it has ended',
        '请先在那个 lakeup 中离开（q），或等它结束',
      ),
    );
  });

export const reopen = async ({outside}: Context, {dir, standing, journal}: Found) => {
  try {
    return await reopenJournal(dir.journal, journal);
  } catch (error) {
    if (!(error instanceof JournalProblem)) throw fileError(error, dir.journal, PUT_RIGHT);
    const run = await foundUnreadable(dir, standing, error);
    const words = describeUnreadable(run);
    throw new UserError(
      text(
        `the journal of run ${dir.id} cannot be read: ${words.en}`,
        `运行 ${dir.id} 的日志无法读取：${words.zh}`,
      ),
      await wayOn(outside, run),
    );
  }
};

/**
 * One host that does not answer must not keep the operator from finishing the node in hand: its nodes show as unknown,
 * and the gates hold what depends on them. Only when no host can be reached is there nothing to go on with.
 */
export const warnOfUnreached = async (
  context: Context,
  cluster: Cluster,
  transport: Transport,
): Promise<void> => {
  const found = await logInEverywhere(cluster.hosts, transport);
  const all = found.length === cluster.hosts.length;
  judge(context, all ? found : found.map(finding => ({...finding, level: 'warn'})), 'quiet');
};

/** The inventory that the run began with. Another one, in the same place, might lead to other hosts: it is refused. */
const ownInventory = async (dir: RunDir, [planned]: readonly Event[]): Promise<string> => {
  const words = await readRunInventory(dir).catch(error => {
    throw fileError(error, dir.inventory, SEE_RUNS);
  });
  const sum = planned?.type === 'run.planned' ? planned.inventorySum : undefined;
  if (sum === undefined || sum === inventorySum(words)) return words;
  throw new UserError(
    text(
      `${dir.inventory} is not the inventory that run ${dir.id} began with: it was edited, or the disk has damaged it`,
      `${dir.inventory} 不是运行 ${dir.id} 开始时的清单：它被编辑过，或磁盘已使其损坏`,
    ),
    text(
      `put the file there that the run was begun with (sha256 ${sum}), then resume again`,
      `请把开始该运行时所用的文件放回该处（sha256 ${sum}），然后再次恢复`,
    ),
  );
};

/** Goes on with a run under its own inventory and plan. */
const goOn = async (context: Context, found: Found, takeOver: string | null): Promise<ExitCode> => {
  const {dir} = found;
  const {events, journal} = await reopen(context, found);
  try {
    const state = foldEvents(events);
    const inventory = await ownInventory(dir, events);
    const loaded = await loadCluster(context.outside, state.plan.cluster, dir.inventory, inventory);
    const problems = planProblems(state.plan, loaded.system, loaded.cluster);
    const list = problemList(problems);
    if (problems.length > 0)
      throw new UserError(
        text(
          `the plan of run ${dir.id} cannot be carried out by this lakeup:\n${list.en}`,
          `此版本的 lakeup 无法执行运行 ${dir.id} 的计划：\n${list.zh}`,
        ),
        withItsOwn('resume', events),
      );
    const {cluster} = loaded;
    const carryOn = async (transport: SshTransport): Promise<ExitCode> => {
      await warnOfUnreached(context, cluster, transport);
      const {lease} = await prepareLease(context, loaded, transport, {
        run: state.run,
        takeOver,
        reason: () => reasonOf(state.plan),
        seen: state.leasesSeen,
        known: state.lease,
        kin: await kinOf(context.outside, state),
        plans: false,
        // Where what is kept is removed nobody is elbowed aside.
        ...(state.plan.prunes === undefined ? {} : {never: true as const}),
      });
      const beginning = {
        kind: 'resumed',
        events: events satisfies readonly Event[],
        lakeup: VERSION,
      } as const;
      const {words, code} = await conduct(context, {
        dir,
        loaded,
        beginning,
        journal,
        transport,
        lease,
        autopilot: false,
      });
      context.print(words[context.common.lang]);
      return code;
    };
    return await withClusterLock(context.outside.env, cluster, () =>
      withTransport(context, cluster, carryOn),
    );
  } finally {
    await journal.close();
  }
};

/** `lakeup resume [RUN] [--take-over RUN]`: the named run, or the only one that has not ended. */
export const resume = async (
  context: Context,
  asked: string | null,
  takeOver: string | null = null,
): Promise<ExitCode> => {
  await settleRuns(context.outside);
  const found = asked === null ? await openRun(context) : await askedRun(context, asked);
  const {dir, standing} = found;
  refuseOver(dir.id, standing);
  if (standing.verified !== null) {
    const words = verifiedWords({...standing, verified: standing.verified});
    context.print(words[context.common.lang]);
    return (standing.skipped ?? []).length > 0 ? EXIT.skipped : EXIT.verified;
  }
  await refuseYielded(context.outside, dir.id, standing);
  await refuseOutdated(context.outside, dir.id, standing);
  await refusePruneOutdated(context.outside, dir.id, standing);
  needTerminal(context, false);
  const release = await lockOf(dir);
  try {
    return await goOn(context, found, takeOver);
  } finally {
    await release();
    await settleRuns(context.outside);
  }
};
