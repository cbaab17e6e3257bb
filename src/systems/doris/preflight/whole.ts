import type {Facts} from '../../../model/facts.ts';
import type {Node} from '../../../model/inventory.ts';
import type {Preflight, Survey} from '../../../model/system.ts';
import {text} from '../../../model/text.ts';
import {nodesOf, settingsOf} from '../fields.ts';
import {minorsApart} from '../version.ts';
import {block, SILENT, shown, warn, wholeCluster} from './finding.ts';

type Known = {readonly node: Node; readonly facts: Facts};

const known = (survey: Survey, role?: 'fe' | 'be'): Known[] =>
  survey.cluster.nodes
    .filter(node => role === undefined || node.role === role)
    .flatMap(node => {
      const facts = survey.facts.get(node.id);
      return facts === undefined ? [] : [{node, facts}];
    });

const valuesOf = (entries: readonly Known[], name: string): string[] => [
  ...new Set(entries.flatMap(({facts}) => (facts[name] === undefined ? [] : [String(facts[name])]))),
];

const told = (entries: readonly Known[], name: string): string =>
  entries.map(({node, facts}) => `${node.id}: ${shown(facts, name)}`).join('; ');

/** Checks of the cluster as one. To add a check, add an entry: name, title, and what is wrong, none or several. */
export const CLUSTER_CHECKS: readonly Preflight[] = [
  wholeCluster('reachable', text('Every node answers', '所有节点均有应答'), survey =>
    survey.cluster.nodes
      .filter(({id}) => !survey.facts.has(id))
      .map(node => ({...block(`${node.host} did not answer`, SILENT), node})),
  ),
  wholeCluster('one-version', text('All nodes run one version', '所有节点版本相同'), survey => {
    const entries = known(survey);
    if (valuesOf(entries, 'version').length <= 1) return [];
    return [
      block(
        told(entries, 'version'),
        text(
          'A cluster of mixed versions is in the middle of an upgrade: resume that run, or bring it to one version.',
          '版本混杂说明升级只做了一半：请恢复那次运行，或先统一版本。',
        ),
      ),
    ];
  }),
  wholeCluster('one-package', text('All packages are one version', '所有升级包版本相同'), survey => {
    const entries = known(survey);
    return valuesOf(entries, 'packageVersion').length <= 1
      ? []
      : [
          block(
            told(entries, 'packageVersion'),
            text('Put the same release on every host.', '请在每台主机放置相同版本。'),
          ),
        ];
  }),
  wholeCluster(
    'roles-complete',
    text('MetaService, backends and frontends are in the inventory', '清单包含必需角色'),
    survey =>
      (['ms', 'be', 'fe'] as const)
        .filter(role => nodesOf(survey.cluster, role).length === 0)
        .map(role =>
          block(
            `the inventory has no ${role}`,
            text('Add its nodes to the inventory.', '请把这些节点加入清单。'),
          ),
        ),
  ),
  wholeCluster('one-master', text('One frontend is the master', '恰有一个主 FE'), survey => {
    const entries = known(survey, 'fe');
    const masters = entries.filter(({facts}) => facts.fe === 'master');
    if (masters.length === 1) return [];
    return [
      block(
        told(entries, 'fe'),
        text(
          'Wait until an election is over; if it does not end, look at the frontends’ logs.',
          '请等待选举结束；若一直不结束，请查看各 FE 的日志。',
        ),
      ),
    ];
  }),
  wholeCluster(
    'frontends-agree',
    text('The frontends agree about the group', '各 FE 对集群的看法一致'),
    survey => {
      const entries = known(survey, 'fe');
      const apart = ['sees', 'seesMaster', 'haMaster'].filter(name => valuesOf(entries, name).length > 1);
      return [
        ...apart.map(name =>
          block(
            told(entries, name),
            text(
              'Frontends that see different groups or masters are split: mend the group before anything is restarted.',
              '各 FE 看到的成员或主节点不同，说明已分裂：请先修复，再做任何重启。',
            ),
          ),
        ),
        ...entries
          .filter(({facts}) => facts.viewUnknown !== undefined)
          .map(({node, facts}) => ({
            ...warn(
              `its own view of the group is not known: ${shown(facts, 'viewUnknown')}`,
              text(
                'Compare by hand what each frontend answers to SHOW FRONTENDS after SET forward_to_master = false.',
                '请在每个 FE 上执行 SET forward_to_master = false 后再执行 SHOW FRONTENDS，手工比较结果。',
              ),
            ),
            node,
          })),
      ];
    },
  ),
  wholeCluster(
    'frontends-known',
    text('Inventory and cluster name the same frontends', '清单与集群的 FE 一致'),
    survey => {
      const entries = known(survey, 'fe');
      const unknown = valuesOf(entries, 'unknownFrontends').filter(value => value !== 'none');
      const absent = entries.filter(({facts}) => facts.sees !== undefined && facts.fe === undefined);
      return [
        ...unknown.map(value =>
          block(
            `the cluster has ${value}, the inventory does not`,
            text(
              'Add these frontends to the inventory; if one is there under another name, set its `address`.',
              '请把这些 FE 加入清单；如果只是名称不同，请设置其 `address`。',
            ),
          ),
        ),
        ...absent.map(({node}) => ({
          ...block(
            `${node.id} is in the inventory, the cluster does not have it`,
            text(
              'Remove it from the inventory, or set its `address`.',
              '请从清单中删除，或设置其 `address`。',
            ),
          ),
          node,
        })),
      ];
    },
  ),
  wholeCluster(
    'backends-known',
    text('Inventory and cluster name the same backends', '清单与集群的 BE 一致'),
    survey => {
      const unknown = valuesOf(known(survey, 'fe'), 'unknownBackends').filter(value => value !== 'none');
      const absent = known(survey, 'be').filter(
        ({facts}) => facts.rows === undefined && facts.alive === undefined,
      );
      return [
        ...unknown.map(value =>
          block(
            `the cluster has ${value}, the inventory does not`,
            text(
              'Add these backends to the inventory; if one is there under another name, set its `address`.',
              '请把这些 BE 加入清单；如果只是名称不同，请设置其 `address`。',
            ),
          ),
        ),
        ...absent.map(({node}) => ({
          ...block(
            `${node.id} is in the inventory, the cluster does not have it`,
            text(
              'Remove it from the inventory, or set its `address`.',
              '请从清单中删除，或设置其 `address`。',
            ),
          ),
          node,
        })),
      ];
    },
  ),
  wholeCluster('groups', text('Compute groups are as the inventory says', '计算组与清单一致'), survey =>
    known(survey, 'be')
      .filter(({node, facts}) => {
        const live = survey.facts.get(node.id)?.group;
        return (
          node.group !== undefined && live !== undefined && live !== node.group && facts.alive !== undefined
        );
      })
      .map(({node, facts}) => ({
        ...block(
          `the cluster says ${shown(facts, 'group')}, the inventory says ${node.group}`,
          text('Correct `group` in the inventory.', '请更正清单中的 `group`。'),
        ),
        node,
      })),
  ),
  wholeCluster(
    'version-step',
    text('The step between the versions is a short one', '版本跨度不大'),
    survey => {
      const [from] = valuesOf(known(survey), 'version');
      const to = settingsOf(survey.cluster).version;
      if (from === undefined) return [];
      const apart = minorsApart(from, to);
      if (apart !== null && apart <= 1) return [];
      return [
        warn(
          `${from} to ${to}`,
          text(
            'Minor versions are meant to be passed one by one. Read the release notes of those between.',
            '次要版本应逐个升级。请阅读中间各版本的发布说明。',
          ),
        ),
      ];
    },
  ),
  wholeCluster(
    'cloud-mode',
    text('The cluster is compute-storage decoupled', '集群为存算分离模式'),
    survey => {
      const entries = known(survey, 'fe').filter(({facts}) => facts.cloud === false);
      return entries.length === 0
        ? []
        : [
            warn(
              `${entries.map(({node}) => node.id).join(', ')}: @@version_comment does not say (Cloud Mode)`,
              text(
                'This procedure is for compute-storage decoupled clusters. Make sure that this is one.',
                '本流程用于存算分离集群。请确认该集群属于此模式。',
              ),
            ),
          ];
    },
  ),
];
