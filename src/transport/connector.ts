import type {Refused, Trouble} from '../model/ask.ts';
import {type Text, text} from '../model/text.ts';
import type {Link} from '../model/world.ts';
import {backOffMs} from './back-off.ts';
import type {Connection} from './connection.ts';
import type {TransportEnv} from './env.ts';
import {closed} from './replies.ts';

/** Keeps the connection to one host: makes it when it is asked for, and again after it was lost. */
export type Connector = {
  /** The connection that stands, or the one being made, or why there is none. Everyone who asks shares one attempt. */
  connected(): Promise<Connection | Refused>;
  /** The connection if it stands now. */
  current(): Connection | null;
  /** Hears what was refused on a connection: some refusals hold for as long as the connection does. */
  heard(on: Connection, refused: Refused): void;
  /**
   * Whoever asks from now on is answered by an attempt that begins now or later: a refusal is forgotten, a back-off ends.
   * A connection on which something was refused is given up, ends with what is in hand on it, and is made anew; true
   * when that is so.
   */
  retry(): boolean;
  close(): void;
};

type Options = {
  readonly env: TransportEnv;
  /** One attempt. */
  readonly connect: () => Promise<Connection | Refused>;
  readonly knownStamp: () => Promise<string>;
  readonly report: (status: Link['status'], reason: Text | null) => void;
};

/** A login that the host does not want: asked for again by itself it may be locked out, or ask a person for a code or a touch each time. */
const UNWANTED: ReadonlySet<Trouble> = new Set(['login-refused', 'second-factor', 'agent-waits']);

const HOST_KEY: ReadonlySet<Trouble> = new Set([
  'host-key-unknown',
  'host-key-changed',
  'host-key-revoked',
  'host-key-ca-only',
]);

/** sshd decides these by what its configuration and the user's account were at the login. */
const FROM_LOGIN_ON: ReadonlySet<Trouble> = new Set(['channel-refused', 'forward-denied', 'no-shell']);

const MADE_ANEW = text('it is closed, to be made anew', '已关闭，将重新建立');

/**
 * A login that was refused is not tried again until `retry`: each try counts against the user there. A host key that
 * was refused is not looked at again until a known_hosts file has changed. An sshd that closes before the handshake is
 * tried again with back-off. After any other failure the next one who asks waits out the back-off first.
 */
export const makeConnector = ({env, connect, knownStamp, report}: Options): Connector => {
  const {clock, chance, limits} = env;
  const closing = new AbortController();
  const retired = new Set<Connection>();
  let connection: Connection | null = null;
  let doubted: Connection | null = null;
  let making: Promise<Connection | Refused> | null = null;
  let standing: {readonly refused: Refused; readonly stamp: string | null} | null = null;
  let failures = 0;
  let notBefore = 0;
  /** Counts the calls of `retry`. */
  let round = 0;
  let pause = new AbortController();

  const attempt = async (): Promise<Connection | Refused> => {
    for (let k = 1; ; k++) {
      if (closing.signal.aborted) return closed;
      const begun = round;
      const result = await connect();
      if (!('kind' in result) || result.trouble !== 'closed-before-handshake') return result;
      const {detail} = result;
      if (k >= limits.tries)
        return {...result, detail: text(`${detail.en} (${k} tries)`, `${detail.zh}（已尝试 ${k} 次）`)};
      report('connecting', detail);
      // Who wants it now does not wait: the try may have begun before.
      if (begun === round) await clock.sleep(backOffMs(k, chance, limits), pause.signal);
    }
  };

  const stillStanding = async (): Promise<Refused | null> => {
    const {refused, stamp} = standing ?? {refused: null, stamp: null};
    if (refused === null || stamp === null || stamp === (await knownStamp())) return refused;
    standing = null;
    return null;
  };

  const fail = async (refused: Refused, begun: number): Promise<Refused> => {
    const stamp = HOST_KEY.has(refused.trouble) ? await knownStamp() : null;
    if (begun !== round) return refused;
    failures++;
    notBefore = clock.ticks() + backOffMs(failures, chance, limits);
    if (stamp !== null || UNWANTED.has(refused.trouble)) standing = {refused, stamp};
    report('down', refused.detail);
    return refused;
  };

  const keep = (made: Connection): Connection => {
    failures = 0;
    notBefore = 0;
    connection = made;
    report('up', null);
    made.onClose(reason => {
      retired.delete(made);
      if (connection !== made) return;
      connection = null;
      report('down', reason);
    });
    return made;
  };

  const makeOnce = async (begun: number): Promise<Connection | Refused> => {
    const refused = await stillStanding();
    if (refused !== null) return refused;
    const wait = notBefore - clock.ticks();
    if (wait > 0) await clock.sleep(wait, pause.signal);
    report('connecting', null);
    const made = await attempt();
    if ('kind' in made) return fail(made, begun);
    if (!closing.signal.aborted) return keep(made);
    made.close();
    return closed;
  };

  const make = async (): Promise<Connection | Refused> => {
    for (;;) {
      const begun = round;
      const made = await makeOnce(begun);
      // What failed may have begun before it was put right.
      if (!('kind' in made) || begun === round || closing.signal.aborted) return made;
    }
  };

  return {
    current: () => connection,
    connected: () => {
      if (connection !== null) return Promise.resolve(connection);
      if (closing.signal.aborted) return Promise.resolve(closed);
      making ??= make().finally(() => {
        making = null;
      });
      return making;
    },
    heard: (on, {trouble}) => {
      if (FROM_LOGIN_ON.has(trouble)) doubted = on;
    },
    retry: () => {
      round++;
      standing = null;
      failures = 0;
      notBefore = 0;
      pause.abort();
      pause = new AbortController();
      const old = doubted;
      doubted = null;
      if (old === null || old !== connection) return false;
      connection = null;
      report('down', MADE_ANEW);
      retired.add(old);
      old.retire();
      return true;
    },
    close: () => {
      closing.abort();
      pause.abort();
      connection?.close();
      for (const old of retired) old.close();
    },
  };
};
