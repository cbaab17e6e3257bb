import type {Facts} from '../../../model/facts.ts';
import type {Survey} from '../../../model/survey.ts';
import type {Preflight} from '../../../model/system.ts';
import {type Text, text} from '../../../model/text.ts';
import {block, type Problem, warn, wholeCluster} from '../../../recipe/finding.ts';
import {surveyed, told, valuesOf} from '../../../recipe/preflight.ts';
import {nodesOf, type ServerNode, type Servers} from '../fields.ts';
import {defaultJournalType, isJournalType, parseJournalType} from '../pairs.ts';
import {
  confOf,
  JOURNAL_FOLDER,
  JOURNAL_TYPE,
  localFolder,
  setTo,
  ZOOKEEPER,
  ZOOKEEPER_ADDRESS,
} from '../properties.ts';

type Found = Problem & {readonly node?: ServerNode};
type Check = (survey: Survey<Servers>) => readonly Found[];

/** Each master by its own facts. */
const each =
  (find: (facts: Facts, node: ServerNode, survey: Survey<Servers>) => Problem | null): Check =>
  survey =>
    surveyed(survey, 'master').flatMap(({node, facts}) => {
      const problem = find(facts, node, survey);
      return problem === null ? [] : [{...problem, node}];
    });

const typeAlike: Check = survey => {
  const set = setTo(survey.cluster.settings, JOURNAL_TYPE);
  if (set !== undefined && parseJournalType(set) === null)
    return [
      block(
        text(`\`conf\` makes ${JOURNAL_TYPE} ${set}`, `\`conf\` 将 ${JOURNAL_TYPE} 设为 ${set}`),
        text('Write UFS or EMBEDDED.', '请写 UFS 或 EMBEDDED。'),
      ),
    ];
  const masters = surveyed(survey, 'master');
  const types = valuesOf(masters, 'journalType');
  const unknown = masters.filter(({facts}) => !isJournalType(String(facts.journalType)));
  if (types.length <= 1 && unknown.length === 0) return [];
  return [
    block(
      told(masters, 'journalType'),
      text(
        `Set \`${JOURNAL_TYPE}\` in conf/alluxio-site.properties of every master to what the leader has, and restart the others; \`bin/alluxio getConf --source ${JOURNAL_TYPE}\` tells what is in effect.`,
        `请在每个 master 的 conf/alluxio-site.properties 中把 \`${JOURNAL_TYPE}\` 设为与 leader 相同，并重启其他 master；\`bin/alluxio getConf --source ${JOURNAL_TYPE}\` 会显示生效的值。`,
      ),
    ),
  ];
};

/** Unset, it means another type with the new version: its masters would look for a journal that is not there. */
const typeStays: Check = survey => {
  const masters = surveyed(survey, 'master');
  const {version: to, conf} = survey.cluster.settings;
  const [from] = valuesOf(masters, 'version');
  if (conf[JOURNAL_TYPE] !== undefined || from === undefined) return [];
  const byDefault = masters.some(({facts}) => facts.journalTypeSource === 'DEFAULT');
  const [before, after] = [defaultJournalType(from), defaultJournalType(to)];
  return !byDefault || before === after
    ? []
    : [
        block(
          text(
            `${JOURNAL_TYPE} is not set; that means ${before} to ${from} and ${after} to ${to}`,
            `未设置 ${JOURNAL_TYPE}；对 ${from} 意味着 ${before}，对 ${to} 意味着 ${after}`,
          ),
          text(
            `Write \`${JOURNAL_TYPE}: ${before}\` under \`conf\` in the inventory to keep it, or \`${JOURNAL_TYPE}: ${after}\` to change it on purpose.`,
            `请在清单的 \`conf\` 下写 \`${JOURNAL_TYPE}: ${before}\` 以保持不变，或写 \`${JOURNAL_TYPE}: ${after}\` 以有意更改。`,
          ),
        ),
      ];
};

