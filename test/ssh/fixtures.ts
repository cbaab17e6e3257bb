import {setTimeout as pause} from 'node:timers/promises';
import {parseAbsPath} from '../../src/lib/abs-path.ts';
import type {Sh} from '../../src/lib/sh.ts';
import type {ShellRequest} from '../../src/model/ask.ts';
import {HostId, NodeId} from '../../src/model/ids.ts';
import type {Cluster, Host} from '../../src/model/inventory.ts';
import type {Clock} from '../../src/model/world.ts';
import {type CommandLine, DEFAULT_LIMITS, type Limits, type TransportEnv} from '../../src/transport/env.ts';
import type {RealSshd} from './real-sshd.ts';

/** The machine's own time. */
export const realClock: Clock = {
  now: () => Date.now(),
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
      sleep: (time, signal) => (time === ms ? hold(signal) : realClock.sleep(time, signal)),
    },
    runOut: async () => {
      await until(() => waiting.size > 0, 'somebody who waits for the limit');
      for (const wake of [...waiting]) wake();
    },
  };
};

export type TestEnv = TransportEnv & {readonly lines: CommandLine[]};

/** Everything from outside as a test has it: no configuration of the user, no agent, and a log to read. */
export const testEnv = (limits: Partial<Limits> = {}, more: Partial<TransportEnv> = {}): TestEnv => {
  const lines: CommandLine[] = [];
  return {
    clock: realClock,
    chance: Math.random,
    vars: {HOME: '/nonexistent', PATH: process.env.PATH},
    limits: {...DEFAULT_LIMITS, ...limits},
    log: line => lines.push(line),
    sshConfig: null,
    ...more,
    lines,
  };
};

export type HostFields = {
  readonly id?: string;
  readonly port: number;
  readonly user?: string;
  readonly identityFiles: readonly string[];
  readonly knownHostsFile: string;
};

/** A cluster of plain nodes n-1, n-2…, one on each host. */
export const clusterOf = (...hosts: readonly HostFields[]): Cluster => {
  const made: Host[] = hosts.map(({id = '127.0.0.1', ...fields}) => ({...fields, id: HostId.parse(id)}));
  return {
    name: 'test',
    system: 'none',
    hosts: made,
    nodes: made.map((host, i) => ({
      id: NodeId.parse(`n-${i + 1}`),
      host: host.id,
      role: 'any',
      home: parseAbsPath('/opt/any/home'),
      fields: {},
    })),
    settings: {},
  };
};

/** A port on which nobody listens anywhere: a free one may be taken the moment it was found. */
export const NOBODY = 1;

export const N1 = NodeId.parse('n-1');

/** How the inventory names a server of the fixture. */
export const hostOf = ({host, port, user, identity, knownHosts}: RealSshd): HostFields => ({
  id: host,
  port,
  user,
  identityFiles: [identity],
  knownHostsFile: knownHosts,
});

/** A look with roomy limits. */
export const look = (script: string, more: Partial<ShellRequest> = {}): ShellRequest => ({
  kind: 'shell',
  lane: 'look',
  name: 'test',
  // A test's script is written as it shall run.
  script: script as Sh,
  timeoutMs: 60_000,
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
