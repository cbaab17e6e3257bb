import {guardOf} from '../host/guard.ts';
import {formatDuration} from '../lib/duration.ts';
import type {Refused, ReplyTo, ShellRequest} from '../model/ask.ts';
import type {Failure} from '../model/event.ts';
import {nodeOf} from '../model/inventory.ts';
import {plain, text} from '../model/text.ts';
import {mayStillBegin} from './allowed.ts';
import type {Context} from './context.ts';
import type {ReadyAction, ReadyStep} from './fill.ts';
import {type DoneLook, finish, lookAtDone} from './settle.ts';

/** How often a step that certainly did not begin is tried again by itself, and how long lakeup waits before it. */
const REFUSED_TRIES = 3;
const REFUSED_WAIT_MS = 1_000;
/** What is kept of a script's output, from its end. */
const TAIL_CHARACTERS = 4_000;
const OUTPUT_BYTES = 256 * 1024;

/** How long lakeup waits before it sends a script again to where an earlier action is still at work. */
const BUSY_WAIT_MS = 5_000;

const tail = (output: string): string =>
  output.length > TAIL_CHARACTERS ? output.slice(-TAIL_CHARACTERS) : output;

type Sending = Extract<ReadyAction, {kind: 'script'}>;

const send = async (
  context: Context,
  ready: ReadyStep,
  {script, timeoutMs}: Sending,
): Promise<ReplyTo<ShellRequest>> => {
  const request: ShellRequest = {kind: 'shell', shell: 'act', script, timeoutMs, maxBytes: OUTPUT_BYTES};
  const {host} = nodeOf(context.looker.cluster, ready.step.node);
  let refused: Refused = {kind: 'refused', trouble: 'cancelled', detail: text('not tried', '没有尝试')};
  for (let i = 0; i < REFUSED_TRIES && !context.signal.aborted; i += 1) {
    // Connecting may have taken its time: what allowed the step is looked at again.
    if (i > 0 && !(await mayStillBegin(context, ready))) return refused;
    const reply = await context.looker.ask(host, request);
    if (reply.kind !== 'refused') return reply;
    refused = reply;
    await context.looker.clock.sleep(REFUSED_WAIT_MS * 2 ** i * (0.5 + context.chance()), context.signal);
  }
  return refused;
};

/**
 * Sends the script, and waits for an earlier action that is still at work there: at most as long as this one may take
 * itself. What the earlier one brought about meanwhile is not done again. The wait may be long, so what allowed the step
 * is looked at before every further sending; where it is no longer so, the step goes back to its gates.
 */
const sendWhenFree = async (
  context: Context,
  ready: ReadyStep,
  sending: Sending,
): Promise<ReplyTo<ShellRequest> | DoneLook> => {
  const {clock} = context.looker;
  const {timeoutMs} = sending;
  const deadline = clock.now() + timeoutMs;
  for (let sent = 1; ; sent += 1) {
    const reply = await send(context, ready, sending);
    if (reply.kind !== 'shell' || guardOf(reply.code) !== 'busy') return reply;
    const told = tail(reply.stderr).trim();
    const limit = formatDuration(timeoutMs);
    const detail = text(`${told}; waited ${limit} for its end`, `“${told}”；已等待其结束 ${limit}`);
    const refused: Refused = {kind: 'refused', trouble: 'still-running', detail};
    if (context.signal.aborted || clock.now() >= deadline) return refused;
    if (sent === 1)
      await context.ledger.emit({type: 'step.busy', step: ready.step.id, told, withinMs: timeoutMs});
    await clock.sleep(BUSY_WAIT_MS, context.signal);
    const look = await lookAtDone(context, ready);
    if (look.kind === 'met') return look;
    if (context.signal.aborted) return refused;
    if (!(await mayStillBegin(context, ready))) return look;
  }
};

/** Sends a script at most once, and lets the facts say what became of it. */
export const runScript = async (context: Context, ready: ReadyStep, sending: Sending): Promise<void> => {
  const {step} = ready;
  const reply = await sendWhenFree(context, ready, sending);
  if (reply.kind === 'met') {
    await context.ledger.emit({type: 'step.done', step: step.id, already: false, facts: reply.facts});
    return;
  }
  if (reply.kind === 'unmet') {
    await context.ledger.emit({type: 'step.reset', step: step.id, seen: reply.seen ?? {}});
    return;
  }
  // Left before anything was begun: no failure to answer for. A resumed run looks at it first.
  if (reply.kind === 'refused' && context.signal.aborted) return;
  if (reply.kind === 'refused') {
    await context.ledger.emit({type: 'step.failed', step: step.id, failure: reply});
    return;
  }
  // Begun, and nobody knows how it went: the facts decide, and only if they never come is it called lost.
  if (reply.kind === 'lost') return finish(context, ready, reply);
  const {code, ms, cut} = reply;
  const outcome = {code, ms, cut, stdout: tail(reply.stdout), stderr: tail(reply.stderr)};
  await context.ledger.emit({type: 'step.acted', step: step.id, outcome});
  if (guardOf(code) === 'refused') {
    const failure: Failure = {kind: 'refused', trouble: 'guard', detail: plain(outcome.stderr.trim())};
    await context.ledger.emit({type: 'step.failed', step: step.id, failure});
    return;
  }
  if (code === 0 || sending.trust === 'facts') return finish(context, ready, null);
  const failure: Failure = {kind: 'exit', code, tail: tail(`${outcome.stdout}${outcome.stderr}`)};
  const look = await lookAtDone(context, ready);
  await context.ledger.emit(
    look.kind === 'met'
      ? {type: 'step.done', step: step.id, already: false, facts: look.facts}
      : {type: 'step.failed', step: step.id, failure},
  );
};
