import {quote, raw, type Sh, sh} from '../lib/sh.ts';
import type {Refused, ReplyTo, ShellRequest} from '../model/ask.ts';
import type {Failure} from '../model/event.ts';
import {type Facts, meets, resolve} from '../model/facts.ts';
import type {Check, ScriptAction, Step} from '../model/plan.ts';
import type {StepState} from '../model/state.ts';
import {lookAtCheck, type Settled, settle} from '../probe/settle.ts';
import type {Hands} from './hands.ts';

/** How often a step that certainly did not begin is tried again by itself, and how long lakeup waits before it. */
const REFUSED_TRIES = 3;
const REFUSED_WAIT_MS = 1_000;
/** What is kept of a script's output, from its end. */
const TAIL_CHARACTERS = 4_000;
const OUTPUT_BYTES = 256 * 1024;

/** Scripts exit with this when a guard of their own found that they must not begin: nothing was done. */
export const GUARD_EXIT = 97;

const tail = (text: string): string => (text.length > TAIL_CHARACTERS ? text.slice(-TAIL_CHARACTERS) : text);

const factsOf = (hands: Hands, step: string): Facts | undefined => {
  const found = Object.entries(hands.ledger.state().steps).find(([id]) => id === step)?.[1];
  return found?.status === 'done' ? found.facts : undefined;
};

const resolved = (hands: Hands, check: Check): Check => ({
  ...check,
  expect: resolve(check.expect, step => factsOf(hands, step)),
});

/** Puts the facts of earlier steps before the script, as quoted shell variables. */
const withGiven = (hands: Hands, action: ScriptAction): Sh => {
  const variables = Object.entries(action.given ?? {}).map(([name, ref]) => {
    const fact = factsOf(hands, ref.step)?.[ref.fact];
    if (fact === undefined) throw new Error(`step ${ref.step} left no fact "${ref.fact}" for ${action.name}`);
    return `${name}=${quote(String(fact))}\n`;
  });
  return sh`${raw(variables.join('') as Sh)}${raw(action.script)}`;
};

const unsettled = (check: Check, settled: Extract<Settled, {kind: 'unmet'}>): Failure => ({
  kind: 'unsettled',
  check,
  seen: settled.seen,
  silent: settled.silent,
});

/** Looks once at every done check; the facts of all when all hold, else the first that does not. */
const lookAtDone = async (
  hands: Hands,
  step: Step,
): Promise<{facts: Facts | null; pending: boolean; seen: Facts}> => {
  let facts: Facts = {};
  for (const check of step.done) {
    const settled = await lookAtCheck(hands.looker, resolved(hands, check), hands);
    if (settled.kind !== 'met') {
      const seen = settled.kind === 'unmet' ? settled.seen : null;
      const pending = check.pending !== undefined && seen !== null && meets(seen, check.pending);
      return {facts: null, pending, seen: seen ?? {}};
    }
    facts = {...facts, ...settled.facts};
  }
  return {facts, pending: false, seen: facts};
};

/** Waits for every done check in order; the facts of all, or why not. */
const settleDone = async (
  hands: Hands,
  step: Step,
): Promise<{facts: Facts} | {failure: Failure} | 'aborted'> => {
  let facts: Facts = {};
  for (const check of step.done) {
    const settled = await settle(hands.looker, resolved(hands, check), hands);
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

const send = async (hands: Hands, step: Step, action: ScriptAction): Promise<ReplyTo<ShellRequest>> => {
  const request: ShellRequest = {
    kind: 'shell',
    lane: 'act',
    name: action.name,
    script: withGiven(hands, action),
    timeoutMs: action.timeoutMs,
    maxBytes: OUTPUT_BYTES,
  };
  let refused: Refused = {kind: 'refused', trouble: 'cancelled', detail: 'not tried'};
  for (let i = 0; i < REFUSED_TRIES && !hands.signal.aborted; i += 1) {
    const reply = await hands.looker.ask(step.node, request);
    if (reply.kind !== 'refused') return reply;
    refused = reply;
    await hands.looker.clock.sleep(REFUSED_WAIT_MS * 2 ** i * (0.5 + hands.chance()), hands.signal);
  }
  return refused;
};

const runScript = async (hands: Hands, step: Step, action: ScriptAction): Promise<void> => {
  const reply = await send(hands, step, action);
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
  const {facts} = await lookAtDone(hands, step);
  await hands.ledger.emit(
    facts === null
      ? {type: 'step.failed', step: step.id, failure}
      : {type: 'step.done', step: step.id, already: false, facts},
  );
};

/**
 * Carries out one step: looks whether its effect is there already or on its way, acts at most once, and waits for the
 * facts. Ends with step.done or step.failed, never on the word of an exit code alone.
 */
export const act = async (hands: Hands, step: Step, before: StepState): Promise<void> => {
  const {facts, pending} = await lookAtDone(hands, step);
  if (hands.signal.aborted) return;
  if (facts !== null) {
    await hands.ledger.emit({type: 'step.done', step: step.id, already: true, facts});
    return;
  }
  await hands.ledger.emit({type: 'step.started', step: step.id, attempt: before.attempt + 1});
  if (pending) return finish(hands, step, null);
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
  const [first] = step.done;
  const {facts, pending, seen} = await lookAtDone(hands, step);
  if (hands.signal.aborted) return;
  if (facts !== null) {
    await hands.ledger.emit({type: 'step.done', step: step.id, already: true, facts});
  } else if (pending) {
    await finish(hands, step, null);
  } else if (Object.keys(seen).length > 0) {
    await hands.ledger.emit({type: 'step.reset', step: step.id, seen});
  } else {
    const settled = await settle(hands.looker, resolved(hands, first), hands);
    if (settled.kind === 'aborted') return;
    if (settled.kind === 'unmet' && settled.seen === null)
      await hands.ledger.emit({type: 'step.failed', step: step.id, failure: unsettled(first, settled)});
    else
      await hands.ledger.emit({
        type: 'step.reset',
        step: step.id,
        seen: settled.kind === 'met' ? settled.facts : (settled.seen ?? {}),
      });
  }
};
