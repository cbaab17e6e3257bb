import type {Cluster} from '../model/inventory.ts';
import {
  type Action,
  type Check,
  type Gate,
  type Phase,
  type Plan,
  planSteps,
  type Step,
} from '../model/plan.ts';
import type {System} from '../model/system.ts';

const repeated = (ids: readonly string[]): string[] => [
  ...new Set(ids.filter((id, i) => ids.indexOf(id) !== i)),
];

const gateChecks = (gates: readonly Gate[]): Check[] =>
  gates.flatMap(gate => (gate.kind === 'check' ? [gate.check] : []));

const allChecks = (plan: Plan): Check[] => [
  ...plan.phases.flatMap(({gates}) => gateChecks(gates)),
  ...planSteps(plan).flatMap(step => [
    ...gateChecks(step.gates),
    ...step.done,
    ...(step.undo.kind === 'action' ? step.undo.done : []),
  ]),
  ...plan.verify.flatMap(({checks}) => checks),
];

const hasConfirm = (phase: Phase): boolean => phase.gates.some(gate => gate.kind === 'confirm');

/** A destructive gate shows what would be hit, and wants a word typed. */
const guardsDestruction = (gate: Gate): boolean =>
  gate.kind === 'confirm' &&
  gate.danger === 'destructive' &&
  gate.phrase !== undefined &&
  gate.blast.length > 0;

/** Facts a step takes from earlier ones: in its variables and in what it expects. */
const references = (step: Step): string[] => {
  const fromExpect = step.done.flatMap(({expect}) =>
    Object.values(expect).flatMap(value =>
      typeof value === 'object' && 'from' in value ? [value.from.step] : [],
    ),
  );
  const given =
    step.action.kind === 'script' ? Object.values(step.action.given ?? {}).map(ref => ref.step) : [];
  return [...fromExpect, ...given];
};

const earlierOnly = (plan: Plan): string[] => {
  const seen = new Set<string>();
  return planSteps(plan).flatMap(step => {
    const wrong = references(step).filter(id => !seen.has(id));
    seen.add(step.id);
    return wrong.map(id => `${step.id} takes a fact of ${id}, which does not come before it.`);
  });
};

const emptyScript = (action: Action): boolean => action.kind === 'script' && action.script.trim() === '';

/**
 * What is wrong with a plan, each a sentence; empty when it may run. General rules first, then the system's own. Checked
 * when a plan is made and again when one is read.
 */
export const planProblems = (plan: Plan, system: System, cluster: Cluster): string[] => {
  const steps = planSteps(plan);
  const nodes = new Map<string, string>(cluster.nodes.map(node => [node.id, node.role]));
  const gates = [...plan.phases.flatMap(phase => phase.gates), ...steps.flatMap(step => step.gates)];
  return [
    ...repeated(plan.phases.map(({id}) => id)).map(id => `The phase ${id} stands twice in the plan.`),
    ...repeated(steps.map(({id}) => id)).map(id => `The step ${id} stands twice in the plan.`),
    ...repeated(gates.map(({id}) => id)).map(id => `The gate ${id} stands twice in the plan.`),
    ...plan.phases.filter(({lanes}) => lanes.length === 0).map(({id}) => `The phase ${id} has no nodes.`),
    ...plan.phases
      .filter(phase => !hasConfirm(phase))
      .map(({id}) => `The phase ${id} would begin without being asked.`),
    ...steps
      .filter(({node}) => !nodes.has(node))
      .map(({id, node}) => `${id} is for ${node}, which the cluster does not have.`),
    ...steps.filter(({action}) => emptyScript(action)).map(({id}) => `${id} has an empty script.`),
    ...steps
      .filter(step => step.destroys !== undefined && !step.gates.some(guardsDestruction))
      .map(
        ({id}) =>
          `${id} destroys data and has no gate of its own that shows what it hits and wants a word typed.`,
      ),
    ...allChecks(plan).flatMap(check => {
      const probe = system.probes[check.probe];
      if (probe === undefined)
        return [`The check "${check.title.en}" asks the probe ${check.probe}, which does not exist.`];
      const role = nodes.get(check.node);
      if (role === undefined)
        return [`The check "${check.title.en}" looks at ${check.node}, which the cluster does not have.`];
      return probe.roles.includes(role)
        ? []
        : [`The probe ${check.probe} cannot look at ${check.node}, a ${role}.`];
    }),
    ...plan.phases.flatMap(({id, order}) =>
      order.kind === 'asked' && system.probes[order.probe] === undefined
        ? [`The order of ${id} asks the probe ${order.probe}, which does not exist.`]
        : [],
    ),
    ...cluster.nodes
      .filter(node => !plan.verify.some(({node: id}) => id === node.id))
      .map(({id}) => `Nothing verifies ${id} at the end.`),
    ...earlierOnly(plan),
    ...system.planProblems(plan, cluster),
  ];
};
