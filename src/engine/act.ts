import {guardOf} from '../host/guard.ts';
import {formatDuration} from '../lib/duration.ts';
import {never} from '../lib/never.ts';
import type {Refused, ReplyTo, ShellRequest} from '../model/ask.ts';
import type {Failure} from '../model/event.ts';
import {type Facts, meets} from '../model/facts.ts';
import {nodeOf} from '../model/inventory.ts';
import type {FilledCheck} from '../model/plan.ts';
import {gateState, type RunState, type StepState, stepState} from '../model/state.ts';
import {plain, text} from '../model/text.ts';
import {lookAtCheck, type Polled, poll} from '../probe/poll.ts';
import type {Context} from './context.ts';
import type {ReadyAction, ReadyStep} from './fill.ts';

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

const unsettled = (check: FilledCheck, settled: Extract<Polled, {kind: 'unmet'}>): Failure => ({
  kind: 'unsettled',
  check,
  seen: settled.seen,
  silent: settled.silent,
});

type DoneLook =
  | {readonly kind: 'met'; readonly facts: Facts}
  /** The first check that does not hold, with what was seen; null when nobody answered. */
  | {
      readonly kind: 'unmet';
      readonly check: FilledCheck;
      readonly seen: Facts | null;
      readonly pending: boolean;
    };

/** Looks at every done check, as it is now: the facts of all when all hold, else the first that does not. */
const lookAtDone = async (context: Context, {done}: ReadyStep): Promise<DoneLook> => {
  let facts: Facts = {};
  for (const check of done) {
    // One look where one is enough; where something has to hold, it is seen to hold before it counts as done.
    const settled = await poll(context.looker, {...check, withinMs: 0}, context);
    if (settled.kind !== 'met') {
      const seen = settled.kind === 'unmet' ? settled.seen : null;
      const pending = check.pending !== undefined && seen !== null && meets(seen, check.pending);
      return {kind: 'unmet', check, seen, pending};
    }
    facts = {...facts, ...settled.facts};
  }
  return {kind: 'met', facts};
};

/**
 * Looks whether a step's effect is there. Of one that was opened again nothing counts that is there: it is from before, or
 * cannot be told from that. Such a step is done by an action whose end was seen.
 */
const lookAtEffect = async (context: Context, ready: ReadyStep): Promise<DoneLook> => {
  const [check] = ready.done;
  return ready.reopened && check !== undefined
    ? {kind: 'unmet', check, seen: {}, pending: false}
    : lookAtDone(context, ready);
};

/** Waits for every done check in order; the facts of all, or why not. */
const settleDone = async (
  context: Context,
  {done}: ReadyStep,
): Promise<{facts: Facts} | {failure: Failure} | 'aborted'> => {
  let facts: Facts = {};
  for (const check of done) {
    const settled = await poll(context.looker, check, context);
    if (settled.kind === 'aborted') return 'aborted';
    if (settled.kind === 'unmet') return {failure: unsettled(check, settled)};
    facts = {...facts, ...settled.facts};
  }
  return {facts};
};

const finish = async (context: Context, ready: ReadyStep, otherwise: Failure | null): Promise<void> => {
  const {step} = ready;
  const settled = await settleDone(context, ready);
  if (settled === 'aborted') return;
  if ('facts' in settled) {
    await context.ledger.emit({type: 'step.done', step: step.id, already: false, facts: settled.facts});
    return;
  }
  await context.ledger.emit({type: 'step.failed', step: step.id, failure: otherwise ?? settled.failure});
};

type Unmet = {readonly check: FilledCheck; readonly polled: Extract<Polled, {kind: 'unmet'}>};

/** The first of what opened the step's gates that is not so right now, all looked at side by side; null where all is. */
const notSoNow = async (context: Context, {safe}: ReadyStep): Promise<Unmet | null> => {
  const looks = await Promise.all(
    safe.map(async check => ({check, polled: await lookAtCheck(context.looker, check, context)})),
  );
  return looks.flatMap(({check, polled}) => (polled.kind === 'unmet' ? [{check, polled}] : []))[0] ?? null;
};

const mayStillBegin = async (context: Context, ready: ReadyStep): Promise<boolean> =>
  (await notSoNow(context, ready)) === null && context.ledger.state().holds.length === 0;

/** What a gate saw this long ago may be otherwise by now: the gates after it had to be waited for. */
const GATE_IS_OLD_MS = 5_000;

/** A step that was put back before its gates this often holds the run: somebody has to look. */
const RESETS_AT_MOST = 10;

