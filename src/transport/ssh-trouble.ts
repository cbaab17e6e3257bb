import {never} from '../lib/never.ts';
import type {Refused, Trouble} from '../model/ask.ts';
import {text} from '../model/text.ts';
import type {Prompt} from './auth-order.ts';
import {inSeconds, quoted, refused} from './replies.ts';
import type {Settings} from './settings.ts';

/** How far a connection had come. */
export type ConnectStage = 'greeting' | 'login' | 'up';

type SshError = Error & {readonly level?: unknown; readonly code?: unknown; readonly reason?: unknown};

const SOCKET: Readonly<Record<string, Trouble>> = {
  ECONNREFUSED: 'connect-refused',
  ENOTFOUND: 'name-unknown',
  EAI_AGAIN: 'name-unknown',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ETIMEDOUT: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  ECONNRESET: 'closed-before-handshake',
  EPIPE: 'closed-before-handshake',
};

/** A name with several addresses fails with an error for each, and no words of its own. */
const wordsOf = (error: Error): string =>
  error instanceof AggregateError
    ? [error.message, ...error.errors.map(each => (each instanceof Error ? each.message : String(each)))]
        .filter(words => words !== '')
        .join('; ')
    : error.message;

/** Why no TCP connection came to be. */
export const socketTrouble = (error: SshError): Refused =>
  refused(
    typeof error.code === 'string' ? (SOCKET[error.code] ?? 'unreachable') : 'unreachable',
    quoted(wordsOf(error)),
  );

/** Why a connected socket did not become a login. `limitMs`: the limit that was reached, else null. */
export const connectTrouble = (
  stage: ConnectStage,
  error: SshError | null,
  {user, name}: Pick<Settings, 'user' | 'name'>,
  limitMs: number | null,
): Refused => {
  if (limitMs !== null) {
    const span = inSeconds(limitMs);
    return refused(
      'timeout',
      stage === 'greeting'
        ? text(`no SSH handshake within ${span.en}`, `${span.zh}内没有完成 SSH 握手`)
        : text(`no login within ${span.en}`, `${span.zh}内没有完成登录`),
    );
  }
  const said =
    error === null ? text('the host closed the connection', '主机关闭了连接') : quoted(error.message);
  switch (stage) {
    case 'greeting':
      return error === null || error.level === 'client-socket' || /lost before handshake/i.test(error.message)
        ? refused('closed-before-handshake', said)
        : refused('handshake-failed', said);
    case 'login': {
      const byServer = typeof error?.code === 'number' && /auth/i.test(error.message);
      return error?.level === 'client-authentication' || byServer
        ? refused(
            'login-refused',
            text(`${name} refused ${user}: ${said.en}`, `${name} 拒绝用户 ${user} 登录：${said.zh}`),
          )
        : refused('dropped', text(`during the login: ${said.en}`, `登录过程中：${said.zh}`));
    }
    case 'up':
      return refused('dropped', said);
    default:
      return never(stage);
  }
};

/** A host that wants more than a key, in its words. */
export const factorTrouble = (
  prompts: readonly Prompt[],
  {user, name}: Pick<Settings, 'user' | 'name'>,
): Refused => {
  const asked = quoted(prompts.map(({prompt}) => prompt.trim()).join(' / '));
  return refused(
    'second-factor',
    text(
      `${name} asks ${user} for more than a key: “${asked.en}”`,
      `${name} 除密钥之外还要求用户 ${user} 回答：“${asked.zh}”`,
    ),
  );
};

/** An agent that was asked to sign, and had not by the end of the limit. */
export const agentTrouble = (limitMs: number): Refused => {
  const span = inSeconds(limitMs);
  return refused(
    'agent-waits',
    text(`the agent did not sign within ${span.en}`, `ssh-agent 在 ${span.zh}内没有签名`),
  );
};

const PROHIBITED = 1;
const CONNECT_FAILED = 2;

/** Why a channel was not opened. sshd gives reason 2 both for a port that refuses and for its own MaxSessions. */
export const channelTrouble = (error: SshError): Refused => {
  const words = error.message.replace(/^\(SSH\) /, '');
  const said = quoted(words);
  if (error.reason === PROHIBITED) return refused('forward-denied', said);
  if (error.reason === CONNECT_FAILED) {
    if (/refused/i.test(words)) return refused('port-refused', said);
    if (/name or service|not known|resolve|nodename/i.test(words)) return refused('name-unknown', said);
    if (/timed out|no route|unreachable/i.test(words)) return refused('unreachable', said);
    return refused('channel-refused', said);
  }
  return refused(/no response from server/i.test(words) ? 'dropped' : 'channel-refused', said);
};

/** What a channel that a jump host did not open is for the host behind it. */
const BEHIND: Readonly<Partial<Record<Trouble, Trouble>>> = {
  'port-refused': 'connect-refused',
  'channel-refused': 'unreachable',
};

type Machine = Pick<Settings, 'name' | 'address' | 'port' | 'user'>;

/** A jump host that cannot be reached itself, for the host behind it. */
export const jumpTrouble = ({trouble, detail}: Refused, {name}: Pick<Machine, 'name'>): Refused =>
  refused(trouble, text(`through ${name}: ${detail.en}`, `经由 ${name}：${detail.zh}`));

/** A jump host that opened no channel to the next host. One that forbids it is named: nobody has spoken to the next host. */
export const onwardTrouble = (
  channel: Refused,
  via: Machine,
  to: Pick<Machine, 'address' | 'port'>,
): Refused => {
  const {trouble, detail} = channel;
  if (trouble !== 'forward-denied') return jumpTrouble(refused(BEHIND[trouble] ?? trouble, detail), via);
  const [there, next] = [via, to].map(({address, port}) => `${address}:${port}`);
  return refused(
    'jump-denied',
    text(
      `${via.name} (${there}) forbids ${via.user} a connection to ${next}: ${detail.en}`,
      `${via.name}（${there}）禁止用户 ${via.user} 连接 ${next}：${detail.zh}`,
    ),
  );
};
