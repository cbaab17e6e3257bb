import {formatBytes} from '../../../lib/bytes.ts';
import type {Facts} from '../../../model/facts.ts';
import type {Survey} from '../../../model/survey.ts';
import type {Preflight} from '../../../model/system.ts';
import {type Text, text} from '../../../model/text.ts';
import {block, eachNode, numberOf, type Problem, wholeCluster} from '../../../recipe/finding.ts';
import {surveyed, valuesOf} from '../../../recipe/preflight.ts';
import {isSpread, nodesOf, type ServerNode, type Servers} from '../fields.ts';
import {confOf, localFolder, within} from '../properties.ts';
import {factText, foldersIn} from './places.ts';

const provable = (cluster: Survey<Servers>['cluster']): Text => {
  const {backupDirectory} = cluster.settings;
  return isSpread(cluster)
    ? text(
        `A backup can be proved: lakeup copies it from whoever writes it to ${backupDirectory} of every master`,
        `备份可以得到证明：lakeup 会将其从写出者复制到每个 master 的 ${backupDirectory}`,
      )
    : text('A backup can be proved', '备份可以得到证明');
};

/** A backup has to be a file that every master can be seen to hold: nothing is taken on trust that is formatted for. */
const backupProblems = (survey: Survey<Servers>): readonly Problem[] => {
  const {backupDirectory} = survey.cluster.settings;
  if (backupDirectory !== undefined) return [];
  const roots = valuesOf(surveyed(survey, 'master'), 'rootUfs');
  const far = roots.filter(root => localFolder(root) === null);
  if (roots.length > 0 && far.length === 0) return [];
  const several = nodesOf(survey.cluster, 'master').length > 1;
  return [
    block(
      text(
        `the root under store is ${far.join(' ') || 'not known'}: lakeup cannot see there that a backup is whole`,
        `根底层存储为 ${far.join(' ') || '未知'}：lakeup 无法在那里确认备份完整`,
      ),
      several
        ? text(
            'Write `backupDirectory` in the inventory: a directory of the masters where their user may write, outside of home and journal. Any of them may write the backup; lakeup copies it to the same path on every other.',
            '请在清单中写 `backupDirectory`：各 master 上其所属用户可写、且在安装目录与日志之外的目录。任何一个 master 都可能写备份；lakeup 会将其复制到其他每个 master 的相同路径。',
          )
        : text(
            'Write `backupDirectory` in the inventory: a directory of the master where its user may write.',
            '请在清单中写 `backupDirectory`：master 上其所属用户可写的目录。',
          ),
    ),
  ];
};

/**
 * A format empties the whole folder of an embedded journal, and what lies below a home is somewhere else once that was
 * exchanged: in neither may the backup lie that everything is restored from.
 */
const backupPlace = (
  facts: Facts,
  node: ServerNode,
  {settings}: Survey<Servers>['cluster'],
): Problem | null => {
  if (node.fields.role !== 'master') return null;
  const local = localFolder(factText(facts, 'rootUfs')) !== null;
  const configured = local ? confOf(facts, 'alluxio.master.backup.directory') : undefined;
  const [directory] = foldersIn(settings.backupDirectory ?? configured);
  if (directory === undefined) return null;
  const homes = [node.home, factText(facts, 'homeReal')].filter(home => home !== '');
  const [inside] = [...foldersIn(factText(facts, 'journalFolder')), ...homes].filter(
    folder => folder !== '/' && within(directory, folder),
  );
  return inside === undefined
    ? null
    : block(
        text(
          `the backup would lie in ${directory}, below ${inside}`,
          `备份将位于 ${inside} 之下的 ${directory}`,
        ),
        text(
          'Write another place as `backupDirectory` in the inventory: outside of the home and of the journal, which is formatted.',
          '请在清单中把 `backupDirectory` 写为别处：在安装目录与（会被格式化的）日志目录之外。',
        ),
      );
};

/** Compressed, a path takes tens of bytes (recorded: 30 for each of few entries); some are long, or have many blocks. */
const KB_PER_PATH = 1;
const LEAST_KB = 64 * 1024;

/** Any master may write the backup, and in the end each has it. */
const backupRoom = (facts: Facts, node: ServerNode, survey: Survey<Servers>): Problem | null => {
  const {backupDirectory} = survey.cluster.settings;
  if (node.fields.role !== 'master' || backupDirectory === undefined) return null;
  if (facts.backupWritable === false)
    return block(
      text(`${backupDirectory} cannot be written, or made`, `${backupDirectory} 无法写入或创建`),
      text(
        'Make it on this host, owned by the user of the masters, or write another place as `backupDirectory` in the inventory.',
        '请在该主机上创建该目录并归 master 所属用户所有，或在清单中把 `backupDirectory` 写为别处。',
      ),
    );
  const told = nodesOf(survey.cluster, 'master').map(({id}) => numberOf(survey.facts.get(id) ?? {}, 'paths'));
  const needed = Math.max(LEAST_KB, KB_PER_PATH * Math.max(0, ...told.map(paths => paths ?? 0)));
  const free = numberOf(facts, 'backupKb');
  if (free === null || free >= needed) return null;
  const [has, needs] = [formatBytes(free * 1024), formatBytes(needed * 1024)];
  return block(
    text(
      `${has} free for ${backupDirectory}, ${needs} needed`,
      `${backupDirectory} 可用 ${has}，需要 ${needs}`,
    ),
    text(
      'Make room on that file system, or write another place as `backupDirectory` in the inventory.',
      '请在该文件系统腾出空间，或在清单中把 `backupDirectory` 写为别处。',
    ),
  );
};

/** That there can be a backup, where it lies, and who has it in the end. */
export const BACKUP_CHECKS: readonly Preflight<Servers>[] = [
  {
    name: 'backup',
    find: survey => wholeCluster<Servers>('backup', provable(survey.cluster), backupProblems).find(survey),
  },
  eachNode<Servers>(
    'backup-place',
    text('The backup lies outside of home and journal', '备份位于安装目录与日志之外'),
    (facts, node, {cluster}) => backupPlace(facts, node, cluster),
  ),
  eachNode<Servers>('backup-room', text('There is room for a backup', '有存放备份的空间'), backupRoom),
];
