import type {Node} from '../model/inventory.ts';
import type {Check, PlannedExpect} from '../model/plan.ts';
import type {Text} from '../model/text.ts';

const POLL_MS = 2_000;

/** What a check may say besides what it must. */
export type CheckMore = Partial<
  Pick<
    Check,
    'given' | 'or' | 'pending' | 'hopeless' | 'hopelessAfterMs' | 'vain' | 'steadyMs' | 'follows' | 'pollMs'
  >
>;

/** A look at a node by a probe, with an expectation and patience in ms; every two seconds unless said otherwise. */
export const check = (
  node: Node,
  probe: string,
  title: Text,
  expect: PlannedExpect,
  withinMs: number,
  more: CheckMore = {},
): Check => ({pollMs: POLL_MS, ...more, title, node: node.id, probe, expect, withinMs});

/** A stop script that has ended well has seen its process gone. */
const ANOTHER_AFTER_MS = 10_000;

/**
 * That a process is gone is not waited for where one runs behind a stop that has ended well: that had ended the one before, so somebody has
 * started it, and it ends by itself as little.
 */
export const STARTED_BY_SOMEBODY = [
  {seen: {running: true}, afterMs: ANOTHER_AFTER_MS, ended: true},
] as const satisfies Check['vain'];
