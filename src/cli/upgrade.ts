import type {OpenJournal} from '../engine/journal.ts';
import type {Lane, Plan, Step} from '../model/plan.ts';
import type {Rehearsed} from '../model/rehearsed.ts';
import type {Survey} from '../model/survey.ts';
import type {Choice, System} from '../model/system.ts';
import {text} from '../model/text.ts';
import {freshStamp} from '../plan/fresh-stamp.ts';
import {makePlan} from '../plan/make-plan.ts';
import {planProblems} from '../plan/plan-problems.ts';
import type {SshTransport} from '../transport/transport.ts';
import {rehearsedWords} from '../ui/rehearsed-words.ts';
import {withClusterLock} from './cluster-lock.ts';
import {conduct} from './conduct.ts';
import type {ExitCode} from './exit-code.ts';
import {type KnownOuts, knownOut, leftByRuns, withOutSince} from './known-out.ts';
import {describeLeftRun, refuseLeftRun} from './left-run.ts';
import {type Loaded, readCluster} from './load-cluster.ts';
import {logInEverywhere} from './log-in.ts';
import {needTerminal} from './need-terminal.ts';
import {inRunDir} from './new-run.ts';
import type {Context} from './outside.ts';
import {judge, problemList, runPreflight} from './preflight.ts';
import {realClock} from './real-clock.ts';
import {rehearsedOf} from './rehearsals.ts';
import {inventorySum, makeRunId, type RunDir} from './state-dir.ts';
import {surveyCluster} from './survey.ts';
import {type LeaseReason, prepareLease, reasonOf} from './take-over.ts';
import {UserError} from './user-error.ts';
import {VERSION} from './version.ts';
import {withTransport} from './with-transport.ts';
import {writeOver} from './write.ts';

const progress = (context: Context, total: number) => {
  const {stderr} = context.outside;
  const live = stderr.isTTY === true && !context.common.json;
  const words = {en: 'Looking at the nodes', zh: '正在查看节点'}[context.common.lang];
  return {
    show: (done: number): void => {
      if (live) writeOver(stderr, `${words}: ${done}/${total} `);
    },
    end: (): void => {
      if (live) writeOver(stderr, '');
    },
  };
};

/** Looks at every node. Throws with all that is wrong when one cannot be looked at. */
export const takeSurvey = async (
  context: Context,
  loaded: Loaded,
  transport: SshTransport,
): Promise<Survey> => {
  const {cluster, system} = loaded;
  const shown = progress(context, cluster.nodes.length);
  shown.show(0);
  const looker = {system, cluster, clock: realClock, ask: transport.ask};
  const {survey, silent} = await surveyCluster(looker, shown.show).finally(shown.end);
  judge(context, silent, 'quiet');
  return survey;
};

type Chosen = Extract<Choice, {readonly kind: 'procedure'}>;

/** The same plan where everything takes that much of its usual time: what is estimated, not how long is waited. */
const atPace = (plan: Plan, pace: number): Plan => {
  const paced = (step: Step): Step => ({...step, typicalMs: Math.round(step.typicalMs * pace)});
  const lane = ({node, steps: [first, ...more]}: Lane): Lane => ({
    node,
    steps: [paced(first), ...more.map(paced)],
  });
  if (pace === 1) return plan;
  return {...plan, phases: plan.phases.map(phase => ({...phase, lanes: phase.lanes.map(lane)}))};
};

/** Makes the plan of an upgrade. Throws with every rule that it would break. */
export const makeUpgradePlan = (
  system: System,
  survey: Survey,
  choice: Chosen,
  stamps: readonly string[],
): Plan => {
  const target = {from: choice.from, to: choice.to, stamp: freshStamp(realClock.now(), survey, stamps)};
  const plan = makePlan(choice, {...survey, target});
  const problems = planProblems(plan, system, survey.cluster);
  if (problems.length === 0) return plan;
  const list = problemList(problems);
  throw new UserError(
    text(
      `${list.en}\nThe plan breaks its own rules and is refused. Nothing was changed.`,
      `${list.zh}\n计划违反了自身的规则，已拒绝。未做任何改动。`,
    ),
    text('compare the inventory with the live cluster', '请核对清单与实际集群'),
  );
};

