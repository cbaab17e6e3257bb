import type {Facts} from '../../../model/facts.ts';
import {listOf} from '../../../model/facts.ts';
import type {Survey} from '../../../model/survey.ts';
import type {Preflight} from '../../../model/system.ts';
import {COMMA, joinTexts, plain, text} from '../../../model/text.ts';
import {block, type Problem, warn, wholeCluster} from '../../../recipe/finding.ts';
import {surveyed, told} from '../../../recipe/preflight.ts';
import {isNamed, nodesOf, type ServerNode, type Servers} from '../fields.ts';
import {parseJournalType} from '../pairs.ts';
import {ADDRESSES, confOf, JOURNAL_TYPE, setTo} from '../properties.ts';
import {isLeaderElsewhere} from './ports.ts';

type Found = Problem & {readonly node?: ServerNode};

/** What the one leader says of its cluster; null where there is not one. */
const leaderFacts = (survey: Survey<Servers>): Facts | null => {
  const [leader, ...others] = surveyed(survey, 'master').filter(({facts}) => facts.master === 'leader');
  return leader === undefined || others.length > 0 ? null : leader.facts;
};

const nodeOf = (survey: Survey<Servers>, id: string): ServerNode | undefined =>
  survey.cluster.nodes.find(node => node.id === id);

/** Workers of the inventory and of the leader, each that the other does not know. */
const workerProblems = (survey: Survey<Servers>): readonly Found[] => {
  const facts = leaderFacts(survey);
  if (facts === null || facts.safeMode === true) return [];
  const missing = listOf(facts, 'missing');
  return [
    ...missing.flatMap((id): Found[] => {
      const node = nodeOf(survey, id);
      const problem = block(
        text('the leader does not have it among its live workers', 'leader 的存活 worker 中没有它'),
        text(
          'Bring it up until it has registered; where the leader knows it by another name, write that as `address`; or take it out of the inventory.',
          '请让它启动并完成注册；若 leader 使用别的名称，请写为 `address`；或将其从清单中删除。',
        ),
      );
      return [node === undefined ? problem : {...problem, node}];
    }),
    ...listOf(facts, 'strange').map(name =>
      block(
        text(
          `the leader has a live worker ${name}, the inventory does not`,
          `leader 有存活的 worker ${name}，清单中没有`,
        ),
        text(
          'Add it to the inventory, or write this name as `address` of the worker that it is: one that runs on beside a master that is empty deletes every block it has.',
          '请把它加入清单，或把该名称写为对应 worker 的 `address`：在空的 master 旁继续运行的 worker 会删除它的所有块。',
        ),
      ),
    ),
    ...listOf(facts, 'lost')
      .filter(name => !missing.includes(name))
      .map(name =>
        warn(
          text(`the leader counts ${name} as lost`, `leader 认为 ${name} 已丢失`),
          text(
            'What lies there alone is not served. Where it was taken out of service for good the leader forgets it after a while.',
            '只存放在那里的数据无法读取。若它已永久下线，leader 过一段时间会忘记它。',
          ),
        ),
      ),
  ];
};

/** A name, without its port. */
const hostOf = (address: string): string => address.trim().replace(/:\d+$/, '');

/** What names the members of an embedded journal: the configuration of now, and what `conf` makes of it. */
const namings = ({settings}: Survey<Servers>['cluster'], facts: Facts): ReadonlySet<string> => {
  const now = confOf(facts, ADDRESSES);
  const then = setTo(settings, ADDRESSES) ?? now;
  const after = setTo(settings, JOURNAL_TYPE) ?? String(facts.journalType);
  return new Set([
    ...(facts.journalType === 'EMBEDDED' && now !== undefined ? [now] : []),
    ...(parseJournalType(after) === 'EMBEDDED' && then !== undefined ? [then] : []),
  ]);
};

