import net from 'node:net';
import type {Refused} from '../model/ask.ts';
import {text} from '../model/text.ts';
import type {Connection} from './connection.ts';
import {type Connector, makeConnector} from './connector.ts';
import type {TransportEnv} from './env.ts';
import {handshake} from './handshake.ts';
import {type KeyRing, makeKeyRing} from './keys.ts';
import {knownHostsCommand} from './known-hosts-command.ts';
import {type KnownHostsFiles, makeKnownHostsFiles} from './known-hosts-files.ts';
import {openProxy, type Way} from './proxy-command.ts';
import {closed, inSeconds, refused} from './replies.ts';
import {type Hop, makeSettingsReader, type Settings, type SettingsReader, type Wanted} from './settings.ts';
import {makeSlots, type Slots} from './slots.ts';
import {jumpTrouble, onwardTrouble, socketTrouble} from './ssh-trouble.ts';
import {within} from './within.ts';

/** Dials hosts: one attempt each time, through jump hosts whose connections are shared. */
export type Dialer = {
  settings(wanted: Wanted): Promise<Settings>;
  /** One attempt: reads settings and keys, connects, verifies, logs in. */
  dial(wanted: Wanted): Promise<Connection | Refused>;
  /** Changes when a known_hosts file of this host does. */
  knownStamp(wanted: Wanted): Promise<string>;
  /** The next attempt reads ssh's configuration and the keys anew, and begins anew at jump hosts too. */
  retry(): void;
  close(): void;
};

/** A machine on the way: what keeps its connection, and the places for handshakes through it. */
type Jump = {readonly connector: Connector; readonly slots: Slots};

const JUMPS_DEEP = 8;

const openSocket = async (
  {clock, limits}: TransportEnv,
  {address, port}: Settings,
  closing: AbortSignal,
): Promise<net.Socket | Refused> => {
  // Without noDelay two small writes of the handshake wait for the peer's delayed ACK.
  const socket = net.connect({host: address, port, noDelay: true});
  const {promise, resolve} = Promise.withResolvers<net.Socket | Refused>();
  const failed = (error: Error) => resolve(socketTrouble(error));
  socket.once('connect', () => resolve(socket));
  socket.once('error', failed);
  const result = await within(clock, limits.connectMs, closing, promise);
  if (result.kind === 'ok' && !('kind' in result.value)) {
    socket.off('error', failed);
    return socket;
  }
  socket.on('error', () => {});
  socket.destroy();
  if (result.kind === 'ok') return result.value;
  if (result.kind === 'cancelled') return closed;
  const span = inSeconds(limits.connectMs);
  return refused(
    'unreachable',
    text(`${address}:${port} did not answer within ${span.en}`, `${address}:${port} 在 ${span.zh}内没有响应`),
  );
};

/** The way to a host that nobody stands before: a socket, or what its ProxyCommand makes. */
const openWay = async (env: TransportEnv, to: Settings, closing: AbortSignal): Promise<Way | Refused> => {
  if (to.proxyCommand !== null) return openProxy(env, to, to.proxyCommand);
  const socket = await openSocket(env, to, closing);
  return 'kind' in socket ? socket : {socket};
};

export const makeDialer = (env: TransportEnv): Dialer => {
  let read: SettingsReader = makeSettingsReader(env);
  let keys: KeyRing = makeKeyRing(env);
  const knownFiles: KnownHostsFiles = makeKnownHostsFiles();
  const slots = makeSlots(env.limits.handshakes);
  const jumps = new Map<string, Jump>();
  const closing = new AbortController();

  const jumpOf = (chain: readonly Settings[], last: Settings): Jump => {
    const key = JSON.stringify([...chain, last]);
    const found = jumps.get(key);
    if (found !== undefined) return found;
    const connector = makeConnector({
      env,
      connect: () => dialVia(chain, last),
      knownStamp: () => knownFiles.stamp(last.knownHostsFiles),
      report: () => {},
    });
    const jump: Jump = {connector, slots: makeSlots(env.limits.handshakesPerJump)};
    jumps.set(key, jump);
    return jump;
  };

  /** All machines on the way. As with ssh, only the first of a list may have a way of its own in the configuration. */
  const chainOf = async (hops: readonly Hop[], deep = 0): Promise<readonly Settings[] | Refused> => {
    if (deep > JUMPS_DEEP)
      return refused('unreachable', text('the jump hosts lead in a circle', '跳板机的配置形成了循环'));
    const chain = await Promise.all(
      hops.map(({name, user, port}) =>
        read({name, identityFiles: [], ...(port === null ? {} : {port}), ...(user === null ? {} : {user})}),
      ),
    );
    const [first] = chain;
    const before = first === undefined ? [] : await chainOf(first.jumps, deep + 1);
    return 'kind' in before ? before : [...before, ...chain];
  };

  const login = async (
    settings: Settings,
    places: Slots | null,
    open: () => Promise<Way | Refused>,
  ): Promise<Connection | Refused> => {
    const methods = await keys(settings);
    if ('kind' in methods) return methods;
    const files = await knownFiles.read(settings.knownHostsFiles);
    const {knownHostsCommand: line} = settings;
    const command = line === null ? null : knownHostsCommand(env, settings, line);
    const leaves = [await places?.take(), await slots.take()];
    try {
      // A program for each host: no more of them at once than handshakes.
      const known = command === null ? files : await command.before(files);
      if ('kind' in known) return known;
      const way = await open();
      if ('kind' in way) return way;
      const made = await handshake({
        socket: way.socket,
        settings,
        methods,
        known,
        withKey: command?.withKey ?? null,
        clock: env.clock,
        limits: env.limits,
        closing: closing.signal,
      });
      return 'kind' in made && way.blame !== undefined ? await way.blame(made) : made;
    } finally {
      for (const leave of leaves) leave?.();
    }
  };

  const dialVia = async (chain: readonly Settings[], to: Settings): Promise<Connection | Refused> => {
    const last = chain.at(-1);
    // As with ssh, jump hosts take the place of a ProxyCommand.
    if (last === undefined) return login(to, null, () => openWay(env, to, closing.signal));
    const {connector, slots: places} = jumpOf(chain.slice(0, -1), last);
    const through = await connector.connected();
    if ('kind' in through) return jumpTrouble(through, last);
    return login(to, places, async () => {
      const channel = await through.forward(to.address, to.port);
      if (!('kind' in channel)) return {socket: channel};
      connector.heard(through, channel);
      return onwardTrouble(channel, last, to);
    });
  };

  const dial = async (wanted: Wanted): Promise<Connection | Refused> => {
    const to = await read(wanted);
    const chain = await chainOf(to.jumps);
    return 'kind' in chain ? chain : dialVia(chain, to);
  };

  return {
    settings: wanted => read(wanted),
    dial,
    knownStamp: async wanted => knownFiles.stamp((await read(wanted)).knownHostsFiles),
    retry: () => {
      read = makeSettingsReader(env);
      keys = makeKeyRing(env);
      for (const {connector} of jumps.values()) connector.retry();
    },
    close: () => {
      closing.abort();
      for (const {connector} of jumps.values()) connector.close();
    },
  };
};
