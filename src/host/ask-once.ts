import type {Ask, ReplyTo, Request} from '../model/ask.ts';
import type {HostId} from '../model/ids.ts';

/**
 * One look is one moment: the same page or query of the same host is asked once in it, however many nodes it is about. A
 * frontend would be asked for all its rows by each of 1,000 backends otherwise, in a session of its own each.
 */
export const askOnce = (ask: Ask): Ask => {
  const replies = new Map<string, Promise<unknown>>();
  return <R extends Request>(host: HostId, request: R): Promise<ReplyTo<R>> => {
    if (request.kind === 'shell') return ask(host, request);
    const key = `${host} ${JSON.stringify(request)}`;
    // The key holds the whole request, so the reply kept under it is a reply to that request.
    const reply = (replies.get(key) as Promise<ReplyTo<R>> | undefined) ?? ask(host, request);
    replies.set(key, reply);
    return reply;
  };
};
