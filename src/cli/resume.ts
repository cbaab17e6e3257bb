import {JournalProblem, reopenJournal} from '../engine/journal.ts';
import {lockRun} from '../engine/run-lock.ts';
import type {Event} from '../model/event.ts';
import type {Cluster} from '../model/inventory.ts';
import {foldEvents} from '../model/reduce.ts';
import {text} from '../model/text.ts';
import type {Transport} from '../model/world.ts';
import {planProblems} from '../plan/plan-problems.ts';
import type {SshTransport} from '../transport/transport.ts';
import {withClusterLock} from './cluster-lock.ts';
import {conduct} from './conduct.ts';
import {EXIT, type ExitCode} from './exit-code.ts';
import {type KnownRun, knownRun} from './known-run.ts';
import {loadCluster} from './load-cluster.ts';
import {logInEverywhere} from './log-in.ts';
import {needTerminal} from './need-terminal.ts';
import type {Context} from './outside.ts';
import {judge, problemList} from './preflight.ts';
import {realClock} from './real-clock.ts';
import {knownRuns} from './runs.ts';
import type {Standing} from './standing.ts';
import {listRunDirs, type RunDir, readRunInventory, runDirOf, SEE_RUNS} from './state-dir.ts';
import {fileError, UserError} from './user-error.ts';
import {verifiedWords} from './verdict.ts';
import {VERSION} from './version.ts';
import {withTransport} from './with-transport.ts';

type Found = {readonly dir: RunDir; readonly standing: Standing};

/** The run of that name. */
const askedRun = async (context: Context, asked: string): Promise<Found> => {
  const run = await knownRun(await runDirOf(context.outside.env, asked));
  if (run.kind === 'unreadable')
    throw new UserError(
      text(`run ${asked}: ${run.because.en}`, `运行 ${asked}：${run.because.zh}`),
      run.instead ?? SEE_RUNS,
    );
  return run;
};

/** What another lakeup began may be what is meant: then it is said what becomes of that. */
const nothingToResume = (known: readonly KnownRun[]): UserError => {
  const none = text('there is no run that could be resumed', '没有可以恢复的运行');
  for (const run of known) {
    if (run.kind !== 'unreadable' || run.instead === null) continue;
    const {id} = run.dir;
    const {en, zh} = run.because;
    return new UserError(text(`${none.en}; of ${id}: ${en}`, `${none.zh}；关于 ${id}：${zh}`), run.instead);
  }
  return new UserError(none, SEE_RUNS);
};

/** The only run that has not ended. */
const openRun = async (context: Context): Promise<Found> => {
  const known = await knownRuns(await listRunDirs(context.outside.env));
  const isOpen = (run: KnownRun): run is KnownRun & {readonly kind: 'known'} =>
    run.kind === 'known' && run.standing.verified === null;
  const open = known.filter(isOpen);
  const [newest, ...others] = open;
  if (newest === undefined) throw nothingToResume(known);
  if (others.length > 0) {
    const names = open.map(({dir, standing}) => `  ${dir.id}  ${standing.cluster}`).join('\n');
    throw new UserError(
      text(`several runs have not ended:\n${names}`, `有多个运行尚未结束：\n${names}`),
      text('say which one: lakeup resume RUN', '请指明其一：lakeup resume RUN'),
    );
  }
  return newest;
};

const lockOf = async (dir: RunDir): Promise<() => Promise<void>> => {
  const lock = await lockRun(dir.lock, new Date(realClock.now()).toISOString());
  if (lock.kind === 'locked') return lock.release;
  const {pid, at} = lock.owner;
  throw new UserError(
    text(
      `run ${dir.id} is being carried out by process ${pid} since ${at}`,
      `运行 ${dir.id} 正由进程 ${pid} 执行（自 ${at} 起）`,
    ),
    text(
      'leave that lakeup first (q), or wait until it has ended',
      '请先在那个 lakeup 中离开（q），或等它结束',
    ),
  );
};

const reopen = async (dir: RunDir) => {
  try {
    return await reopenJournal(dir.journal);
  } catch (error) {
    if (!(error instanceof JournalProblem)) throw fileError(error, dir.journal, SEE_RUNS);
    throw new UserError(
      text(
        `the journal of run ${dir.id} cannot be read: ${error.words.en}`,
        `运行 ${dir.id} 的日志无法读取：${error.words.zh}`,
      ),
      error.instead ??
        text(
          'keep the file as it is, look at the nodes with `lakeup status`, and begin a new run when they are well',
          '请保留该文件，用 `lakeup status` 查看节点，确认正常后再开始新的运行',
        ),
    );
  }
};

/**
 * One host that does not answer must not keep the operator from finishing the node in hand: its nodes show as unknown,
 * and the gates hold what depends on them. Only when no host can be reached is there nothing to go on with.
 */
const warnOfUnreached = async (context: Context, cluster: Cluster, transport: Transport): Promise<void> => {
  const found = await logInEverywhere(cluster.hosts, transport);
  const all = found.length === cluster.hosts.length;
  judge(context, all ? found : found.map(finding => ({...finding, level: 'warn'})), 'quiet');
};

/** Goes on with a run under its own inventory and plan. */
const goOn = async (context: Context, dir: RunDir): Promise<ExitCode> => {
  const {events, journal} = await reopen(dir);
  try {
    const state = foldEvents(events);
    const inventory = await readRunInventory(dir).catch(error => {
      throw fileError(error, dir.inventory, SEE_RUNS);
    });
    const loaded = await loadCluster(context.outside, state.plan.cluster, dir.inventory, inventory);
    const problems = planProblems(state.plan, loaded.system, loaded.cluster);
    const list = problemList(problems);
    if (problems.length > 0)
      throw new UserError(
        text(
          `the plan of run ${dir.id} cannot be carried out by this lakeup:\n${list.en}`,
          `此版本的 lakeup 无法执行运行 ${dir.id} 的计划：\n${list.zh}`,
        ),
        text('resume it with the version it was begun with', '请用开始该运行时的版本来恢复'),
      );
    const {cluster} = loaded;
    const carryOn = async (transport: SshTransport): Promise<ExitCode> => {
      await warnOfUnreached(context, cluster, transport);
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

/** `lakeup resume [RUN]`: the named run, or the only one that has not ended. */
export const resume = async (context: Context, asked: string | null): Promise<ExitCode> => {
  const {dir, standing} = asked === null ? await openRun(context) : await askedRun(context, asked);
  if (standing.verified !== null) {
    const words = verifiedWords(standing.cluster, standing.to, standing.verified);
    context.print(words[context.common.lang]);
    return EXIT.verified;
  }
  needTerminal(context, false);
  const release = await lockOf(dir);
  try {
    return await goOn(context, dir);
  } finally {
    await release();
  }
};
