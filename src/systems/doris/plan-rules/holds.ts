import {findNode} from '../../../model/inventory.ts';
import {type Check, gateChecks, type Plan, planSteps} from '../../../model/plan.ts';
import {type Text, text} from '../../../model/text.ts';
import type {DorisCluster} from '../fields.ts';

// Rules about what has to be seen to hold, and not only once.

/** The journal that has to go on, and the one that it is measured by. */
const SLOWEST = 'slowestJournal';
const MASTERS = 'masterJournal';

/**
 * Before a frontend is stopped the others stay as they are asked to be for a while, and whoever has read least of the master's
 * journal reads on (docs/decisions/what-has-to-hold.md): one good look is met with luck by one that comes and goes, and by one whose
 * journal stands still.
 */
const isHeld = ({follows, steadyMs = 0}: Check, {settings}: DorisCluster): boolean =>
  steadyMs >= settings.steadyMs && follows?.[SLOWEST] === MASTERS;

const isSafety = ({probe}: Check): boolean => probe === 'fe-safe-to-stop';

/** Every look at the others of a frontend that is to be stopped, on the way there, back, and in the way back of the way there. */
export const holdRules = (plan: Plan, cluster: DorisCluster): readonly Text[] =>
  planSteps(plan)
    .filter(({node}) => findNode(cluster, node)?.fields.role === 'fe')
    .flatMap(({id, gates, undo}) => {
      const back = undo.kind === 'action' ? (undo.safe ?? []) : [];
      const asked = [
        {who: text(id, `${id} `), checks: gateChecks(gates)},
        {who: text(`The way back of ${id}`, `${id} 的回退`), checks: back},
      ];
      return asked
        .filter(({checks}) => checks.some(check => isSafety(check) && !isHeld(check, cluster)))
        .map(({who}) =>
          text(
            `${who.en} may begin after one good look at the other frontends: they have to stay well, and the slowest journal has to move.`,
            `${who.zh}可能在只看到其他 FE 正常一次之后就开始：它们须持续正常，且最慢的日志须有进展。`,
          ),
        );
    });
