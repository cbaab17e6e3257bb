import type {
  HttpReply,
  Lost,
  Refused,
  ReplyTo,
  Request,
  ShellReply,
  ShellRequest,
} from '../../../src/model/ask.ts';
import type {HostId} from '../../../src/model/ids.ts';
import type {Cluster} from '../../../src/model/inventory.ts';
import type {Alluxio} from '../../../src/systems/alluxio/fields.ts';
import {printed, shellReply} from '../common/memory-replies.ts';
import {errandOf} from '../common/memory-script.ts';
import type {Copying, FakeCluster, FakeMemory, FakeOptions} from '../memory.ts';
import {carryOut} from './memory-actions.ts';
import {type Before, makeWorld} from './memory-boot.ts';
import {tellOfClient} from './memory-clients.ts';
import {becomeReady, callWorker, pinAgain} from './memory-lives.ts';
import {printLook} from './memory-looks.ts';
import {disturb, returnLost} from './memory-outside.ts';
import {answerHttp} from './memory-pages.ts';
import {effect, isDown, lifeOf, type World} from './memory-world.ts';

const shell = async (
  world: World,
  host: HostId,
  {script, onSaid = () => undefined}: ShellRequest,
): Promise<ShellReply> => {
  const errand = errandOf(script);
  const begunAt = world.clock.now();
  if (errand.kind === 'client') {
    const what = errand.does === 'look' ? errand.what : errand.verb;
    const told = await tellOfClient(world, host, script, {does: errand.does, what});
    return shellReply(told, world.clock.now() - begunAt);
  }
  const machine = world.hosts.meant(host, script, ({role}) => role === errand.kind);
  const told =
    errand.does === 'look'
      ? printed(await printLook(world, machine, errand.what, script))
      : await carryOut(world, machine, errand.verb, script, onSaid);
  return shellReply(told, world.clock.now() - begunAt);
};

const answer = async (
  world: World,
  host: HostId,
  request: Request,
): Promise<ShellReply | HttpReply | Refused | Lost> => {
  world.timeline.catchUp();
  switch (request.kind) {
    case 'shell':
      return shell(world, host, request);
    case 'http':
      return answerHttp(world, world.hosts.on(host), request.port, request.path);
    case 'sql':
      throw new Error('nobody speaks SQL here');
  }
};

/** Copies a file between hosts, on behalf of the masters there. */
const copying =
  (world: World): Copying =>
  async (request, onProgress, signal) => {
    world.timeline.catchUp();
    const {host, path} = request.to;
    const known = world.files.at(host, path);
    const reply = await world.files.copy(request, onProgress, signal);
    const master = world.hosts.on(host).find(({role}) => role === 'master');
    if (known === null && master !== undefined && world.files.at(host, path) !== null)
      effect(world, master, 'copied');
    return reply;
  };

const heal = (world: World): void => {
  world.timeline.catchUp();
  const now = world.clock.now();
  for (const {faults} of world.clients.values()) faults.clear();
  for (const machine of world.machines.values()) {
    const stuck = machine.faults.has('start-hangs');
    const mute = machine.faults.has('not-registering');
    machine.faults.clear();
    returnLost(world, machine);
    const life = lifeOf(machine);
    if (life === null) continue;
    if (stuck) becomeReady(world, machine, life, now);
    if (mute) callWorker(world, machine, now);
  }
  pinAgain(world, now);
};

/**
 * Alluxio pretending in memory. It answers looks with what the real scripts, pages and commands print, so that the real
 * parsers read it, and carries out actions by their names with the guards their scripts have. Time passes only in
 * actions, in commands of the product, and in what they set going; everything else is worked out when it is asked for.
 */
export const makeMemory = (before: Before): FakeMemory => ({
  boot: (cluster: Cluster<Alluxio>, options: FakeOptions): FakeCluster => {
    const world = makeWorld(cluster, options, before);
    return {
      // Each kind of request is answered by its own kind of reply.
      answer: <R extends Request>(host: HostId, request: R) =>
        answer(world, host, request) as Promise<ReplyTo<R>>,
      copy: copying(world),
      effects: world.effects.all,
      down: () => {
        world.timeline.catchUp();
        return [...world.machines.values()]
          .filter(machine => isDown(world, machine))
          .map(({node}) => node.id);
      },
      lies: () =>
        [...world.machines.values()]
          .filter(({role, renewed, faults}) => role === 'worker' && renewed && faults.has('flaps'))
          .map(({node}) => node.id),
      disturb: () => disturb(world),
      heal: () => heal(world),
    };
  },
});

/** 2.3.0 with the embedded journal, whose form 2.4 gave up, behind links. */
export const memory = makeMemory({from: '2.3.0', journalType: 'EMBEDDED', homes: 'link'});
/** 1.8.1 with masters that share a journal: ZooKeeper elects one of them. */
export const memoryFirst = makeMemory({from: '1.8.1', journalType: 'UFS', homes: 'link'});
/** 2.9.1, whose backups are written by a standby. */
export const memoryDelegating = makeMemory({from: '2.9.1', journalType: 'EMBEDDED', homes: 'link'});
/** 2.8.0, whose journal 2.9 reads, in plain directories. */
export const memoryInPlace = makeMemory({from: '2.8.0', journalType: 'EMBEDDED', homes: 'dir'});
