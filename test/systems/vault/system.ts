import {parseAbsPath} from '../../../src/lib/abs-path.ts';
import {HostId, NodeId} from '../../../src/model/ids.ts';
import {type Plan, planSteps} from '../../../src/model/plan.ts';
import type {Survey} from '../../../src/model/survey.ts';
import type {Choice, Role, System} from '../../../src/model/system.ts';
import {plain, type Text, text} from '../../../src/model/text.ts';
import {block, eachNode, shown} from '../../../src/recipe/finding.ts';
import {onePackage, oneVersion, reachable, valuesOf, versionKnown} from '../../../src/recipe/preflight.ts';
import {Fields, Settings, type Vault, type VaultCluster} from './fields.ts';
import {probes} from './probes.ts';
import {saveAndUpgrade, upgrade} from './procedure.ts';

const role = (name: string, title: Text, columns: readonly string[]): Role<Vault> => ({
  name,
  title,
  status: 'status',
  columns,
  optional: false,
  home: 'own',
  fields: Fields,
});

const choose = ({cluster, facts}: Survey<Vault>): Choice<Vault> => {
  const all = [...facts.values()].map(seen => ({facts: seen}));
  const [from = ''] = valuesOf(all, 'version');
  const [to = ''] = valuesOf(all, 'packageVersion');
  if (from === '' || Number.parseFloat(to) <= Number.parseFloat(from))
    return {
      kind: 'refused',
      because: text(
        `${to || '-'} is no way on from ${from || '-'}.`,
        `从 ${from || '-'} 无法升级到 ${to || '-'}。`,
      ),
      instead: text('Put a newer release on every host.', '请在每台主机放置更新的版本。'),
    };
  return {
    kind: 'procedure',
    procedure: cluster.settings.save === true ? saveAndUpgrade : upgrade,
    from,
    to,
    rule: {
      says: text('Any release follows any older one.', '任何版本都可以从更旧的版本升级。'),
      source: text('Vault manual, Upgrading', 'Vault 手册，升级'),
    },
  };
};

const isBack = ({direction}: Plan): boolean => direction === 'back';

/** The way there goes through the stores first, the way back through the routers; a store that was started stays. */
const planProblems = (plan: Plan): Text[] => {
  const [first, last] = isBack(plan) ? ['router', 'store'] : ['store', 'router'];
  const roles = plan.phases
    .filter(({lanes}) => lanes.some(({steps}) => steps.some(({service}) => service !== undefined)))
    .map(phase => phase.role);
  return [
    ...(roles.indexOf(last) !== -1 && roles.indexOf(last) < roles.indexOf(first)
      ? [text(`A ${first} comes before a ${last}.`, `${first} 应在 ${last} 之前。`)]
      : []),
    ...planSteps(plan)
      .filter(({id, name}) => name === 'undo-start' && id.includes('stores/'))
      .map(({node}) => text(`${node} cannot read its old files.`, `${node} 无法读取旧文件。`)),
  ];
};

/**
 * A system for tests: a store with a primary and two replicas, and one router. Two roles, one that moves, one
 * destructive step, one step without a way back. It stands on what every system may stand on, and on nothing else.
 */
export const vault: System<Vault> = {
  name: 'vault',
  title: plain('Vault'),
  roles: [role('store', text('stores', '存储'), ['is']), role('router', text('routers', '路由'), [])],
  settings: Settings,
  probes,
  survey: 'survey',
  preflight: [
    reachable,
    versionKnown,
    oneVersion,
    onePackage,
    eachNode('healthy', text('It is up', '运行正常'), (facts, {id}) =>
      facts.health === 'ok' ? null : block(shown(facts, 'health'), text(`start ${id}`, `启动 ${id}`)),
    ),
  ],
  choose,
  planProblems,
};

/** Its cluster of four nodes, in memory. */
export const vaultCluster = (settings: Partial<Vault['settings']> = {}): VaultCluster => ({
  name: 'vault-1',
  system: 'vault',
  settings: Settings.parse(settings),
  hosts: ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4'].map(id => ({
    id: HostId.parse(id),
    identityFiles: [],
  })),
  nodes: ['store-1', 'store-2', 'store-3', 'router-1'].map((id, i) => ({
    id: NodeId.parse(id),
    host: HostId.parse(`10.0.0.${i + 1}`),
    role: id.startsWith('store') ? 'store' : 'router',
    home: parseAbsPath('/srv/vault/home'),
    fields: Fields.parse({package: '/srv/vault/package'}),
  })),
});
