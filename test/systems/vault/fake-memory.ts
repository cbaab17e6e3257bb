import type {ReplyTo, Request, ShellReply} from '../../../src/model/ask.ts';
import type {HostId} from '../../../src/model/ids.ts';
import {makeAlone} from '../../fakes/common/memory-alone.ts';
import {makeEffects} from '../../fakes/common/memory-effects.ts';
import {makeHosts} from '../../fakes/common/memory-hosts.ts';
import {did, printed, refused, shellReply, type Told} from '../../fakes/common/memory-replies.ts';
import type {FakeCluster, FakeMemory, FakeOptions} from '../../fakes/memory.ts';
import type {VaultCluster, VaultNode} from './fields.ts';

type Machine = {
  readonly node: VaultNode;
  lib: string;
  backup: string | null;
  runs: string | null;
  readyAt: number;
  files: number;
  written: number;
  mark: 'yes' | 'no';
  saved: 'yes' | 'no';
};

/** How large each file of a cache is. */
const FILE_BYTES = 22_616_229;

const isStore = ({node}: Machine): boolean => node.role === 'store';

type Change = Partial<Machine> | null;

/** What each action changes; nothing where it has been done before. Files are moved only while nothing runs. */
const MOVES: Readonly<Record<string, (machine: Machine) => Change>> = {
  'vault.deploy': ({backup, lib}) => (backup === null ? {backup: lib, lib: '2.0'} : null),
  'vault.undeploy': ({backup}) => (backup === null ? null : {lib: backup, backup: null}),
  'vault.wipe': () => ({files: 0}),
};
/** What may be done while it runs, and is done anew each time. */
const NOTES: Readonly<Record<string, Change>> = {'vault.mark': {mark: 'yes'}, 'vault.save': {saved: 'yes'}};
const TURNS: Readonly<Record<string, (machine: Machine, readyAt: number) => Change>> = {
  'vault.stop': ({runs}) => (runs === null ? null : {runs: null}),
  'vault.start': ({runs, lib}, readyAt) => (runs === null ? {runs: lib, readyAt} : null),
};

const boot = (cluster: VaultCluster, {clock, chance}: FakeOptions): FakeCluster => {
  const machines = cluster.nodes.map((node): Machine => {
    const files = node.role === 'router' ? 18_231 : 0;
    const unsaved = {written: 17, mark: 'no', saved: 'no'} as const;
    return {node, lib: '1.0', backup: null, runs: '1.0', readyAt: 0, files, ...unsaved};
  });
  const hosts = makeHosts(machines);
  const alone = makeAlone();
  const effects = makeEffects(clock);
  const up = ({runs, readyAt}: Machine): boolean => runs !== null && clock.now() >= readyAt;
  let primary = machines.find(isStore);
  let healed = false;
  const elect = (): void => {
    if (primary === undefined || primary.runs === null)
      primary = machines.find(machine => isStore(machine) && up(machine));
  };

  const obey = (machine: Machine, name: string): Told => {
    const [move, turn] = [MOVES[name], TURNS[name]];
    if (move !== undefined && machine.runs !== null) return refused(`process of ${machine.node.id} runs`);
    const note = NOTES[name] ?? null;
    if (move === undefined && turn === undefined && note === null)
      throw new Error(`the fake vault does not do ${name}`);
    const readyAt = clock.now() + (healed ? 500 : 20_000 * chance());
    const change = note ?? move?.(machine) ?? turn?.(machine, readyAt) ?? null;
    if (change !== null)
      effects.add(machine.node.id, name.replace('vault.', ''), machine === primary ? 'primary' : 'other');
    Object.assign(machine, change);
    elect();
    return did(name);
  };
  /** Somebody writes now and then, and only where that is saved first. */
  const write = (machine: Machine): void => {
    if (healed || chance() > 0.1) return;
    effects.add(machine.node.id, 'write', null);
    machine.written += 1;
  };
  const status = (machine: Machine): string[] => {
    elect();
    const health = machine.runs === null ? 'down' : up(machine) ? 'ok' : 'starting';
    const is = machine === primary ? 'primary' : 'replica';
    return [`health=${health}`, `is=${is}`, ...(up(machine) ? [`version=${machine.runs}`] : [])];
  };
  const tell = (machine: Machine, name: string): string[] => {
    const {lib, backup, files, node} = machine;
    switch (name) {
      case 'vault.look.status':
        return status(machine);
      case 'vault.look.survey':
        return [...status(machine), 'packageVersion=2.0'];
      case 'vault.look.tree':
        return [`lib=${lib}`, ...(backup === null ? [] : [`backup=${backup}`])];
      case 'vault.look.written':
        write(machine);
        return [`mark=${machine.mark}`, `saved=${machine.saved}`, `written=${machine.written}`];
      case 'vault.look.cache':
        return [`path=${node.home}/cache`, `files=${files}`, `bytes=${files * FILE_BYTES}`];
      default:
        throw new Error(`the fake vault does not know ${name}`);
    }
  };
  const reply = async (host: HostId, request: Request): Promise<ShellReply> => {
    if (request.kind !== 'shell') throw new Error(`the fake vault has no ${request.kind}`);
    const {name} = request.script.body;
    const machine = hosts.meant(host, request.script, () => true);
    if (request.shell === 'look') {
      await clock.sleep(5);
      return shellReply(printed(tell(machine, name)), 5);
    }
    const told = await alone(host, machine.node.home, name, async () => {
      await clock.sleep(200 + 800 * chance());
      return obey(machine, name);
    });
    return shellReply(told, 1_000);
  };
  return {
    answer: <R extends Request>(host: HostId, request: R) => reply(host, request) as Promise<ReplyTo<R>>,
    effects: effects.all,
    lies: () => [],
    down: () => machines.filter(machine => !up(machine)).map(({node}) => node.id),
    disturb: () => {
      const others = machines.filter(machine => isStore(machine) && up(machine) && machine !== primary);
      const next = others[Math.floor(chance() * others.length)];
      if (next === undefined) return null;
      primary = next;
      return `${next.node.id} became primary`;
    },
    heal: () => {
      healed = true;
    },
  };
};

/** The vault pretending in memory. */
export const memory: FakeMemory = {boot};
