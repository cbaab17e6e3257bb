import {compareVersions} from '../../../src/lib/version.ts';
import {portsOf} from '../../../src/systems/alluxio/fields.ts';
import {versionAt} from './memory-homes.ts';
import {liedOf} from './memory-lies.ts';
import {isReady, type Life, lifeOf, type Machine, type World} from './memory-world.ts';

const ticksAt = (world: World, at: number): number => Math.floor((at - world.bootAt + 86_400_000) / 10);
const ticks = (world: World, life: Life): number => ticksAt(world, life.startedAt);

/** When a process would begin that begins now. */
export const birthNow = (world: World): string => `now=${ticksAt(world, world.clock.now())}`;

const MAIN: Readonly<Record<Machine['role'], string>> = {
  master: 'alluxio.master.AlluxioMaster',
  'job-master': 'alluxio.master.AlluxioJobMaster',
  worker: 'alluxio.worker.AlluxioWorker',
  'job-worker': 'alluxio.worker.AlluxioJobWorker',
  proxy: 'alluxio.proxy.AlluxioProxy',
};

export const JAVA_HOME = '/usr/lib/jvm/java-11';

/** A process as /proc shows it, and what its home says now. */
export const processLines = (world: World, machine: Machine, full: readonly string[]): string[] => {
  const life = lifeOf(machine);
  if (life === null) return [];
  return [
    `process=${life.pid}`,
    `ticks=${ticks(world, life)}`,
    'comm=java',
    `exe=${JAVA_HOME}/bin/java`,
    `arg=${JAVA_HOME}/bin/java`,
    `arg=-Dalluxio.home=${life.from}`,
    ...(life.backup === '' ? [] : [`arg=-Dalluxio.master.journal.init.from.backup=${life.backup}`]),
    `arg=${MAIN[machine.role]}`,
    ...full,
    `procHome=${life.from}`,
    `procVersion=${versionAt(machine.home, life.from) ?? ''}`,
  ];
};

/** Every process of the host: all of its nodes share one home. */
export const serverLines = (world: World, {node: {host}}: Machine): string[] =>
  [...world.machines.values()]
    .filter(({node}) => node.host === host)
    .flatMap(machine => {
      const life = lifeOf(machine);
      return life === null
        ? []
        : [`server=${life.pid} ${ticks(world, life)} ${MAIN[machine.role]} ${life.from}`];
    });

/** A standby of 1.8 listens nowhere (seen on real servers). */
const listens = ({reign}: World, machine: Machine): boolean =>
  isReady(machine) &&
  (machine.role !== 'master' ||
    reign?.leader === machine ||
    compareVersions(lifeOf(machine)?.version ?? '', '2.0.0') >= 0);

export const socketLines = (world: World, machine: Machine): string[] =>
  listens(world, machine) || liedOf(world, machine, 'stranger-serves') !== null
    ? portsOf(machine.node).map(port => `listen=00000000:${port.toString(16).toUpperCase().padStart(4, '0')}`)
    : [];
