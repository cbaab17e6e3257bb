import type {Ask, ReplyTo, Request} from '../model/ask.ts';
import type {HostId} from '../model/ids.ts';
import type {Clock} from '../model/world.ts';

type Entry = {readonly at: number; readonly reply: Promise<unknown>};

/**
 * Lets looks of one sweep share their questions: the same request to the same host within `freshMs` is asked once
 * (every backend's row comes from one SHOW BACKENDS). For watching, and for the last looks, which go on for a while; what decides about an
 * action asks for itself.
 */
export const sharedAsk = (ask: Ask, clock: Clock, freshMs: number): Ask => {
  const entries = new Map<string, Entry>();
  return <R extends Request>(host: HostId, request: R): Promise<ReplyTo<R>> => {
    if (request.kind === 'shell') return ask(host, request);
    const now = clock.now();
    const key = `${host} ${JSON.stringify(request)}`;
    const known = entries.get(key);
    // The key holds the whole request, so the reply kept under it is a reply to that request.
    if (known !== undefined && now - known.at < freshMs) return known.reply as Promise<ReplyTo<R>>;
    for (const [old, {at}] of entries) if (now - at >= freshMs) entries.delete(old);
    const reply = ask(host, request);
    entries.set(key, {at: now, reply});
    return reply;
  };
};
