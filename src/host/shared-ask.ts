import type {Ask, ReplyTo, Request} from '../model/ask.ts';
import type {HostId} from '../model/ids.ts';
import type {Clock} from '../model/world.ts';

type Entry = {readonly at: number; readonly reply: Promise<unknown>};

/**
 * Lets looks share their questions: the same page or query of the same host is asked once within `freshMs` of the clock, or
 * once at all where there is none. Of 1,000 backends each would ask for all rows otherwise, in a session of its own. For
 * watching, for the last looks, which go on for a while, and for one look at many nodes, which is one moment.
 */
export const sharedAsk = (
  ask: Ask,
  clock: Pick<Clock, 'ticks'> = {ticks: () => 0},
  freshMs = Number.POSITIVE_INFINITY,
): Ask => {
  const entries = new Map<string, Entry>();
  return <R extends Request>(host: HostId, request: R): Promise<ReplyTo<R>> => {
    if (request.kind === 'shell') return ask(host, request);
    const now = clock.ticks();
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
