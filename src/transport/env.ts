import type {Clock} from '../model/world.ts';

/** Every limit of the transport, visible and changeable. Times in ms, sizes in bytes. */
export type Limits = {
  /** For the socket to connect, and again for the handshake and login on it. */
  readonly connectMs: number;
  /** Until a new shell on an open connection has answered. */
  readonly shellReadyMs: number;
  /** Until the host has answered that it opens a channel to a port. */
  readonly forwardMs: number;
  /** How long a request may wait for others of its shell, or a copy for its turn, before it is refused, not begun. */
  readonly queueMs: {readonly look: number; readonly act: number; readonly copy: number};
  /** Handshakes in flight at once: beyond 32 only the latency of each grows. */
  readonly handshakes: number;
  /** The same through one jump host, whose sshd drops what is more than its MaxStartups. */
  readonly handshakesPerJump: number;
  /** A connection is dead after (keepaliveCount + 1) × keepaliveMs without an answer. */
  readonly keepaliveMs: number;
  readonly keepaliveCount: number;
  /** Tries of one connect when sshd closes before the handshake. Nothing else is ever tried again by itself. */
  readonly tries: number;
  /** Copies that one host sends, and that it receives, at once: sshd allows ten sessions, and two are shells. */
  readonly copiesEachWay: number;
  /** Wait before try k: chance × min(backoffMaxMs, backoffMs × 2^k). */
  readonly backoffMs: number;
  readonly backoffMaxMs: number;
  /** More than this is not taken for an answer. */
  readonly httpBodyBytes: number;
  readonly sqlBodyBytes: number;
  /** What a command on the host that does a GET there is given beyond the limit it is told itself. */
  readonly onHostExtraMs: number;
  /** Bytes of printed noise that are kept to say why no shell answered. */
  readonly noiseBytes: number;
};

export const DEFAULT_LIMITS: Limits = {
  connectMs: 20_000,
  shellReadyMs: 15_000,
  forwardMs: 10_000,
  queueMs: {look: 60_000, act: 30 * 60_000, copy: 4 * 3_600_000},
  handshakes: 32,
  handshakesPerJump: 8,
  keepaliveMs: 5_000,
  keepaliveCount: 2,
  tries: 8,
  copiesEachWay: 3,
  backoffMs: 200,
  backoffMaxMs: 8_000,
  httpBodyBytes: 4 * 1024 * 1024,
  sqlBodyBytes: 32 * 1024 * 1024,
  onHostExtraMs: 2_000,
  noiseBytes: 4_096,
};

/** Everything the transport takes from outside. */
export type TransportEnv = {
  readonly clock: Clock;
  /** A number in [0, 1). */
  readonly chance: () => number;
  /** The process's environment: SSH_AUTH_SOCK, HOME, USER, PATH, and passwords by the name the inventory gives. */
  readonly vars: Readonly<Record<string, string | undefined>>;
  readonly limits: Limits;
  /** Read instead of ~/.ssh/config and /etc/ssh/ssh_config, as `ssh -F` does; null: read none. */
  readonly sshConfig?: string | null;
};
