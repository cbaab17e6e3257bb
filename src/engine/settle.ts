import {guardOf} from '../host/guard.ts';
import {parseLease} from '../host/lease.ts';
import {REFUSALS} from '../host/refusals.ts';
import type {Lost, Refused} from '../model/ask.ts';
import type {Failure, Outcome} from '../model/event.ts';
import {type Facts, meets} from '../model/facts.ts';
import type {NodeId} from '../model/ids.ts';
import {nodeOf} from '../model/inventory.ts';
import {leaseAtOf} from '../model/lease.ts';
import type {FilledCheck, ScriptAction, Step} from '../model/plan.ts';
import {describeRefusal} from '../model/refusal.ts';
import {type Text, text} from '../model/text.ts';
import {poll, unsettled} from '../probe/poll.ts';
import type {Context} from './context.ts';
import {describeLease} from './describe-lease.ts';
import type {DoneLook} from './done-look.ts';
import type {ReadyLook, ReadyStep} from './fill.ts';
import {acknowledge} from './reattach.ts';

/** Looks at every done check, as it is now: the facts of all when all hold, else the first that does not. */
const lookAtDone = async (context: Context, {done}: ReadyLook): Promise<DoneLook> => {
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
export const lookAtEffect = async (context: Context, ready: ReadyLook): Promise<DoneLook> => {
  const [check] = ready.done;
  return ready.reopened && check !== undefined
    ? {kind: 'unmet', check, seen: {}, pending: false}
    : lookAtDone(context, ready);
};

/**
 * The same before its action has ended. Where what it takes back may still be at work, what is there counts for nothing until
 * then: a node that serves may be stopped in the next moment.
 */
export const lookBefore = async (context: Context, ready: ReadyLook): Promise<DoneLook> => {
  const look = await lookAtEffect(context, ready);
  if (ready.step.unseen !== true) return look;
  if (look.kind === 'unmet') return {...look, pending: false};
  const [check] = ready.done;
  return check === undefined ? look : {kind: 'unmet', check, seen: look.facts, pending: false};
};

type Settled = {facts: Facts} | {failure: Failure} | 'aborted';

/**
 * Waits for every check in order; the facts of all, or why not. One is waited for as soon as the one before it is good, and for as
 * long as that stays so: what has to hold for a while holds side by side.
 */
const settleAll = async (
  context: Context,
  [check, ...others]: readonly FilledCheck[],
  signal: AbortSignal,
): Promise<Settled> => {
  if (check === undefined) return {facts: {}};
  let over = new AbortController();
  let later: Promise<Settled> | null = null;
  const giveUp = (): void => {
    over.abort();
    over = new AbortController();
    later = null;
  };
  const goOn = (): Promise<Settled> => {
    later ??= settleAll(context, others, AbortSignal.any([signal, over.signal]));
    // Where it is given up nobody waits for it.
    later.catch(() => undefined);
    return later;
  };
  // What is looked at but once is looked at last: only what has to hold itself may begin earlier.
  const holds = others.at(-1)?.steadyMs !== undefined;
  const onGood = (isGood: boolean): void => {
    if (!isGood) giveUp();
    else if (holds) void goOn();
  };
  const onLast = (): void => {
    if (!holds) context.early.begin(context.looker, others);
  };
  const {looker, onSighting} = context;
  const polled = await poll(looker, check, {signal, onSighting, onGood, onLast});
  if (polled.kind !== 'met') {
    giveUp();
    return polled.kind === 'aborted' ? polled.kind : {failure: unsettled(check, polled)};
  }
  const settled = await goOn();
  return settled !== 'aborted' && 'facts' in settled ? {facts: {...polled.facts, ...settled.facts}} : settled;
};

/** As long as nobody has seen the end of the action, what it is about to end is no proof that it never will be. */
const beforeItsEnd = (check: FilledCheck): FilledCheck =>
  check.vain === undefined ? check : {...check, vain: check.vain.filter(({ended}) => ended !== true)};

/**
 * Waits for what has to be seen: the step is done then, or has failed by that, or by what is known `otherwise`. `printed`: by a
 * command for many, which is told of those alone that it did not bring about. `ended`: the step's own action ended with 0.
 */
export const finish = async (
  context: Context,
  ready: ReadyStep,
  otherwise: Failure | null,
  printed: Outcome | null = null,
  ended = false,
): Promise<void> => {
  const {step} = ready;
  const settled = await settleAll(context, ended ? ready.done : ready.done.map(beforeItsEnd), context.signal);
  if (settled === 'aborted') return;
  if ('facts' in settled) {
    await context.ledger.emit({type: 'step.done', step: step.id, already: false, facts: settled.facts});
    return;
  }
  if (printed !== null) await context.ledger.emit({type: 'step.acted', step: step.id, outcome: printed});
  await context.ledger.emit({type: 'step.failed', step: step.id, failure: otherwise ?? settled.failure});
};

/** What is kept of an action's output, from its end. */
const TAIL_CHARACTERS = 4_000;

export const tail = (output: string): string =>
  output.length > TAIL_CHARACTERS ? output.slice(-TAIL_CHARACTERS) : output;

export const fail = async ({ledger}: Context, {id}: Step, failure: Failure): Promise<void> => {
  await ledger.emit({type: 'step.failed', step: id, failure});
};

/** Whose lease the host said it is, where it turned the action away for that. */
export const describeFenced = (
  {looker: {system, cluster}}: Context,
  id: NodeId,
  stdout: string,
): Text | null => {
  const [seen, node] = [parseLease(stdout), nodeOf(cluster, id)];
  const at = leaseAtOf(system, node);
  return seen === null || at === null ? null : describeLease({...at, host: node.host}, seen);
};

/** What a script refused with, in both languages. */
export const refusalOf = ({looker: {system}}: Context, words: string): Text =>
  describeRefusal(words, [...REFUSALS, ...(system.refusals ?? [])]);

/** An action whose end was seen. */
type Ended = {readonly kind: 'shell' | 'copy'} & Outcome;

/** A refusal whose words were lost on the way: the next one brings its own. */
const MUTE = text(
  'its host turned it away, and the words of why did not come through; a retry asks it again',
  '主机拒绝了该动作，但说明未能传回；重试会再次询问',
);

/** Says what became of an action that was begun, or was refused: the facts decide wherever they can. */
export const settleEnd = async (
  context: Context,
  ready: ReadyStep,
  reply: Ended | Refused | Lost,
  trust: ScriptAction['trust'],
): Promise<void> => {
  const {step} = ready;
  if (reply.kind === 'lost') context.onHeadway(step.id, null);
  // Begun, and nobody knows how it went: the facts decide, and only if they never come is it called lost. Where they cannot
  // tell the effect of this action from an earlier one, it is lost at once.
  if (reply.kind === 'lost' && !ready.reopened) return finish(context, ready, reply);
  if (reply.kind === 'refused' || reply.kind === 'lost') return fail(context, step, reply);
  const {code, ms, cut} = reply;
  const outcome = {code, ms, cut, stdout: tail(reply.stdout), stderr: tail(reply.stderr)};
  await context.ledger.emit({type: 'step.acted', step: step.id, outcome});
  if (guardOf(code) === null && ready.action.kind === 'script')
    acknowledge(context, {node: step.node, step: step.id});
  const fenced = guardOf(code) === 'refused' ? describeFenced(context, step.node, outcome.stdout) : null;
  if (fenced !== null) return fail(context, step, {kind: 'refused', trouble: 'leased', detail: fenced});
  if (guardOf(code) === 'refused') {
    const words = outcome.stderr.trim();
    return fail(context, step, {
      kind: 'refused',
      trouble: 'guard',
      detail: words === '' ? MUTE : refusalOf(context, words),
    });
  }
  // Of a step that was opened again the facts may be those of the round before.
  if (code === 0 || (trust === 'facts' && !ready.reopened))
    return finish(context, ready, null, null, code === 0);
  const look = await lookAtEffect(context, ready);
  if (look.kind === 'unmet')
    return fail(context, step, {kind: 'exit', code, tail: tail(`${outcome.stdout}${outcome.stderr}`)});
  await context.ledger.emit({type: 'step.done', step: step.id, already: false, facts: look.facts});
};
