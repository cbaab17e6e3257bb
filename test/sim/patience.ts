import type {Event} from '../../src/model/event.ts';
import {meets} from '../../src/model/facts.ts';
import type {StepId} from '../../src/model/ids.ts';
import {vainOf} from '../../src/model/vain.ts';

/**
 * A step that fails for what was not seen was waited for as long as its check may take, unless that had become hopeless. To be
 * told every event in order, with the time at which it really happened.
 */
export const makePatienceRule = (): ((event: Event) => readonly string[]) => {
  const since = new Map<StepId, number>();
  let resumedAt = 0;
  return event => {
    if (event.type === 'run.resumed') resumedAt = event.at;
    if (event.type === 'step.started') since.set(event.step, event.at);
    if (event.type !== 'step.failed' || event.failure.kind !== 'unsettled') return [];
    const {check, seen} = event.failure;
    const isHopeless = seen !== null && vainOf(check).some(each => meets(seen, each.seen));
    const waitedMs = event.at - Math.max(resumedAt, since.get(event.step) ?? 0);
    return isHopeless || waitedMs >= check.withinMs
      ? []
      : [`${event.step} failed after ${waitedMs} ms, and ${check.withinMs} ms may pass until it is seen`];
  };
};
