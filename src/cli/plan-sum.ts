import {createHash} from 'node:crypto';
import type {Action, Check, Gate, Plan, PlannedExpect, Step} from '../model/plan.ts';

// Two plans of one cluster are never the same bytes: each has a stamp of its own, and tells what was seen right before it. What a
// person rehearses is what would be done, so that is what is compared.

type Survey = Plan['survey'];

/**
 * What is expected, but for what was seen right before: that a start time is another one, that a journal has not gone back. No
 * least number is a setting, so of those only the name counts.
 */
const expectOf = (expect: PlannedExpect, seen: Survey[Check['node']] = {}) =>
  Object.entries(expect)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, expected]) => {
      if (typeof expected !== 'object') return [name, expected];
      if ('atLeast' in expected) return [name, 'at least'];
      return 'not' in expected && expected.not === seen[name] ? [name, 'another'] : [name, expected];
    });

const checkOf = (survey: Survey) => (check: Check) => {
  const {title, node, probe, expect, or = [], pending = {}, hopeless = {}, vain = []} = check;
  const {hopelessAfterMs, steadyMs, follows = {}, withinMs, pollMs} = check;
  const wanted = (of: PlannedExpect) => expectOf(of, survey[node]);
  return [
    ...[title.en, node, probe],
    ...[wanted(expect), or.map(wanted), wanted(pending), wanted(hopeless)],
    ...[
      vain.map(({seen, afterMs, ended}) => [wanted(seen), afterMs, ...(ended === true ? ['ended'] : [])]),
      Object.entries(follows).toSorted(),
    ],
    ...[hopelessAfterMs ?? null, steadyMs ?? null, withinMs, pollMs],
  ];
};

const gateOf = (survey: Survey) => (gate: Gate) =>
  gate.kind === 'check'
    ? [...checkOf(survey)(gate.check), gate.otherwise]
    : [gate.danger, gate.ask.en, gate.outages.map(({en}) => en), gate.phrase ?? null, gate.covers ?? []];

const actionOf = (action: Action) =>
  action.kind === 'script'
    ? [action.body, Object.entries(action.vars).toSorted(), action.timeoutMs, action.trust]
    : action;

const stepOf =
  (survey: Survey) =>
  ({id, title, gates, action, done, undo}: Step) => {
    const check = checkOf(survey);
    return [
      ...[id, title.en, gates.map(gateOf(survey)), actionOf(action), done.map(check)],
      undo.kind === 'action'
        ? [
            actionOf(undo.action),
            (undo.safe ?? []).map(check),
            undo.done.map(check),
            ...(undo.onlyDone ? ['only done'] : []),
          ]
        : undo.kind,
    ];
  };

/**
 * The same for two plans that do the same: the same steps on the same nodes in the same order, by the same scripts, behind the same
 * questions, seen by the same checks within the same limits.
 */
export const planSum = (plan: Plan): string => {
  const {cluster, system, procedure, direction, from, to, out, scripts, phases, verify, survey} = plan;
  const done = {
    ...{cluster, system, procedure, direction, from, to, out},
    scripts: Object.entries(scripts).toSorted(),
    phases: phases.map(({id, gates, order, width, lanes, fanOut}) => [
      id,
      gates.map(gateOf(survey)),
      order,
      width,
      lanes.map(({node, steps}) => [node, steps.map(stepOf(survey))]),
      fanOut ?? null,
    ]),
    verify: verify.map(({node, checks}) => [node, checks.map(checkOf(survey))]),
  };
  return createHash('sha256').update(JSON.stringify(done).replaceAll(plan.stamp, '')).digest('hex');
};
