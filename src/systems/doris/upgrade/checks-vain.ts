import type {Check} from '../../../model/plan.ts';
import type {DorisNode} from '../fields.ts';
import {MANY_MASTERS} from '../probes/rivals.ts';

// What cannot come true any more: for that nobody waits.

/** A process that is gone this long after its start does not come by itself. */
export const DEAD_AFTER_MS = 15_000;

/** A version is told by the process itself, or of a backend by its row: four heartbeats, and one late answer. */
const ANOTHER_AFTER_MS = 45_000;

/** An election takes seconds. Where several say for so long that they are the master, a person has to look. */
const SPLIT_AFTER_MS = 60_000;
const SPLIT = {seen: {causes: [MANY_MASTERS]}, afterMs: SPLIT_AFTER_MS};

/**
 * A process that is gone, or is well and of another version, does not become what is waited for; nor does a master beside which
 * another one says that it is.
 */
export const inVain = (
  {role}: DorisNode,
  version: string,
): Pick<Check, 'hopeless' | 'hopelessAfterMs' | 'vain'> => ({
  hopeless: {process: 'none'},
  hopelessAfterMs: DEAD_AFTER_MS,
  vain: [
    {seen: {health: 'ok', version: {not: version}}, afterMs: ANOTHER_AFTER_MS},
    ...(role === 'fe' ? [SPLIT] : []),
  ],
});
