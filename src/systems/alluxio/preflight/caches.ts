import {formatCount} from '../../../lib/bytes.ts';
import {type Facts, listOf} from '../../../model/facts.ts';
import type {Survey} from '../../../model/survey.ts';
import type {Preflight} from '../../../model/system.ts';
import {text} from '../../../model/text.ts';
import {block, eachNode, numberOf, type Problem, warn, wholeCluster} from '../../../recipe/finding.ts';
import {surveyed} from '../../../recipe/preflight.ts';
import type {ServerNode, Servers} from '../fields.ts';
import {kib} from './kib.ts';

type Settings = Servers['settings'];

const PERSIST = text(
  'Write `persist: true` in the inventory to have them persisted before the backup, or persist them by `bin/alluxio fs persist PATH`.',
  '在清单中写 `persist: true` 可在备份前将其持久化，或使用 `bin/alluxio fs persist PATH`。',
);

const notListed = (facts: Facts, {persist, caches}: Settings): Problem => {
  const paths = numberOf(facts, 'paths');
  const many = paths === null ? '' : ` (${formatCount(paths)})`;
  return warn(
    text(
      `how many files only workers hold is not known: a list of every path${many} takes longer than there is before a plan, or failed`,
      `不知道有多少文件只存在于 worker 上：制定计划前来不及列出所有路径${many}，或列出失败`,
    ),
    caches === 'drop'
      ? text(
          'They are listed before the backup, within `listWithinMs`; without that list no tier is formatted.',
          '备份前会在 `listWithinMs` 内列出；没有该列表就不会格式化任何缓存层。',
        )
      : persist
        ? text(
            'They are persisted and listed before the backup, within `persistWithinMs` and `listWithinMs`.',
            '备份前会在 `persistWithinMs` 与 `listWithinMs` 内持久化并列出。',
          )
        : text(
            'They are listed before the backup, within `listWithinMs`: look at what the question before the stop says of them.',
            '备份前会在 `listWithinMs` 内列出：请查看停止前的确认所显示的内容。',
          ),
  );
};

/** Files whose bytes are nowhere but in the tiers (P11): whatever happens to those happens to them. */
const unpersisted = ({cluster, ...survey}: Survey<Servers>): readonly Problem[] => {
  const [leader] = surveyed({cluster, ...survey}, 'master').filter(({facts}) => facts.master === 'leader');
  if (leader === undefined) return [];
  const {facts} = leader;
  const [open, lost] = [numberOf(facts, 'notPersisted'), numberOf(facts, 'lostFiles')];
  if (facts.listed !== true || open === null || lost === null) return [notListed(facts, cluster.settings)];
  const examples = listOf(facts, 'examples').slice(0, 5).join(' ');
  const more = open > 5 ? ' …' : '';
  return [
    ...(open === 0
      ? []
      : [
          warn(
            text(
              `${open === 1 ? '1 file is' : `${formatCount(open)} files are`} nowhere but in the tiers of the workers: ${examples}${more}`,
              `${formatCount(open)} 个文件只存在于 worker 的缓存层中：${examples}${more}`,
            ),
            cluster.settings.persist
              ? text(
                  'They are persisted before the backup: `persist` is true.',
                  '备份前会将其持久化：`persist` 为 true。',
                )
              : PERSIST,
          ),
        ]),
    ...(lost === 0
      ? []
      : [
          warn(
            text(
              lost === 1
                ? '1 file is lost already: no worker has its bytes'
                : `${formatCount(lost)} files are lost already: no worker has their bytes`,
              `${formatCount(lost)} 个文件已丢失：没有 worker 持有其数据`,
            ),
            text(
              'Bring back the workers that had them, or remove the files: an upgrade does not bring them back.',
              '请恢复持有它们的 worker，或删除这些文件：升级无法找回它们。',
            ),
          ),
        ]),
  ];
};

const journalRoom = (facts: Facts, {fields}: ServerNode): Problem | null => {
  const short = listOf(facts, 'copyShort');
  if (fields.role !== 'master' || short.length === 0) return null;
  const [needed, free] = ['copyNeededKb', 'copyFreeKb'].map(name => kib(numberOf(facts, name)));
  return block(
    text(
      `no room for a copy of ${short.join(' ')} beside it: ${needed} are needed, ${free} are free`,
      `${short.join(' ')} 旁没有空间存放副本：需要 ${needed}，可用 ${free}`,
    ),
    text(
      'Free space there: journal and metastore are copied before anything reads or formats them, and the copy is the way back.',
      '请在该处释放空间：在读取或格式化日志与元存储之前会先复制它们，该副本就是退路。',
    ),
  );
};

/** What becomes of what only workers hold, and room for the cold copies. */
export const CACHE_CHECKS: readonly Preflight<Servers>[] = [
  wholeCluster<Servers>(
    'persisted',
    text('Every file is in the under store', '所有文件都在底层存储中'),
    unpersisted,
  ),
  eachNode<Servers>(
    'copy-room',
    text('There is room for a copy of journal and metastore', '有空间存放日志与元存储的副本'),
    journalRoom,
  ),
];
