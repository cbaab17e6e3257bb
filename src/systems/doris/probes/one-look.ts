import {sharedAsk} from '../../../host/shared-ask.ts';
import type {Ask, ReplyTo, Request} from '../../../model/ask.ts';
import type {HostId} from '../../../model/ids.ts';

/**
 * Lets the questions of one look share their answers; and a port that let the whole time of one pass is asked no other in it. A
 * process that hangs would be waited for again with every question, until the look is cut, and who hangs is not told.
 */
export const oneLook = (ask: Ask): Ask => {
  const shared = sharedAsk(ask);
  const mute = new Map<string, unknown>();
  return async <R extends Request>(host: HostId, request: R): Promise<ReplyTo<R>> => {
    if (request.kind === 'shell') return shared(host, request);
    const place = `${host} ${request.kind} ${request.port}`;
    const known = mute.get(place);
    // That nobody answered in time is a reply to any request.
    if (known !== undefined) return known as ReplyTo<R>;
    const reply = await shared(host, request);
    if (reply.kind === 'lost' && reply.trouble === 'timeout') mute.set(place, reply);
    return reply;
  };
};
