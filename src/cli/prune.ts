import type {OpenJournal} from '../engine/journal.ts';
import type {RunId} from '../model/ids.ts';
import {type KeptKind, keptTitle} from '../model/kept.ts';
import type {Plan} from '../model/plan.ts';
import {foldEvents} from '../model/reduce.ts';
import {laneDone, type RunState} from '../model/state.ts';
import {both, type Text, text} from '../model/text.ts';
import {freshStamp} from '../plan/fresh-stamp.ts';
import type {Ended} from '../plan/kept-places.ts';
import {planProblems} from '../plan/plan-problems.ts';
import {prunePlan} from '../plan/prune.ts';
import {sharing} from '../probe/look.ts';
import type {SshTransport} from '../transport/transport.ts';
import {withClusterLock} from './cluster-lock.ts';
import {conduct} from './conduct.ts';
import {EXIT, type ExitCode} from './exit-code.ts';
import {asKin} from './kin.ts';
import {laterRun} from './later-run.ts';
import {describeLeftRun, refuseLeftRun} from './left-run.ts';
import {type Loaded, loadCluster} from './load-cluster.ts';
import {logInEverywhere} from './log-in.ts';
import {needTerminal} from './need-terminal.ts';
import {inRunDir} from './new-run.ts';
import type {Context} from './outside.ts';
import {judge, problemList} from './preflight.ts';
import {onlyPrunable} from './prunable.ts';
import {type Looked, lookForPrune} from './prune-survey.ts';
import {realClock} from './real-clock.ts';
import {type InsteadElsewhere, refuseElsewhere} from './refuse-elsewhere.ts';
import {askedRun, type Found, lockOf, reopen} from './resume.ts';
import {settleRuns} from './settle.ts';
import {inventorySum, listRunDirs, makeRunId, type RunDir, readRunInventory, SEE_RUNS} from './state-dir.ts';
import {lookAround, prepareLease, reasonOf} from './take-over.ts';
import {fileError, UserError} from './user-error.ts';
import {VERSION} from './version.ts';
import {withTransport} from './with-transport.ts';
import {appendTo, refuseOver, refuseYielded} from './yielded.ts';

/** A page or query that several looks want is asked for once in this time. */
const SHARED_MS = 1_000;

const NOTHING = text('Nothing was changed.', '未做任何改动。');

const refused = (why: Text, instead: Text | null): UserError =>
  new UserError(
    both((pick, lang) => `${pick(why)}${lang === 'en' ? ' ' : ''}${pick(NOTHING)}`),
    instead,
  );

/** Throws where a run is none of which everything was done and nothing was taken back. */
const refuseUnended = ({dir, standing}: Found, state: RunState): void => {
  const {id} = dir;
  if (standing.verified === null)
    throw refused(
      text(
        `run ${id} has not ended: what it has kept may be needed.`,
        `运行 ${id} 尚未结束：其保留的内容可能还用得上。`,
      ),
      text(`finish it first: lakeup resume ${id}`, `请先完成它：lakeup resume ${id}`),
    );
  if (state.plan.direction === 'back' || state.plan.prunes !== undefined)
    throw refused(
      text(
        `run ${id} is no upgrade: what it has put aside is removed by hand.`,
        `运行 ${id} 不是升级：它移开的内容请手工清除。`,
      ),
      text(`its report says what that is: lakeup runs ${id}`, `其报告会列出这些内容：lakeup runs ${id}`),
    );
  const isWhole = state.plan.phases.every(({lanes}) => lanes.every(lane => laneDone(state, lane)));
  if ((standing.skipped ?? []).length > 0 || !isWhole)
    throw refused(
      text(
        `run ${id} has not taken every node all the way: what it has kept may be needed.`,
        `运行 ${id} 没有完成所有节点：其保留的内容可能还用得上。`,
      ),
      text(`see which: lakeup runs ${id}`, `查看是哪些：lakeup runs ${id}`),
    );
};

const refuseLater = async (context: Context, of: RunDir, loaded: Loaded): Promise<void> => {
  const later = await laterRun(context.outside, of, loaded);
  if (later === null) return;
  throw refused(
    text(
      `run ${later.dir.id} has changed this cluster after run ${of.id}: it is not as that one has left it.`,
      `运行 ${later.dir.id} 在运行 ${of.id} 之后改动了此集群：集群已不是后者结束时的样子。`,
    ),
    text(
      `what the later one has kept: lakeup prune ${later.dir.id}; what run ${of.id} has kept is removed by hand, its report lists it`,
      `清除较新运行保留的内容：lakeup prune ${later.dir.id}；运行 ${of.id} 保留的内容请手工清除，其报告会列出`,
    ),
  );
};

/** What stays where it is, and why, a line each. */
const tellStays = (context: Context, {stays}: Looked): void => {
  for (const {place, why} of stays) {
    const title = keptTitle(place.kind);
    context.tell(
      text(
        `${place.node}: ${place.path} (${title.en}) stays: ${why.en}`,
        `${place.node}：${place.path}（${title.zh}）保留：${why.zh}`,
      ),
    );
  }
};

const makePlanOf = (ended: Ended, looked: Looked, stamps: readonly string[]): Plan | null => {
  const {survey} = looked;
  const stamp = freshStamp(realClock.now(), {cluster: ended.cluster, facts: survey.facts}, stamps);
  const plan = prunePlan(ended, survey, stamp);
  if (plan === null) return null;
  const problems = planProblems(plan, ended.system, ended.cluster);
  if (problems.length === 0) return plan;
  const list = problemList(problems);
  throw refused(
    text(`${list.en}\nThe plan breaks its own rules.`, `${list.zh}\n计划违反了自身的规则。`),
    null,
  );
};

