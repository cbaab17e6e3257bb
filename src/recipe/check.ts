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
