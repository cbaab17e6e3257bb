import {join} from 'node:path';
import {hostOf, type Kit, type KitNode, type Place} from '../model/kit.ts';
import {canListen, claimBlock, freePorts, hasLoopbackRange, hostAddress} from './addresses.ts';
import type {KeyPair} from './keys.ts';
import {type SshHost, startSshHost} from './ssh-host.ts';

/** One simulated machine: its tree, its nodes, its SSH server. */
export type SimHost = {
  readonly name: string;
  readonly ssh: SshHost;
  readonly hostKey: KeyPair;
  readonly places: readonly Place[];
};

export type HostPlan = {
  readonly name: string;
  readonly address: string;
  readonly root: string;
  readonly places: readonly Place[];
};

export type Layout = {
  readonly kit: Kit;
  readonly nodes: readonly KitNode[];
  readonly dir: string;
  readonly to: string;
};

/** Starts a planned host's SSH server on a port; rejects when it cannot be had. */
export type StartHost = (plan: HostPlan, port: number) => Promise<{ssh: SshHost; hostKey: KeyPair}>;

const SSH_PORTS = [22, 2222] as const;
const BLOCKS = 40;
/** Added to the products' ports: another program may hold a standard one on every address. */
const SHIFTS = [0, 10_000, 20_000] as const;

const place = (
  layout: Layout,
  node: KitNode,
  root: string,
  address: string,
  ports: Place['ports'],
): Place => {
  const folders = layout.kit.folders(node, layout.to);
  return {
    ...node,
    address,
    ports,
    root,
    home: join(root, folders.home),
    package: join(root, folders.package),
  };
};

/** Every host has an address of its own, and the product's standard ports. */
const ownAddresses = (layout: Layout, block: number, shift: number): HostPlan[] =>
  [...Map.groupBy(layout.nodes, hostOf)].map(([name, nodes], i) => {
    const root = join(layout.dir, 'hosts', name);
    const address = hostAddress(block, i);
    const places = nodes.map(node => {
      const standard = Object.entries(layout.kit.ports(node));
      const ports = Object.fromEntries(standard.map(([port, number]) => [port, number + shift]));
      return place(layout, node, root, address, ports);
    });
    return {name, address, root, places};
  });

const allFree = async (plans: readonly HostPlan[]): Promise<boolean> => {
  const wanted = plans.flatMap(plan =>
    plan.places.flatMap(({address, ports}) => Object.values(ports).map(port => ({address, port}))),
  );
  const free = await Promise.all(wanted.map(({address, port}) => canListen(address, port)));
  return free.every(Boolean);
};

const startAll = async (
  plans: readonly HostPlan[],
  port: number,
  start: StartHost,
): Promise<SimHost[] | null> => {
  const started = await Promise.allSettled(plans.map(plan => start(plan, port)));
  const hosts = plans.flatMap((plan, i) => {
    const result = started[i];
    return result?.status === 'fulfilled' ? [{name: plan.name, places: plan.places, ...result.value}] : [];
  });
  if (hosts.length === plans.length) return hosts;
  await closeAll(hosts);
  return null;
};

/** One host for all nodes on 127.0.0.1, a tree for what would be a host of its own, with ports that are free now: where the machine has only one loopback address. */
const sharedAddress = async (layout: Layout, start: StartHost): Promise<SimHost[]> => {
  const address = '127.0.0.1';
  const root = join(layout.dir, 'hosts');
  const named = layout.nodes.map(node => ({node, names: Object.keys(layout.kit.ports(node))}));
  const [ssh = 0, ...free] = await freePorts(address, 1 + named.flatMap(({names}) => names).length);
  const places = named.map(({node, names}) => {
    const ports = names.map(name => [name, free.shift() ?? 0] as const);
    return place(layout, node, join(root, hostOf(node)), address, Object.fromEntries(ports));
  });
  const plan = {name: 'localhost', address, root, places};
  return [{name: plan.name, places, ...(await start(plan, ssh))}];
};

/** Hosts that listen, and how to take them down. */
export type Hosts = {readonly all: readonly SimHost[]; close(): Promise<void>};

const closeAll = async (hosts: readonly SimHost[]): Promise<void> => {
  await Promise.all(hosts.map(host => host.ssh.close()));
};

const inBlock = async (
  layout: Layout,
  block: number,
  shift: number,
  start: StartHost,
): Promise<Hosts | null> => {
  const claim = await claimBlock(block);
  if (claim === null) return null;
  const release = (): Promise<void> => new Promise(resolve => void claim.close(() => resolve()));
  const plans = ownAddresses(layout, block, shift);
  const free = await allFree(plans);
  for (const port of free ? SSH_PORTS : []) {
    const all = await startAll(plans, port, start);
    if (all !== null) return {all, close: async () => void (await Promise.all([closeAll(all), release()]))};
  }
  await release();
  return null;
};

/**
 * Finds room for a cluster and starts its hosts' SSH servers: in the first block of addresses that nobody else has
 * claimed and in which every port is free. `shared` asks for the way of machines with one loopback address.
 */
export const startHosts = async (layout: Layout, shared: boolean, start: StartHost): Promise<Hosts> => {
  const blocks = !shared && (await hasLoopbackRange()) ? [...Array(BLOCKS).keys()] : [];
  for (const shift of SHIFTS) {
    for (const block of blocks) {
      const hosts = await inBlock(layout, block, shift, start);
      if (hosts !== null) return hosts;
    }
  }
  const all = await sharedAddress(layout, start);
  return {all, close: () => closeAll(all)};
};

/** Starts SSH servers with keys of their own. */
export const makeStartHost =
  (
    options: {
      readonly user: string;
      readonly clientKey: KeyPair;
      readonly env: Readonly<Record<string, string>>;
    },
    hostKeyOf: (name: string) => KeyPair,
    neighbours: ReadonlySet<string>,
    prepare: (plan: HostPlan) => string,
  ): StartHost =>
  async (plan, port) => {
    const hostKey = hostKeyOf(plan.name);
    const home = prepare(plan);
    const ssh = await startSshHost({...options, home, address: plan.address, port, hostKey, neighbours});
    return {ssh, hostKey};
  };
