import type {Facts} from '../model/facts.ts';
import type {FilledCheck} from '../model/plan.ts';

/** What one look at everything that has to be seen of a step found. */
export type DoneLook =
  | {readonly kind: 'met'; readonly facts: Facts}
  /** The first check that does not hold, with what was seen; null when nobody answered. */
  | {
      readonly kind: 'unmet';
      readonly check: FilledCheck;
      readonly seen: Facts | null;
      readonly pending: boolean;
    };
