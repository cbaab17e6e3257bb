import type {Expect, Facts} from '../model/facts.ts';
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

/** Nothing that lakeup does ends a process that somebody else has started. */
const ANOTHER_AFTER_MS = 10_000;

/**
 * That a process is gone is not waited for once another runs than the one of the survey: somebody has started it, and it ends by itself as
 * little as the first. One that is still about to end is waited for.
 */
export const anotherRuns = (
  {pid}: Facts,
  afterMs = ANOTHER_AFTER_MS,
): {readonly seen: Expect; readonly afterMs: number}[] =>
  typeof pid === 'number' ? [{seen: {running: true, pid: {not: pid}}, afterMs}] : [];