const folderProblem = (facts: Facts): Problem | null => {
  const {journalFolder: folder, journalType} = facts;
  if (typeof folder !== 'string' || folder === '')
    return block(
      text(`${JOURNAL_FOLDER} is not known`, `不知道 ${JOURNAL_FOLDER}`),
      text(
        `Look at \`bin/alluxio getConf --source ${JOURNAL_FOLDER}\` on this master.`,
        `请在该 master 上查看 \`bin/alluxio getConf --source ${JOURNAL_FOLDER}\`。`,
      ),
    );
  const local = localFolder(folder);
  if (local === '/' || (local === null && !/^[a-z][\w+.-]*:\/\//i.test(folder)))
    return block(
      text(`the journal lies in ${folder}`, `日志位于 ${folder}`),
      text(
        `Move it by the manual to a folder of its own, and write its whole path as \`${JOURNAL_FOLDER}\` in conf/alluxio-site.properties of each master: one that finds no journal there comes up empty.`,
        `请按手册将其移到专用目录，并在每个 master 的 conf/alluxio-site.properties 中以完整路径写入 \`${JOURNAL_FOLDER}\`：在那里找不到日志的 master 会以空的命名空间启动。`,
      ),
    );
  if (local !== null) return null;
  return journalType === 'EMBEDDED'
    ? block(
        text(
          `an embedded journal cannot lie at ${folder}: it is each master’s own`,
          `内嵌日志不能位于 ${folder}：它属于各个 master 自己`,
        ),
        text(
          `Look at \`bin/alluxio getConf --source ${JOURNAL_FOLDER}\` on this master; move the journal by the manual to a folder of the masters’ own disks, and write that in conf/alluxio-site.properties of each.`,
          `请在该 master 上查看 \`bin/alluxio getConf --source ${JOURNAL_FOLDER}\`；按手册将日志移到各 master 本地磁盘上的目录，并写入各自的 conf/alluxio-site.properties。`,
        ),
      )
    : warn(
        text(
          `the journal lies at ${folder}: lakeup cannot copy it, so there is no way back by a copy`,
          `日志位于 ${folder}：lakeup 无法复制它，因此不能凭副本退回`,
        ),
        text(
          'Copy it by the tools of that storage while the masters are stopped, or rely on the backup.',
          '可在 master 停止时用该存储自己的工具复制，或依靠备份。',
        ),
      );
};

/** A new version of the same kind, told to look for its journal elsewhere, starts on an empty one without an error. */
const folderStays = (facts: Facts, _node: ServerNode, {cluster}: Survey<Servers>): Problem | null => {
  const [moved, type] = [setTo(cluster.settings, JOURNAL_FOLDER), setTo(cluster.settings, JOURNAL_TYPE)];
  const {journalFolder: folder, journalType} = facts;
  if (moved === undefined || typeof folder !== 'string') return null;
  if ((localFolder(moved) ?? moved) === (localFolder(folder) ?? folder)) return null;
  if (type !== undefined && type.toUpperCase() !== journalType) return null;
  return block(
    text(
      `the journal lies in ${folder}, and \`conf\` moves it to ${moved}`,
      `日志位于 ${folder}，而 \`conf\` 将其移到 ${moved}`,
    ),
    text(
      `Take \`${JOURNAL_FOLDER}\` out of \`conf\`: masters that find no journal there come up empty. Move it before or after the upgrade, by the manual.`,
      `请从 \`conf\` 中删除 \`${JOURNAL_FOLDER}\`：在那里找不到日志的 master 会以空的命名空间启动。请在升级之前或之后按手册移动。`,
    ),
  );
};

/**
 * A journal of another type is begun anew. From embedded to UFS it is not: its format leaves the files of the other there, and
 * several masters would need ZooKeeper first. What masters shared until then they must not share as an embedded one.
 */
const typeChanges: Check = survey => {
  const {cluster} = survey;
  const after = parseJournalType(setTo(cluster.settings, JOURNAL_TYPE));
  const masters = surveyed(survey, 'master');
  const [before, ...others] = valuesOf(masters, 'journalType');
  if (after === null || before === undefined || others.length > 0 || before === after) return [];
  if (after === 'UFS')
    return [
      block(
        text(
          `the journal is ${before}, and \`conf\` makes ${JOURNAL_TYPE} UFS`,
          `日志为 ${before}，而 \`conf\` 将 ${JOURNAL_TYPE} 设为 UFS`,
        ),
        text(
          `Take \`${JOURNAL_TYPE}\` out of \`conf\`: lakeup does not lead an embedded journal back to UFS.`,
          `请从 \`conf\` 中删除 \`${JOURNAL_TYPE}\`：lakeup 不会把内嵌日志改回 UFS。`,
        ),
      ),
    ];
  if (nodesOf(cluster, 'master').length < 2) return [];
  const elects =
    setTo(cluster.settings, ZOOKEEPER) !== 'false' &&
    masters.some(({facts}) => confOf(facts, ZOOKEEPER) === 'true');
  const shares = setTo(cluster.settings, JOURNAL_FOLDER) === undefined;
  const said = (line: string, why: Text): Problem =>
    block(
      text(
        `\`conf\` makes the journal EMBEDDED, and says nothing of ${line.split(':')[0]}`,
        `\`conf\` 将日志改为 EMBEDDED，却未说明 ${line.split(':')[0]}`,
      ),
      text(`Write \`${line}\` under \`conf\`: ${why.en}`, `请在 \`conf\` 下写 \`${line}\`：${why.zh}`),
    );
  const alone = text(
    `an embedded journal elects its leader without ZooKeeper. \`${ZOOKEEPER_ADDRESS}\` is then left out of the new configuration, for nothing of ${cluster.settings.version} starts with it.`,
    `内嵌日志不用 ZooKeeper 选举 leader。新配置中随之去掉 \`${ZOOKEEPER_ADDRESS}\`，否则 ${cluster.settings.version} 的进程无法启动。`,
  );
  const apart = text(
    'each master has an embedded journal in a folder of its own disk.',
    '每个 master 将内嵌日志存放在自己磁盘的专用目录中。',
  );
  return [
    ...(elects ? [said(`${ZOOKEEPER}: "false"`, alone)] : []),
    ...(shares ? [said(`${JOURNAL_FOLDER}: PATH`, apart)] : []),
  ];
};

/** Several masters of a journal on an under store: only one writes it, and ZooKeeper says who. */
const highlyAvailable: Check = survey => {
  const masters = nodesOf(survey.cluster, 'master');
  const entries = surveyed(survey, 'master');
  const zookeeper = entries.filter(({facts}) => confOf(facts, ZOOKEEPER) === 'true');
  const embedded = zookeeper.filter(({facts}) => facts.journalType === 'EMBEDDED');
  if (embedded.length > 0)
    return embedded.map(({node}) => ({
      ...block(
        text(`${ZOOKEEPER} is true beside an embedded journal`, `使用内嵌日志的同时 ${ZOOKEEPER} 为 true`),
        text(
          'An embedded journal elects its leader by itself. Take ZooKeeper out of the configuration first, and see the masters well.',
          '内嵌日志自行选举 leader。请先从配置中去掉 ZooKeeper，并确认各 master 正常。',
        ),
      ),
      node,
    }));
  const ufs = entries.filter(({facts}) => facts.journalType === 'UFS');
  if (masters.length < 2 || ufs.length === 0 || zookeeper.length > 0) return [];
  return [
    block(
      text(
        `${masters.length} masters with the UFS journal and no ZooKeeper: all but the first are secondary masters`,
        `${masters.length} 个 master 使用 UFS 日志且没有 ZooKeeper：除第一个外都是 secondary master`,
      ),
      text(
        'lakeup does not know secondary masters. Stop them by hand, leave the one that serves in the inventory, and start them again after the upgrade.',
        'lakeup 不处理 secondary master。请手工停止它们，清单中只保留提供服务的那个，升级后再启动它们。',
      ),
    ),
  ];
};

/** What a new master will read: everything that is done to the journal depends on these. */
export const JOURNAL_CHECKS: readonly Preflight<Servers>[] = [
  wholeCluster(
    'journal-type',
    text('All masters have one type of journal', '所有 master 的日志类型相同'),
    typeAlike,
  ),
  wholeCluster(
    'journal-default',
    text('The journal’s type means the same to the new version', '日志类型对新版本含义不变'),
    typeStays,
  ),
  wholeCluster(
    'journal-folder',
    text('The journal lies in a folder of its own', '日志位于专用目录'),
    each(folderProblem),
  ),
  wholeCluster(
    'journal-changes',
    text('The journal can become what `conf` makes it', '日志可以变为 `conf` 指定的类型'),
    typeChanges,
  ),
  wholeCluster('journal-stays', text('The journal stays where it is', '日志保持原位'), each(folderStays)),
  wholeCluster(
    'high-availability',
    text('The masters are of a kind that lakeup knows', 'master 的部署方式为 lakeup 所支持'),
    highlyAvailable,
  ),
];
