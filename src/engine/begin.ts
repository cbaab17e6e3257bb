import type {Lost, Refused, ShellReply} from '../model/ask.ts';
import type {CopyReply} from '../model/copy.ts';
import {text} from '../model/text.ts';
import {mayStillBegin} from './allowed.ts';
import type {Context} from './context.ts';
import type {ReadyStep} from './fill.ts';

/** How often a step that certainly did not begin is tried again by itself, and how long lakeup waits before it. */
const REFUSED_TRIES = 3;
const REFUSED_WAIT_MS = 1_000;

/** Begins an action at most once: only what was certainly not begun is tried again, a few times, while the step is allowed. */
export const tryToBegin = async <R extends ShellReply | CopyReply>(
  context: Context,
  ready: ReadyStep,
  begin: () => Promise<R | Refused | Lost>,
): Promise<R | Refused | Lost> => {
  let refused: Refused = {kind: 'refused', trouble: 'cancelled', detail: text('not tried', '没有尝试')};
  for (let i = 0; i < REFUSED_TRIES && !context.signal.aborted; i += 1) {
    // Connecting may have taken its time: what allowed the step is looked at again.
    if (i > 0 && !(await mayStillBegin(context, ready))) return refused;
    const reply = await begin();
    // Its own reason to refuse is none that passes by itself.
    if (reply.kind !== 'refused' || reply.trouble === 'guard' || reply.trouble === 'leased') return reply;
    refused = reply;
    await context.looker.clock.sleep(REFUSED_WAIT_MS * 2 ** i * (0.5 + context.chance()), context.signal);
  }
  return refused;
};
