import type {Duplex} from 'node:stream';
import type {
  HttpReply,
  HttpRequest,
  Lost,
  Refused,
  ShellReply,
  ShellRequest,
  SqlReply,
  SqlRequest,
} from '../model/ask.ts';
import type {Host} from '../model/inventory.ts';
import type {Link} from '../model/world.ts';
import type {Connection} from './connection.ts';
import type {TransportEnv} from './env.ts';
import {httpThrough} from './http.ts';
import {httpOnHost} from './http-on-host.ts';
import {makeLane} from './lane.ts';
import {makeLine} from './line.ts';
import type {Reach} from './reach.ts';
import {openLoop, replyText, type ShellLoop} from './shell-loop.ts';
import {sqlThrough} from './sql.ts';
import {sqlOnHost} from './sql-on-host.ts';
import {orCancelled} from './within.ts';

/** One host: its connection, its two shells, and the ways to its ports. */
export type HostLink = {
  shell(request: ShellRequest, signal?: AbortSignal): Promise<ShellReply | Refused | Lost>;
  http(request: HttpRequest, signal?: AbortSignal): Promise<HttpReply | Refused | Lost>;
  sql(request: SqlRequest, signal?: AbortSignal): Promise<SqlReply | Refused | Lost>;
  link(): Link;
  forget(): void;
  close(): void;
};

const cancelled: Refused = {kind: 'refused', trouble: 'cancelled', detail: 'called off before it was sent'};

/** 128 bits from the world's chance: nothing that a host prints by accident. */
const makeNonce = (chance: () => number): string =>
  `lakeup-${Array.from({length: 4}, () =>
    Math.floor(chance() * 2 ** 32)
      .toString(16)
      .padStart(8, '0'),
  ).join('')}`;

export const makeHostLink = (
  host: Host,
  reach: Reach,
  env: TransportEnv,
  onLink: (link: Link) => void,
): HostLink => {
  const {clock, limits, chance} = env;
  const wanted = {...host, name: host.id};
  let link: Link = {host: host.id, status: 'down', reason: null};
  const line = makeLine({
    env,
    connect: () => reach.connect(wanted),
    knownStamp: () => reach.knownStamp(wanted),
    report: (status, reason) => {
      link = {host: host.id, status, reason};
      onLink(link);
    },
  });

  const openShell = async (): Promise<ShellLoop | Refused> => {
    const connection = await line.connected();
    if ('kind' in connection) return connection;
    const pipes = await connection.exec('exec sh');
    if ('kind' in pipes) return pipes;
    const {shellReadyMs: readyMs, noiseBytes} = limits;
    return openLoop(pipes, {clock, nonce: makeNonce(chance), readyMs, noiseBytes});
  };
  const lanes = {
    look: makeLane({clock, lineMs: limits.lineMs.look, open: openShell}),
    act: makeLane({clock, lineMs: limits.lineMs.act, open: openShell}),
  };

  const shell: HostLink['shell'] = async ({lane, script, timeoutMs, maxBytes}, signal) => {
    if (line.current() === null) {
      const connection = await orCancelled(signal, line.connected());
      if (connection === 'cancelled') return cancelled;
      if ('kind' in connection) return connection;
    }
    const begun = clock.now();
    const reply = await lanes[lane].run({script, timeoutMs, maxBytes, kill: lane === 'look'}, signal);
    if (reply.kind !== 'reply') return reply;
    return {kind: 'shell', code: reply.code, ...replyText(reply), ms: clock.now() - begun};
  };

  /** Set once the host has forbidden forwarding: from then on its ports are asked by a command on the host. */
  let forbidden = false;
  /** Where a port of the host was found: its own address, or its loopback. */
  const found = new Map<number, string>();

  /**
   * Services may listen on the host's own address only, or on loopback only: without an address in the request, the one
   * lakeup connects to is tried first, then 127.0.0.1; what worked is tried first the next time.
   */
  const addresses = async ({host: asked, port}: HttpRequest | SqlRequest): Promise<readonly string[]> => {
    if (asked !== undefined) return [asked];
    const {address} = await reach.settings(wanted);
    return [...new Set([found.get(port) ?? address, address, '127.0.0.1'])];
  };

  const forward = async (
    connection: Connection,
    request: HttpRequest | SqlRequest,
  ): Promise<Duplex | Refused> => {
    let answer: Refused | null = null;
    for (const candidate of await addresses(request)) {
      const channel = await connection.forward(candidate, request.port);
      if (!('kind' in channel)) {
        if (request.host === undefined) found.set(request.port, candidate);
        return channel;
      }
      // Nobody listening says more than an address that cannot be reached from there.
      if (answer === null || channel.trouble === 'port-refused') answer = channel;
      if (channel.trouble === 'dropped') break;
    }
    return answer ?? {kind: 'refused', trouble: 'port-refused', detail: 'no address to try'};
  };

  const onPort = async <R extends HttpRequest | SqlRequest, A>(
    request: R,
    signal: AbortSignal | undefined,
    through: (channel: Duplex) => Promise<A | Refused | Lost>,
    onHost: (addresses: readonly string[]) => Promise<A | Refused | Lost>,
  ): Promise<A | Refused | Lost> => {
    const connection = line.current() ?? (await orCancelled(signal, line.connected()));
    if (connection === 'cancelled' || signal?.aborted === true) return cancelled;
    if ('kind' in connection) return connection;
    if (!forbidden) {
      const channel = await forward(connection, request);
      if (!('kind' in channel)) return through(channel);
      if (channel.trouble !== 'forward-denied') return channel;
      forbidden = true;
    }
    return onHost(await addresses(request));
  };

  return {
    shell,
    http: (request, signal) =>
      onPort(
        request,
        signal,
        channel => httpThrough(channel, request, {clock, maxBytes: limits.httpBodyBytes, signal}),
        tried => httpOnHost(request, tried, limits.httpBodyBytes, ask => shell(ask, signal)),
      ),
    sql: (request, signal) => {
      const password = request.passwordEnv === undefined ? '' : env.vars[request.passwordEnv];
      if (password === undefined) {
        const detail = `the environment variable ${request.passwordEnv} with the password of ${request.user} is not set`;
        return Promise.resolve({kind: 'refused', trouble: 'no-credentials', detail});
      }
      return onPort(
        request,
        signal,
        channel => sqlThrough(channel, request, {clock, password, signal}),
        tried => sqlOnHost(request, tried, password, ask => shell(ask, signal)),
      );
    },
    link: () => link,
    forget: line.forget,
    close: () => {
      lanes.look.drop();
      lanes.act.drop();
      line.close();
    },
  };
};
