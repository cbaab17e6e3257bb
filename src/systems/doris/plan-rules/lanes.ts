import type {NodeId} from '../../../model/ids.ts';
import type {Plan} from '../../../model/plan.ts';
import {type Text, text} from '../../../model/text.ts';

// Rules about which steps a node is taken through, and in which order.

const STEPS = ['stage', 'stop', 'backup', 'deploy', 'start'] as const;
/** Of one that is down in the middle of an upgrade when the plan begins. */
const CUT_STEPS = ['put-back', 'stage', 'stop', 'backup', 'deploy', 'start'] as const;
/** Its put-back leads back for its stop too. */
const CUT_BACK = CUT_STEPS.filter(name => name !== 'stop');

const undone = (steps: readonly string[]): readonly string[] =>
  steps.map(name => `undo-${name}`).toReversed();

/** Back, those that were begun, the last one first, and none left out between; a copy that was found there already is none of the run's. */
const waysBack = (steps: readonly string[]): readonly string[] => {
  const back = undone(steps);
  const parts = back.map((_, i) => back.slice(i));
  return [...parts, ...parts.map(part => part.filter(name => name !== 'undo-stage'))]
    .filter(part => part.length > 0)
    .map(part => part.join(' '));
};

const BACK: ReadonlySet<string> = new Set([...waysBack(STEPS), ...waysBack(CUT_BACK)]);

/** Forward all steps, of whoever is out already those that begin with its files; back what of either way was begun. */
const isAllowed = ({direction, out}: Plan, node: NodeId, steps: string): boolean =>
  direction === 'back' ? BACK.has(steps) : steps === (out.includes(node) ? CUT_STEPS : STEPS).join(' ');

export const laneRules = (plan: Plan): readonly Text[] =>
  plan.phases.flatMap(({lanes}) =>
    lanes
      .filter(({node, steps}) => !isAllowed(plan, node, steps.map(({name}) => name).join(' ')))
      .map(({node, steps}) => {
        const forward = plan.out.includes(node) ? CUT_STEPS : STEPS;
        const wanted = plan.direction === 'forward' ? forward : undone(STEPS);
        const names = steps.map(({name}) => name).join(', ');
        return text(
          `${node} is taken through ${names}; it must be ${wanted.join(', ')}${plan.direction === 'back' ? ', from where it stands' : ''}.`,
          `${node} 的步骤是 ${names}；应为 ${wanted.join('、')}${plan.direction === 'back' ? '（从它所处的步骤开始）' : ''}。`,
        );
      }),
  );
