import type {
  HttpReply,
  Refused,
  ReplyTo,
  Request,
  ShellReply,
  SqlReply,
  SqlRequest,
} from '../../../model/ask.ts';
import type {NodeId} from '../../../model/ids.ts';
import type {FakeCluster, FakeSystem} from '../../../model/system.ts';
import {settingsOf} from '../fields.ts';
import {carryOut} from './memory-actions.ts';
import {makeWorld} from './memory-boot.ts';
import {answerHttp, printLook} from './memory-looks.ts';
import {answerSql} from './memory-rows.ts';
import {
  becomeReady,
  catchUp,
  effect,
  frontends,
  lifeOf,
  machineOf,
  serves,
  type World,
} from './memory-world.ts';

const shell = async (
  world: World,
  id: NodeId,
  request: Extract<Request, {kind: 'shell'}>,
): Promise<ShellReply> => {
  const machine = machineOf(world, id);
  const printed = printLook(world, machine, request.name);
  if (printed !== null) {
    const stdout = printed.map(line => `${line}\n`).join('');
    return {kind: 'shell', code: 0, stdout, stderr: '', cut: false, ms: 5};
  }
  const reply = await carryOut(world, machine, request.name, request.script);
  if (reply === null) throw new Error(`the fake does not know ${request.name}`);
  return reply;
};

const sql = (world: World, id: NodeId, {first, query}: SqlRequest): SqlReply | Refused => {
  const machine = machineOf(world, id);
  return machine.role === 'fe' && serves(machine)
    ? answerSql(world, machine, query, first)
    : {kind: 'refused', trouble: 'port-refused', detail: 'connection refused by the host'};
};

const answer = async (
  world: World,
  id: NodeId,
  request: Request,
): Promise<ShellReply | HttpReply | SqlReply | Refused> => {
  catchUp(world);
  switch (request.kind) {
    case 'shell':
      return shell(world, id, request);
    case 'http':
      return answerHttp(machineOf(world, id), request.path);
    case 'sql':
      return sql(world, id, request);
  }
};

/** The master leaves its office to another follower and stays one itself, as after a pause that was too long. */
const moveMaster = (world: World): string | null => {
  catchUp(world);
  const {master} = world;
  const others = frontends(world).filter(
    machine => machine !== master && !machine.observer && serves(machine),
  );
  const next = others[Math.floor(world.chance() * others.length)];
  if (master === null || next === undefined) return null;
  world.master = next;
  effect(world, next, 'elected');
  return `the master moved from ${master.node.id} to ${next.node.id}`;
};

const heal = (world: World): void => {
  catchUp(world);
  const now = world.clock.now();
  for (const machine of world.machines.values()) {
    const stuck = machine.faults.has('never-ready');
    machine.faults.clear();
    machine.package = settingsOf(world.cluster).version;
    const life = lifeOf(machine);
    if (life === null) continue;
    life.reports = life.version;
    if (stuck) becomeReady(world, machine, life, now);
  }
};

/**
 * Doris pretending in memory. It answers looks with what the real scripts, pages and frontends print, so that the real
 * parsers read it, and carries out actions by their names with the guards their scripts have. Time passes only in
 * actions and in what they set going; everything else is worked out when it is asked for.
 */
export const memory: FakeSystem = {
  boot: (cluster, options): FakeCluster => {
    const world = makeWorld(cluster, options);
    return {
      // Each kind of request is answered by its own kind of reply.
      answer: <R extends Request>(node: NodeId, request: R) =>
        answer(world, node, request) as Promise<ReplyTo<R>>,
      effects: world.effects,
      down: () => {
        catchUp(world);
        return [...world.machines.values()].filter(machine => !serves(machine)).map(({node}) => node.id);
      },
      disturb: () => moveMaster(world),
      heal: () => heal(world),
    };
  },
};
