import {createHash} from 'node:crypto';
import type {Action, Check, Gate, Plan, Step} from '../model/plan.ts';

// Two plans of one cluster are never the same bytes: each has a stamp of its own, and tells what was seen right before it. What a
// person rehearses is what would be done, so that is what is compared.

const checkOf = ({title, node, probe}: Check) => [title.en, node, probe];

const gateOf = (gate: Gate) =>
  gate.kind === 'check'
    ? [...checkOf(gate.check), gate.otherwise]
    : [gate.danger, gate.ask.en, gate.outages.map(({en}) => en), gate.phrase ?? null, gate.covers ?? []];

const actionOf = (action: Action) =>
  action.kind === 'script' ? [action.body, Object.entries(action.vars).toSorted()] : action;

const stepOf = ({id, title, gates, action, done, undo}: Step) => [
  id,
  title.en,
  gates.map(gateOf),
  actionOf(action),
  done.map(checkOf),
  undo.kind === 'action' ? actionOf(undo.action) : undo.kind,
];

/** The same for two plans that do the same: the same steps on the same nodes in the same order, by the same scripts, behind the same questions. */
export const planSum = (plan: Plan): string => {
  const {cluster, system, procedure, direction, from, to, out, scripts, phases} = plan;
  const done = {
    ...{cluster, system, procedure, direction, from, to, out},
    scripts: Object.entries(scripts).toSorted(),
    phases: phases.map(({id, gates, order, width, lanes, fanOut}) => [
      id,
      gates.map(gateOf),
      order,
      width,
      lanes.map(({node, steps}) => [node, steps.map(stepOf)]),
      fanOut ?? null,
    ]),
  };
  return createHash('sha256').update(JSON.stringify(done).replaceAll(plan.stamp, '')).digest('hex');
};