/**
 * The journal of the run that prunes. Once it has begun, the run that it prunes hears of it before anything else happens: where lakeup
 * dies between the two, this one has no say.
 */
const tellingOf = (of: RunDir, by: RunId, journal: OpenJournal): OpenJournal => ({
  append: async event => {
    await journal.append(event);
    if (event.type === 'run.planned') await appendTo(of, {type: 'run.pruning', by});
  },
  close: journal.close,
});

/** Nobody takes an upgrade back for the room that an earlier one takes. */
const ELSEWHERE: InsteadElsewhere = {
  goneOn: run =>
    text(
      `prune it there, where its journal is: lakeup prune ${run}`,
      `请在其日志所在的机器上清除：lakeup prune ${run}`,
    ),
  later: (later, run) =>
    text(
      `what the later one has kept, where it was begun: lakeup prune ${later}; what run ${run} has kept is removed by hand, its report lists it`,
      `较新运行保留的内容请在它开始的机器上清除：lakeup prune ${later}；运行 ${run} 保留的内容请手工清除，其报告会列出`,
    ),
};

/** Looks at the cluster, makes the plan, and carries it out as a run of its own. */
const carryOut = async (
  context: Context,
  of: RunDir,
  state: RunState,
  loaded: Loaded,
  transport: SshTransport,
  keep: readonly KeptKind[],
): Promise<ExitCode> => {
  const {outside} = context;
  const {system, cluster} = loaded;
  judge(context, await logInEverywhere(cluster.hosts, transport), 'quiet');
  const here = (await listRunDirs(outside.env)).map(({id}) => id);
  refuseElsewhere(state, await lookAround(loaded, transport), here, null, ELSEWHERE);
  const id = makeRunId(realClock.now(), Math.random);
  let told = {reason: '', stamp: ''};
  const {lease, seen, stamps} = await prepareLease(context, loaded, transport, {
    run: id,
    takeOver: null,
    reason: () => told,
    kin: [asKin(state)],
    plans: false,
    never: true,
  });
  context.tell(text('Looking at the nodes and at what is kept there …', '正在查看节点及其保留的内容 …'));
  const ended: Ended = {state, system, cluster};
  // The last looks at many nodes at once ask much the same.
  const looker = sharing({system, cluster, clock: realClock, ask: transport.ask}, SHARED_MS);
  const looked = await lookForPrune(looker, ended, keep);
  judge(context, looked.problems, 'quiet');
  tellStays(context, looked);
  const plan = makePlanOf(ended, looked, [...stamps, state.plan.stamp]);
  if (plan === null) {
    const words = text(
      `Nothing is left on the hosts that run ${of.id} has kept and lakeup could remove.`,
      `主机上没有运行 ${of.id} 保留的、可由 lakeup 清除的内容。`,
    );
    context.print(words[context.common.lang]);
    return EXIT.verified;
  }
  told = reasonOf(plan);
  return inRunDir(context, id, loaded, async (dir, journal) => {
    const planned = {
      type: 'run.planned',
      run: id,
      lakeup: VERSION,
      inventory: dir.inventory,
      inventorySum: inventorySum(loaded.inventory),
      plan,
      findings: [],
      leases: seen,
    } as const;
    const beginning = {kind: 'new', planned} as const;
    const {words, code} = await conduct(context, {
      dir,
      loaded,
      beginning,
      journal: tellingOf(of, id, journal),
      transport,
      lease,
      autopilot: false,
    });
    context.print(words[context.common.lang]);
    return code;
  });
};

/**
 * `lakeup prune [RUN] [--keep KIND]`: removes from the hosts what an upgrade that has ended has kept there for a way back, by a plan of its own,
 * asked for kind by kind.
 */
export const prune = async (
  context: Context,
  asked: string | null,
  keep: readonly KeptKind[] = [],
): Promise<ExitCode> => {
  const {outside} = context;
  await settleRuns(outside);
  const found = asked === null ? await onlyPrunable(outside) : await askedRun(context, asked);
  const {dir, standing} = found;
  refuseOver(dir.id, standing);
  await refuseYielded(outside, dir.id, standing);
  const release = await lockOf(dir);
  try {
    const {events, journal} = await reopen(context, found);
    await journal.close();
    const state = foldEvents(events);
    refuseUnended(found, state);
    const inventory = await readRunInventory(dir).catch(error => {
      throw fileError(error, dir.inventory, SEE_RUNS);
    });
    const loaded = await loadCluster(outside, state.plan.cluster, dir.inventory, inventory);
    if (loaded.system.prune === undefined)
      throw refused(
        text(
          `lakeup does not know how to remove what a run of ${loaded.system.title.en} has kept.`,
          `lakeup 不知道如何清除 ${loaded.system.title.zh} 的运行所保留的内容。`,
        ),
        null,
      );
    const {
      left: [unreadable],
    } = await refuseLeftRun(outside, loaded.cluster);
    if (unreadable !== undefined) throw refused(describeLeftRun(unreadable), SEE_RUNS);
    await refuseLater(context, dir, loaded);
    needTerminal(context, false);
    return await withClusterLock(outside.env, loaded.cluster, () =>
      withTransport(context, loaded.cluster, transport =>
        carryOut(context, dir, state, loaded, transport, keep),
      ),
    );
  } finally {
    await release();
    await settleRuns(outside);
  }
};
