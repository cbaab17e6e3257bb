import {formatDuration} from '../lib/duration.ts';
import type {Refused, ReplyTo, ShellRequest} from '../model/ask.ts';
import type {Failure} from '../model/event.ts';
import {type Facts, meets} from '../model/facts.ts';
import type {Check, ScriptAction, Step} from '../model/plan.ts';
import {stepRefs} from '../model/refs.ts';
import type {RunState, StepState} from '../model/state.ts';
import {lookAtCheck, type Settled, settle} from '../probe/settle.ts';
import {filled, missingFact, withGiven} from './given.ts';
import type {Hands} from './hands.ts';

/** How often a step that certainly did not begin is tried again by itself, and how long lakeup waits before it. */
const REFUSED_TRIES = 3;
const REFUSED_WAIT_MS = 1_000;
/** What is kept of a script's output, from its end. */
const TAIL_CHARACTERS = 4_000;
const OUTPUT_BYTES = 256 * 1024;

/** Scripts exit with this when a guard of their own found that they must not begin: nothing was done. */
export const GUARD_EXIT = 97;

/** Scripts exit with this when an earlier action, of a link that was cut, is still at work there: nothing was done. */
export const BUSY_EXIT = 98;
/** How long lakeup waits before it asks such a place again. */
const BUSY_WAIT_MS = 5_000;

const tail = (text: string): string => (text.length > TAIL_CHARACTERS ? text.slice(-TAIL_CHARACTERS) : text);

const unsettled = (check: Check, settled: Extract<Settled, {kind: 'unmet'}>): Failure => ({
  kind: 'unsettled',
  check,
  seen: settled.seen,
  silent: settled.silent,
});

type DoneLook =
  | {readonly kind: 'met'; readonly facts: Facts}
  /** The first check that does not hold, with what was seen; null when nobody answered. */
  | {readonly kind: 'unmet'; readonly check: Check; readonly seen: Facts | null; readonly pending: boolean};

/** Looks once at every done check: the facts of all when all hold, else the first that does not. */
const lookAtDone = async (hands: Hands, step: Step): Promise<DoneLook> => {
  let facts: Facts = {};
  for (const wanted of step.done) {
    const check = filled(hands.ledger.state(), wanted);
    const settled = await lookAtCheck(hands.looker, check, hands);
    if (settled.kind !== 'met') {
      const seen = settled.kind === 'unmet' ? settled.seen : null;
      const pending = check.pending !== undefined && seen !== null && meets(seen, check.pending);
      return {kind: 'unmet', check, seen, pending};
    }
    facts = {...facts, ...settled.facts};
  }
  return {kind: 'met', facts};
};

/** Waits for every done check in order; the facts of all, or why not. */
const settleDone = async (
  hands: Hands,
  step: Step,
): Promise<{facts: Facts} | {failure: Failure} | 'aborted'> => {
  let facts: Facts = {};
  for (const wanted of step.done) {
    const check = filled(hands.ledger.state(), wanted);
    const settled = await settle(hands.looker, check, hands);
    if (settled.kind === 'aborted') return 'aborted';
    if (settled.kind === 'unmet') return {failure: unsettled(check, settled)};
    facts = {...facts, ...settled.facts};
  }
  return {facts};
};

const finish = async (hands: Hands, step: Step, otherwise: Failure | null): Promise<void> => {
  const settled = await settleDone(hands, step);
  if (settled === 'aborted') return;
  if ('facts' in settled) {
    await hands.ledger.emit({type: 'step.done', step: step.id, already: false, facts: settled.facts});
    return;
  }
  await hands.ledger.emit({type: 'step.failed', step: step.id, failure: otherwise ?? settled.failure});
};

/** Whether what opened the step's gates is so right now, and nothing holds the run. */
const mayStillBegin = async (hands: Hands, step: Step): Promise<boolean> => {
  for (const gate of step.gates) {
    if (gate.kind !== 'check') continue;
    const settled = await lookAtCheck(hands.looker, filled(hands.ledger.state(), gate.check), hands);
    if (settled.kind !== 'met') return false;
  }
  return hands.ledger.state().holds.length === 0;
};

const send = async (hands: Hands, step: Step, action: ScriptAction): Promise<ReplyTo<ShellRequest>> => {
  const request: ShellRequest = {
    kind: 'shell',
    lane: 'act',
    name: action.name,
    script: withGiven(hands.ledger.state(), action),
    timeoutMs: action.timeoutMs,
    maxBytes: OUTPUT_BYTES,
  };
  let refused: Refused = {kind: 'refused', trouble: 'cancelled', detail: 'not tried'};
  for (let i = 0; i < REFUSED_TRIES && !hands.signal.aborted; i += 1) {
    // Connecting may have taken its time: what allowed the step is looked at again.
    if (i > 0 && !(await mayStillBegin(hands, step))) return refused;
    const reply = await hands.looker.ask(step.node, request);
    if (reply.kind !== 'refused') return reply;
    refused = reply;
    await hands.looker.clock.sleep(REFUSED_WAIT_MS * 2 ** i * (0.5 + hands.chance()), hands.signal);
  }
  return refused;
};

/**
 * Sends the script, and waits for an earlier action that is still at work there: at most as long as this one may take
 * itself. What the earlier one brought about meanwhile is not done again. The wait may be long, so what allowed the step
 * is looked at before every further sending; where it is no longer so, the step goes back to its gates.
 */
