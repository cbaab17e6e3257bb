import {listOf} from '../../../model/facts.ts';
import type {Preflight} from '../../../model/system.ts';
import {plain, text} from '../../../model/text.ts';
import {block, shown, warn, wholeCluster} from '../../../recipe/finding.ts';
import {surveyed, told, valuesOf} from '../../../recipe/preflight.ts';
import {type Doris, nodesOf} from '../fields.ts';
import {minorsApart} from '../version.ts';

/** Checks of the cluster as one. To add a check, add an entry: name, title, and what is wrong, none or several. */
export const CLUSTER_CHECKS: readonly Preflight<Doris>[] = [
  wholeCluster<Doris>(
    'roles-complete',
    text('MetaService, backends and frontends are in the inventory', '清单包含必需角色'),
    survey =>
      (['ms', 'be', 'fe'] as const)
        .filter(role => nodesOf(survey.cluster, role).length === 0)
        .map(role =>
          block(
            text(`the inventory has no ${role}`, `清单中没有 ${role}`),
            text('Add its nodes to the inventory.', '请把这些节点加入清单。'),
          ),
        ),
  ),
  wholeCluster<Doris>('one-master', text('One frontend is the master', '恰有一个主 FE'), survey => {
    const entries = surveyed(survey, 'fe');
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
  wholeCluster<Doris>(
    'frontends-agree',
    text('The frontends agree about the group', '各 FE 对集群的看法一致'),
    survey => {
      const entries = surveyed(survey, 'fe');
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
              text(
                `its own view of the group is not known: ${shown(facts, 'viewUnknown').en}`,
                `无法得知它自己对集群的看法：${shown(facts, 'viewUnknown').zh}`,
              ),
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
  wholeCluster<Doris>(
    'frontends-known',
    text('Inventory and cluster name the same frontends', '清单与集群的 FE 一致'),
    survey => {
      const entries = surveyed(survey, 'fe');
      const unknown = [...new Set(entries.flatMap(({facts}) => listOf(facts, 'unknownFrontends')))];
      const absent = entries.filter(({facts}) => facts.sees !== undefined && facts.fe === undefined);
      return [
        ...unknown.map(value =>
          block(
            text(`the cluster has ${value}, the inventory does not`, `集群中有 ${value}，清单中没有`),
            text(
              'Add these frontends to the inventory; if one is there under another name, set its `address`.',
              '请把这些 FE 加入清单；如果只是名称不同，请设置其 `address`。',
            ),
          ),
        ),
        ...absent.map(({node}) => ({
          ...block(
            text(
              `${node.id} is in the inventory, the cluster does not have it`,
              `清单中有 ${node.id}，集群中没有`,
            ),
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
  wholeCluster<Doris>(
    'backends-known',
    text('Inventory and cluster name the same backends', '清单与集群的 BE 一致'),
    survey => {
      const unknown = [
        ...new Set(surveyed(survey, 'fe').flatMap(({facts}) => listOf(facts, 'unknownBackends'))),
      ];
      const absent = surveyed(survey, 'be').filter(
        ({facts}) => facts.rows === undefined && facts.alive === undefined,
      );
      return [
        ...unknown.map(value =>
          block(
            text(`the cluster has ${value}, the inventory does not`, `集群中有 ${value}，清单中没有`),
            text(
              'Add these backends to the inventory; if one is there under another name, set its `address`.',
              '请把这些 BE 加入清单；如果只是名称不同，请设置其 `address`。',
            ),
          ),
        ),
        ...absent.map(({node}) => ({
          ...block(
            text(
              `${node.id} is in the inventory, the cluster does not have it`,
              `清单中有 ${node.id}，集群中没有`,
            ),
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
  wholeCluster<Doris>(
    'groups',
    text('Compute groups are as the inventory says', '计算组与清单一致'),
    survey =>
      surveyed(survey, 'be')
        .filter(({node, facts}) => {
          const live = survey.facts.get(node.id)?.group;
          return (
            node.group !== undefined && live !== undefined && live !== node.group && facts.alive !== undefined
          );
        })
        .map(({node, facts}) => ({
          ...block(
            text(
              `the cluster says ${shown(facts, 'group').en}, the inventory says ${node.group}`,
              `集群中为 ${shown(facts, 'group').zh}，清单中为 ${node.group}`,
            ),
            text('Correct `group` in the inventory.', '请更正清单中的 `group`。'),
          ),
          node,
        })),
  ),
  wholeCluster<Doris>(
    'version-step',
    text('The step between the versions is a short one', '版本跨度不大'),
    survey => {
      const [from] = valuesOf(surveyed(survey), 'version');
      const to = survey.cluster.settings.version;
      if (from === undefined) return [];
      const apart = minorsApart(from, to);
      if (apart !== null && apart <= 1) return [];
      return [
        warn(
          plain(`${from} → ${to}`),
          text(
            'Minor versions are meant to be passed one by one. Read the release notes of those between.',
            '次要版本应逐个升级。请阅读中间各版本的发布说明。',
          ),
        ),
      ];
    },
  ),
  wholeCluster<Doris>(
    'cloud-mode',
    text('The cluster is compute-storage decoupled', '集群为存算分离模式'),
    survey => {
      const entries = surveyed(survey, 'fe').filter(({facts}) => facts.cloud === false);
      return entries.length === 0
        ? []
        : [
            warn(
              text(
                `${entries.map(({node}) => node.id).join(', ')}: @@version_comment does not say (Cloud Mode)`,
                `${entries.map(({node}) => node.id).join('、')}：@@version_comment 中没有 (Cloud Mode)`,
              ),
              text(
                'This procedure is for compute-storage decoupled clusters. Make sure that this is one.',
                '本流程用于存算分离集群。请确认该集群属于此模式。',
              ),
            ),
          ];
    },
  ),
];
