import type {ReplyTo, Request} from '../model/ask.ts';
import type {HostId, NodeId} from '../model/ids.ts';
import type {Cluster} from '../model/inventory.ts';
import type {Link, Transport} from '../model/world.ts';
import type {CommandLine, TransportEnv} from './env.ts';
import {type HostLink, makeHostLink} from './host.ts';
import {makeReach} from './reach.ts';

/** The transport over SSH, with what the screen and doctor want to know of it. */
export type SshTransport = Transport & {
  links(): readonly Link[];
  /** Calls back at every change of a link; gives the way to stop it. */
  onLink(listener: (link: Link) => void): () => void;
  /** Lets a refused login be tried once more. */
  forget(host: HostId): void;
};

type Reply = ReplyTo<Request>;

const outcome = (reply: Reply): string => {
  switch (reply.kind) {
    case 'shell':
      return `exit ${reply.code}`;
    case 'http':
      return String(reply.status);
    case 'sql':
      return `${reply.rows.length} rows`;
    case 'sql-error':
      return `error ${reply.code}`;
    case 'refused':
    case 'lost':
      return `${reply.kind}: ${reply.trouble}`;
  }
};

/** What is logged of a request: no script, no query string, no password. */
const what = (request: Request, host: HostId): string => {
  switch (request.kind) {
    case 'shell':
      return request.name;
    case 'http':
      return `GET http://${request.host ?? host}:${request.port}${request.path.replace(/\?.*$/s, '')}`;
    case 'sql':
      return `${request.user}@${request.host ?? host}:${request.port} ${request.query}`;
  }
};

const answer = (link: HostLink, request: Request, signal: AbortSignal | undefined): Promise<Reply> => {
  switch (request.kind) {
    case 'shell':
      return link.shell(request, signal);
    case 'http':
      return link.http(request, signal);
    case 'sql':
      return link.sql(request, signal);
  }
};

/**
 * Opens the way to a cluster's hosts; nothing is connected before something is asked. A request is sent once or not at
 * all: `refused` means certainly not begun, `lost` means sent and unknown. Throws for a node that the cluster has not.
 */
export const openTransport = (cluster: Cluster, env: TransportEnv): SshTransport => {
  const listeners = new Set<(link: Link) => void>();
  const reach = makeReach(env);
  const links = new Map<HostId, HostLink>(
    cluster.hosts.map(host => [
      host.id,
      makeHostLink(host, reach, env, link => {
        for (const listener of listeners) listener(link);
      }),
    ]),
  );
  const hosts = new Map<NodeId, HostId>(cluster.nodes.map(node => [node.id, node.host]));

  const ask = async (node: NodeId, request: Request, signal?: AbortSignal): Promise<Reply> => {
    const host = hosts.get(node);
    const link = host === undefined ? undefined : links.get(host);
    if (host === undefined || link === undefined) throw new Error(`${node} is no node of ${cluster.name}`);
    const at = env.clock.now();
    const reply = await answer(link, request, signal);
    const line: CommandLine = {
      at,
      host,
      node,
      kind: request.kind,
      what: what(request, host),
      outcome: outcome(reply),
      ms: env.clock.now() - at,
    };
    env.log(line);
    return reply;
  };

  return {
    // The kind of a reply is that of its request; the compiler cannot follow that through a union.
    ask: <R extends Request>(node: NodeId, request: R, signal?: AbortSignal) =>
      ask(node, request, signal) as Promise<ReplyTo<R>>,
    links: () => [...links.values()].map(link => link.link()),
    onLink: listener => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    forget: host => links.get(host)?.forget(),
    close: async () => {
      for (const link of links.values()) link.close();
      reach.close();
    },
  };
};