const sendWhenFree = async (
  hands: Hands,
  step: Step,
  action: ScriptAction,
): Promise<ReplyTo<ShellRequest> | DoneLook> => {
  const {clock} = hands.looker;
  const deadline = clock.now() + action.timeoutMs;
  for (let sent = 1; ; sent += 1) {
    const reply = await send(hands, step, action);
    if (reply.kind !== 'shell' || reply.code !== BUSY_EXIT) return reply;
    const told = tail(reply.stderr).trim();
    const waited = `waited ${formatDuration(action.timeoutMs)} for its end`;
    const refused: Refused = {kind: 'refused', trouble: 'still-running', detail: `${told}; ${waited}`};
    if (hands.signal.aborted || clock.now() >= deadline) return refused;
    if (sent === 1)
      await hands.ledger.emit({type: 'step.busy', step: step.id, told, withinMs: action.timeoutMs});
    await clock.sleep(BUSY_WAIT_MS, hands.signal);
    const look = await lookAtDone(hands, step);
    if (look.kind === 'met') return look;
    if (hands.signal.aborted) return refused;
    if (!(await mayStillBegin(hands, step))) return look;
  }
};

const runScript = async (hands: Hands, step: Step, action: ScriptAction): Promise<void> => {
  const reply = await sendWhenFree(hands, step, action);
  if (reply.kind === 'met') {
    await hands.ledger.emit({type: 'step.done', step: step.id, already: false, facts: reply.facts});
    return;
  }
  if (reply.kind === 'unmet') {
    await hands.ledger.emit({type: 'step.reset', step: step.id, seen: reply.seen ?? {}});
    return;
  }
  // Left before anything was begun: no failure to answer for. A resumed run looks at it first.
  if (reply.kind === 'refused' && hands.signal.aborted) return;
  if (reply.kind === 'refused') {
    await hands.ledger.emit({type: 'step.failed', step: step.id, failure: reply});
    return;
  }
  // Begun, and nobody knows how it went: the facts decide, and only if they never come is it called lost.
  if (reply.kind === 'lost') return finish(hands, step, reply);
  const {code, ms, cut} = reply;
  const outcome = {code, ms, cut, stdout: tail(reply.stdout), stderr: tail(reply.stderr)};
  await hands.ledger.emit({type: 'step.acted', step: step.id, outcome});
  if (code === GUARD_EXIT) {
    const failure: Failure = {kind: 'refused', trouble: 'guard', detail: outcome.stderr.trim()};
    await hands.ledger.emit({type: 'step.failed', step: step.id, failure});
    return;
  }
  if (code === 0 || action.trust === 'facts') return finish(hands, step, null);
  const failure: Failure = {kind: 'exit', code, tail: tail(`${outcome.stdout}${outcome.stderr}`)};
  const look = await lookAtDone(hands, step);
  await hands.ledger.emit(
    look.kind === 'met'
      ? {type: 'step.done', step: step.id, already: false, facts: look.facts}
      : {type: 'step.failed', step: step.id, failure},
  );
};

/**
 * Carries out one step: looks whether its effect is there already or on its way, acts at most once, and waits for the
 * facts. Ends with step.done or step.failed, never on the word of an exit code alone.
 */
export const act = async (hands: Hands, step: Step, before: StepState): Promise<void> => {
  const missing = missingFact(hands.ledger.state(), stepRefs(step));
  if (missing !== null) {
    await hands.ledger.emit({type: 'step.failed', step: step.id, failure: missing});
    return;
  }
  const look = await lookAtDone(hands, step);
  if (hands.signal.aborted) return;
  if (look.kind === 'met') {
    await hands.ledger.emit({type: 'step.done', step: step.id, already: true, facts: look.facts});
    return;
  }
  // While it was looked at, another step may have failed, or the operator may have asked to hold or to leave.
  const mayBegin = (state: RunState): boolean => state.holds.length === 0 && !hands.signal.aborted;
  const attempt = before.attempt + 1;
  if (!(await hands.ledger.emitWhen(mayBegin, {type: 'step.started', step: step.id, attempt}))) return;
  if (look.pending) return finish(hands, step, null);
  if (step.action.kind === 'script') return runScript(hands, step, step.action);
  const answer = await hands.operator.manual(step.id, hands.ledger.state(), hands.signal);
  if (answer === 'leave') hands.leave();
  else await finish(hands, step, null);
};

/**
 * Looks at a step that lakeup died in. Done or on its way: goes on from there. Not done: waits again with its gates
 * shut. Nobody answers: the run is held, for nothing is known.
 */
export const recover = async (hands: Hands, step: Step): Promise<void> => {
  const look = await lookAtDone(hands, step);
  if (hands.signal.aborted) return;
  if (look.kind === 'met') {
    await hands.ledger.emit({type: 'step.done', step: step.id, already: true, facts: look.facts});
    return;
  }
  if (look.pending) return finish(hands, step, null);
  if (look.seen !== null) {
    await hands.ledger.emit({type: 'step.reset', step: step.id, seen: look.seen});
    return;
  }
  // Nobody answers: the very look that was silent is waited for, not one that says nothing of the effect.
  const settled = await settle(hands.looker, look.check, hands);
  if (settled.kind === 'aborted') return;
  if (settled.kind === 'met') return recover(hands, step);
  await hands.ledger.emit(
    settled.seen === null
      ? {type: 'step.failed', step: step.id, failure: unsettled(look.check, settled)}
      : {type: 'step.reset', step: step.id, seen: settled.seen},
  );
};
