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
import {text} from '../model/text.ts';
import type {Link} from '../model/world.ts';
import type {Connection} from './connection.ts';
import {makeConnector} from './connector.ts';
import type {Dialer} from './dialer.ts';
import type {TransportEnv} from './env.ts';
import {type Far, openFar} from './far.ts';
import {httpThrough} from './http.ts';
import {httpOnHost} from './http-on-host.ts';
import {makeNonce} from './nonce.ts';
import {portOnHost} from './port-on-host.ts';
import {watchOwner} from './port-owner.ts';
import {CALLED_OFF_UNSENT, noAddress, refused} from './replies.ts';
import {makeShell} from './shell.ts';
import {openLoop, type Pipes, replyText, type ShellLoop} from './shell-loop.ts';
import {makeSlots} from './slots.ts';
import {sqlThrough} from './sql.ts';
import {orCancelled} from './within.ts';

/** One host: its connection, its two shells, and the ways to its ports. */
export type HostLink = {
  shell(request: ShellRequest, signal?: AbortSignal): Promise<ShellReply | Refused | Lost>;
  http(request: HttpRequest, signal?: AbortSignal): Promise<HttpReply | Refused | Lost>;
  sql(request: SqlRequest, signal?: AbortSignal): Promise<SqlReply | Refused | Lost>;
  /** A shell for one script whose streams are the caller's own. Refused: no script was sent. */
  far(mark: string, signal: AbortSignal): Promise<Far | Refused>;
  link(): Link;
  /** What was refused is tried anew by the next who asks; what is in hand goes on. */
  retry(): void;
  close(): void;
};

/** Each is a session, and sshd allows ten: two are shells, and six may be copies. */
const PORTS_ON_HOST = 2;

const cancelled: Refused = refused('cancelled', CALLED_OFF_UNSENT);

