import type {FactRef} from '../model/facts.ts';
import type {NodeId} from '../model/ids.ts';
import type {Cluster} from '../model/inventory.ts';
import {
  type Action,
  type Check,
  type Gate,
  type Phase,
  type Plan,
  planSteps,
  type Verification,
} from '../model/plan.ts';
import {checkRefs, gateRefs, stepRefs} from '../model/refs.ts';
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
    ...(step.undo.kind === 'action' ? [...(step.undo.safe ?? []), ...step.undo.done] : []),
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

/**
 * Facts are taken only of steps that are certainly done by then: those of earlier phases, of the same lane, and, where
 * lanes go one after the other as listed, of the lanes before.
 */
const earlierOnly = (plan: Plan): string[] => {
  const before = new Set<string>();
  const wrong = (who: string, refs: readonly FactRef[], known: ReadonlySet<string>): string[] =>
    refs
      .filter(({step}) => !known.has(step))
      .map(({step}) => `${who} takes a fact of ${step}, which does not come before it.`);
  const inPhase = (phase: Phase): string[] => {
    const inOrder = phase.order.kind === 'listed' && phase.width === 1;
    const found = phase.gates.flatMap(gate => wrong(gate.id, gateRefs(gate), before));
    const done = new Set<string>();
    for (const {steps} of phase.lanes) {
      const known = new Set([...before, ...(inOrder ? done : [])]);
      for (const step of steps) {
        found.push(...step.gates.flatMap(gate => wrong(gate.id, gateRefs(gate), known)));
        found.push(...wrong(step.id, stepRefs(step), known));
        known.add(step.id);
        done.add(step.id);
      }
    }
    for (const id of done) before.add(id);
    return found;
  };
  const last = ({node, checks}: Verification): string[] =>
    wrong(`The verification of ${node}`, checks.flatMap(checkRefs), before);
  return [...plan.phases.flatMap(inPhase), ...plan.verify.flatMap(last)];
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
  const lookProblems = (who: string, look: {readonly probe: string; readonly node: NodeId}): string[] => {
    const probe = system.probes[look.probe];
    if (probe === undefined) return [`${who} asks the probe ${look.probe}, which does not exist.`];
    const role = nodes.get(look.node);
    if (role === undefined) return [`${who} looks at ${look.node}, which the cluster does not have.`];
    return probe.roles.includes(role)
      ? []
      : [`The probe ${look.probe} cannot look at ${look.node}, a ${role}.`];
  };
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
    ...allChecks(plan).flatMap(check => lookProblems(`The check "${check.title.en}"`, check)),
    ...gates.flatMap(gate =>
      gate.kind === 'confirm' ? gate.blast.flatMap(blast => lookProblems(`The gate ${gate.id}`, blast)) : [],
    ),
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
