import type {Duplex} from 'node:stream';
import ssh2, {type AnyAuthMethod, type ClientErrorExtensions} from 'ssh2';
import type {Refused} from '../model/ask.ts';
import type {Clock} from '../model/world.ts';
import {type Connection, makeConnection} from './connection.ts';
import type {Limits} from './env.ts';
import {hostKeyRefusal, judgeHostKey, type KeyNames, keyAlgorithms} from './host-key.ts';
import type {KnownHosts} from './known-hosts.ts';
import type {Settings} from './settings.ts';
import {type ConnectStage, connectTrouble} from './ssh-trouble.ts';
import {within} from './within.ts';

export type Handshake = {
  /** Ours, so that a dead peer is really dropped: ssh2 does not destroy a socket that it has already ended. */
  readonly socket: Duplex;
  readonly settings: Settings;
  readonly methods: readonly AnyAuthMethod[];
  readonly known: KnownHosts;
  readonly clock: Clock;
  readonly limits: Limits;
  /** Gives the attempt up. */
  readonly closing: AbortSignal;
};

type SshError = Error & ClientErrorExtensions & {readonly code?: unknown; readonly reason?: unknown};

/** Verifies the host, logs in, and gives the connection; never tries again. */
export const handshake = async (to: Handshake): Promise<Connection | Refused> => {
  const {socket, settings, methods, known, clock, limits, closing} = to;
  const client = new ssh2.Client();
  const names: KeyNames = {host: settings.address, port: settings.port, alias: settings.keyAlias};
  const listeners = new Set<(reason: string) => void>();
  let stage: ConnectStage = 'greeting';
  let keyRefusal: Refused | null = null;
  let lastError: SshError | null = null;
  let over: string | null = null;

  const die = (reason: string) => {
    if (over !== null) return;
    over = reason;
    socket.destroy();
    for (const listener of listeners) listener(reason);
    listeners.clear();
  };
  const settled = Promise.withResolvers<'ready' | 'over'>();
  client.on('handshake', () => {
    if (stage === 'greeting') stage = 'login';
  });
  client.on('error', (error: SshError) => {
    // A key that cannot sign is only one method less: ssh2 goes on with the next.
    if (error.level === 'agent') return;
    if (error.level === 'client-authentication' && !/^all configured/i.test(error.message)) return;
    lastError ??= error;
    die(error.message);
  });
  client.once('ready', () => {
    stage = 'up';
    settled.resolve('ready');
  });
  client.once('end', () => die(lastError?.message ?? 'the host closed the connection'));
  client.once('close', () => die(lastError?.message ?? 'the connection was closed'));
  listeners.add(() => settled.resolve('over'));

  try {
    client.connect({
      sock: socket,
      username: settings.user,
      authHandler: [...methods],
      algorithms: {serverHostKey: keyAlgorithms(known, names)},
      hostVerifier: (key: Buffer) => {
        keyRefusal = hostKeyRefusal(judgeHostKey(known, names, key), names, key, settings.knownHostsFiles);
        return keyRefusal === null;
      },
      keepaliveInterval: limits.keepaliveMs,
      keepaliveCountMax: limits.keepaliveCount,
      // The clock's limit below counts instead.
      readyTimeout: 0,
    });
  } catch (error) {
    die(String(error));
    return {kind: 'refused', trouble: 'handshake-failed', detail: String(error)};
  }
  const result = await within(clock, limits.connectMs, closing, settled.promise);
  if (result.kind !== 'ok' || result.value === 'over') {
    die('the login did not come through');
    return (
      keyRefusal ??
      connectTrouble(
        stage,
        result.kind === 'ok' ? lastError : null,
        settings,
        result.kind !== 'ok' ? limits.connectMs : null,
      )
    );
  }
  return makeConnection(client, {clock, limits, over: () => over, listeners, die});
};
