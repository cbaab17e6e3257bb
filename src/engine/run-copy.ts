import type {CopyProgress, CopyRequest} from '../model/copy.ts';
import {copyHeadway} from '../model/describe-copy.ts';
import {findNode, nodeOf} from '../model/inventory.ts';
import {text} from '../model/text.ts';
import {mayStillBegin} from './allowed.ts';
import {tryToBegin} from './begin.ts';
import type {Context} from './context.ts';
import type {ReadyAction, ReadyStep} from './fill.ts';
import {fail, settleEnd} from './settle.ts';

type Copying = Extract<ReadyAction, {kind: 'copy'}>;

/**
 * Copies a file at most once, and lets the facts say what became of it. It may take as long as gigabytes take, and harms
 * nobody when it is cut: who leaves does not wait for it, and a resumed run looks first.
 */
export const runCopy = async (
  context: Context,
  ready: ReadyStep,
  {from, to, stallMs}: Copying,
): Promise<void> => {
  const {step} = ready;
  const {cluster} = context.looker;
  const sender = findNode(cluster, from.node);
  if (sender === undefined) {
    const words = text(
      `${from.node} is no node of ${cluster.name}`,
      `${from.node} 不是 ${cluster.name} 的节点`,
    );
    return fail(context, step, {kind: 'refused', trouble: 'guard', detail: words});
  }
  const request: CopyRequest = {
    from: {host: sender.host, path: from.path},
    to: {host: nodeOf(cluster, step.node).host, path: to},
    stallMs,
  };
  let isShut = false;
  const mayBegin = async (): Promise<boolean> => {
    isShut = !(await mayStillBegin(context, ready));
    return !isShut;
  };
  let hasBegun = false;
  const onProgress = (progress: CopyProgress): void => {
    // Nothing is begun on the receiver before bytes are on their way to it.
    hasBegun ||= progress.stage === 'copying' || progress.stage === 'checking';
    context.onHeadway(step.id, copyHeadway(progress));
  };
  const reply = await tryToBegin(context, ready, async () => {
    const unleased = (await context.lease?.stands(step.node)) ?? null;
    if (unleased !== null) return unleased;
    return context.copy(request, onProgress, context.signal, mayBegin);
  });
  if (reply.kind !== 'copy' && context.signal.aborted) return;
  // Nothing was begun: it goes back to its gates, which say what is not so any more.
  if (isShut) {
    await context.ledger.emit({type: 'step.reset', step: step.id, seen: {}});
    return;
  }
  const end = reply.kind === 'lost' && hasBegun ? {...reply, begun: true as const} : reply;
  await settleEnd(context, ready, end.kind === 'copy' ? {...end, cut: false} : end, 'exit');
};
