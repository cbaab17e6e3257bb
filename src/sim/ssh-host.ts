import {timingSafeEqual} from 'node:crypto';
import {connect} from 'node:net';
import ssh2, {type AuthContext, type Connection, type ParsedKey} from 'ssh2';
import type {KeyPair} from './keys.ts';
import {type ShellPlace, serveSession} from './ssh-session.ts';

export type SshHostOptions = ShellPlace & {
  readonly address: string;
  readonly port: number;
  readonly hostKey: KeyPair;
  readonly user: string;
  /** The one key that may log in. */
  readonly clientKey: KeyPair;
  /** Addresses a client may be forwarded to besides this host's own. */
  readonly neighbours: ReadonlySet<string>;
};

/** One host's SSH server. `drop` cuts every connection that stands; `close` also stops listening. */
export type SshHost = {
  readonly address: string;
  readonly port: number;
  connections(): number;
  drop(): void;
  close(): Promise<void>;
};

const same = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b);

const parse = (line: string): ParsedKey => {
  const key = ssh2.utils.parseKey(line);
  if (key instanceof Error) throw key;
  return key;
};

const authenticate = (context: AuthContext, user: string, allowed: ParsedKey): void => {
  if (
    context.method !== 'publickey' ||
    context.username !== user ||
    !same(context.key.data, allowed.getPublicSSH())
  ) {
    context.reject(['publickey']);
    return;
  }
  const {blob, signature, hashAlgo} = context;
  // Without a signature the client only asks whether the key would do.
  const proved =
    signature === undefined || (blob !== undefined && allowed.verify(blob, signature, hashAlgo) === true);
  if (proved) context.accept();
  else context.reject(['publickey']);
};

type Refusal = {readonly reason: 1 | 2; readonly words: string};

/**
 * ssh2 refuses a forwarding without a word; OpenSSH says why ("Connection refused"), and clients read it. Returns a
 * function that sets the reason of the next refusal on this connection.
 */
const giveReasons = (connection: Connection): ((refusal: Refusal) => void) => {
  let next: Refusal | null = null;
  const protocol: unknown = Reflect.get(connection, '_protocol');
  if (typeof protocol !== 'object' || protocol === null) return () => {};
  const original: unknown = Reflect.get(protocol, 'channelOpenFail');
  if (typeof original !== 'function') return () => {};
  Reflect.set(protocol, 'channelOpenFail', (recipient: number, reason: number, words: string) => {
    const {reason: code, words: said} = next ?? {reason, words};
    next = null;
    Reflect.apply(original, protocol, [recipient, code, said]);
  });
  return refusal => {
    next = refusal;
  };
};

const forward = (connection: Connection, options: SshHostOptions): void => {
  const giveReason = giveReasons(connection);
  connection.on('tcpip', (accept, reject, info) => {
    const own = info.destIP === '127.0.0.1' || info.destIP === 'localhost' || info.destIP === '::1';
    const host = own ? options.address : info.destIP;
    if (host !== options.address && !options.neighbours.has(host)) {
      giveReason({reason: 1, words: 'open failed'});
      reject();
      return;
    }
    const socket = connect({host, port: info.destPort, noDelay: true});
    const refuse = (error: Error): void => {
      const refused = 'code' in error && error.code === 'ECONNREFUSED';
      giveReason({reason: 2, words: refused ? 'Connection refused' : 'Connection timed out'});
      reject();
    };
    socket.once('error', refuse);
    socket.once('connect', () => {
      socket.off('error', refuse);
      const channel = accept();
      socket.pipe(channel).pipe(socket);
      socket.on('error', () => channel.destroy());
      channel.on('error', () => socket.destroy());
      channel.on('close', () => socket.destroy());
    });
  });
};

/** Starts a host: key authentication only. Rejects when its address or port cannot be had. */
export const startSshHost = async (options: SshHostOptions): Promise<SshHost> => {
  const allowed = parse(options.clientKey.publicLine);
  const standing = new Set<Connection>();
  const server = new ssh2.Server({hostKeys: [options.hostKey.privateKey]}, connection => {
    standing.add(connection);
    connection.on('authentication', context => authenticate(context, options.user, allowed));
    connection.on('ready', () => forward(connection, options));
    connection.on('session', accept => serveSession(accept(), sessionPlace(connection, options)));
    connection.on('error', () => {});
    connection.on('close', () => standing.delete(connection));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.address, () => resolve());
  });
  server.on('error', () => {});
  const dropAll = (): void => {
    for (const connection of standing) cut(connection);
  };
  return {
    address: options.address,
    port: options.port,
    connections: () => standing.size,
    drop: dropAll,
    close: async () => {
      const closed = new Promise<void>(resolve => {
        server.close(() => resolve());
      });
      dropAll();
      await closed;
    },
  };
};

/** Ends a connection at once, without the goodbye that end() waits for. */
const cut = (connection: Connection): void => {
  const socket: unknown = Reflect.get(connection, '_sock');
  if (
    typeof socket === 'object' &&
    socket !== null &&
    'destroy' in socket &&
    typeof socket.destroy === 'function'
  ) {
    socket.destroy();
  }
  connection.end();
};

const sessionPlace = (connection: Connection, options: SshHostOptions): ShellPlace => {
  const socket: unknown = Reflect.get(connection, '_sock');
  const remote =
    typeof socket === 'object' && socket !== null && 'remoteAddress' in socket && 'remotePort' in socket
      ? `${String(socket.remoteAddress)} ${String(socket.remotePort)}`
      : '127.0.0.1 0';
  return {
    ...options,
    env: {...options.env, SSH_CONNECTION: `${remote} ${options.address} ${options.port}`},
  };
};