/** What an upgrade of a real cluster has besides: whose lease it takes over, and whether its plan was rehearsed. */
type Besides = {
  readonly takeOver?: string | null;
  readonly rehearsed?: (plan: Plan) => Promise<Rehearsed>;
  /** Whom earlier runs of this machine have left out of service. */
  readonly known?: KnownOuts;
};

/** Looks, checks, plans and carries out an upgrade of a cluster that was read. */
export const upgradeCluster = (
  context: Context,
  loaded: Loaded,
  autopilot: boolean,
  besides: Besides = {},
): Promise<ExitCode> =>
  withClusterLock(context.outside.env, loaded.cluster, () => carryOut(context, loaded, autopilot, besides));

/** What has to be so before a run can begin: its plan, made of what was seen under its lease where that was taken over. */
const planUpgrade = async (
  context: Context,
  loaded: Loaded,
  transport: SshTransport,
  stamps: readonly string[],
  known: KnownOuts,
) => {
  const survey = await takeSurvey(context, loaded, transport);
  const {choice, findings: found} = runPreflight(loaded.system, survey);
  const findings = [...found, ...leftByRuns(survey, known)];
  judge(context, findings, 'summary');
  if (choice.kind === 'refused') throw new Error('a choice that was refused blocks, and did not');
  const plan = withOutSince(makeUpgradePlan(loaded.system, survey, choice, stamps), known);
  return {plan: atPace(plan, context.pace), findings};
};

const carryOut = (
  context: Context,
  loaded: Loaded,
  autopilot: boolean,
  {takeOver = null, rehearsed: askRehearsed, known = new Map()}: Besides,
): Promise<ExitCode> =>
  withTransport(context, loaded.cluster, async transport => {
    judge(context, await logInEverywhere(loaded.cluster.hosts, transport), 'quiet');
    const id = makeRunId(realClock.now(), Math.random);
    let told: LeaseReason = {reason: '', stamp: ''};
    const {lease, seen, stamps} = await prepareLease(context, loaded, transport, {
      run: id,
      takeOver,
      reason: () => told,
      plans: true,
    });
    let isBegun = false;
    try {
      const {plan, findings} = await planUpgrade(context, loaded, transport, stamps, known);
      told = reasonOf(plan);
      const rehearsed = await askRehearsed?.(plan);
      if (rehearsed !== undefined) context.tell(rehearsedWords(rehearsed));
      const wanted = lease.wanted();
      const planned = {
        type: 'run.planned',
        run: id,
        lakeup: VERSION,
        inventorySum: inventorySum(loaded.inventory),
        plan,
        // What blocks has ended it here, and what passed has nothing to say later.
        findings: findings.filter(({level}) => level === 'warn'),
        ...(rehearsed === undefined ? {} : {rehearsed}),
        leases: seen,
        ...(wanted === null ? {} : {lease: wanted}),
      } as const;
      const work = async (dir: RunDir, journal: OpenJournal): Promise<ExitCode> => {
        const beginning = {kind: 'new', planned: {...planned, inventory: dir.inventory}} as const;
        const job = {dir, loaded, beginning, journal, transport, lease, autopilot};
        const {words, code} = await conduct(context, job);
        // A program reads that of the report: what is no JSON would end it.
        if (!context.common.json) context.print(words[context.common.lang]);
        return code;
      };
      return await inRunDir(context, id, loaded, work, () => {
        isBegun = true;
      });
    } finally {
      // Nothing was changed, and no journal knows of it: whoever had the lease before may go on.
      if (!isBegun) for (const words of await lease.free(false)) context.tell(words);
    }
  });

/** `lakeup upgrade CLUSTER -i FILE [--take-over RUN]`. */
export const upgrade = async (
  context: Context,
  cluster: string,
  file: string,
  takeOver: string | null = null,
): Promise<ExitCode> => {
  const loaded = await readCluster(context.outside, cluster, file);
  const runs = await refuseLeftRun(context.outside, loaded.cluster);
  for (const run of runs.left) {
    const {en, zh} = describeLeftRun(run);
    context.tell(text(`Note: ${en}.`, `注意：${zh}。`));
  }
  needTerminal(context, false);
  const rehearsed = (plan: Plan): Promise<Rehearsed> => rehearsedOf(context.outside.env, plan);
  return upgradeCluster(context, loaded, false, {takeOver, rehearsed, known: knownOut(runs)});
};
