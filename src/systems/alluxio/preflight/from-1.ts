import {compareVersions} from '../../../lib/version.ts';
import type {Survey} from '../../../model/survey.ts';
import type {Preflight} from '../../../model/system.ts';
import {text} from '../../../model/text.ts';
import {block, type Problem, warn, wholeCluster} from '../../../recipe/finding.ts';
import {surveyed, valuesOf} from '../../../recipe/preflight.ts';
import {nodesOf, type ServerNode, type Servers} from '../fields.ts';
import {confOf, SYNC_INTERVAL, SYNC_RESTORED} from '../properties.ts';

type Found = Problem & {readonly node?: ServerNode};

const before = (version: string, limit: string): boolean => compareVersions(version, limit) < 0;

/** What runs now where that is 1.x, and 2.x is to come; null for every other pair, and where the nodes say several things. */
const fromOne = ({cluster, facts}: Survey<Servers>): string | null => {
  const [from, ...others] = valuesOf(surveyed({cluster, facts}), 'version');
  if (from === undefined || others.length > 0 || !before(from, '2.0.0')) return null;
  return before(cluster.settings.version, '2.0.0') ? null : from;
};

const UNREADABLE = 'Chunk [TYPE:FILE] is not a valid entry';

/**
 * What 1.x noted of a file in its under store 2.x cannot read, and only looks at where it compares the two (seen on real servers,
 * 1.8.1 to 2.9.4; issue 13877 of the product). From 2.9.0 on that is done at the first read of whatever was restored.
 */
const restoredReads = (survey: Survey<Servers>): readonly Found[] => {
  const from = fromOne(survey);
  const {version: to, conf} = survey.cluster.settings;
  if (from === null || before(to, '2.9.0') || conf[SYNC_RESTORED] === 'false') return [];
  // Whoever writes the other word has decided it.
  const said = conf[SYNC_RESTORED] === undefined ? block : warn;
  return [
    said(
      text(
        `${to} compares each path with the under store when it is first read after a restore, and cannot read what ${from} noted of it: every persisted file would answer “${UNREADABLE}”`,
        `${to} 在恢复之后首次读取每个路径时会与底层存储比较，而它无法解析 ${from} 的记录：所有已持久化的文件都会返回“${UNREADABLE}”`,
      ),
      text(
        `Write \`${SYNC_RESTORED}: "false"\` under \`conf\` in the inventory.`,
        `请在清单的 \`conf\` 下写 \`${SYNC_RESTORED}: "false"\`。`,
      ),
    ),
  ];
};

/** -1 and its like mean never. */
const compares = (interval: string | undefined): boolean =>
  interval !== undefined && interval.trim() !== '' && !interval.trim().startsWith('-');

const syncNever = (survey: Survey<Servers>): readonly Found[] => {
  const from = fromOne(survey);
  if (from === null) return [];
  const set = survey.cluster.settings.conf[SYNC_INTERVAL];
  const values = set === undefined ? surveyed(survey).map(({facts}) => confOf(facts, SYNC_INTERVAL)) : [set];
  const [interval] = values.filter(compares);
  if (interval === undefined) return [];
  const said = set === undefined ? block : warn;
  return [
    said(
      text(
        `${SYNC_INTERVAL} is ${interval}: paths are compared with the under store, and what ${from} noted of them cannot be read then: “${UNREADABLE}”`,
        `${SYNC_INTERVAL} 为 ${interval}：会与底层存储比较路径，而届时无法解析 ${from} 的记录：“${UNREADABLE}”`,
      ),
      text(
        `Write \`${SYNC_INTERVAL}: "-1"\` under \`conf\` in the inventory, and see that no application sets it otherwise; docs/alluxio.md tells how files are freed of it one by one.`,
        `请在清单的 \`conf\` 下写 \`${SYNC_INTERVAL}: "-1"\`，并确认没有应用另行设置；docs/alluxio.md 说明如何逐个文件消除此问题。`,
      ),
    ),
  ];
};

const START_JOBS = text(
  'When the upgrade is over, start `bin/alluxio-start.sh job_master` in the home of each master and `bin/alluxio-start.sh job_worker` in that of each worker, and add them to the inventory.',
  '升级结束后，请在每个 master 的安装目录执行 `bin/alluxio-start.sh job_master`，在每个 worker 的安装目录执行 `bin/alluxio-start.sh job_worker`，并把它们加入清单。',
);

/** 1.x has no job service (its scripts and packages know none), and 2.x persists by it whatever is not written through. */
const jobService = (survey: Survey<Servers>): readonly Found[] => {
  const from = fromOne(survey);
  if (from === null) return [];
  const named = nodesOf(survey.cluster, 'job-master', 'job-worker');
  const absent = named.filter(({id}) => survey.facts.get(id)?.process !== 'running');
  if (absent.length > 0)
    return absent.map(node => ({
      ...block(
        text(`${from} has no job service: nothing of it runs here`, `${from} 没有作业服务：此处没有其进程`),
        text(
          `Take it out of the inventory for now. ${START_JOBS.en}`,
          `请暂时将其从清单中删除。${START_JOBS.zh}`,
        ),
      ),
      node,
    }));
  return named.length > 0
    ? []
    : [
        warn(
          text(
            `${from} has no job service, and ${survey.cluster.settings.version} persists by one: until it runs, only what is written through is persisted`,
            `${from} 没有作业服务，而 ${survey.cluster.settings.version} 依靠它持久化：在它运行之前，只有同步写入底层存储的内容会被持久化`,
          ),
          START_JOBS,
        ),
      ];
};

/** What becomes otherwise for a cluster of 1.x that becomes one of 2.x, beside its journal and its clients. */
export const FROM_1_CHECKS: readonly Preflight<Servers>[] = [
  wholeCluster<Servers>(
    'restored-reads',
    text('What is restored can be read afterwards', '恢复的内容之后可以读取'),
    restoredReads,
  ),
  wholeCluster<Servers>(
    'sync-interval',
    text('Restored paths are not compared with the under store', '恢复的路径不会与底层存储比较'),
    syncNever,
  ),
  wholeCluster<Servers>(
    'job-service',
    text('A job service persists files', '有作业服务负责持久化'),
    jobService,
  ),
];
