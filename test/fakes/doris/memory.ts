import type {HttpReply, Refused, ReplyTo, Request, ShellReply, SqlReply} from '../../../src/model/ask.ts';
import type {HostId} from '../../../src/model/ids.ts';
import type {Cluster} from '../../../src/model/inventory.ts';
import type {Script} from '../../../src/model/script.ts';
import type {Doris} from '../../../src/systems/doris/fields.ts';
import {nobodyListens, printed, shellReply} from '../common/memory-replies.ts';
import {errandOf} from '../common/memory-script.ts';
import type {FakeCluster, FakeMemory, FakeOptions} from '../memory.ts';
import {carryOut} from './memory-actions.ts';
import {makeWorld, plant} from './memory-boot.ts';
import {liedOf} from './memory-lies.ts';
import {answerHttp, printLook} from './memory-looks.ts';
import {disturb, returnLost, startByHand} from './memory-outside.ts';
import {answerSql, listensForSql} from './memory-rows.ts';
import {
  becomeReady,
  ENDS_OLD,
  isCloud,
  lies,
  lifeOf,
  type Machine,
  machineOf,
  serves,
  type World,
} from './memory-world.ts';

const LOOK_MS = 5;

/** What scripts are named after: MetaService and Recycler are handled alike. */
const kindOf = (machine: Machine): string => (isCloud(machine) ? 'cloud' : machine.role);

const act = async (world: World, machine: Machine, verb: string, script: Script): Promise<ShellReply> => {
  const begunAt = world.clock.now();
  const told = await carryOut(world, machine, verb, script);
  return shellReply(told, world.clock.now() - begunAt);
};

const shell = (world: World, host: HostId, script: Script): ShellReply | Promise<ShellReply> => {
  const errand = errandOf(script);
  const machine = world.hosts.meant(host, script, other => kindOf(other) === errand.kind);
  return errand.does === 'look'
    ? shellReply(printed(printLook(world, machine, errand.what, script)), LOOK_MS)
    : act(world, machine, errand.verb, script);
};

const answer = async (
  world: World,
  host: HostId,
  request: Request,
): Promise<ShellReply | HttpReply | SqlReply | Refused> => {
  world.timeline.catchUp();
  switch (request.kind) {
    case 'shell':
      return shell(world, host, request.script);
    case 'http':
      return answerHttp(world, host, request.port, request.path);
    case 'sql': {
      const asked = world.hosts.on(host).find(machine => listensForSql(machine, request.port));
      return asked === undefined ? nobodyListens : answerSql(world, asked, request.query, request.first);
    }
  }
};

const healOne = (world: World, machine: Machine): void => {
  const stuck = machine.faults.has('never-ready');
  // That newer masters end older frontends is no fault that passes.
  for (const fault of machine.faults) if (fault !== ENDS_OLD) machine.faults.delete(fault);
  machine.package = world.cluster.settings.version;
  if (liedOf(world, machine, 'dies-beside') === null) returnLost(world, machine);
  const life = lifeOf(machine);
  if (life === null) return;
  life.reports = life.version;
  if (stuck) becomeReady(world, machine, life, world.clock.now());
};

const heal = (world: World): void => {
  world.timeline.catchUp();
  for (const machine of world.machines.values()) healOne(world, machine);
};

const mend = (world: World, machine: Machine): boolean => {
  world.timeline.catchUp();
  const isWrong = machine.lost || [...machine.faults].some(fault => fault !== ENDS_OLD);
  if (isWrong) healOne(world, machine);
  return isWrong;
};

/**
 * Doris pretending in memory. It answers looks with what the real scripts, pages and frontends print, so that the real
 * parsers read it, and carries out actions by their names with the guards their scripts have. Time passes only in
 * actions and in what they set going; everything else is worked out when it is asked for.
 */
export const memory: FakeMemory = {
  boot: (cluster: Cluster<Doris>, options: FakeOptions): FakeCluster => {
    const world = makeWorld(cluster, options);
    return {
      // Each kind of request is answered by its own kind of reply.
      answer: <R extends Request>(host: HostId, request: R) =>
        answer(world, host, request) as Promise<ReplyTo<R>>,
      effects: world.effects.all,
      down: () => {
        world.timeline.catchUp();
        return [...world.machines.values()].filter(machine => !serves(machine)).map(({node}) => node.id);
      },
      lies: () =>
        [...world.machines.values()].filter(machine => lies(world, machine)).map(({node}) => node.id),
      disturb: () => disturb(world),
      typed: (node, line) => startByHand(world, machineOf(world, node), line),
      plant: faults => plant(world, faults),
      mend: node => mend(world, machineOf(world, node)),
      heal: () => heal(world),
    };
  },
};
