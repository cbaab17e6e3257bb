import {minorsApart} from '../../../lib/version.ts';
import {listOf} from '../../../model/facts.ts';
import type {Preflight} from '../../../model/system.ts';
import {plain, type Text, text} from '../../../model/text.ts';
import {block, type Problem, shown, warn, wholeCluster} from '../../../recipe/finding.ts';
import {surveyed, told, valuesOf} from '../../../recipe/preflight.ts';
import {type Doris, type DorisNode, feFieldsOf, nodesOf} from '../fields.ts';
import {saysItsRole} from '../probes/survey.ts';
import {ROLE_PAGE} from '../scripts/spot.ts';
import {MEMBERSHIP} from './known.ts';
import {isSqlElsewhere} from './unwell.ts';

/** Its stop goes without the last question: what is lost is the certainty of the last seconds. */
const unaskedRole = (node: DorisNode): Problem => {
  const {httpPort} = feFieldsOf(node);
  const seen =
    httpPort === 0
      ? text('httpPort is 0, so it has no page to be asked on', 'httpPort 为 0，没有可询问的页面')
      : text(
          `port ${httpPort} does not say at ${ROLE_PAGE} what it is`,
          `端口 ${httpPort} 的 ${ROLE_PAGE} 没有说明其角色`,
        );
  return warn(
    seen,
    text(
      'It is asked by SQL before its stop, and not once more at the signal: should it become the master in these few seconds, it is stopped all the same, and there is one more election. Where pages want a login (enable_all_http_auth), turn that off for the upgrade if those seconds matter.',
      '停止之前会通过 SQL 询问，但发出信号时不再询问：若它恰在这几秒内成为主 FE，仍会被停止，并多一次选举。若页面要求登录（enable_all_http_auth）而这几秒对您重要，请在升级期间将其关闭。',
    ),
  );
};

/** What gives a backend work again, by why it gets none. */
const WAYS: readonly (readonly [why: RegExp, way: Text])[] = [
  [/^decommissioned$/, plain('CANCEL DECOMMISSION BACKEND')],
  [
    /^(?:query|load)-disabled$/,
    plain('ALTER SYSTEM MODIFY BACKEND … SET ("disable_query" = "false", "disable_load" = "false")'),
  ],
  [/^group-/, text('have its compute group resumed', '恢复其计算组')],
];

const givenWorkBy = (unfit: readonly string[]): Text => {
  const ways = WAYS.filter(([why]) => unfit.some(each => why.test(each))).map(([, way]) => way);
  const [en, zh] =
    ways.length === 0
      ? ['', '']
      : [
          ` To change that: ${ways.map(way => way.en).join(', ')}.`,
          `如需更改：${ways.map(way => way.zh).join('，')}。`,
        ];
  return text(
    `It stands in for no other backend; where nobody else does, the outage is to be confirmed.${en}`,
    `它不能接替其他 BE；若同组没有别的 BE 可以接替，停机需要确认。${zh}`,
  );
};

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
    // Who is asked on another port than its own tells no role: that is told of it, and is no election.
    const unasked = entries.filter(({facts}) => facts.fe === undefined);
    const isNamed = entries.some(({facts}) => listOf(facts, 'seesMaster').length > 0);
    if (
      masters.length === 0 &&
      (isNamed || unasked.length === entries.length) &&
      unasked.some(({facts}) => isSqlElsewhere(facts))
    )
      return [];
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
    'says-role',
    text(
      'Each frontend says on its own page what it is, right before it is stopped',
      '每个 FE 在停止之前都能通过自己的页面说明其角色',
    ),
    survey =>
      surveyed(survey, 'fe').flatMap(({node, facts}) =>
        facts.health !== 'ok' || saysItsRole(node, facts) ? [] : [{node, ...unaskedRole(node)}],
      ),
  ),
  wholeCluster<Doris>(
    'frontends-agree',
    text('The frontends agree about the group', '各 FE 对集群的看法一致'),
    survey => {
      const entries = surveyed(survey, 'fe');
      // Who names no master is no witness for another one.
      const naming = entries.filter(({facts}) => listOf(facts, 'seesMaster').length > 0);
      const apart = [
        ...['sees', 'haMaster'].filter(name => valuesOf(entries, name).length > 1),
        ...['seesMaster'].filter(name => valuesOf(naming, name).length > 1),
      ];
      const lost = entries.filter(
        ({facts}) => facts.seesMaster !== undefined && !listOf(facts, 'seesMaster')[0],
      );
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
        ...lost.map(({node}) => ({
          ...block(
            text('it knows no master at this moment', '它此刻不知道主 FE 是谁'),
            text(
              'Look again: an election lasts seconds. If it stays so, look at the log of this frontend.',
              '请再看一次：选举只需数秒。若一直如此，请查看该 FE 的日志。',
            ),
          ),
          node,
        })),
        ...entries
          // Of one that is down in the middle of an upgrade it is told that it is, of one with another port for SQL that.
          .filter(({facts}) => facts.viewUnknown !== undefined && facts['cut.stamp'] === undefined)
          .filter(({facts}) => !isSqlElsewhere(facts))
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
  ...MEMBERSHIP,
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
    'stand-ins',
    text('Every backend that is alive is given work', '存活的 BE 均可承担工作'),
    survey =>
      surveyed(survey, 'be')
        .filter(({facts}) => listOf(facts, 'unfit').length > 0)
        .map(({node, facts}) => ({
          ...warn(
            text(
              `it is alive, but given no new work: ${shown(facts, 'unfit').en}`,
              `它存活，但不会被分配新的工作：${shown(facts, 'unfit').zh}`,
            ),
            givenWorkBy(listOf(facts, 'unfit')),
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