/** The masters that the configuration names are those of the inventory. A name may be one that only the hosts know. */
const memberProblems = (survey: Survey<Servers>, node: ServerNode, value: string): readonly Found[] => {
  const masters = nodesOf(survey.cluster, 'master');
  const listed = value
    .split(',')
    .map(hostOf)
    .filter(name => name !== '');
  if (listed.length === 0 && masters.length === 1) return [];
  const known = (master: ServerNode, name: string): boolean =>
    isNamed(master, name) || listOf(survey.facts.get(master.id) ?? {}, 'named').includes(name);
  const strange = listed.filter(name => !masters.some(master => known(master, name)));
  const left = masters.filter(master => !listed.some(name => known(master, name)));
  if (strange.length === 0 && left.length === 0) return [];
  const [names, ids] = [listed.join(' ') || '-', masters.map(({id}) => id).join(' ')];
  const seen = text(
    `its ${ADDRESSES} names ${names}; the inventory has ${ids}`,
    `其 ${ADDRESSES} 为 ${names}；清单中有 ${ids}`,
  );
  const fix = text(
    'Bring the masters of the inventory and of the configuration together, or write as `address` what the configuration calls each: a master that is left out is neither backed up, formatted nor restored.',
    '请让清单与配置中的 master 一致，或把配置所用的名称写为 `address`：被遗漏的 master 不会被备份、格式化或恢复。',
  );
  return [{...(listed.length === masters.length ? warn(seen, fix) : block(seen, fix)), node}];
};

const masterProblems = (survey: Survey<Servers>): readonly Found[] =>
  surveyed(survey, 'master').flatMap(({node, facts}) =>
    [...namings(survey.cluster, facts)].flatMap(value => memberProblems(survey, node, value)),
  );

/** Who is in the cluster: one leader, its masters and workers. To add a check, add an entry. */
export const MEMBER_CHECKS: readonly Preflight<Servers>[] = [
  wholeCluster<Servers>(
    'roles-complete',
    text('Masters and workers are in the inventory', '清单包含 master 与 worker'),
    ({cluster}) =>
      (['master', 'worker'] as const)
        .filter(role => nodesOf(cluster, role).length === 0)
        .map(role =>
          block(
            text(`the inventory has no ${role}`, `清单中没有 ${role}`),
            text('Add its nodes to the inventory.', '请把这些节点加入清单。'),
          ),
        ),
  ),
  wholeCluster<Servers>('one-leader', text('One master leads', '恰有一个 master 为 leader'), survey => {
    const entries = surveyed(survey, 'master');
    const leaders = entries.filter(({facts}) => facts.master === 'leader');
    if (entries.length === 0 || leaders.length === 1) return [];
    if (leaders.length === 0 && isLeaderElsewhere(survey)) return [];
    return [
      block(
        told(entries, 'master'),
        text(
          'Wait until an election is over; if it does not end, look at the masters’ logs and at `bin/alluxio fsadmin journal quorum info -domain MASTER`.',
          '请等待选举结束；若一直不结束，请查看各 master 的日志和 `bin/alluxio fsadmin journal quorum info -domain MASTER`。',
        ),
      ),
    ];
  }),
  wholeCluster<Servers>(
    'safe-mode',
    text('The leader is not in safe mode', 'leader 不在安全模式'),
    survey => {
      const facts = leaderFacts(survey);
      return facts?.safeMode === true
        ? [
            block(
              text('the leader waits for its workers: safe mode', 'leader 正在等待 worker：安全模式'),
              text('Look again when it is over.', '请在其结束后重新查看。'),
            ),
          ]
        : [];
    },
  ),
  wholeCluster<Servers>(
    'workers',
    text('The leader’s workers are those of the inventory', 'leader 的 worker 与清单一致'),
    workerProblems,
  ),
  wholeCluster<Servers>(
    'masters',
    text('The masters of the configuration are those of the inventory', '配置中的 master 与清单一致'),
    masterProblems,
  ),
  wholeCluster<Servers>(
    'leader-told',
    text('The leader says what the cluster is', 'leader 给出了集群的情况'),
    survey => {
      const facts = leaderFacts(survey);
      if (facts === null || facts.safeMode === true) return [];
      const lacking = ['missing', 'strange', 'mounts', 'writes', 'since'].filter(
        name => facts[name] === undefined,
      );
      return lacking.length === 0
        ? []
        : [
            block(
              text(
                `the leader’s pages do not tell: ${joinTexts(lacking.map(plain), COMMA).en}`,
                `leader 的页面没有给出：${joinTexts(lacking.map(plain), COMMA).zh}`,
              ),
              text(
                'Look at /api/v1/master/info and /metrics/json/ on its web port: without them it cannot be proved that nothing was written after the backup, and that everything is still there afterwards.',
                '请查看其 Web 端口上的 /api/v1/master/info 与 /metrics/json/：没有它们，无法证明备份之后没有写入，也无法证明事后内容都在。',
              ),
            ),
          ];
    },
  ),
];