export const makeHostLink = (
  host: Host,
  dialer: Dialer,
  env: TransportEnv,
  onLink: (link: Link) => void,
): HostLink => {
  const {clock, limits, chance} = env;
  const wanted = {...host, name: host.id};
  let link: Link = {host: host.id, status: 'down', reason: null};
  const connector = makeConnector({
    env,
    connect: () => dialer.dial(wanted),
    knownStamp: () => dialer.knownStamp(wanted),
    report: (status, reason) => {
      link = {host: host.id, status, reason};
      onLink(link);
    },
  });

  const {shellReadyMs: readyMs, noiseBytes} = limits;
  /** A far shell on a channel of its own, and what is made of it. */
  const openOn = async <T extends object>(
    connection: Connection,
    make: (pipes: Pipes) => Promise<T | Refused>,
  ): Promise<T | Refused> => {
    const leave = connection.hold();
    const pipes = await connection.exec('exec sh');
    const opened = 'kind' in pipes ? pipes : await make(pipes);
    leave();
    if ('kind' in opened) connector.heard(connection, opened);
    return opened;
  };
  const openShell = async (): Promise<ShellLoop | Refused> => {
    const connection = await connector.connected();
    if ('kind' in connection) return connection;
    return openOn(connection, pipes =>
      openLoop(pipes, {clock, nonce: makeNonce(chance), readyMs, noiseBytes}),
    );
  };
  const shells = {
    look: makeShell({clock, queueMs: limits.queueMs.look, open: openShell}),
    act: makeShell({clock, queueMs: limits.queueMs.act, open: openShell}),
  };

  const shell: HostLink['shell'] = async (request, signal) => {
    const {shell: which, script, timeoutMs, maxBytes, onSaid, onSent} = request;
    // The time it takes to connect is no time in the queue.
    if (connector.current() === null) {
      const connection = await orCancelled(signal, connector.connected());
      if (connection === 'cancelled') return cancelled;
      if ('kind' in connection) return connection;
    }
    const begun = clock.ticks();
    const kill = which === 'look';
    const sent = {script, timeoutMs, maxBytes, kill, ...(onSaid && {onSaid}), ...(onSent && {onSent})};
    const reply = await (which === 'behind'
      ? shells.act.behind(sent, signal)
      : shells[which].run(sent, signal));
    if (reply.kind !== 'reply') return reply;
    return {kind: 'shell', code: reply.code, ...replyText(reply), ms: clock.ticks() - begun};
  };

  /** The connection on which the host has forbidden forwarding: its ports are asked by a command on the host. */
  let forbiddenOn: Connection | null = null;
  /** Where a port of the host was found: its own address, or its loopback. */
  const found = new Map<number, string>();

  /**
   * Services may listen on the host's own address only, or on loopback only: without an address in the request, the one
   * lakeup connects to is tried first, then 127.0.0.1; what worked is tried first the next time.
   */
  const addresses = async (request: HttpRequest | SqlRequest): Promise<readonly string[]> => {
    const {host: asked, port} = request;
    if (asked !== undefined) return [asked];
    // Whose port it is was looked up on the host: another address may lead to another machine.
    if (request.kind === 'sql' && request.inClearTo !== undefined) return ['127.0.0.1'];
    const {address} = await dialer.settings(wanted);
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
      // What the other addresses would have said is not known.
      if (channel.trouble === 'dropped') return channel;
      // Nobody listening says more than an address that cannot be reached from there.
      if (answer === null || channel.trouble === 'port-refused') answer = channel;
    }
    return answer ?? noAddress;
  };

  const onPort = async <R extends HttpRequest | SqlRequest, A extends HttpReply | SqlReply>(
    request: R,
    signal: AbortSignal | undefined,
    through: (channel: Duplex) => Promise<A | Refused | Lost>,
    onHost: (addresses: readonly string[], connection: Connection) => Promise<A | Refused | Lost>,
  ): Promise<A | Refused | Lost> => {
    const connection = connector.current() ?? (await orCancelled(signal, connector.connected()));
    if (connection === 'cancelled' || signal?.aborted === true) return cancelled;
    if ('kind' in connection) return connection;
    const leave = connection.hold();
    try {
      if (forbiddenOn !== connection) {
        const channel = await forward(connection, request);
        if (!('kind' in channel)) return await through(channel);
        if (channel.trouble !== 'forward-denied') {
          connector.heard(connection, channel);
          return channel;
        }
        forbiddenOn = connection;
      }
      const answer = await onHost(await addresses(request), connection);
      // Forbidden, and no command on the host to do without: only then would another connection be of use.
      if (answer.kind === 'refused') connector.heard(connection, answer);
      return answer;
    } finally {
      leave();
    }
  };

  const farOn = (connection: Connection, mark: string, signal: AbortSignal | undefined) =>
    openOn(connection, pipes => openFar(pipes, {clock, mark, readyMs, signal}));

  const portsOnHost = makeSlots(PORTS_ON_HOST);
  /** Asks a port in a session of its own, and waits for those before it. */
  const throughHost = async <A>(
    connection: Connection,
    {port, timeoutMs}: SqlRequest,
    tried: readonly string[],
    signal: AbortSignal | undefined,
    through: (channel: Duplex) => Promise<A>,
  ): Promise<A | Refused> => {
    const taking = portsOnHost.take();
    const taken = await orCancelled(signal, taking);
    if (taken === 'cancelled') {
      void taking.then(release => release());
      return cancelled;
    }
    try {
      const mark = makeNonce(chance);
      const open = () => farOn(connection, mark, signal);
      const channel = await portOnHost(port, tried, {clock, mark, timeoutMs, signal, open});
      return 'kind' in channel ? channel : await through(channel);
    } finally {
      taken();
    }
  };

  return {
    shell,
    far: async (mark, signal) => {
      const connection = connector.current() ?? (await orCancelled(signal, connector.connected()));
      if (connection === 'cancelled') return cancelled;
      if ('kind' in connection) return connection;
      return farOn(connection, mark, signal);
    },
    http: (request, signal) =>
      onPort(
        request,
        signal,
        channel => httpThrough(channel, request, {clock, maxBytes: limits.httpBodyBytes, signal}),
        tried => httpOnHost(request, tried, limits, ask => shell(ask, signal)),
      ),
    sql: async (request, signal) => {
      const password = request.passwordEnv === undefined ? '' : env.vars[request.passwordEnv];
      if (password === undefined) {
        const detail = text(
          `the environment variable ${request.passwordEnv} with the password of ${request.user} is not set`,
          `未设置环境变量 ${request.passwordEnv}（其中应为用户 ${request.user} 的密码）`,
        );
        return refused('no-credentials', detail);
      }
      const mayHavePassword = await watchOwner(request.inClearTo, look => shell(look, signal));
      const through = (channel: Duplex) =>
        sqlThrough(channel, request, {
          clock,
          password,
          mayHavePassword,
          maxBytes: limits.sqlBodyBytes,
          signal,
        });
      return onPort(request, signal, through, (tried, connection) =>
        throughHost(connection, request, tried, signal, through),
      );
    },
    link: () => link,
    retry: () => {
      if (!connector.retry()) return;
      shells.look.renew();
      shells.act.renew();
    },
    close: () => {
      shells.look.drop();
      shells.act.drop();
      connector.close();
    },
  };
};
