import {setTimeout as pause} from 'node:timers/promises';
import type {Sh} from '../../src/lib/sh.ts';
import type {ShellRequest} from '../../src/model/ask.ts';
import {HostId} from '../../src/model/ids.ts';
import type {Host} from '../../src/model/inventory.ts';
import {bare, type Script} from '../../src/model/script.ts';
import type {Clock} from '../../src/model/world.ts';
import {DEFAULT_LIMITS, type Limits, type TransportEnv} from '../../src/transport/env.ts';
import type {RealSshd} from './real-sshd.ts';

/** The machine's own time. */
export const realClock: Clock = {
  now: () => Date.now(),
  ticks: () => performance.now(),
  sleep: (ms, signal) => pause(ms, undefined, signal === undefined ? {} : {signal}).catch(() => {}),
};

/** A time limit that runs out when a test says so, so that it can wait for what is to happen before. */
export type HeldLimit = {
  /** Its length: no other limit of a test is as long as this. */
  readonly ms: number;
  /** The machine's own time, but for this limit. */
  readonly clock: Clock;
  /** Waits until somebody waits for it, and lets it run out. */
  runOut(): Promise<void>;
};

export const holdLimit = (): HeldLimit => {
  const ms = 3_600_001;
  const waiting = new Set<() => void>();
  const hold = (signal: AbortSignal | undefined): Promise<void> =>
    new Promise(resolve => {
      if (signal?.aborted === true) return resolve();
      const wake = () => {
        waiting.delete(wake);
        resolve();
      };
      waiting.add(wake);
      signal?.addEventListener('abort', wake, {once: true});
      return undefined;
    });
  return {
    ms,
    clock: {
      now: realClock.now,
      ticks: realClock.ticks,
      sleep: (time, signal) => (time === ms ? hold(signal) : realClock.sleep(time, signal)),
    },
    runOut: async () => {
      await until(() => waiting.size > 0, 'somebody who waits for the limit');
      for (const wake of [...waiting]) wake();
    },
  };
};

/** Everything from outside as a test has it: no configuration of the user, and no agent. */
export const testEnv = (limits: Partial<Limits> = {}, more: Partial<TransportEnv> = {}): TransportEnv => ({
  clock: realClock,
  chance: Math.random,
  vars: {HOME: '/nonexistent', PATH: process.env.PATH},
  limits: {...DEFAULT_LIMITS, ...limits},
  sshConfig: null,
  ...more,
});

export type HostFields = {
  readonly id?: string;
  readonly port: number;
  readonly user?: string;
  readonly identityFiles: readonly string[];
  readonly knownHostsFile: string;
};

/** One whose keys may be known elsewhere. */
export type NamedHost = Omit<HostFields, 'knownHostsFile'> & Partial<HostFields>;

/** The host whose fields give no name of their own. */
export const LOCAL = HostId.parse('127.0.0.1');

/** A port on which nobody listens anywhere: a free one may be taken the moment it was found. */
export const NOBODY = 1;

/** Hosts as the inventory gives them. */
export const hostsOf = (...hosts: readonly NamedHost[]): readonly Host[] =>
  hosts.map(({id = LOCAL, ...fields}) => ({...fields, id: HostId.parse(id)}));

/** How the inventory names a server of the fixture. */
export const hostOf = ({host, port, user, identity, knownHosts}: RealSshd): HostFields => ({
  id: host,
  port,
  user,
  identityFiles: [identity],
  knownHostsFile: knownHosts,
});

/** A script as a test writes it: it shall run as it stands. */
export const asWritten = (words: string): Script => bare('test', words as Sh);

/** A look with roomy limits. */
export const look = (words: string, more: Partial<ShellRequest> = {}): ShellRequest => ({
  kind: 'shell',
  shell: 'look',
  script: asWritten(words),
  timeoutMs: 20_000,
  maxBytes: 1_000_000,
  ...more,
});

/** Waits until something holds, and fails with what it was when it never does. */
export const until = async (
  holds: () => boolean | Promise<boolean>,
  what: string,
  ms = 60_000,
): Promise<void> => {
  const end = Date.now() + ms;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
    await pause(10);
  }
};

/** A program for a ProxyCommand, in double quotes: to that host and port. */
export const RELAY =
  "const s = require('net').connect(+process.argv[2], process.argv[1]); process.stdin.pipe(s).pipe(process.stdout); s.on('close', () => process.exit())";
