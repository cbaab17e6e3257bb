import {z} from 'zod';
import {momentOf} from '../lib/moment.ts';
import {NodeId} from '../model/ids.ts';
import {planSteps} from '../model/plan.ts';
import {type RunState, type StepState, stepState, touchedSince} from '../model/state.ts';
import {both, Text, text} from '../model/text.ts';
import {realClock} from './real-clock.ts';

/** A step whose action may be at work on a host, though nobody is at its run: how it ended nobody has seen. */
export const AtWork = z.object({node: NodeId, title: Text, since: z.number()}).readonly();
export type AtWork = z.infer<typeof AtWork>;

/** Begun, and perhaps still at work: running, looked at by nobody since lakeup died, lost, or in the way of its own retry. */
export const isUnseen = (step: StepState): boolean => {
  if (step.status !== 'failed') return step.status === 'running' || step.status === 'interrupted';
  const {failure} = step;
  return failure.kind === 'lost' || (failure.kind === 'refused' && failure.trouble === 'still-running');
};

/** Those of a run. A copy goes through lakeup and ends with it, and what is done by hand is a person's to know. */
export const atWorkIn = (state: RunState): readonly AtWork[] =>
  planSteps(state.plan).flatMap(({id, node, title, action}) => {
    const step = stepState(state, id);
    if (action.kind !== 'script' || step.status === 'done' || step.status === 'waiting') return [];
    const hasEnded = step.status === 'running' && step.outcome !== null;
    return hasEnded || !isUnseen(step) ? [] : [{node, title, since: touchedSince(step) ?? step.at}];
  });

/** Of so many steps it is said where each is. */
const TOLD_MOST = 3;

/**
 * ""stop" was begun on be-1 at 02:14:45 and its end not seen: it may be at work there still; resume looks first", or null. `goesOn`:
 * whether the run can be resumed.
 */
export const describeAtWork = (atWork: readonly AtWork[], goesOn: boolean): Text | null => {
  if (atWork.length === 0) return null;
  const told = atWork.slice(0, TOLD_MOST);
  const more = atWork.length - told.length;
  const now = realClock.now();
  const begun = both((pick, lang) =>
    told
      .map(({node, title, since}) => {
        const at = momentOf(since, now);
        return lang === 'en' ? `"${pick(title)}" on ${node} at ${at}` : `${node} 的“${pick(title)}”（${at}）`;
      })
      .join(lang === 'en' ? ', ' : '、'),
  );
  const rest = more === 0 ? text('', '') : text(` and ${more} more`, `，另有 ${more} 个`);
  const looks = goesOn ? text('; resume looks first', '；resume 会先查看') : text('', '');
  return text(
    `begun, and its end not seen: ${begun.en}${rest.en}, which may be at work there still${looks.en}`,
    `已开始但未看到结束：${begun.zh}${rest.zh}，可能仍在主机上执行${looks.zh}`,
  );
};
