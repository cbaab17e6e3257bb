import {findNode} from '../../../model/inventory.ts';
import {type Plan, planSteps} from '../../../model/plan.ts';
import {type Text, text} from '../../../model/text.ts';
import {type DorisCluster, ownPortOf} from '../fields.ts';
import {saysItsRole} from '../probes/survey.ts';
import {SPOT_FACTS} from '../scripts/spot.ts';
import {asksForGroup} from './since.ts';

/** What scripts were told before they asked for the other followers too. */
const SPOT_FACTS_BEFORE = ['fe'] as const;

/**
 * Forward, a frontend that says on its page what it is says so once more right before the signal, to a script that knows what its
 * gates saw: mastership moves in the seconds between.
 */
export const spotRules = (plan: Plan, cluster: DorisCluster): readonly Text[] => {
  const facts = asksForGroup(plan) ? SPOT_FACTS : SPOT_FACTS_BEFORE;
  return planSteps(plan).flatMap(({id, name, node: of, action}) => {
    const node = findNode(cluster, of);
    if (plan.direction === 'back' || name !== 'stop' || action.kind !== 'script' || node === undefined)
      return [];
    if (!saysItsRole(node, plan.survey[of] ?? {})) return [];
    const isAsked =
      action.vars.ask_port === ownPortOf(node) && facts.every(fact => action.spot?.includes(fact));
    return isAsked
      ? []
      : [
          text(
            `${id} does not ask ${of} right before the signal whether it is the master, and whether a majority is left without it.`,
            `${id} 在发出信号之前没有询问 ${of} 是否为主 FE，以及没有它时是否仍有多数。`,
          ),
        ];
  });
};
