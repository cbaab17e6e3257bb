import type {Check} from '../../../model/plan.ts';
import {text} from '../../../model/text.ts';
import {check} from '../../../recipe/check.ts';
import type {DorisNode} from '../fields.ts';

/** Every node is asked three times in one look at all of them: where it is waited for, it is taken less often than a look at one. */
export const LOOK_AT_ALL_MS = 5_000;

/** MetaService and Recycler end at their start without it, and say that they are well for as long as they run without it. */
export const storeReached = (node: DorisNode, withinMs: number, steadyMs: number): Check =>
  check(
    node,
    'store',
    text('its FoundationDB can be reached from its host', '从其主机可以连接到 FoundationDB'),
    {store: {not: 'away'}},
    withinMs,
    {steadyMs, pollMs: LOOK_AT_ALL_MS},
  );
