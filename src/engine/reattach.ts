import {guardOf} from '../host/guard.ts';
import {type Asked, clearReceipt, followReceipt, lookAtReceipt, parseReceipt} from '../host/receipt.ts';
import {CUT_OFF_EXIT, NO_RECEIPT_EXIT} from '../lib/exit-codes.ts';
import type {Lost, ShellReply, ShellRequest} from '../model/ask.ts';
import type {NodeId, StepId} from '../model/ids.ts';
import {nodeOf} from '../model/inventory.ts';
import {leaseAtOf} from '../model/lease.ts';
import {stepState} from '../model/state.ts';
import {text} from '../model/text.ts';
import type {Context} from './context.ts';

/** An action that has a receipt: on whose host it is, and for which step it was launched. */
export type Launched = {readonly node: NodeId; readonly step: StepId};

/** How long one of the receipts' own scripts may take, and how much it may say. */
const RECEIPT_LIMITS = {timeoutMs: 30_000, maxBytes: 4 * 1024} as const;

/** A host that does not answer is asked for a receipt again after so long. */
const ASK_AGAIN_MS = 2_000;

/** The action was begun, and its receipt says that nobody will ever know how it ended. */
export const CUT_OFF: Lost = {
  kind: 'lost',
  trouble: 'cut-off',
  begun: true,
  detail: text(
    'its receipt says that it began, nothing of it runs any more, and it left no exit code',
    '其回执表明它已开始，现已没有任何相关进程在运行，也没有留下退出码',
  ),
};

/** Which receipt belongs to the attempt in hand; null where no action of this run has one. */
const askedFor = ({lease, ledger, looker}: Context, {node, step}: Launched): Asked | null => {
  const at = leaseAtOf(looker.system, nodeOf(looker.cluster, node));
  const state = ledger.state();
  if (lease === null || at === null) return null;
  const {attempt} = stepState(state, step);
  return {place: at, run: state.run, hands: state.lease.hands, step, attempt};
};

/**
 * Takes the receipt of an action away whose end is kept. Not waited for: where it stays, the next action clears it. In the shell of
 * the looks, for the next action must not wait for that.
 */
export const acknowledge = (context: Context, action: Launched): void => {
  const asked = askedFor(context, action);
  if (asked === null) return;
  const {host} = nodeOf(context.looker.cluster, action.node);
  const request = {kind: 'shell', shell: 'look', script: clearReceipt(asked), ...RECEIPT_LIMITS} as const;
  void context.looker.ask(host, request).catch(() => undefined);
};

/** How an action is followed: with what limits, and who hears what it says. */
export type Following = Pick<ShellRequest, 'timeoutMs' | 'maxBytes' | 'onSaid'>;

/**
 * Finds an action again whose link was lost, or that an earlier lakeup began, by its receipt: follows it on to its end, and gives
 * its reply as if nothing had happened. `tries`: how often a host that does not answer is asked at most. At most until `deadline`,
 * in ticks: by then the action itself had to end. Null: nothing is known but what the facts say.
 */
export const reattach = async (
  context: Context,
  action: Launched,
  {maxBytes, onSaid}: Following,
  {deadline, tries}: {readonly deadline: number; readonly tries: number},
): Promise<ShellReply | Lost | null> => {
  const {ledger, looker, signal} = context;
  const {ask, clock} = looker;
  const asked = askedFor(context, action);
  if (asked === null) return null;
  const {host} = nodeOf(looker.cluster, action.node);
  let found: Lost | null = null;
  for (let tried = 1; !signal.aborted; tried += 1) {
    const look = await ask(host, {
      kind: 'shell',
      shell: 'look',
      script: lookAtReceipt(asked),
      ...RECEIPT_LIMITS,
    });
    const state = look.kind === 'shell' ? parseReceipt(look.stdout) : null;
    if (signal.aborted || state === 'none') return found;
    if (state === 'cut-off') return CUT_OFF;
    if (state !== null) {
      const leftMs = deadline - clock.ticks();
      if (state === 'running' && leftMs <= 0) return found;
      if (found === null) await ledger.emit({type: 'step.reattached', step: asked.step, state});
      const timeoutMs = Math.max(leftMs, RECEIPT_LIMITS.timeoutMs);
      const script = followReceipt(asked);
      const listening = onSaid === undefined ? {} : {onSaid};
      const reply = await ask(host, {kind: 'shell', shell: 'act', script, timeoutMs, maxBytes, ...listening});
      if (reply.kind === 'shell') {
        if (reply.code === CUT_OFF_EXIT) return CUT_OFF;
        if (reply.code === NO_RECEIPT_EXIT) return found;
        if (guardOf(reply.code) !== null) acknowledge(context, action);
        return reply;
      }
      found = {kind: 'lost', trouble: reply.trouble, detail: reply.detail, begun: true};
      context.onHeadway(asked.step, null);
    }
    if (tried >= tries || clock.ticks() >= deadline) return found;
    await clock.sleep(ASK_AGAIN_MS, signal);
  }
  return found;
};
