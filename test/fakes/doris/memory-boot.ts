import type {Cluster, Node} from '../../../src/model/inventory.ts';
import type {Doris} from '../../../src/systems/doris/fields.ts';
import {makeAlone} from '../common/memory-alone.ts';
import {makeEffects} from '../common/memory-effects.ts';
import {makeHosts} from '../common/memory-hosts.ts';
import {NO_LIES} from '../common/memory-lies.ts';
import {makeTimeline} from '../common/memory-timeline.ts';
import type {FakeOptions, Faults} from '../memory.ts';
import {LIES} from './memory-lies.ts';
import {ENDS_OLD, FAULTS, FROM, frontends, type Machine, machineOf, type World} from './memory-world.ts';

const newMachine = (
  cluster: Cluster<Doris>,
  node: Node<Doris>,
  pid: number,
  bootAt: number,
  observer: boolean,
): Machine => {
  const {role} = node.fields;
  const startedAt = bootAt - 3_600_000;
  const flags = role === 'ms' ? ['--meta-service'] : role === 'recycler' ? ['--recycler'] : [];
  const readyAt = startedAt + 10_000;
  return {
    node,
    role,
    package: cluster.settings.version,
    bin: FROM,
    lib: FROM,
    stages: new Map(),
    aside: new Map(),
    lives: [{pid, startedAt, version: FROM, reports: FROM, flags, readyAt, endAt: null, stopping: false}],
    log: [
      `pid=${pid} written to file=./bin/doris_cloud.pid`,
      `version:{doris-${FROM}-release}`,
      'successfully started service listening on port=5000 time_elapsed_ms=10000',
    ],
    observer,
    lost: false,
    faults: new Set(),
  };
};

/** What is told of one that was started anew. */
const OF_STARTS: readonly string[] = ['flaps', 'journal-stands'];

/**
 * From now on that goes wrong; what comes with a start comes with none of before. Throws for a fault that this fake does not
 * know.
 */
export const plant = (world: World, faults: Faults): void => {
  for (const {fault, node} of faults) {
    const known = ([...FAULTS, ENDS_OLD] as const).find(name => name === fault);
    if (known === undefined) throw new Error(`the fake does not know the fault ${fault}`);
    const machine = machineOf(world, node);
    if (machine.lives.length === 1 || !OF_STARTS.includes(known)) machine.faults.add(known);
  }
};

const FIRST_PID = 1_000;

/** All nodes healthy at the old version. The first frontend is the master; of four or more the last is an observer. */
export const makeWorld = (
  cluster: Cluster<Doris>,
  {clock, chance, faults, lies = NO_LIES}: FakeOptions,
): World => {
  const bootAt = clock.now();
  const fes = cluster.nodes.filter(({role}) => role === 'fe');
  const observer = fes.length >= 4 ? fes.at(-1) : undefined;
  const machines = new Map(
    cluster.nodes.map((node, i) => [
      node.id,
      newMachine(cluster, node, FIRST_PID + i, bootAt, node === observer),
    ]),
  );
  const nextPid = FIRST_PID + machines.size;
  const world: World = {
    cluster,
    clock,
    chance,
    bootAt,
    machines,
    hosts: makeHosts(machines.values()),
    timeline: makeTimeline(clock),
    effects: makeEffects(clock),
    alone: makeAlone(),
    lies,
    master: null,
    nextPid,
  };
  plant(world, faults);
  for (const {name} of lies.all)
    if (!LIES.some(known => known === name)) throw new Error(`the fake does not know the lie ${name}`);
  world.master = frontends(world)[0] ?? null;
  return world;
};
