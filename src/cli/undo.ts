import type {Event} from '../model/event.ts';
import type {Phase, Plan} from '../model/plan.ts';
import {foldEvents} from '../model/reduce.ts';
import type {RunState} from '../model/state.ts';
import {joinTexts, SEMICOLON, type Text, text} from '../model/text.ts';
import {planProblems} from '../plan/plan-problems.ts';
import {type Refused, standsOn, type Taken, takeBack, type UndoScope} from '../plan/take-back.ts';
import type {SshTransport} from '../transport/transport.ts';
import {withClusterLock} from './cluster-lock.ts';
import {conduct} from './conduct.ts';
import type {ExitCode} from './exit-code.ts';
import {asKin, kinOf} from './kin.ts';
import {laterRun} from './later-run.ts';
import {type Loaded, loadCluster} from './load-cluster.ts';
import {needTerminal} from './need-terminal.ts';
import {inRunDir} from './new-run.ts';
import type {Context, Outside} from './outside.ts';
import {problemList} from './preflight.ts';
import {refusePruned} from './pruned.ts';
import {realClock} from './real-clock.ts';
import {refuseElsewhere} from './refuse-elsewhere.ts';
import {askedRun, lockOf, openRun, reopen, warnOfUnreached} from './resume.ts';
import {settleRuns} from './settle.ts';
import type {Standing} from './standing.ts';
import {inventorySum, listRunDirs, makeRunId, type RunDir, readRunInventory} from './state-dir.ts';
import {lookAround, prepareLease, reasonOf} from './take-over.ts';
import {fileError, UserError} from './user-error.ts';
import {VERSION, withItsOwn} from './version.ts';
import {withTransport} from './with-transport.ts';
import {appendTo, refuseOver, refuseYielded} from './yielded.ts';

/** What is to be taken back, as it was written on the command line. */
export type AskedScope = {readonly node?: string; readonly phase?: string};

const listed = (names: readonly string[]): string => names.join(', ');

/** A phase by its name or by its role, a node by its name. Throws with the names there are. */
const scopeOf = ({plan}: RunState, {node, phase}: AskedScope): UndoScope => {
  if (node !== undefined && phase !== undefined)
    throw new UserError(
      text('--node and --phase do not go together', '--node 与 --phase 不能同时使用'),
      text('name one of them, or neither for the whole run', '请只用其一；都不用则撤销整个运行'),
    );
  if (node !== undefined) {
    const nodes = [...new Set(plan.phases.flatMap(({lanes}) => lanes.map(lane => lane.node)))];
    if (nodes.some(known => known === node)) return {kind: 'node', node};
    throw new UserError(
      text(`the run takes no node "${node}"`, `此次运行不涉及节点“${node}”`),
      text(`its nodes are: ${listed(nodes)}`, `涉及的节点：${listed(nodes)}`),
    );
  }
  if (phase === undefined) return {kind: 'run'};
  const ofRole = plan.phases.filter(({role}) => role === phase);
  // A role that is taken in several phases names none of them.
  const found = plan.phases.find(({id}) => id === phase) ?? (ofRole.length === 1 ? ofRole[0] : undefined);
  if (found !== undefined) return {kind: 'phase', phase: found.id};
  const phases = listed(plan.phases.map(({id}) => id));
  throw new UserError(
    text(`the run has no phase "${phase}"`, `此次运行没有阶段“${phase}”`),
    text(`its phases are: ${phases}`, `其阶段为：${phases}`),
  );
};

/** What may be done instead, where a plan has no word of its own for it. */
const nextBest = ({run, verdict}: RunState): Text =>
  verdict === null
    ? text(`go on with it: lakeup resume ${run}`, `请继续该运行：lakeup resume ${run}`)
    : text('leave the cluster as it is', '请保持集群现状');

const NOTHING = text('Nothing was changed.', '未做任何改动。');

const refusal = (state: RunState, {because, step, instead}: Refused): UserError => {
  const from = step === null ? '' : `${step}: `;
  return new UserError(
    text(`${from}${because.en} ${NOTHING.en}`, `${from}${because.zh}${NOTHING.zh}`),
    instead ?? nextBest(state),
  );
};

/** What has to be taken back before, each way that there is: that phase, or the whole run. Where none is, why. */
const firstThat = (taken: Taken, above: Phase): UserError => {
  const {state} = taken;
  const [its, whole] = [takeBack(taken, {kind: 'phase', phase: above.id}), takeBack(taken, {kind: 'run'})];
  if (its.kind === 'refused' && its.step !== null) return refusal(state, its);
  if (its.kind === 'refused' && whole.kind === 'refused') return refusal(state, whole);
  const ways = [
    ...(its.kind === 'refused'
      ? []
      : [
          text(
            `take that back first: lakeup undo ${state.run} --phase ${above.id}`,
            `请先撤销它：lakeup undo ${state.run} --phase ${above.id}`,
          ),
        ]),
    ...(whole.kind === 'refused'
      ? []
      : [text(`or all of it: lakeup undo ${state.run}`, `或全部撤销：lakeup undo ${state.run}`)]),
  ];
  return new UserError(
    text(
      `"${above.title.en}" was done after it and stands on it. ${NOTHING.en}`,
      `“${above.title.zh}”在其之后执行，并以其为前提。${NOTHING.zh}`,
    ),
    joinTexts(ways, SEMICOLON),
  );
};

