import type {ReplyTo, Request} from '../model/ask.ts';
import type {NodeId} from '../model/ids.ts';
import type {AskNode} from '../model/system.ts';
import type {Clock} from '../model/world.ts';

type Entry = {readonly at: number; readonly reply: Promise<unknown>};

/**
 * Lets looks of one sweep share their questions: the same request to the same node within `freshMs` is asked once
 * (every backend's row comes from one SHOW BACKENDS). Only for watching; checks that decide something ask for themselves.
 */
export const sharedAsk = (ask: AskNode, clock: Clock, freshMs: number): AskNode => {
  const entries = new Map<string, Entry>();
  return <R extends Request>(node: NodeId, request: R): Promise<ReplyTo<R>> => {
    if (request.kind === 'shell') return ask(node, request);
    const now = clock.now();
    const key = `${node} ${JSON.stringify(request)}`;
    const known = entries.get(key);
    // The key holds the whole request, so the reply kept under it is a reply to that request.
    if (known !== undefined && now - known.at < freshMs) return known.reply as Promise<ReplyTo<R>>;
    for (const [old, {at}] of entries) if (now - at >= freshMs) entries.delete(old);
    const reply = ask(node, request);
    entries.set(key, {at: now, reply});
    return reply;
  };
};
