import type {Cluster} from '../../model/inventory.ts';
import type {Gate, Phase, Plan, Step} from '../../model/plan.ts';
import {nodesOf, type RoleName} from './fields.ts';

const ORDER: readonly RoleName[] = ['ms', 'recycler', 'be', 'fe'];
const STEPS = ['stage', 'stop', 'backup', 'deploy', 'start'] as const;

const rank = ({role}: Phase): number => ORDER.map(String).indexOf(role);

const expects = (gate: Gate, name: string, value: string): boolean =>
  gate.kind === 'check' && gate.check.probe === 'cluster' && gate.check.expect[name] === value;

const outOfOrder = ({phases}: Plan): string[] =>
  phases.flatMap((phase, i) => {
    const before = phases[i - 1];
    return before !== undefined && rank(before) > rank(phase)
      ? [`${phase.id} comes after ${before.id}; MetaService, Recycler, backends, frontends is the order.`]
      : [];
  });

/** Every phase but the first waits, before and after the key press, until all earlier roles run the target. */
const notWaiting = (plan: Plan): string[] =>
  plan.phases.flatMap((phase, i) => {
    const confirm = phase.gates.findIndex(({kind}) => kind === 'confirm');
    const sides = [phase.gates.slice(0, Math.max(confirm, 0)), phase.gates.slice(confirm + 1)];
    return plan.phases
      .slice(0, i)
      .flatMap(({role}) =>
        sides.every(gates => gates.some(gate => expects(gate, `${role}.version`, plan.to)))
          ? []
          : [
              `${phase.id} does not wait, before and after it is confirmed, until every ${role} runs ${plan.to}.`,
            ],
      );
  });

const notConfirmed = ({phases}: Plan): string[] =>
  phases
    .filter(({gates}) => !gates.some(({kind}) => kind === 'confirm'))
    .map(({id}) => `${id} begins without a confirmation.`);

const tooWide = ({phases}: Plan): string[] =>
  phases
    .filter(({width}) => width !== 1)
    .map(({id, width}) => `${id} takes ${width} nodes at once; one is allowed.`);

const wrongSteps = (phase: Phase): string[] =>
  phase.lanes.flatMap(({node, steps}) => {
    const names = steps.map(({name}) => name).join(', ');
    return names === STEPS.join(', ')
      ? []
      : [`${node} is taken through ${names}; it must be ${STEPS.join(', ')}.`];
  });

/** A node is stopped only for a copy that was seen to be the wanted version. */
const unprovenCopies = (phase: Phase, to: string): string[] =>
  phase.lanes.flatMap(({steps}) =>
    steps
      .filter(({name}) => name === 'stage')
      .filter(({done}) => !done.some(({probe, expect}) => probe === 'stage-version' && expect.version === to))
      .map(({id}) => `${id} does not look whether the copy is ${to}.`),
  );

const asks = (step: Step, probe: string): boolean =>
  step.gates.some(gate => gate.kind === 'check' && gate.check.probe === probe);

const SAFETY: Readonly<Record<RoleName, readonly string[]>> = {
  ms: ['ms-safe-to-stop'],
  recycler: [],
  be: ['be-safe-to-stop'],
  fe: ['fe-safe-to-stop', 'fe-turn'],
};

/** A stop without a live look at the others is allowed only for a node that stands alone, as a confirmed outage. */
const unsafeStops = (phase: Phase, cluster: Cluster): string[] => {
  const role = ORDER.find(name => name === phase.role);
  if (role === undefined || (role === 'ms' && nodesOf(cluster, 'ms').length === 1)) return [];
  return phase.lanes.flatMap(({steps}) =>
    steps
      .filter(({name}) => name === 'stop')
      .flatMap(step =>
        SAFETY[role]
          .filter(probe => !asks(step, probe))
          .map(probe => `${step.id} is not preceded by a look at ${probe}.`),
      ),
  );
};

const masterNotLast = ({phases}: Plan): string[] =>
  phases.flatMap(({id, role, order}) => {
    if (role !== 'fe') return [];
    const asked = order.kind === 'asked' && order.ranks.join(' ') === 'observer follower master';
    return asked
      ? []
      : [`${id} does not ask, before every frontend, for observers, followers, then the master.`];
  });

const notAllNodes = ({phases}: Plan, cluster: Cluster): string[] =>
  ORDER.flatMap(role => {
    const planned = new Set(
      phases.filter(phase => phase.role === role).flatMap(({lanes}) => lanes.map(({node}) => node)),
    );
    return nodesOf(cluster, role)
      .filter(({id}) => !planned.has(id))
      .map(({id}) => `${id} would be left at the old version.`);
  });

/** The upgrade guide's own rules about an upgrade plan, each a sentence with what breaks it; empty when all hold. */
export const dorisPlanProblems = (plan: Plan, cluster: Cluster): readonly string[] =>
  plan.procedure !== 'upgrade'
    ? []
    : [
        ...outOfOrder(plan),
        ...notWaiting(plan),
        ...notConfirmed(plan),
        ...tooWide(plan),
        ...masterNotLast(plan),
        ...notAllNodes(plan, cluster),
        ...plan.phases.flatMap(phase => [
          ...wrongSteps(phase),
          ...unprovenCopies(phase, plan.to),
          ...unsafeStops(phase, cluster),
        ]),
      ];
