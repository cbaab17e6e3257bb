import type {Duplex} from 'node:stream';
import ssh2, {type AnyAuthMethod, type ClientErrorExtensions} from 'ssh2';
import type {Refused} from '../model/ask.ts';
import {type Text, text} from '../model/text.ts';
import type {Clock} from '../model/world.ts';
import {makeAuthOrder} from './auth-order.ts';
import {type Connection, makeConnection} from './connection.ts';
import type {Limits} from './env.ts';
import {hostKeyRefusal, judgeHostKey, keyAlgorithms, keyNames} from './host-key.ts';
import type {KnownHostsCommand} from './known-hosts-command.ts';
import type {KnownKeys} from './known-hosts-files.ts';
import {ChosenAgent, takeOffers} from './offer.ts';
import {closed, inSeconds, quoted, refused} from './replies.ts';
import type {Settings} from './settings.ts';
import {agentTrouble, type ConnectStage, connectTrouble, factorTrouble} from './ssh-trouble.ts';
import {within} from './within.ts';

export type Handshake = {
  /** Ours, so that a dead peer is really dropped: ssh2 does not destroy a socket that it has already ended. */
  readonly socket: Duplex;
  readonly settings: Settings;
  readonly methods: readonly AnyAuthMethod[];
  readonly known: KnownKeys;
  /** Adds to what is known once the key is there; null where nothing does. */
  readonly withKey: KnownHostsCommand['withKey'];
  readonly clock: Clock;
  readonly limits: Limits;
  /** Gives the attempt up. */
  readonly closing: AbortSignal;
};

type SshError = Error & ClientErrorExtensions & {readonly code?: unknown; readonly reason?: unknown};

const HOST_CLOSED = text('the host closed the connection', '主机关闭了连接');
const CLOSED = text('the connection was closed', '连接已关闭');

/** Why a connection ended, by the error that came first. */
const ending = (error: SshError, {keepaliveMs, keepaliveCount}: Limits): Text => {
  if (error.level !== 'client-timeout') return quoted(error.message);
  const span = inSeconds(keepaliveMs * (keepaliveCount + 1));
  return text(
    `the host fell silent: no answer to keepalives for ${span.en}`,
    `主机失去响应：${span.zh}内没有回应保活报文`,
  );
};

/** Verifies the host, logs in, and gives the connection; never tries again. */
export const handshake = async (to: Handshake): Promise<Connection | Refused> => {
  const {socket, settings, methods, known, withKey, clock, limits, closing} = to;
  const client = new ssh2.Client();
  const names = keyNames(settings);
  const listeners = new Set<(reason: Text) => void>();
  let stage: ConnectStage = 'greeting';
  let keyRefusal: Refused | null = null;
  let factorRefusal: Refused | null = null;
  let lastError: SshError | null = null;
  let over: Text | null = null;

  const die = (reason: Text) => {
    if (over !== null) return;
    over = reason;
    socket.destroy();
    for (const listener of listeners) listener(reason);
    listeners.clear();
  };
  const judge = async (key: Buffer): Promise<Refused | null> => {
    const all = withKey === null ? known : await withKey(known, key);
    return 'kind' in all ? all : hostKeyRefusal(judgeHostKey(all.hosts, names, key), names, key, all);
  };
  const settled = Promise.withResolvers<'ready' | 'over'>();
  const order = makeAuthOrder(settings.user, methods, prompts => {
    factorRefusal = factorTrouble(prompts, settings);
    die(factorRefusal.detail);
  });
  client.on('handshake', () => {
    if (stage === 'greeting') stage = 'login';
  });
  client.on('error', (error: SshError) => {
    // A key that cannot sign is only one method less: ssh2 goes on with the next.
    if (error.level === 'agent') return;
    if (error.level === 'client-authentication' && !/^all configured/i.test(error.message)) return;
    lastError ??= error;
    die(ending(error, limits));
  });
  client.once('ready', () => {
    stage = 'up';
    settled.resolve('ready');
  });
  client.once('end', () => die(HOST_CLOSED));
  client.once('close', () => die(CLOSED));
  listeners.add(() => settled.resolve('over'));

  try {
    client.connect({
      sock: socket,
      username: settings.user,
      // ssh2 takes what is returned; null until the host has said what it leaves open.
      authHandler: left => order(left),
      algorithms: {serverHostKey: keyAlgorithms(known.hosts, names)},
      hostVerifier: (key: Buffer, verify: (known: boolean) => void) => {
        void judge(key).then(refusal => {
          keyRefusal = refusal;
          verify(refusal === null);
        });
      },
      keepaliveInterval: limits.keepaliveMs,
      keepaliveCountMax: limits.keepaliveCount,
      // The clock's limit below counts instead.
      readyTimeout: 0,
    });
    takeOffers(client);
  } catch (error) {
    const reason = quoted(String(error));
    die(reason);
    return refused('handshake-failed', reason);
  }
  const result = await within(clock, limits.connectMs, closing, settled.promise);
  if (result.kind !== 'ok' || result.value === 'over') {
    die(text('the login did not come through', '登录没有成功'));
    const told = keyRefusal ?? factorRefusal;
    if (told !== null) return told;
    if (result.kind === 'cancelled') return closed;
    const waiting = methods.some(
      method => method.type === 'agent' && method.agent instanceof ChosenAgent && method.agent.waiting,
    );
    if (result.kind === 'timeout' && waiting) return agentTrouble(limits.connectMs);
    return result.kind === 'timeout'
      ? connectTrouble(stage, null, settings, limits.connectMs)
      : connectTrouble(stage, lastError, settings, null);
  }
  return makeConnection(client, {clock, limits, over: () => over, listeners, die});
};
