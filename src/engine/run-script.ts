import {guardOf} from '../host/guard.ts';
import {type Attempt, launched, leavesMark} from '../host/receipt.ts';
import {formatDuration} from '../lib/duration.ts';
import {CUT_OFF_EXIT} from '../lib/exit-codes.ts';
import type {Refused, ReplyTo, ShellRequest} from '../model/ask.ts';
import {saidHeadway} from '../model/headway.ts';
import {nodeOf} from '../model/inventory.ts';
import type {Script} from '../model/script.ts';
import {factsOfStep, stepState} from '../model/state.ts';
import {text} from '../model/text.ts';
import {mayStillBegin, turnedAway} from './allowed.ts';
import {tryToBegin} from './begin.ts';
import type {Context} from './context.ts';
import type {DoneLook} from './done-look.ts';
import type {ReadyAction, ReadyStep} from './fill.ts';
import type {Hand} from './lease.ts';
import {CUT_OFF, type Following, reattach} from './reattach.ts';
import {lookBefore, settleEnd, tail} from './settle.ts';

/** How much of a script's output is taken. */
const OUTPUT_BYTES = 256 * 1024;

/** How long lakeup waits before it sends a script again to where an earlier action is still at work. */
const BUSY_WAIT_MS = 5_000;

/** How often a host that does not answer is asked what became of an action that an earlier lakeup began. */
const RESUMED_TRIES = 3;

const NO_LEASE: Hand = {kind: 'vars', vars: {}};

export type Sending = Extract<ReadyAction, {kind: 'script'}>;

/**
 * Without a lease there is no place for a receipt: the action is sent as it stands. So is one of a plan that an earlier lakeup made:
 * a server that it starts would carry the receipt's name for as long as it lives, and its node would be busy for good.
 */
export const sentAs = (script: Script, attempt: Attempt): Script =>
  script.vars.lease_at === undefined || leavesMark(script) ? script : launched(script, attempt);

const followingOf = (
  context: Context,
  {step}: ReadyStep,
  {timeoutMs}: Sending,
  onBegun: () => void = () => undefined,
): Following => {
  const {system} = context.looker;
  const onSaid = (line: string): void => {
    onBegun();
    const known = system.headway?.(step, line, factsOfStep(context.ledger.state())) ?? null;
    context.onHeadway(step.id, known ?? saidHeadway(line));
  };
  return {timeoutMs, maxBytes: OUTPUT_BYTES, onSaid};
};

/** Sends the script. Where the link is lost meanwhile, what it does is found again by its receipt. */
const send = async (context: Context, ready: ReadyStep, sending: Sending): Promise<ReplyTo<ShellRequest>> => {
  const {step} = ready;
  const {cluster, clock} = context.looker;
  const {script} = sending;
  let hasSaid = false;
  const following = followingOf(context, ready, sending, () => {
    hasSaid = true;
  });
  const {host} = nodeOf(cluster, step.node);
  let deadline = clock.ticks() + sending.timeoutMs;
  const reply = await tryToBegin(context, ready, async () => {
    const hand = (await context.lease?.hand(step.node)) ?? NO_LEASE;
    if (hand.kind !== 'vars') return hand;
    const vars = {...script.vars, ...hand.vars};
    const {attempt} = stepState(context.ledger.state(), step.id);
    const request = {kind: 'shell', shell: 'act', ...following} as const;
    deadline = clock.ticks() + sending.timeoutMs;
    const {promise: ended, resolve: end} = Promise.withResolvers<boolean>();
    const onSent = (): void => context.early.behind(context, ready, {timeoutMs: sending.timeoutMs, ended});
    const sent = {...request, onSent, script: sentAs({...script, vars}, {step: step.id, attempt})};
    const reply = context.looker.ask(host, sent);
    void reply.then(
      ({kind}) => end(kind === 'shell'),
      () => end(false),
    );
    return reply;
  });
  if (reply.kind === 'shell' && reply.code === CUT_OFF_EXIT) return CUT_OFF;
  if (reply.kind !== 'lost') return reply;
  context.onHeadway(step.id, null);
  const tries = Number.POSITIVE_INFINITY;
  const action = {node: step.node, step: step.id};
  const lost = (await reattach(context, action, following, {deadline, tries})) ?? reply;
  // What it has printed proves that it had begun.
  return lost.kind === 'lost' && hasSaid ? {...lost, begun: true} : lost;
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

/** Lets the facts say what became of an action that was sent, with what is known of its end. */
const settle = async (
  context: Context,
  ready: ReadyStep,
  reply: ReplyTo<ShellRequest>,
  {trust}: Sending,
): Promise<void> => {
  if (reply.kind === 'shell' && guardOf(reply.code) === 'moved')
    return turnedAway(context, ready, tail(reply.stderr).trim());
  await settleEnd(context, ready, reply, trust);
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
  await settle(context, ready, reply, sending);
};

/**
 * Goes on with an action that lakeup died in, where its receipt tells of it: it is followed to its end, or its end is read. False:
 * no receipt tells anything, and only looks do.
 */
export const goOnWith = async (context: Context, ready: ReadyStep): Promise<boolean> => {
  const {action, step} = ready;
  if (action.kind !== 'script') return false;
  const deadline = context.looker.clock.ticks() + action.timeoutMs;
  const following = followingOf(context, ready, action);
  const launched = {node: step.node, step: step.id};
  const reply = await reattach(context, launched, following, {deadline, tries: RESUMED_TRIES});
  if (reply === null || stepState(context.ledger.state(), step.id).status !== 'running') return false;
  if (reply.kind === 'shell' && guardOf(reply.code) === 'busy') {
    await context.ledger.emit({type: 'step.reset', step: step.id, seen: {}});
    return true;
  }
  if (reply.kind === 'lost')
    await context.ledger.emit({type: 'step.reattached', step: step.id, state: 'lost'});
  await settle(context, ready, reply, action);
  return true;
};
