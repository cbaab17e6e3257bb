import {RunId} from '../model/ids.ts';
import type {Plan} from '../model/plan.ts';
import {reduce} from '../model/reduce.ts';
import {timeLeftMs} from '../store/progress.ts';

/** What a plan takes that nothing of is done, in ms, as the screen estimates it; without the time that questions wait for a person. */
export const usualTimeMs = (plan: Plan): number => {
  const planned = {
    type: 'run.planned',
    run: RunId.parse('00000000-000000-none'),
    lakeup: '',
    inventory: '',
    findings: [],
  } as const;
  return timeLeftMs(reduce(null, {...planned, plan, seq: 0, at: 0}), 0);
};
