import type {Refused, Trouble} from '../model/ask.ts';
import type {Link} from '../model/world.ts';
import {backOffMs} from './back-off.ts';
import type {Connection} from './connection.ts';
import type {TransportEnv} from './env.ts';

/** The connection to one host, made when it is asked for and again after it was lost. */
export type Line = {
  /** The connection that stands, or the one being made, or why there is none. Everyone who asks shares one attempt. */
  connected(): Promise<Connection | Refused>;
  /** The connection if it stands now. */
  current(): Connection | null;
  /** Lets a refused login be tried once more. */
  forget(): void;
  close(): void;
};

type Options = {
  readonly env: TransportEnv;
  /** One attempt. */
  readonly connect: () => Promise<Connection | Refused>;
  readonly knownStamp: () => Promise<string>;
  readonly report: (status: Link['status'], reason: string | null) => void;
};

const HOST_KEY: ReadonlySet<Trouble> = new Set([
  'host-key-unknown',
  'host-key-changed',
  'host-key-revoked',
  'host-key-ca-only',
]);

const closed: Refused = {kind: 'refused', trouble: 'cancelled', detail: 'lakeup is closing its connections'};

/**
 * A login that was refused is not tried again until `forget`: each try counts against the user there. A host key that
 * was refused is not looked at again until a known_hosts file has changed. An sshd that closes before the handshake is
 * tried again with back-off. After any other failure the next one who asks waits out the back-off first.
 */
export const makeLine = ({env, connect, knownStamp, report}: Options): Line => {
  const {clock, chance, limits} = env;
  const closing = new AbortController();
  let connection: Connection | null = null;
  let making: Promise<Connection | Refused> | null = null;
  let standing: {readonly refused: Refused; readonly stamp: string | null} | null = null;
  let failures = 0;
  let notBefore = 0;

  const attempt = async (): Promise<Connection | Refused> => {
    for (let k = 1; ; k++) {
      if (closing.signal.aborted) return closed;
      const result = await connect();
      if (!('kind' in result) || result.trouble !== 'closed-before-handshake') return result;
      if (k >= limits.tries) return {...result, detail: `${result.detail} (${k} tries)`};
      report('connecting', result.detail);
      await clock.sleep(backOffMs(k, chance, limits), closing.signal);
    }
  };

  const stillStanding = async (): Promise<Refused | null> => {
    if (standing === null) return null;
    if (standing.stamp !== null && standing.stamp !== (await knownStamp())) standing = null;
    return standing?.refused ?? null;
  };

  const fail = async (refused: Refused): Promise<Refused> => {
    failures++;
    notBefore = clock.now() + backOffMs(failures, chance, limits);
    if (refused.trouble === 'login-refused') standing = {refused, stamp: null};
    if (HOST_KEY.has(refused.trouble)) standing = {refused, stamp: await knownStamp()};
    report('down', refused.detail);
    return refused;
  };

  const make = async (): Promise<Connection | Refused> => {
    const refused = await stillStanding();
    if (refused !== null) return refused;
    const wait = notBefore - clock.now();
    if (wait > 0) await clock.sleep(wait, closing.signal);
    report('connecting', null);
    const made = await attempt();
    if ('kind' in made) return fail(made);
    if (closing.signal.aborted) {
      made.close();
      return closed;
    }
    failures = 0;
    notBefore = 0;
    connection = made;
    report('up', null);
    made.onClose(reason => {
      if (connection === made) connection = null;
      report('down', reason);
    });
    return made;
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
    forget: () => {
      standing = null;
      notBefore = 0;
    },
    close: () => {
      closing.abort();
      connection?.close();
    },
  };
};