/** The plan that takes back what was asked for. Throws with the reason, and the next best way, where there is none. */
const makeUndoPlan = (events: readonly Event[], {system, cluster}: Loaded, parts: AskedScope): Plan => {
  const state = foldEvents(events);
  const scope = scopeOf(state, parts);
  const above = standsOn(state, scope);
  if (above !== null) throw firstThat({state, system, cluster}, above);
  const taken = takeBack({state, system, cluster}, scope);
  if (taken.kind === 'refused') throw refusal(state, taken);
  const problems = planProblems(taken.plan, system, cluster);
  if (problems.length === 0) return taken.plan;
  const list = problemList(problems);
  throw new UserError(
    text(
      `${list.en}\nThe way back breaks the rules of its plan and is refused. ${NOTHING.en}`,
      `${list.zh}\n回退计划违反了规则，已拒绝。${NOTHING.zh}`,
    ),
    scope.kind !== 'run'
      ? text(`take back the whole run: lakeup undo ${state.run}`, `请撤销整个运行：lakeup undo ${state.run}`)
      : withItsOwn('undo', events),
  );
};

const isGivenUp = ({over}: Standing): boolean => over?.kind === 'abandoned';

/** Throws where a later run has changed these nodes: what is taken back last-first must not begin in the middle. */
const refuseLater = async (outside: Outside, of: RunDir, loaded: Loaded): Promise<void> => {
  const later = await laterRun(outside, of, loaded);
  if (later === null) return;
  const {dir, standing} = later;
  throw new UserError(
    text(
      `run ${dir.id} has changed this cluster after run ${of.id}`,
      `运行 ${dir.id} 在运行 ${of.id} 之后改动了此集群`,
    ),
    isGivenUp(standing)
      ? text(
          'it was given up: bring the nodes to where you want them by hand',
          '它已被放弃：请手工把节点恢复到想要的状态',
        )
      : standing.takesBack === undefined
        ? text(`take that one back first: lakeup undo ${dir.id}`, `请先撤销它：lakeup undo ${dir.id}`)
        : text(`finish that one first: lakeup resume ${dir.id}`, `请先完成它：lakeup resume ${dir.id}`),
  );
};

/** The run that is taken back. */
type Back = {readonly dir: RunDir; readonly state: RunState};

/**
 * Makes the run that takes another one back, lets that one give way, and carries it out. Where that one still has the lease, it
 * is the operator's own: it goes to the new run without a question, after the first yes.
 */
const carryOut = async (
  context: Context,
  {dir: of, state}: Back,
  loaded: Loaded,
  plan: Plan,
  transport: SshTransport,
  takeOver: string | null,
): Promise<ExitCode> => {
  const {outside} = context;
  await warnOfUnreached(context, loaded.cluster, transport);
  const id = makeRunId(realClock.now(), Math.random);
  const here = (await listRunDirs(outside.env)).map(({id}) => id);
  refuseElsewhere(state, await lookAround(loaded, transport), here, takeOver);
  const {lease, seen} = await prepareLease(context, loaded, transport, {
    run: id,
    takeOver,
    reason: () => reasonOf(plan),
    kin: [asKin(state), ...(await kinOf(outside, state))],
    plans: false,
  });
  return inRunDir(context, id, loaded, async (dir, journal) => {
    await appendTo(of, {type: 'run.yielded', to: id});
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
    const job = {dir, loaded, beginning, journal, transport, lease, autopilot: false};
    const {words, code} = await conduct(context, job);
    context.print(words[context.common.lang]);
    return code;
  });
};

const NONE_OPEN = text(
  'no run is open; one that has ended is taken back by its name: `lakeup undo RUN`',
  '没有未结束的运行；已结束的运行需按名称撤销：`lakeup undo RUN`',
);

/** `lakeup undo [RUN] [--node N | --phase P]`: the named run, or the only one that has not ended, or a part of it. */
export const undo = async (
  context: Context,
  asked: string | null,
  parts: AskedScope,
  takeOver: string | null = null,
): Promise<ExitCode> => {
  const {outside} = context;
  await settleRuns(outside);
  const found = asked === null ? await openRun(context, NONE_OPEN) : await askedRun(context, asked);
  const {dir, standing} = found;
  refuseOver(dir.id, standing);
  await refuseYielded(outside, dir.id, standing);
  await refusePruned(outside, dir.id, standing);
  const release = await lockOf(dir);
  try {
    const {events, journal} = await reopen(context, found);
    await journal.close();
    const state = foldEvents(events);
    const inventory = await readRunInventory(dir).catch(error => {
      throw fileError(error, dir.inventory, text('`lakeup runs` lists them', '`lakeup runs` 可列出所有运行'));
    });
    const loaded = await loadCluster(outside, state.plan.cluster, dir.inventory, inventory);
    await refuseLater(outside, dir, loaded);
    const plan = makeUndoPlan(events, loaded, parts);
    needTerminal(context, false);
    return await withClusterLock(outside.env, loaded.cluster, () =>
      withTransport(context, loaded.cluster, transport =>
        carryOut(context, {dir, state}, loaded, plan, transport, takeOver),
      ),
    );
  } finally {
    await release();
    await settleRuns(outside);
  }
};