/** Puts a step back before its gates, for one of them is not so any more; or holds the run with that gate. */
const putBack = async (context: Context, {step, safe}: ReadyStep, {check, polled}: Unmet): Promise<void> => {
  const {ledger} = context;
  const seen = stepState(ledger.state(), step.id);
  const gate = step.gates.filter(({kind}) => kind === 'check')[safe.indexOf(check)];
  await ledger.emit(
    gate !== undefined && seen.status === 'waiting' && seen.resets >= RESETS_AT_MOST
      ? {type: 'gate.stuck', gate: gate.id, failure: unsettled(check, polled)}
      : {type: 'step.reset', step: step.id, seen: polled.seen ?? {}},
  );
};

const gatesAreOld = (context: Context, {step}: ReadyStep): boolean => {
  const state = context.ledger.state();
  return step.gates.some(({id}) => {
    const gate = gateState(state, id);
    return gate.status === 'open' && context.looker.clock.now() - gate.at > GATE_IS_OLD_MS;
  });
};

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
    const look = await lookAtEffect(context, ready);
    if (look.kind === 'met') return look;
    if (context.signal.aborted) return refused;
    if (!(await mayStillBegin(context, ready))) return look;
  }
};

const runScript = async (context: Context, ready: ReadyStep, sending: Sending): Promise<void> => {
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
  // Begun, and nobody knows how it went: the facts decide, and only if they never come is it called lost. Where they cannot
  // tell the effect of this action from an earlier one, it is lost at once.
  if (reply.kind === 'lost' && !ready.reopened) return finish(context, ready, reply);
  if (reply.kind !== 'shell') {
    await context.ledger.emit({type: 'step.failed', step: step.id, failure: reply});
    return;
  }
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
  const look = await lookAtEffect(context, ready);
  await context.ledger.emit(
    look.kind === 'met'
      ? {type: 'step.done', step: step.id, already: false, facts: look.facts}
      : {type: 'step.failed', step: step.id, failure},
  );
};

const workByHand = async (context: Context, ready: ReadyStep): Promise<void> => {
  const answer = await context.operator.manual(ready.step.id, context.ledger.state(), context.signal);
  if (answer === 'leave') context.leave();
  else await finish(context, ready, null);
};

/**
 * Carries out one step: looks whether its effect is there already or on its way, acts at most once, and waits for the
 * facts. Ends with step.done or step.failed, never on the word of an exit code alone.
 */
export const act = async (context: Context, ready: ReadyStep, before: StepState): Promise<void> => {
  const {step, action} = ready;
  const look = await lookAtEffect(context, ready);
  if (context.signal.aborted) return;
  if (look.kind === 'met') {
    await context.ledger.emit({type: 'step.done', step: step.id, already: true, facts: look.facts});
    return;
  }
  if (gatesAreOld(context, ready)) {
    const unmet = await notSoNow(context, ready);
    if (context.signal.aborted) return;
    if (unmet !== null) return putBack(context, ready, unmet);
  }
  // While it was looked at, another step may have failed, or the operator may have asked to hold or to leave.
  const mayBegin = (state: RunState): boolean => state.holds.length === 0 && !context.signal.aborted;
  const attempt = before.attempt + 1;
  if (!(await context.ledger.emitWhen(mayBegin, {type: 'step.started', step: step.id, attempt}))) return;
  if (look.pending) return finish(context, ready, null);
  switch (action.kind) {
    case 'script':
      return runScript(context, ready, action);
    case 'manual':
      return workByHand(context, ready);
    default:
      return never(action);
  }
};

/**
 * Looks at a step that lakeup died in. Done or on its way: goes on from there. Not done: waits again with its gates
 * shut. Nobody answers: the run is held, for nothing is known.
 */
export const recover = async (context: Context, ready: ReadyStep): Promise<void> => {
  const {step} = ready;
  const look = await lookAtEffect(context, ready);
  if (context.signal.aborted) return;
  if (look.kind === 'met') {
    await context.ledger.emit({type: 'step.done', step: step.id, already: true, facts: look.facts});
    return;
  }
  if (look.pending) return finish(context, ready, null);
  if (look.seen !== null) {
    await context.ledger.emit({type: 'step.reset', step: step.id, seen: look.seen});
    return;
  }
  // Nobody answers: the very look that was silent is waited for, not one that says nothing of the effect.
  const polled = await poll(context.looker, look.check, context);
  if (polled.kind === 'aborted') return;
  if (polled.kind === 'met') return recover(context, ready);
  await context.ledger.emit(
    polled.seen === null
      ? {type: 'step.failed', step: step.id, failure: unsettled(look.check, polled)}
      : {type: 'step.reset', step: step.id, seen: polled.seen},
  );
};
