import {stamp} from '../lib/stamp.ts';
import type {Lane, Plan, Step} from '../model/plan.ts';
import type {Survey} from '../model/survey.ts';
import type {Choice, System} from '../model/system.ts';
import {text} from '../model/text.ts';
import {makePlan} from '../plan/make-plan.ts';
import {planProblems} from '../plan/plan-problems.ts';
import type {SshTransport} from '../transport/transport.ts';
import {withClusterLock} from './cluster-lock.ts';
import {conduct} from './conduct.ts';
import type {ExitCode} from './exit-code.ts';
import {describeLeftRun, refuseLeftRun} from './left-run.ts';
import {type Loaded, readCluster} from './load-cluster.ts';
import {logInEverywhere} from './log-in.ts';
import {needTerminal} from './need-terminal.ts';
import {inRunDir} from './new-run.ts';
import type {Context} from './outside.ts';
import {judge, problemList, runPreflight} from './preflight.ts';
import {realClock} from './real-clock.ts';
import {inventorySum, makeRunId} from './state-dir.ts';
import {surveyCluster} from './survey.ts';
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

/** Reaches every host and looks at every node. Throws with all that is wrong when one cannot be looked at. */
export const takeSurvey = async (
  context: Context,
  loaded: Loaded,
  transport: SshTransport,
): Promise<Survey> => {
  const {cluster, system} = loaded;
  judge(context, await logInEverywhere(cluster.hosts, transport), 'quiet');
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
const makeUpgradePlan = (system: System, survey: Survey, choice: Chosen): Plan => {
  const target = {from: choice.from, to: choice.to, stamp: stamp(realClock.now())};
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

/** Looks, checks, plans and carries out an upgrade of a cluster that was read. */
export const upgradeCluster = (context: Context, loaded: Loaded, autopilot: boolean): Promise<ExitCode> =>
  withClusterLock(context.outside.env, loaded.cluster, () => carryOut(context, loaded, autopilot));

const carryOut = (context: Context, loaded: Loaded, autopilot: boolean): Promise<ExitCode> =>
  withTransport(context, loaded.cluster, async transport => {
    const survey = await takeSurvey(context, loaded, transport);
    const {choice, findings} = runPreflight(loaded.system, survey);
    judge(context, findings, 'summary');
    if (choice.kind === 'refused') throw new Error('a choice that was refused blocks, and did not');
    const plan = atPace(makeUpgradePlan(loaded.system, survey, choice), context.pace);
    const id = makeRunId(realClock.now(), Math.random);
    return inRunDir(context, id, loaded, async (dir, journal) => {
      const planned = {
        type: 'run.planned',
        run: id,
        lakeup: VERSION,
        inventory: dir.inventory,
        inventorySum: inventorySum(loaded.inventory),
        plan,
        // What blocks has ended it here, and what passed has nothing to say later.
        findings: findings.filter(({level}) => level === 'warn'),
      } as const;
      const beginning = {kind: 'new', planned} as const;
      const {words, code} = await conduct(context, {dir, loaded, beginning, journal, transport, autopilot});
      context.print(words[context.common.lang]);
      return code;
    });
  });

/** `lakeup upgrade CLUSTER -i FILE`. */
export const upgrade = async (context: Context, cluster: string, file: string): Promise<ExitCode> => {
  const loaded = await readCluster(context.outside, cluster, file);
  for (const run of await refuseLeftRun(context.outside, loaded.cluster)) {
    const {en, zh} = describeLeftRun(run);
    context.tell(text(`Note: ${en}.`, `注意：${zh}。`));
  }
  needTerminal(context, false);
  return upgradeCluster(context, loaded, false);
};
