import {type Cluster, findNode} from '../model/inventory.ts';
import {type Action, type Gate, type Plan, planSteps, type Step, stepsOfPhase} from '../model/plan.ts';
import type {System} from '../model/system.ts';
import {type Text, text} from '../model/text.ts';
import {copyProblems} from './copy-problems.ts';
import {coverProblems} from './cover-problems.ts';
import {fanOutProblems} from './fan-out-problems.ts';
import {lookProblems} from './look-problems.ts';
import {pruneProblems} from './prune-problems.ts';
import {referenceProblems} from './references.ts';
import {reopenProblems} from './reopen-problems.ts';
import {serviceProblems} from './service-problems.ts';
import {stopsAgainProblems} from './stops-again-problems.ts';

const repeated = (ids: readonly string[]): string[] => {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const id of ids) (seen.has(id) ? twice : seen).add(id);
  return [...twice];
};

const idProblems = ({phases}: Plan, steps: readonly Step[]): Text[] => {
  const twice = (what: Text, ids: readonly string[]): Text[] =>
    repeated(ids).map(id =>
      text(`The ${what.en} ${id} stands twice in the plan.`, `${what.zh} ${id} 在计划中出现了两次。`),
    );
  const ids = (of: readonly {readonly id: string}[]): string[] => of.map(({id}) => id);
  return [
    ...twice(text('phase', '阶段'), ids(phases)),
    ...twice(text('step', '步骤'), ids(steps)),
    ...twice(text('gate', '关卡'), ids([...phases, ...steps].flatMap(({gates}) => gates))),
  ];
};

const phaseProblems = ({phases}: Plan): Text[] => [
  ...phases
    .filter(({lanes}) => lanes.length === 0)
    .map(({id}) => text(`The phase ${id} has no nodes.`, `阶段 ${id} 没有节点。`)),
  ...phases
    .filter(({gates}) => !gates.some(({kind}) => kind === 'confirm'))
    .map(({id}) => text(`The phase ${id} would begin without being asked.`, `阶段 ${id} 会未经确认就开始。`)),
  ...phases.flatMap(({id, lanes}) =>
    repeated(lanes.map(({node}) => node)).map(node =>
      text(`${node} stands twice in the phase ${id}.`, `${node} 在阶段 ${id} 中出现了两次。`),
    ),
  ),
  ...phases
    .flatMap(({lanes}) => lanes)
    .flatMap(({node, steps}) =>
      steps
        .filter(step => step.node !== node)
        .map(({id, node: other}) =>
          text(
            `${id} is for ${other}, and stands among the steps of ${node}.`,
            `${id} 的节点是 ${other}，却在 ${node} 的步骤之中。`,
          ),
        ),
    ),
];

/** Where nodes go as they are listed, one that is put back in the queue is the first that waits, and goes again at once. */
const vainDeferrals = ({phases}: Plan): Text[] =>
  phases
    .filter(({order}) => order.kind !== 'asked')
    .flatMap(({id, lanes}) =>
      lanes
        .flatMap(({steps}) => steps)
        .flatMap(({node, gates}) =>
          gates
            .filter(gate => gate.kind === 'check' && gate.otherwise === 'defer')
            .map(gate =>
              text(
                `${gate.id} would put ${node} back in the queue, but ${id} takes its nodes as they are listed: ${node} would be next again.`,
                `${gate.id} 会让 ${node} 退回排队，但 ${id} 按列出的顺序处理节点：下一个仍会是 ${node}。`,
              ),
            ),
        ),
    );

/** A destructive gate shows what would be hit, and wants a word typed. */
const guardsDestruction = (gate: Gate): boolean =>
  gate.kind === 'confirm' &&
  gate.danger === 'destructive' &&
  gate.phrase !== undefined &&
  gate.blast.length > 0;

const scriptProblems = ({scripts}: Plan, id: string, action: Action): Text[] => {
  if (action.kind !== 'script') return [];
  const found = scripts[action.body];
  if (found === undefined)
    return [
      text(
        `${id} runs the script ${action.body}, which the plan does not hold.`,
        `${id} 要执行脚本 ${action.body}，但计划中没有它。`,
      ),
    ];
  return found.trim() === ''
    ? [text(`The script ${action.body} of ${id} is empty.`, `${id} 的脚本 ${action.body} 为空。`)]
    : [];
};

/** Of a plan that prunes a run: the gates of each step's phase, whose question is about each step of it. */
const gatesOfPhases = ({phases, prunes}: Plan): ReadonlyMap<string, readonly Gate[]> =>
  new Map(
    prunes === undefined
      ? []
      : phases.flatMap(phase => stepsOfPhase(phase).map(({id}) => [id, phase.gates] as const)),
  );

const stepProblems = (
  plan: Plan,
  steps: readonly Step[],
  cluster: Cluster,
  askedFor = gatesOfPhases(plan),
): Text[] => [
  ...steps
    .filter(({node}) => findNode(cluster, node) === undefined)
    .map(({id, node}) =>
      text(`${id} is for ${node}, which the cluster does not have.`, `${id} 的节点 ${node} 不在集群中。`),
    ),
  ...steps.flatMap(step => [
    ...scriptProblems(plan, step.id, step.action),
    ...(step.undo.kind === 'action' ? scriptProblems(plan, step.id, step.undo.action) : []),
  ]),
  ...serviceProblems(plan),
  ...steps
    .filter(
      step =>
        step.destroys !== undefined &&
        ![...step.gates, ...(askedFor.get(step.id) ?? [])].some(guardsDestruction),
    )
    .map(({id}) =>
      text(
        `${id} destroys data and has no gate of its own that shows what it hits and wants a word typed.`,
        `${id} 会销毁数据，却没有自己的关卡来展示影响范围并要求输入确认词。`,
      ),
    ),
];

/** The last looks decide the verdict: no node goes without. */
const unverified = ({verify}: Plan, {nodes}: Cluster): Text[] => {
  const verified = new Set(verify.map(({node}) => node));
  return nodes
    .filter(({id}) => !verified.has(id))
    .map(({id}) => text(`Nothing verifies ${id} at the end.`, `最后没有对 ${id} 进行验证。`));
};

/**
 * What is wrong with a plan, each a sentence; empty when it may run. General rules first, then the system's own. Checked
 * when a plan is made and again when one is read.
 */
export const planProblems = (plan: Plan, system: System, cluster: Cluster): Text[] => {
  const steps = planSteps(plan);
  return [
    ...idProblems(plan, steps),
    ...phaseProblems(plan),
    ...coverProblems(plan),
    ...vainDeferrals(plan),
    ...stepProblems(plan, steps, cluster),
    ...fanOutProblems(plan),
    ...plan.phases.flatMap(({id, fanOut}) =>
      fanOut === undefined ? [] : scriptProblems(plan, id, fanOut.action),
    ),
    ...copyProblems(steps, cluster),
    ...lookProblems(plan, system, cluster),
    ...unverified(plan, cluster),
    ...referenceProblems(plan),
    ...reopenProblems(plan),
    ...stopsAgainProblems(plan),
    // The system's own rules are about versions that come and go.
    ...(plan.prunes === undefined ? system.planProblems(plan, cluster) : pruneProblems(plan, cluster)),
  ];
};
