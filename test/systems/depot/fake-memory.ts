import {parseAbsPath} from '../../../src/lib/abs-path.ts';
import type {ReplyTo, Request, ShellReply} from '../../../src/model/ask.ts';
import {HostId, NodeId} from '../../../src/model/ids.ts';
import type {Cluster, Node} from '../../../src/model/inventory.ts';
import type {Script} from '../../../src/model/script.ts';
import {makeEffects} from '../../fakes/common/memory-effects.ts';
import {makeFiles} from '../../fakes/common/memory-files.ts';
import {makeHosts} from '../../fakes/common/memory-hosts.ts';
import {did, printed, shellReply, type Told} from '../../fakes/common/memory-replies.ts';
import {errandOf, wordOf} from '../../fakes/common/memory-script.ts';
import type {FakeCluster, FakeMemory, FakeOptions} from '../../fakes/memory.ts';
import type {Trace} from '../../sim/subject.ts';
import {backupOf, type Depot} from './system.ts';

/** The disk of that node's host is full until all faults end. */
export const FULL = 'full';
/** A file with other bytes lies on that node where the backup has to go, until all faults end. */
export const IN_THE_WAY = 'in-the-way';

type Machine = {readonly node: Node<Depot>; version: string};

const SIZE_BYTES = 400_000_000;

const boot = (cluster: Cluster<Depot>, {clock, chance, faults}: FakeOptions): FakeCluster => {
  const machines = cluster.nodes.map((node): Machine => ({node, version: '1.0'}));
  const hosts = makeHosts(machines);
  const effects = makeEffects(clock);
  let healed = false;
  const hit = (fault: string, node: NodeId): boolean =>
    !healed && faults.some(planted => planted.fault === fault && planted.node === node);
  const nodeOn = (host: HostId): Node<Depot> => {
    const [machine] = hosts.on(host);
    if (machine === undefined) throw new Error(`nothing is on ${host}`);
    return machine.node;
  };
  const files = makeFiles(clock, host => hit(FULL, nodeOn(host).id));
  let report: readonly string[] = [];
  for (const {node} of machines)
    if (hit(IN_THE_WAY, node.id)) files.put(node.host, backupOf(node), {sum: 'precious', sizeBytes: 1});

  const act = async (machine: Machine, script: Script, verb: string): Promise<Told> => {
    await clock.sleep(500 + 2_000 * chance());
    if (verb === 'restart') {
      const version = wordOf(script, 'version');
      if (version === machine.version) return did('runs it');
      machine.version = version;
      effects.add(machine.node.id, 'stop', null);
      effects.add(machine.node.id, 'start', null);
      return did('restarted');
    }
    const {writer} = cluster.settings;
    const {node} = machines.find(({node: {id}}) => id === writer) ?? machine;
    if (report.length > 0) return did('was written');
    files.put(node.host, backupOf(node), {sum: 'backup', sizeBytes: SIZE_BYTES});
    report = [`host=${node.host}`, `path=${backupOf(node)}`];
    return did('written');
  };
  const tell = ({node, version}: Machine, script: Script, what: string): readonly string[] => {
    if (what === 'status') return ['health=ok', `version=${version}`];
    if (what === 'report') return report;
    return [`sum=${files.at(node.host, wordOf(script, 'path'))?.sum ?? 'none'}`];
  };
  const reply = async (host: HostId, request: Request): Promise<ShellReply> => {
    if (request.kind !== 'shell') throw new Error(`the fake depot has no ${request.kind}`);
    const machine = hosts.meant(host, request.script, () => true);
    const errand = errandOf(request.script);
    await clock.sleep(5);
    return errand.does === 'look'
      ? shellReply(printed(tell(machine, request.script, errand.what)), 5)
      : shellReply(await act(machine, request.script, errand.verb), 1_000);
  };
  return {
    answer: <R extends Request>(host: HostId, request: R) => reply(host, request) as Promise<ReplyTo<R>>,
    copy: async (request, onProgress, signal) => {
      const before = files.at(request.to.host, request.to.path);
      const ended = await files.copy(request, onProgress, signal);
      const after = files.at(request.to.host, request.to.path);
      const {id} = nodeOn(request.to.host);
      if (before !== null && before.sum !== after?.sum) effects.add(id, 'overwritten', null);
      if (before === null && after !== null) effects.add(id, 'has the backup', null);
      return ended;
    },
    effects: effects.all,
    lies: () => [],
    down: () => [],
    disturb: () => null,
    heal: () => {
      healed = true;
      for (const {node} of machines)
        if (files.at(node.host, backupOf(node))?.sum === 'precious') files.remove(node.host, backupOf(node));
    },
  };
};

/** The depot pretending in memory. */
export const memory: FakeMemory = {boot};

/** Its cluster of three stores; the last one's host writes the backup. */
export const depotCluster = (): Cluster<Depot> => ({
  name: 'depot-1',
  system: 'depot',
  settings: {writer: 'store-3', bytes: SIZE_BYTES},
  hosts: ['10.0.0.1', '10.0.0.2', '10.0.0.3'].map(id => ({id: HostId.parse(id), identityFiles: []})),
  nodes: ['store-1', 'store-2', 'store-3'].map((id, i) => ({
    id: NodeId.parse(id),
    host: HostId.parse(`10.0.0.${i + 1}`),
    role: 'store',
    home: parseAbsPath(`/srv/depot/${id}`),
    fields: {},
  })),
});

/** Nothing is ever overwritten, and nothing is restarted before everybody has the whole backup. */
export const depotBroken = ({cluster, effects}: Trace): string[] => {
  const first = effects.findIndex(({effect}) => effect === 'stop');
  const before = effects.slice(0, Math.max(0, first));
  // The writer has it by itself.
  const without = cluster.nodes.filter(
    ({id}) =>
      id !== 'store-3' && !before.some(({node, effect}) => node === id && effect === 'has the backup'),
  );
  return [
    ...effects.flatMap(({node, effect}) =>
      effect === 'overwritten' ? [`the file of ${node} was lost`] : [],
    ),
    ...(first === -1 ? [] : without.map(({id}) => `something was stopped before ${id} had the backup`)),
  ];
};
