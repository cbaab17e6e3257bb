import {findNode} from '../../../model/inventory.ts';
import {LEFT_BEHIND} from '../../../model/left-behind.ts';
import {type Check, gateChecks, type Plan, planSteps, type Step} from '../../../model/plan.ts';
import {type Text, text} from '../../../model/text.ts';
import type {DorisCluster} from '../fields.ts';

// Rules about what does as well as the expectation of a check.

/**
 * Before a frontend is stopped, that a newer master has left it behind: it is out already, nothing is taken from service. After
 * it was started, that others are: it cannot have a majority before them.
 */
const isAllowed =
  ({direction, to}: Plan, who: 'itself' | 'others') =>
  ({given, or = []}: Check): boolean =>
    or.length === 0 ||
    (direction === 'forward' &&
      given?.to === to &&
      or.every(each => each[who] === LEFT_BEHIND && Object.keys(each).length === 1));

/** The way back of a way back is the way there. */
const undoChecks = ({direction}: Plan, {undo}: Step): readonly Check[] =>
  direction === 'forward' && undo.kind === 'action' ? [...(undo.safe ?? []), ...undo.done] : [];

/** Nothing does as well as safety before a step or proof after it, but for frontends that are left behind. */
export const excuseRules = (plan: Plan, cluster: DorisCluster): readonly Text[] => {
  const isFrontend = ({node}: Step): boolean => findNode(cluster, node)?.fields.role === 'fe';
  const asked: readonly {readonly who: string; readonly checks: readonly Check[]}[] = [
    ...plan.phases.map(({id, gates}) => ({who: id, checks: gateChecks(gates)})),
    ...planSteps(plan).flatMap(step => [
      {
        who: step.id,
        checks: isFrontend(step)
          ? [
              ...gateChecks(step.gates).filter(check => !isAllowed(plan, 'itself')(check)),
              ...step.done.filter(check => step.name !== 'start' || !isAllowed(plan, 'others')(check)),
            ]
          : [...gateChecks(step.gates), ...step.done],
      },
      {who: step.id, checks: undoChecks(plan, step)},
    ]),
    ...plan.verify.map(({node, checks}) => ({who: node, checks})),
  ];
  return asked.flatMap(({who, checks}) =>
    checks
      .filter(({or}) => or !== undefined)
      .map(({title}) =>
        text(
          `${who} lets something else do as well as "${title.en}".`,
          `${who} 让其他情况也能代替“${title.zh}”。`,
        ),
      ),
  );
};
