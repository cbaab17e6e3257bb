import {hasBegun, type RunState} from '../model/state.ts';
import type {Text} from '../model/text.ts';
import type {Context} from './context.ts';
import type {Lease} from './lease.ts';

/** Takes the lease, or holds the run with whose it is. */
export const takeLease = async ({lease, ledger, signal}: Context): Promise<void> => {
  const state = ledger.state();
  if (lease === null) return;
  // What is taken back began once: a node that is gone by now must not keep it from the others.
  const begun = hasBegun(state) || state.plan.takesBack !== undefined;
  const taken = await lease.take(begun, async wanted => {
    await ledger.emit({type: 'lease.wanted', ...wanted});
  });
  if (taken.kind === 'refused') {
    if (!signal.aborted) await ledger.emit({type: 'lease.refused', failure: taken.failure});
    return;
  }
  const {token, places} = taken;
  // An earlier process of this run may have taken it over, and not have come to the end of the waiting.
  const from = taken.from ?? state.lease.from;
  if (from !== null) {
    let isTold = false;
    const quiet = await lease.quiet(busy => {
      if (!isTold) void ledger.emit({type: 'lease.busy', told: busy.join(', ')}).catch(() => undefined);
      isTold = true;
    }, signal);
    if (!quiet) return;
  }
  await ledger.emit({type: 'lease.taken', token, places, from});
};

/**
 * What becomes of the lease with this process. A run that has ended gives it back, and so does one that has changed nothing. One
 * that is left in the middle keeps it: whoever comes next is told of it, and it alone takes it again without a question.
 */
export const endLease = async (lease: Lease | null, state: RunState): Promise<readonly Text[]> => {
  if (lease === null) return [];
  lease.rest();
  const ended = state.verdict !== null;
  return ended || !hasBegun(state) ? lease.free(ended && hasBegun(state)) : [];
};
