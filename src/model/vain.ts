import type {Expect} from './facts.ts';
import type {FilledCheck} from './plan.ts';

/** All that makes waiting for a check useless, and for how long each has to be seen. */
export const vainOf = ({
  hopeless,
  hopelessAfterMs = 0,
  vain = [],
}: FilledCheck): readonly {readonly seen: Expect; readonly afterMs: number}[] => [
  ...(hopeless === undefined ? [] : [{seen: hopeless, afterMs: hopelessAfterMs}]),
  ...vain,
];
