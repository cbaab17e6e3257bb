import type {Expect} from '../../../model/facts.ts';
import type {Node} from '../../../model/inventory.ts';
import type {Check} from '../../../model/plan.ts';
import type {Text} from '../../../model/text.ts';

const POLL_MS = 2_000;

/** A look at a node's own probe, every two seconds. */
export const check = (node: Node, probe: string, title: Text, expect: Expect, withinMs: number): Check => ({
  title,
  node: node.id,
  probe,
  expect,
  withinMs,
  pollMs: POLL_MS,
});
