import type {NodeId} from '../model/ids.ts';
import {plain} from '../model/text.ts';
import type {Context} from './context.ts';
import type {ReadyStep} from './fill.ts';
import {fail} from './settle.ts';

/** A command for many nodes waits two minutes for each process that does not end; past this somebody has to look. */
const WITHIN_MS = 30 * 60_000;
const POLL_MS = 5_000;

/**
 * Waits until nothing is at work any more on the host from which a command for many was sent: after a cut link, or a crash of
 * lakeup, it may still start or stop this very node, whose own receipts say nothing of it. False: the step is not begun, and why
 * is told. Who began it, and whether it was this run, is all the same.
 */
export const untilOver = async (context: Context, ready: ReadyStep, node: NodeId): Promise<boolean> => {
  const {lease, looker, ledger, signal} = context;
  if (lease === null) return true;
  const {step} = ready;
  const deadline = looker.clock.ticks() + WITHIN_MS;
  for (let looked = 1; !signal.aborted; looked += 1) {
    const busy = await lease.busyAt(node);
    if ('kind' in busy) {
      await fail(context, step, busy);
      return false;
    }
    if (busy.length === 0) return true;
    const told = `${node}: ${busy.join(', ')}`;
    if (looker.clock.ticks() >= deadline) {
      await fail(context, step, {kind: 'refused', trouble: 'still-running', detail: plain(told)});
      return false;
    }
    if (looked === 1) await ledger.emit({type: 'step.busy', step: step.id, told, withinMs: WITHIN_MS});
    await looker.clock.sleep(POLL_MS, signal);
  }
  return false;
};
