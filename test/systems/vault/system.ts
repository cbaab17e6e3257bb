import {z} from 'zod';
import {parseAbsPath} from '../../../src/lib/abs-path.ts';
import type {Facts} from '../../../src/model/facts.ts';
import {HostId, NodeId} from '../../../src/model/ids.ts';
import type {Cluster} from '../../../src/model/inventory.ts';
import type {System} from '../../../src/model/system.ts';
import {text} from '../../../src/model/text.ts';
import {fake} from './fake-memory.ts';
import {kit} from './kit.ts';
import {probes} from './probes.ts';
import {upgrade} from './procedure.ts';

const fields: z.ZodType<Facts> = z.strictObject({
  package: z.string().startsWith('/'),
  port: z.number().int().default(7000),
});

const first = (facts: ReadonlyMap<string, Facts>, name: string): string =>
  String([...facts.values()].find(seen => seen[name] !== undefined)?.[name] ?? '');

/**
 * A third system, for tests: a store with a primary and two replicas, and one router. Two roles, one that moves, one
 * destructive step, one step without a way back. It stands on nothing but the model.
 */
export const vault: System = {
  name: 'vault',
  title: text('Vault', 'Vault'),
  roles: [
    {
      name: 'store',
      title: text('stores', '存储'),
      status: 'status',
      columns: ['is'],
      optional: false,
      fields,
    },
    {name: 'router', title: text('routers', '路由'), status: 'status', columns: [], optional: false, fields},
  ],
  settings: z.strictObject({}),
  probes,
  survey: 'survey',
  preflight: [
    {
      name: 'healthy',
      find: ({cluster, facts}) =>
        cluster.nodes.map(({id}) => {
          const health = facts.get(id)?.health;
          return {
            check: 'healthy',
            node: id,
            level: health === 'ok' ? 'pass' : 'block',
            title: text(`${id} is up`, `${id} 正常`),
            seen: `health is ${String(health)}`,
            fix: text(`start ${id}`, `启动 ${id}`),
          };
        }),
    },
  ],
  target: ({facts}) => ({from: first(facts, 'version'), to: first(facts, 'packageVersion')}),
  procedures: {upgrade},
  planProblems: plan =>
    plan.phases.map(({id}) => id).join() === 'stores,routers' ? [] : ['Stores come before routers.'],
  fake,
  kit,
};

/** Its cluster of four nodes, in memory. */
export const vaultCluster = (): Cluster => ({
  name: 'vault-1',
  system: 'vault',
  settings: {},
  hosts: ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4'].map(id => ({
    id: HostId.parse(id),
    identityFiles: [],
  })),
  nodes: ['store-1', 'store-2', 'store-3', 'router-1'].map((id, i) => ({
    id: NodeId.parse(id),
    host: HostId.parse(`10.0.0.${i + 1}`),
    role: id.startsWith('store') ? 'store' : 'router',
    home: parseAbsPath('/srv/vault/home'),
    fields: {package: '/srv/vault/package', port: 7000},
  })),
});
