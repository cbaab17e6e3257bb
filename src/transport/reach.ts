import net from 'node:net';
import type {Duplex} from 'node:stream';
import type {Refused} from '../model/ask.ts';
import type {Connection} from './connection.ts';
import type {TransportEnv} from './env.ts';
import {handshake} from './handshake.ts';
import {type KeyRing, makeKeyRing} from './keys.ts';
import {type KnownHostsFiles, makeKnownHostsFiles} from './known-hosts-files.ts';
import {type Line, makeLine} from './line.ts';
import {type Hop, makeSettingsReader, type Settings, type SettingsReader, type Wanted} from './settings.ts';
import {makeSlots, type Slots} from './slots.ts';
import {jumpTrouble, socketTrouble} from './ssh-trouble.ts';
import {within} from './within.ts';

/** How to come to hosts: one attempt each time, through jump hosts whose connections are shared. */
export type Reach = {
  settings(wanted: Wanted): Promise<Settings>;
  /** One attempt: reads settings and keys, dials, verifies, logs in. */
  connect(wanted: Wanted): Promise<Connection | Refused>;
  /** Changes when a known_hosts file of this host does. */
  knownStamp(wanted: Wanted): Promise<string>;
  close(): void;
};

/** A machine on the way: its own line, and the places for handshakes through it. */
type Jump = {readonly line: Line; readonly slots: Slots};

const JUMPS_DEEP = 8;

const closed: Refused = {kind: 'refused', trouble: 'cancelled', detail: 'lakeup is closing its connections'};

const dial = async (
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
  return {
    kind: 'refused',
    trouble: 'unreachable',
    detail: `${address}:${port} did not answer within ${limits.connectMs / 1000} s`,
  };
};

export const makeReach = (env: TransportEnv): Reach => {
  const read: SettingsReader = makeSettingsReader(env);
  const keys: KeyRing = makeKeyRing(env);
  const knownFiles: KnownHostsFiles = makeKnownHostsFiles();
  const slots = makeSlots(env.limits.handshakes);
  const jumps = new Map<string, Jump>();
  const closing = new AbortController();

  const jumpOf = (chain: readonly Settings[], last: Settings): Jump => {
    const key = JSON.stringify([...chain, last].map(({name, user, port}) => [name, user, port]));
    const found = jumps.get(key);
    if (found !== undefined) return found;
    const line = makeLine({
      env,
      connect: () => connectVia(chain, last),
      knownStamp: () => knownFiles.stamp(last.knownHostsFiles),
      report: () => {},
    });
    const jump: Jump = {line, slots: makeSlots(env.limits.handshakesPerJump)};
    jumps.set(key, jump);
    return jump;
  };

  /** All machines on the way. As with ssh, only the first of a list may have a way of its own in the configuration. */
  const chainOf = async (hops: readonly Hop[], deep = 0): Promise<readonly Settings[] | Refused> => {
    if (deep > JUMPS_DEEP)
      return {kind: 'refused', trouble: 'unreachable', detail: 'the jump hosts lead in a circle'};
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
    open: () => Promise<Duplex | Refused>,
  ): Promise<Connection | Refused> => {
    const methods = await keys(settings);
    if ('kind' in methods) return methods;
    const known = await knownFiles.read(settings.knownHostsFiles);
    const leaves = [await places?.take(), await slots.take()];
    try {
      const socket = await open();
      if ('kind' in socket) return socket;
      return await handshake({
        socket,
        settings,
        methods,
        known,
        clock: env.clock,
        limits: env.limits,
        closing: closing.signal,
      });
    } finally {
      for (const leave of leaves) leave?.();
    }
  };

  const connectVia = async (chain: readonly Settings[], to: Settings): Promise<Connection | Refused> => {
    if (to.proxyCommand !== null) {
      const detail = `${to.name} is reached by a ProxyCommand, which is not followed: write it as ProxyJump`;
      return {kind: 'refused', trouble: 'unreachable', detail};
    }
    const last = chain.at(-1);
    if (last === undefined) return login(to, null, () => dial(env, to, closing.signal));
    const jump = jumpOf(chain.slice(0, -1), last);
    const through = await jump.line.connected();
    if ('kind' in through) return jumpTrouble(through, last.name);
    return login(to, jump.slots, async () => {
      const channel = await through.forward(to.address, to.port);
      return 'kind' in channel ? jumpTrouble(channel, last.name) : channel;
    });
  };

  const connect = async (wanted: Wanted): Promise<Connection | Refused> => {
    const to = await read(wanted);
    const chain = await chainOf(to.jumps);
    return 'kind' in chain ? chain : connectVia(chain, to);
  };

  return {
    settings: read,
    connect,
    knownStamp: async wanted => knownFiles.stamp((await read(wanted)).knownHostsFiles),
    close: () => {
      closing.abort();
      for (const {line} of jumps.values()) line.close();
    },
  };
};
