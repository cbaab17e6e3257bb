import {guardOf} from '../host/guard.ts';
import {CUT_OFF_EXIT} from '../lib/exit-codes.ts';
import type {Lost, Refused, ReplyTo, ShellReply, ShellRequest} from '../model/ask.ts';
import {nodeOf} from '../model/inventory.ts';
import type {FanOut} from '../model/plan.ts';
import type {Script} from '../model/script.ts';
import {stepState} from '../model/state.ts';
import {mayBegin} from './allowed.ts';
import type {Context} from './context.ts';
import {fanOutStands} from './fan-out-stands.ts';
import {fillFanOut, type ReadyStep} from './fill.ts';
import type {OfPhase, Sent} from './joined.ts';
import {acknowledge, CUT_OFF, reattach} from './reattach.ts';
import {sentAs} from './run-script.ts';
import {describeFenced, fail, refusalOf, tail} from './settle.ts';

const OUTPUT_BYTES = 256 * 1024;
const BUSY_WAIT_MS = 5_000;
/** A host that does not take the command is asked again this often before somebody has to look. */
const REFUSED_TRIES = 3;

/** None of these was begun: they wait again before their gates. */
const resetAll = async ({ledger}: Context, readies: readonly ReadyStep[]): Promise<void> => {
  for (const {step} of readies)
    if (stepState(ledger.state(), step.id).status === 'running')
      await ledger.emit({type: 'step.reset', step: step.id, seen: {}});
};

/** Writes down that each of them has started, before anything is sent; none, where one may not. */
const startAll = async (context: Context, readies: readonly ReadyStep[]): Promise<boolean> => {
  const asOpened = context.ledger.state();
  for (const ready of readies) {
    const {id} = ready.step;
    const attempt = stepState(context.ledger.state(), id).attempt + 1;
    const started = {type: 'step.started', step: id, attempt} as const;
    if (!(await context.ledger.emitWhen(mayBegin(context, ready, asOpened), started))) {
      await resetAll(context, readies);
      return false;
    }
  }
  return true;
};

/** Sends the command. Where the link is lost meanwhile, what it does is found again by its receipt: it goes on without lakeup. */
const ask = async (
  context: Context,
  {node, action: {timeoutMs}}: FanOut,
  {step: {id: step}}: ReadyStep,
  script: Script,
): Promise<ReplyTo<ShellRequest>> => {
  const {looker, lease, ledger} = context;
  const hand = lease === null ? {kind: 'vars' as const, vars: {}} : await lease.hand(node);
  if (hand.kind !== 'vars') return hand;
  const filled = {...script, vars: {...script.vars, ...hand.vars}};
  const {attempt} = stepState(ledger.state(), step);
  const following = {timeoutMs, maxBytes: OUTPUT_BYTES};
  const deadline = looker.clock.ticks() + timeoutMs;
  const reply = await looker.ask(nodeOf(looker.cluster, node).host, {
    kind: 'shell',
    shell: 'act',
    ...following,
    script: sentAs(filled, {step, attempt}),
  });
  if (reply.kind === 'shell' && reply.code === CUT_OFF_EXIT) return CUT_OFF;
  if (reply.kind !== 'lost') return reply;
  const tries = Number.POSITIVE_INFINITY;
  return (await reattach(context, {node, step}, following, {deadline, tries})) ?? reply;
};

/** The command's own host turned it away: why, as a refusal; null where it was carried out. */
const turnedAway = (context: Context, {node}: FanOut, reply: ShellReply): Refused | null => {
  const guard = guardOf(reply.code);
  if (guard === null) return null;
  const fenced = guard === 'refused' ? describeFenced(context, node, reply.stdout) : null;
  if (fenced !== null) return {kind: 'refused', trouble: 'leased', detail: fenced};
  const trouble = guard === 'busy' ? 'still-running' : 'guard';
  return {kind: 'refused', trouble, detail: refusalOf(context, tail(reply.stderr).trim())};
};

/**
 * Sends the command, under the name of the first of its steps. An earlier action that is still at work on its host is waited for, as
 * long as all still allows it.
 */
const send = async (
  context: Context,
  {phase, fanOut}: OfPhase,
  readies: readonly [ReadyStep, ...ReadyStep[]],
  script: Script,
): Promise<ShellReply | Refused | Lost | null> => {
  const {ledger, signal, looker} = context;
  const {timeoutMs} = fanOut.action;
  const deadline = looker.clock.ticks() + timeoutMs;
  for (let sent = 1; ; sent += 1) {
    const [first] = readies;
    const reply = await ask(context, fanOut, first, script);
    if (reply.kind !== 'shell' || guardOf(reply.code) !== 'busy') return reply;
    if (signal.aborted || looker.clock.ticks() >= deadline) return reply;
    const told = tail(reply.stderr).trim();
    if (sent === 1) await ledger.emit({type: 'step.busy', step: first.step.id, told, withinMs: timeoutMs});
    await looker.clock.sleep(BUSY_WAIT_MS, signal);
    if (!(await fanOutStands(context, phase, readies))) return null;
  }
};

/** What keeps a host from taking the command may pass by itself; where it does not, somebody has to look. */
const notTaken = async (
  context: Context,
  [first, ...others]: readonly ReadyStep[],
  refused: Refused,
): Promise<null> => {
  if (first === undefined) return null;
  await resetAll(context, others);
  const seen = stepState(context.ledger.state(), first.step.id);
  const passes = refused.trouble !== 'guard' && refused.trouble !== 'leased';
  const again = passes && seen.status === 'running' && seen.resets < REFUSED_TRIES;
  if (context.signal.aborted || again) await resetAll(context, [first]);
  else await fail(context, first.step, refused);
  return null;
};

/**
 * Sends the command that carries out these steps, once, when everything that allows each of them was looked at once more.
 * Null where it was not begun: then none of the steps is.
 */
export const sendFanOut = async (
  context: Context,
  of: OfPhase,
  readies: readonly ReadyStep[],
): Promise<Sent | null> => {
  const {phase, fanOut} = of;
  const {ledger} = context;
  const [first, ...others] = readies;
  if (first === undefined || !(await fanOutStands(context, phase, readies))) return null;
  const filled = fillFanOut(ledger.state(), fanOut);
  if (filled.kind === 'missing') {
    await fail(context, first.step, filled.failure);
    return null;
  }
  if (!(await startAll(context, readies))) return null;
  await ledger.emit({type: 'fanOut.begun', phase: phase.id});
  const reply = await send(context, of, [first, ...others], filled.value);
  if (reply === null) {
    await resetAll(context, readies);
    return null;
  }
  if (reply.kind === 'lost') return reply;
  if (reply.kind === 'refused') return notTaken(context, readies, reply);
  const refused = turnedAway(context, fanOut, reply);
  if (refused !== null) return notTaken(context, readies, refused);
  const {code, ms, cut} = reply;
  const outcome = {code, ms, cut, stdout: tail(reply.stdout), stderr: tail(reply.stderr)};
  await ledger.emit({type: 'fanOut.ended', phase: phase.id, outcome});
  acknowledge(context, {node: fanOut.node, step: first.step.id});
  return {kind: 'ended', outcome};
};
