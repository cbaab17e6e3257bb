import type {Refused, Trouble} from '../model/ask.ts';
import type {Settings} from './settings.ts';

/** How far a connection had come. */
export type ConnectStage = 'greeting' | 'login' | 'up';

type SshError = Error & {readonly level?: unknown; readonly code?: unknown; readonly reason?: unknown};

const refused = (trouble: Trouble, detail: string): Refused => ({kind: 'refused', trouble, detail});

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

/** Why no TCP connection came to be. */
export const socketTrouble = (error: SshError): Refused =>
  refused(
    typeof error.code === 'string' ? (SOCKET[error.code] ?? 'unreachable') : 'unreachable',
    error.message,
  );

/** Why a connected socket did not become a login. `limitMs`: the limit that was reached, else null. */
export const connectTrouble = (
  stage: ConnectStage,
  error: SshError | null,
  {user, name}: Pick<Settings, 'user' | 'name'>,
  limitMs: number | null,
): Refused => {
  if (limitMs !== null) {
    const during = stage === 'greeting' ? 'no SSH handshake' : 'no login';
    return refused('timeout', `${during} within ${limitMs / 1000} s`);
  }
  const said = error?.message ?? 'the host closed the connection';
  if (stage === 'login') {
    const byServer = typeof error?.code === 'number' && /auth/i.test(said);
    if (error?.level === 'client-authentication' || byServer)
      return refused('login-refused', `${name} refused ${user}: ${said}`);
    return refused('dropped', `during the login: ${said}`);
  }
  if (error === null || error.level === 'client-socket' || /lost before handshake/i.test(said))
    return refused('closed-before-handshake', said);
  return refused('handshake-failed', said);
};

const PROHIBITED = 1;
const CONNECT_FAILED = 2;

/** Why a channel was not opened. sshd gives reason 2 both for a port that refuses and for its own MaxSessions. */
export const channelTrouble = (error: SshError): Refused => {
  const said = error.message.replace(/^\(SSH\) /, '');
  if (error.reason === PROHIBITED) return refused('forward-denied', said);
  if (error.reason === CONNECT_FAILED) {
    if (/refused/i.test(said)) return refused('port-refused', said);
    if (/name or service|not known|resolve|nodename/i.test(said)) return refused('name-unknown', said);
    if (/timed out|no route|unreachable/i.test(said)) return refused('unreachable', said);
    return refused('channel-refused', said);
  }
  return refused(/no response from server/i.test(said) ? 'dropped' : 'channel-refused', said);
};

/** The same for a jump host that was asked to go on to the next host. */
export const jumpTrouble = (trouble: Refused, via: string): Refused => {
  const detail = `through ${via}: ${trouble.detail}`;
  if (trouble.trouble === 'port-refused') return refused('connect-refused', detail);
  if (trouble.trouble === 'channel-refused') return refused('unreachable', detail);
  return refused(trouble.trouble, detail);
};
