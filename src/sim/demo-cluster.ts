import {appendFileSync, mkdirSync, mkdtempSync, realpathSync, writeFileSync} from 'node:fs';
import {tmpdir, userInfo} from 'node:os';
import {join} from 'node:path';
import type {Facts} from '../model/facts.ts';
import type {Kit, KitContext, KitNode, Place} from '../model/kit.ts';
import {bootNodes, plainEnv, writeKitFile} from './boot.ts';
import {readEvents, type SimEvent} from './events-log.ts';
import {type KeyPair, knownHostsLine, makeKeyPair} from './keys.ts';
import {clearAtExit, clearDir, clearLeftovers, DIR_MARK, DIR_PREFIX, OWNER_MARK, ownDir} from './owner.ts';
import {type Hosts, makeStartHost, type SimHost, startHosts} from './places.ts';

export type DemoOptions = {
  readonly kit: Kit;
  /** The cluster's name in the inventory. */
  readonly cluster: string;
  /** The fake's program, which every node runs. */
  readonly program: string;
  /** The node executable that runs it; this process's own by default. */
  readonly node?: string;
  /** One of the kit's layouts; the one that shows an upgrade from that version by default. */
  readonly layout?: string;
  readonly from?: string;
  readonly to?: string;
  /** How many times faster than real; 10 by default. */
  readonly speed?: number;
  /** Where the cluster's one directory is made; the system's temp directory by default. */
  readonly base?: string;
  readonly knobs?: KitContext['knobs'];
  /** Added to the cluster's settings in the inventory. */
  readonly settings?: Facts;
  /** Writes the inventory; JSON, which is YAML too, by default. */
  readonly toYaml?: (data: unknown) => string;
  /** All nodes on one host at 127.0.0.1, as on machines with one loopback address. */
  readonly shared?: boolean;
  readonly bootWithinMs?: number;
};

/** A cluster that runs: real SSH servers, real processes, one directory. */
export type DemoCluster = {
  readonly cluster: string;
  readonly dir: string;
  /** Paths of the files a client needs. */
  readonly inventory: string;
  readonly knownHosts: string;
  readonly identity: string;
  readonly user: string;
  readonly hosts: readonly SimHost[];
  readonly places: readonly Place[];
  /** What happened on the nodes since the cluster was ready, in order. */
  events(): readonly SimEvent[];
  /** Sets a node's knobs; its scripts see them at the next call, its process at the next start. */
  turn(node: string, knobs: Readonly<Record<string, string>>): void;
  /** Ends every process and removes the directory. May be called more than once. */
  stop(): Promise<void>;
};

const inventoryOf = (
  options: DemoOptions,
  context: KitContext,
  hosts: readonly SimHost[],
  paths: Paths,
): unknown => {
  const {settings, roles} = options.kit.inventory(context);
  const [first] = hosts;
  const ssh = {
    user: paths.user,
    port: first?.ssh.port ?? 22,
    identityFile: paths.identity,
    knownHosts: paths.knownHosts,
  };
  return {
    clusters: {
      [options.cluster]: {
        system: options.kit.system,
        ssh,
        settings: {...settings, ...options.settings},
        roles,
      },
    },
  };
};

type Paths = {
  readonly user: string;
  readonly identity: string;
  readonly knownHosts: string;
  readonly inventory: string;
  readonly events: string;
};

/** The nodes that such a cluster has. */
export const layoutOf = ({
  kit,
  layout,
  from = kit.from,
}: Pick<DemoOptions, 'kit' | 'layout' | 'from'>): readonly KitNode[] => {
  const name = layout ?? kit.demoLayout?.(from) ?? 'demo';
  const nodes = kit.layouts[name];
  if (nodes === undefined) throw new Error(`${kit.system} has no layout ${name}`);
  return nodes;
};

/** Who runs this, by name; a user that the system has no name for is called by number. */
const userName = (): string => {
  try {
    return userInfo().username;
  } catch {
    return `uid-${process.getuid?.() ?? 0}`;
  }
};

const makeDir = (base: string): string => {
  clearLeftovers(base);
  const dir = mkdtempSync(join(base, DIR_PREFIX));
  ownDir(dir);
  return dir;
};

/**
 * Makes a cluster below one new directory, starts its hosts and nodes and waits until all are ready. What an earlier
 * owner left behind when it was killed is cleared first. Throws, and leaves nothing, when a node does not come up.
 */
export const startDemoCluster = async (options: DemoOptions): Promise<DemoCluster> => {
  const {kit} = options;
  const nodes = layoutOf(options);
  const dir = makeDir(realpathSync(options.base ?? tmpdir()));
  const callOff = clearAtExit(dir);
  const marks = {[DIR_MARK]: dir, [OWNER_MARK]: String(process.pid)};
  const to = options.to ?? kit.to;
  const paths: Paths = {
    user: userName(),
    identity: join(dir, 'id_ed25519'),
    knownHosts: join(dir, 'known_hosts'),
    inventory: join(dir, 'inventory.yaml'),
    events: join(dir, 'events.log'),
  };
  const clientKey = makeKeyPair('lakeup-demo');
  const hostKeys = new Map<string, KeyPair>();
  const hostKeyOf = (name: string): KeyPair => {
    const key = hostKeys.get(name) ?? makeKeyPair(name);
    hostKeys.set(name, key);
    return key;
  };
  const neighbours = new Set<string>();
  const prepare = ({root, address}: {root: string; address: string}): string => {
    const home = join(root, 'home');
    mkdirSync(home, {recursive: true});
    neighbours.add(address);
    return home;
  };
  let hosts: Hosts | null = null;
  const stop = async (): Promise<void> => {
    callOff();
    const standing = hosts;
    hosts = null;
    await standing?.close();
    clearDir(dir);
  };
  try {
    const start = makeStartHost(
      {user: paths.user, clientKey, env: plainEnv(dir, marks)},
      hostKeyOf,
      neighbours,
      prepare,
    );
    hosts = await startHosts({kit, nodes, dir, to}, options.shared ?? false, start);
    const started = hosts.all;
    const places = started.flatMap(host => host.places);
    const context: KitContext = {
      places,
      from: options.from ?? kit.from,
      to,
      speed: options.speed ?? 10,
      node: options.node ?? process.execPath,
      program: options.program,
      events: paths.events,
      marks,
      knobs: options.knobs ?? {},
    };
    writeFileSync(paths.identity, clientKey.privateKey, {mode: 0o600});
    const lines = started.map(host => knownHostsLine(host.ssh.address, host.ssh.port, host.hostKey));
    writeFileSync(paths.knownHosts, lines.join(''), {mode: 0o600});
    const toYaml = options.toYaml ?? ((data: unknown) => `${JSON.stringify(data, null, 2)}\n`);
    writeFileSync(paths.inventory, toYaml(inventoryOf(options, context, started, paths)), {mode: 0o600});
    appendFileSync(paths.events, '');
    for (const place of places) for (const file of kit.files(place, context)) writeKitFile(file);
    await bootNodes(kit, context, options.bootWithinMs ?? 60_000);
    const before = readEvents(paths.events).length;
    return {
      cluster: options.cluster,
      dir,
      ...paths,
      hosts: started,
      places,
      events: () => readEvents(paths.events).slice(before),
      turn: (name, knobs) => {
        const place = places.find(({name: other}) => other === name);
        if (place === undefined) throw new Error(`no node ${name}`);
        const file = kit.knobsFile?.(place, {...context, knobs: {[name]: knobs}});
        if (file === undefined) throw new Error(`${kit.system} has no knobs`);
        writeKitFile(file);
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
};
