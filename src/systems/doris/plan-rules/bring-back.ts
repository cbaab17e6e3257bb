import {type Action, type Check, gateChecks, type Plan, planSteps, type Step} from '../../../model/plan.ts';
import {type Text, text} from '../../../model/text.ts';
import {looksFor, unseen, type Wanted} from './steps.ts';

// Rules about the way back of a put-back, which starts the old bin and lib of a node that was cut off.

type BringsBack = {
  readonly who: Text;
  readonly action: Action;
  readonly checks: readonly Check[];
  readonly version: string;
};

/** In a plan back it is a step of its own; on the way there it stands beside the step that it takes back. */
const bringsBack = ({from, to}: Plan, {id, name, undo, action, gates}: Step): BringsBack | null => {
  if (name === 'undo-put-back')
    return {who: text(id, `${id} `), action, checks: gateChecks(gates), version: to};
  return name === 'put-back' && undo.kind === 'action'
    ? {
        who: text(`The way back of ${id}`, `${id} 的回退`),
        action: undo.action,
        checks: undo.safe ?? [],
        version: from,
      }
    : null;
};

/** The old bin and lib are known for that version, wherever they lie, and go back to their places before they are started. */
export const bringBackRules = (plan: Plan): readonly Text[] =>
  planSteps(plan).flatMap(step => {
    const found = bringsBack(plan, step);
    if (found === null) return [];
    const {who, action, checks, version} = found;
    const wanted: Wanted = {probe: 'cut', expect: {version}};
    return [
      ...(looksFor(checks, step, wanted) ? [] : [unseen(who, wanted)]),
      ...(action.kind === 'script' && action.body.endsWith('.bring-back')
        ? []
        : [
            text(
              `${who.en} does not put the old bin and lib back before it starts them.`,
              `${who.zh}没有先放回旧的 bin 和 lib 就启动。`,
            ),
          ]),
    ];
  });
