import type {Refused} from '../model/ask.ts';
import type {CheckGate, FilledCheck, Phase} from '../model/plan.ts';
import {text} from '../model/text.ts';
import {lookAtCheck, type Polled} from '../probe/poll.ts';
import {putBack} from './allowed.ts';
import type {Context} from './context.ts';
import {fillGate, type ReadyStep} from './fill.ts';
import {check} from './gates.ts';
import {fail, lookBefore} from './settle.ts';

// A command for many reaches nodes whose own receipts and fences it does not meet. So all that allows it is looked at for every
// node right before it is sent: the gates of its phase, each step's own, that its effect is not there, and whose lease it is.

type Look = (asked: FilledCheck) => Promise<Polled>;

/** Each question is put once, however many nodes want it. */
const onceEach = (context: Context): Look => {
  const known = new Map<string, Promise<Polled>>();
  return asked => {
    const {node, probe, given, expect} = asked;
    const key = JSON.stringify({node, probe, given, expect});
    const look = known.get(key) ?? lookAtCheck(context.looker, asked, context);
    known.set(key, look);
    return look;
  };
};

/** The gates of the phase, as they are now. What does not hold any more is waited for, or holds the run, as it did before. */
const phaseStands = async (context: Context, {gates}: Phase, look: Look): Promise<boolean> => {
  const checks = gates.filter((gate): gate is CheckGate => gate.kind === 'check');
  const looks = await Promise.all(
    checks.map(async gate => {
      const filled = fillGate(context.ledger.state(), gate);
      return {gate, filled, polled: filled.kind === 'ready' ? await look(filled.value) : null};
    }),
  );
  const unmet = looks.findLast(({polled}) => polled?.kind !== 'met');
  if (unmet === undefined) return true;
  const {gate, filled} = unmet;
  if (filled.kind === 'ready') await check(context, gate, filled.value, null);
  else await context.ledger.emit({type: 'gate.stuck', gate: gate.id, failure: filled.failure});
  return false;
};

const SILENT: Refused = {
  kind: 'refused',
  trouble: 'unreachable',
  detail: text(
    'it does not answer right before the command that is for it too, so nothing was sent',
    '命令发出之前它没有应答，而命令也涉及它，因此没有发送',
  ),
};

/** Whether the command may reach this node. Where it may not, why is told, or its effect has come about by itself. */
const nodeStands = async (context: Context, ready: ReadyStep, look: Look): Promise<boolean> => {
  for (const asked of ready.safe) {
    const polled = await look(asked);
    if (polled.kind === 'met') continue;
    if (polled.kind === 'unmet') await putBack(context, ready, {check: asked, polled});
    return false;
  }
  const before = await lookBefore(context, ready);
  if (before.kind === 'unmet' && before.seen === null && !context.signal.aborted)
    await fail(context, ready.step, SILENT);
  return before.kind === 'unmet' && before.seen !== null;
};

/** The lease of every node that the command reaches is this run's: none of their own scripts asks for it. */
const allLeased = async (context: Context, readies: readonly ReadyStep[]): Promise<boolean> => {
  const {lease} = context;
  if (lease === null) return true;
  const refusals = await Promise.all(
    readies.map(async ({step}) => {
      const hand = await lease.hand(step.node);
      return {step, refusal: hand.kind === 'vars' ? await lease.stands(step.node) : hand};
    }),
  );
  for (const {step, refusal} of refusals) {
    if (refusal === null) continue;
    await fail(context, step, refusal);
    return false;
  }
  return true;
};

/** Whether everything still allows the command, for every node that it reaches. Where it does not, why is told. */
export const fanOutStands = async (
  context: Context,
  phase: Phase,
  readies: readonly ReadyStep[],
): Promise<boolean> => {
  const shared: Context = {...context, looker: context.sharingLooker};
  const look = onceEach(shared);
  if (!(await phaseStands(shared, phase, look))) return false;
  const nodes = await Promise.all(readies.map(ready => nodeStands(shared, ready, look)));
  return nodes.every(stands => stands) && allLeased(context, readies);
};
