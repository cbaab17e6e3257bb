import type {HostId} from './ids.ts';
import type {Script} from './script.ts';
import type {Text} from './text.ts';

/**
 * A script to run on a host; limits are always given. Of one that is listened to the reply holds what a person would have
 * read, and its end where that is longer than `maxBytes`: a carriage return begins a line anew, and only its last state counts.
 */
export type ShellRequest = {
  readonly kind: 'shell';
  /**
   * Looks and actions have a shell each on a host, so that a long action never keeps a look waiting. `behind`: a look that is sent
   * into the actions' shell at once; it is taken right after the end of what is in hand there, before anybody here hears of that.
   */
  readonly shell: 'look' | 'act' | 'behind';
  readonly script: Script;
  readonly timeoutMs: number;
  readonly maxBytes: number;
  /** Called while it runs, with the line that it writes just now: at every state of it, however many there are. */
  readonly onSaid?: (words: string) => void;
  /** Called once it has been written into that shell, where nothing is before it. Never called of one that was not sent. */
  readonly onSent?: () => void;
};

/** GET on a port of the host, reached through the SSH connection. */
export type HttpRequest = {
  readonly kind: 'http';
  readonly host?: string;
  readonly port: number;
  readonly path: string;
  readonly timeoutMs: number;
};

/**
 * A MySQL-protocol query on a port of the host. The password is read at the transport, by the cluster's settings; it is
 * proved, never given (mysql_native_password).
 */
export type SqlRequest = {
  readonly kind: 'sql';
  readonly host?: string;
  readonly port: number;
  readonly user: string;
  readonly passwordEnv?: string;
  /** A statement sent before the query in the same session, for its settings; when it fails, that is the answer. */
  readonly first?: string;
  readonly query: string;
  readonly timeoutMs: number;
  /**
   * Lets a server have the password itself where it asks for that: the look prints who listens on the port, or nothing
   * where it is not the one that is meant, and it has to say the same before the connection and after.
   */
  readonly inClearTo?: Script;
};

export type Request = ShellRequest | HttpRequest | SqlRequest;

/** Why nothing came back, told apart as far as it can be known. */
export const TROUBLES = [
  'connect-refused',
  'unreachable',
  'name-unknown',
  'closed-before-handshake',
  'handshake-failed',
  'login-refused',
  'second-factor',
  'no-credentials',
  'agent-waits',
  'config-command',
  'jump-denied',
  'host-key-unknown',
  'host-key-changed',
  'host-key-revoked',
  'host-key-ca-only',
  'no-shell',
  'channel-refused',
  'forward-denied',
  'port-refused',
  'password-asked',
  'protocol',
  'dropped',
  'timeout',
  'cancelled',
  'still-running',
  'cut-off',
  'guard',
  'leased',
  'unkept',
] as const;
export type Trouble = (typeof TROUBLES)[number];

export type ShellReply = {
  readonly kind: 'shell';
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Bytes beyond maxBytes were thrown away. */
  readonly cut: boolean;
  readonly ms: number;
};
export type HttpReply = {
  readonly kind: 'http';
  readonly status: number;
  readonly body: string;
  /** Where a redirect leads, as the server wrote it. It may hold a password: it is never followed and never shown whole. */
  readonly location?: string;
};
/** Rows as the server sent them: text or NULL, by column name. An error the server answered with is `error`. */
export type SqlReply =
  | {readonly kind: 'sql'; readonly rows: readonly Readonly<Record<string, string | null>>[]}
  | {readonly kind: 'sql-error'; readonly code: number; readonly message: string};

/** Certainly not begun. */
export type Refused = {readonly kind: 'refused'; readonly trouble: Trouble; readonly detail: Text};
/** Sent, so that it may have begun, and nobody knows how it ended. `begun`: that it had begun is proved. */
export type Lost = {
  readonly kind: 'lost';
  readonly trouble: Trouble;
  readonly detail: Text;
  readonly begun?: true | undefined;
};

export type ReplyTo<R extends Request> = R extends ShellRequest
  ? ShellReply | Refused | Lost
  : R extends HttpRequest
    ? HttpReply | Refused | Lost
    : SqlReply | Refused | Lost;

/** Asks a host. Nothing is ever run twice by it, and a request that was cut is never run in part. */
export type Ask = <R extends Request>(host: HostId, request: R, signal?: AbortSignal) => Promise<ReplyTo<R>>;
