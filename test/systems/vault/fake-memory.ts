import type {ReplyTo, Request, ShellReply} from '../../../src/model/ask.ts';
import type {NodeId} from '../../../src/model/ids.ts';
import type {Cluster} from '../../../src/model/inventory.ts';
import type {Effect, FakeCluster, FakeOptions, FakeSystem} from '../../../src/model/system.ts';

type FakeNode = {
  role: string;
  lib: string | null;
  backup: string | null;
  runs: string | null;
  readyAt: number;
  files: number;
};

const shell = (stdout: string, code = 0): ShellReply => ({
  kind: 'shell',
  code,
  stdout,
  stderr: '',
  cut: false,
  ms: 1,
});

const boot = (cluster: Cluster, {clock, chance}: FakeOptions): FakeCluster => {
  const nodes = new Map<NodeId, FakeNode>(
    cluster.nodes.map(({id, role}) => [
      id,
      {role, lib: '1.0', backup: null, runs: '1.0', readyAt: 0, files: role === 'router' ? 7 : 0},
    ]),
  );
  const effects: Effect[] = [];
  let primary: NodeId | null = [...nodes].find(([, {role}]) => role === 'store')?.[0] ?? null;
  let healed = false;
  const did = (node: NodeId, effect: string): void =>
    void effects.push({at: clock.now(), node, effect, as: node === primary ? 'primary' : 'other'});
  const up = (node: FakeNode): boolean => node.runs !== null && clock.now() >= node.readyAt;
  const elect = (): void => {
    if (primary !== null && nodes.get(primary)?.runs !== null) return;
    primary = [...nodes].find(([, node]) => node.role === 'store' && up(node))?.[0] ?? null;
  };
  const health = (node: FakeNode): string => (node.runs === null ? 'down' : up(node) ? 'ok' : 'starting');

  const obey = async (id: NodeId, node: FakeNode, name: string): Promise<ShellReply> => {
    await clock.sleep(200 + 800 * chance());
    switch (name) {
      case 'vault.stop':
        if (node.runs !== null) did(id, 'stop');
        node.runs = null;
        elect();
        return shell('');
      case 'vault.deploy':
        if (node.backup !== null) return shell('');
        did(id, 'deploy');
        node.backup = node.lib;
        node.lib = '2.0';
        return shell('');
      case 'vault.undeploy':
        if (node.backup === null) return shell('');
        did(id, 'undeploy');
        node.lib = node.backup;
        node.backup = null;
        return shell('');
      case 'vault.wipe':
        did(id, 'wipe');
        node.files = 0;
        return shell('');
      case 'vault.start':
        if (node.runs !== null) return shell('runs already');
        did(id, 'start');
        node.runs = node.lib;
        node.readyAt = clock.now() + (healed ? 500 : 20_000 * chance());
        return shell('');
      default:
        throw new Error(`the fake vault does not know ${name}`);
    }
  };
  const tell = (id: NodeId, node: FakeNode, name: string): ShellReply => {
    switch (name) {
      case 'vault.status':
        elect();
        return shell(
          `health=${health(node)}\nversion=${up(node) ? node.runs : ''}\nis=${primary === id ? 'primary' : 'replica'}\n`,
        );
      case 'vault.tree':
        return shell(`lib=${node.lib ?? ''}\n${node.backup === null ? '' : `backup=${node.backup}\n`}`);
      case 'vault.cache':
        return shell(`path=/v/cache\nfiles=${node.files}\n`);
      case 'vault.package':
        return shell('2.0\n');
      default:
        throw new Error(`the fake vault does not know ${name}`);
    }
  };
  const reply = async (id: NodeId, request: Request): Promise<ShellReply> => {
    const node = nodes.get(id);
    if (node === undefined || request.kind !== 'shell')
      throw new Error(`no such node or request: ${id} ${request.kind}`);
    if (request.lane === 'act') return obey(id, node, request.name);
    await clock.sleep(5);
    return tell(id, node, request.name);
  };
  return {
    answer: <R extends Request>(id: NodeId, request: R) => reply(id, request) as Promise<ReplyTo<R>>,
    effects,
    down: () => [...nodes].filter(([, node]) => !up(node)).map(([id]) => id),
    disturb: () => {
      const stores = [...nodes].filter(([id, node]) => node.role === 'store' && up(node) && id !== primary);
      const next = stores[Math.floor(chance() * stores.length)]?.[0];
      if (next === undefined) return null;
      primary = next;
      return `${next} became primary`;
    },
    heal: () => {
      healed = true;
    },
  };
};

export const fake: FakeSystem = {boot};
