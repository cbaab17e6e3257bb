import {never} from '../lib/never.ts';
import type {Vars} from '../model/script.ts';
import {fanOutOf, type StepState} from '../model/state.ts';
import {poll, unsettled} from '../probe/poll.ts';
import {heldAfter} from './ahead.ts';
import {gatesAreOld, mayBegin, notSoNow, putBack} from './allowed.ts';
import type {Context} from './context.ts';
import {settleFanOut} from './fan-out.ts';
import type {ReadyStep} from './fill.ts';
import {runCopy} from './run-copy.ts';
import {goOnWith, runScript, type Sending} from './run-script.ts';
import {finish, lookBefore} from './settle.ts';
import {untilOver} from './until-over.ts';
import {seeProcess} from './who-runs.ts';

const workByHand = async (context: Context, ready: ReadyStep): Promise<void> => {
  const answer = await context.operator.manual(ready.step.id, context.ledger.state(), context.signal);
  if (answer === 'leave') context.leave();
  else await finish(context, ready, null);
};

const withVars = (action: Sending, vars: Vars): Sending => ({
  ...action,
  script: {...action.script, vars: {...action.script.vars, ...vars}},
});

/**
 * Carries out one step: looks whether its effect is there already or on its way, acts at most once, and waits for the
 * facts. Ends with step.done or step.failed, never on the word of an exit code alone.
 */
export const act = async (context: Context, ready: ReadyStep, before: StepState): Promise<void> => {
  const {step, action} = ready;
  const asOpened = context.ledger.state();
  const look = await lookBefore(context, ready);
  if (context.signal.aborted) return;
  if (look.kind === 'met') {
    await context.ledger.emit({type: 'step.done', step: step.id, already: true, facts: look.facts});
    return;
  }
  const together = fanOutOf(context.ledger.state().plan, step.id);
  if (together !== null) {
    const joined = await context.together(together, ready);
    if (joined.kind === 'not now') return;
    if (joined.kind === 'sent') return settleFanOut(context, ready, joined.sent);
  }
  const elsewhere = step.after ?? together?.fanOut.node;
  if (elsewhere !== undefined && !(await untilOver(context, ready, elsewhere))) return;
  const seen = await seeProcess(context, ready);
  if (context.signal.aborted) return;
  if (seen.kind === 'silent') {
    await context.ledger.emit({type: 'step.failed', step: step.id, failure: seen.failure});
    return;
  }
  if (gatesAreOld(context, ready) || seen.kind === 'other') {
    const unmet = await notSoNow(context, ready);
    if (context.signal.aborted) return;
    if (unmet !== null) return putBack(context, ready, unmet);
  }
  const attempt = before.attempt + 1;
  const started = {type: 'step.started', step: step.id, attempt} as const;
  if (!(await context.ledger.emitWhen(mayBegin(context, ready, asOpened), started))) return;
  if (look.pending) return finish(context, ready, null);
  const {ledger, looker, lookout} = context;
  const held = heldAfter(ledger.state(), looker.system, step);
  switch (action.kind) {
    case 'script':
      return lookout.during(held, () => runScript(context, ready, withVars(action, seen.vars)));
    case 'copy':
      return lookout.during(held, () => runCopy(context, ready, action));
    case 'manual':
      return workByHand(context, ready);
    default:
      return never(action);
  }
};

/**
 * Looks at a step that lakeup died in. Its receipt tells how it ends, where there is one; else the facts do. Done or on its way: goes on from there. Not done: waits again with its gates
 * shut. Nobody answers: the run is held, for nothing is known.
 */
export const recover = async (context: Context, ready: ReadyStep): Promise<void> => {
  const {step} = ready;
  if (await goOnWith(context, ready)) return;
  if (context.signal.aborted) return;
  const look = await lookBefore(context, ready);
  if (context.signal.aborted) return;
  if (look.kind === 'met') {
    await context.ledger.emit({type: 'step.done', step: step.id, already: true, facts: look.facts});
    return;
  }
  if (look.pending) {
    await context.ledger.emit({type: 'step.reattached', step: step.id, state: 'lost'});
    return finish(context, ready, null);
  }
  if (look.seen !== null) {
    await context.ledger.emit({type: 'step.reset', step: step.id, seen: look.seen});
    return;
  }
  // Nobody answers: the very look that was silent is waited for, not one that says nothing of the effect. Any answer will do:
  // where it is not so, whoever has to act beside it must not wait for as long as the effect may take.
  const {title, node, probe, given = {}, withinMs, pollMs} = look.check;
  const polled = await poll(
    context.looker,
    {title, node, probe, given, expect: {}, withinMs, pollMs},
    context,
  );
  if (polled.kind === 'aborted') return;
  if (polled.kind === 'met') return recover(context, ready);
  await context.ledger.emit({type: 'step.failed', step: step.id, failure: unsettled(look.check, polled)});
};
