import {guardOf} from '../host/guard.ts';
import {formatDuration} from '../lib/duration.ts';
import type {Refused, ReplyTo, ShellRequest} from '../model/ask.ts';
import {saidHeadway} from '../model/headway.ts';
import {nodeOf} from '../model/inventory.ts';
import {factsOfStep} from '../model/state.ts';
import {text} from '../model/text.ts';
import {mayStillBegin, turnedAway} from './allowed.ts';
import {tryToBegin} from './begin.ts';
import type {Context} from './context.ts';
import type {ReadyAction, ReadyStep} from './fill.ts';
import type {Hand} from './lease.ts';
import {type DoneLook, lookBefore, settleEnd, tail} from './settle.ts';

/** How much of a script's output is taken. */
const OUTPUT_BYTES = 256 * 1024;

/** How long lakeup waits before it sends a script again to where an earlier action is still at work. */
const BUSY_WAIT_MS = 5_000;

const NO_LEASE: Hand = {kind: 'vars', vars: {}};

export type Sending = Extract<ReadyAction, {kind: 'script'}>;

const send = (
  context: Context,
  ready: ReadyStep,
  {script, timeoutMs}: Sending,
): Promise<ReplyTo<ShellRequest>> => {
  const {step} = ready;
  const {system, cluster} = context.looker;
  const onSaid = (line: string): void => {
    const known = system.headway?.(step, line, factsOfStep(context.ledger.state())) ?? null;
    context.onHeadway(step.id, known ?? saidHeadway(line));
  };
  const request: Omit<ShellRequest, 'script'> = {
    kind: 'shell',
    shell: 'act',
    timeoutMs,
    maxBytes: OUTPUT_BYTES,
    onSaid,
  };
  const {host} = nodeOf(cluster, step.node);
  return tryToBegin(context, ready, async () => {
    const hand = (await context.lease?.hand(step.node)) ?? NO_LEASE;
    if (hand.kind !== 'vars') return hand;
    const vars = {...script.vars, ...hand.vars};
    return context.looker.ask(host, {...request, script: {...script, vars}});
  });
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
  const deadline = clock.ticks() + timeoutMs;
  for (let sent = 1; ; sent += 1) {
    const reply = await send(context, ready, sending);
    if (reply.kind !== 'shell' || guardOf(reply.code) !== 'busy') return reply;
    const told = tail(reply.stderr).trim();
    const limit = formatDuration(timeoutMs);
    const detail = text(`${told}; waited ${limit} for its end`, `“${told}”；已等待其结束 ${limit}`);
    const refused: Refused = {kind: 'refused', trouble: 'still-running', detail};
    if (context.signal.aborted || clock.ticks() >= deadline) return refused;
    if (sent === 1)
      await context.ledger.emit({type: 'step.busy', step: ready.step.id, told, withinMs: timeoutMs});
    await clock.sleep(BUSY_WAIT_MS, context.signal);
    const look = await lookBefore(context, ready);
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
  if (reply.kind === 'shell' && guardOf(reply.code) === 'moved')
    return turnedAway(context, ready, tail(reply.stderr).trim());
  await settleEnd(context, ready, reply, sending.trust);
};
