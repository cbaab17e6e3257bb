import {never} from '../lib/never.ts';
import type {ReplyTo, Request} from '../model/ask.ts';
import type {HostId} from '../model/ids.ts';
import type {Host} from '../model/inventory.ts';
import type {Link, Transport} from '../model/world.ts';
import {makeCopies} from './copies.ts';
import {makeDialer} from './dialer.ts';
import type {TransportEnv} from './env.ts';
import {type Follow, makeFollow} from './follow.ts';
import {type HostLink, makeHostLink} from './host.ts';

/** The transport over SSH, with what the screen wants to know of it. */
export type SshTransport = Transport & {
  links(): readonly Link[];
  /** Calls back at every change of a link; gives the way to stop it. */
  onLink(listener: (link: Link) => void): () => void;
  /** Follows a file of a host, for eyes alone. */
  readonly follow: Follow;
};

const answer = (
  link: HostLink,
  request: Request,
  signal: AbortSignal | undefined,
): Promise<ReplyTo<Request>> => {
  switch (request.kind) {
    case 'shell':
      return link.shell(request, signal);
    case 'http':
      return link.http(request, signal);
    case 'sql':
      return link.sql(request, signal);
    default:
      return never(request);
  }
};

/**
 * Opens the way to these hosts; nothing is connected before something is asked. A request is sent once or not at all:
 * `refused` means certainly not begun, `lost` means sent and unknown. Throws for a host that is none of them.
 */
export const openTransport = (hosts: readonly Host[], env: TransportEnv): SshTransport => {
  const listeners = new Set<(link: Link) => void>();
  const dialer = makeDialer(env);
  const links = new Map<HostId, HostLink>(
    hosts.map(host => [
      host.id,
      makeHostLink(host, dialer, env, link => {
        for (const listener of listeners) listener(link);
      }),
    ]),
  );

  const linkTo = (host: HostId): HostLink => {
    const link = links.get(host);
    if (link === undefined) throw new Error(`${host} is none of the hosts this transport was opened for`);
    return link;
  };
  const ask = async (host: HostId, request: Request, signal?: AbortSignal): Promise<ReplyTo<Request>> =>
    answer(linkTo(host), request, signal);

  return {
    // The kind of a reply is that of its request; the compiler cannot follow that through a union.
    ask: <R extends Request>(host: HostId, request: R, signal?: AbortSignal) =>
      ask(host, request, signal) as Promise<ReplyTo<R>>,
    copy: makeCopies(env, async (host, mark, signal) => linkTo(host).far(mark, signal)),
    follow: makeFollow(env, (host, mark, signal) => linkTo(host).far(mark, signal)),
    links: () => [...links.values()].map(link => link.link()),
    onLink: listener => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    retryLogins: () => {
      dialer.retry();
      for (const link of links.values()) link.retry();
    },
    close: async () => {
      for (const link of links.values()) link.close();
      dialer.close();
    },
  };
};
