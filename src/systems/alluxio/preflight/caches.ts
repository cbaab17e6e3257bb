import {formatBytes, formatCount} from '../../../lib/bytes.ts';
import {type Facts, listOf} from '../../../model/facts.ts';
import type {Survey} from '../../../model/survey.ts';
import type {Preflight} from '../../../model/system.ts';
import {text} from '../../../model/text.ts';
import {block, eachNode, numberOf, type Problem, warn, wholeCluster} from '../../../recipe/finding.ts';
import {surveyed} from '../../../recipe/preflight.ts';
import {isNamed, nodesOf, type ServerNode, type Servers} from '../fields.ts';
import {othersOf} from '../parse/folder.ts';
import {within} from '../properties.ts';

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
              `${formatCount(open)} files are nowhere but in the tiers of the workers: ${examples}${more}`,
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
              `${formatCount(lost)} files are lost already: no worker has their bytes`,
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

const kib = (kb: number | null): string => (kb === null ? '-' : formatBytes(kb * 1024));

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

/** What the inventory alone says of a `cachePath`: masters may tell of folders that the worker's host does not. */
const clash = (path: string, node: ServerNode, facts: Facts, survey: Survey<Servers>): string | undefined => {
  const beside = nodesOf(survey.cluster, 'master').filter(
    master => master.host === node.host || isNamed(master, node.host),
  );
  const stores = surveyed(survey, 'master').flatMap(master => {
    const root = master.facts.rootUfs;
    return typeof root === 'string' ? [root.replace(/^file:(\/\/)?/, '')] : [];
  });
  const places = [
    ...othersOf(facts),
    ...beside.flatMap(({id}) => othersOf(survey.facts.get(id) ?? {})),
    ...stores.filter(root => root.startsWith('/')),
    node.home,
    ...(typeof facts.homeReal === 'string' ? [facts.homeReal] : []),
  ];
  const told = typeof facts['cache.path'] === 'string' ? [path, facts['cache.path']] : [path];
  return [...places, ...listOf(facts, 'cache.inside')].find(
    other =>
      told.some(at => within(at, other) || within(other, at)) ||
      listOf(facts, 'cache.inside').includes(other),
  );
};

/** Where a copy would go that two workers share, each overwrites the other's. */
const shared = (path: string, node: ServerNode, {cluster}: Survey<Servers>): boolean =>
  nodesOf(cluster, 'worker').some(
    ({id, host, fields}) =>
      id !== node.id &&
      host === node.host &&
      fields.role === 'worker' &&
      fields.cachePath !== undefined &&
      (within(fields.cachePath, path) || within(path, fields.cachePath)),
  );

const elsewhere = text(
  'Write another `cachePath`: a directory of its own on a disk of this host, outside of home, tiers, journal and under store.',
  '请另写 `cachePath`：该主机磁盘上的专用目录，在安装目录、缓存层、日志与底层存储之外。',
);

/** A network file system shows one directory on every host: each worker would overwrite what another has copied. */
const NETWORK = /^(nfs|cifs|smb|fuse|ceph|gluster|lustre|9p)/;

/** Where ramdisks are copied to (P14; domain 7.2). */
const cachePathProblem = (facts: Facts, node: ServerNode, survey: Survey<Servers>): Problem | null => {
  const {fields} = node;
  const memories = listOf(facts, 'ramdisks');
  if (survey.cluster.settings.caches !== 'copy' || fields.role !== 'worker' || memories.length === 0)
    return null;
  const path = fields.cachePath;
  if (path === undefined)
    return block(
      text(
        `\`caches\` is copy, and no \`cachePath\` says where the copy of ${memories.join(' ')} goes`,
        `\`caches\` 为 copy，但没有 \`cachePath\` 指明 ${memories.join(' ')} 的副本位置`,
      ),
      elsewhere,
    );
  if (/[\s*?[\]\\'"$`]/.test(path))
    return block(
      text(`${path} holds a blank or a sign that shells know`, `${path} 含有空白或 shell 特殊字符`),
      elsewhere,
    );
  const mixed = clash(path, node, facts, survey);
  if (mixed !== undefined)
    return block(text(`${path} and ${mixed} lie in one another`, `${path} 与 ${mixed} 相互包含`), elsewhere);
  if (shared(path, node, survey))
    return block(
      text(`another worker of this host copies to ${path} too`, `该主机的另一个 worker 也复制到 ${path}`),
      elsewhere,
    );
  const {'cache.place': place, 'cache.filesystem': filesystem, 'cache.mount': mount} = facts;
  if (place === undefined)
    return block(
      text(`what lies at ${path} could not be seen`, `无法查看 ${path}`),
      text('Look again; if it stays so, look at the host by hand.', '请重试；若仍如此，请手工查看该主机。'),
    );
  if (place !== 'none' && place !== 'dir')
    return block(
      text(`${path} is a ${place === 'symlink' ? 'link' : 'file'}`, `${path} 不是目录`),
      elsewhere,
    );
  if (facts['cache.mounted'] === true)
    return block(
      text(
        `${path} is a mount point: the copy gets its name by a rename`,
        `${path} 是挂载点：副本通过改名就位`,
      ),
      text(
        `Write a directory below it, such as ${path}/ramdisks.`,
        `请写其下的目录，例如 ${path}/ramdisks。`,
      ),
    );
  if (facts['cache.writable'] !== true)
    return block(
      text(
        `the directory above ${path} is not there or cannot be written`,
        `${path} 的上级目录不存在或不可写`,
      ),
      text('Make it, and let the user of the processes write there.', '请创建它，并允许进程所属用户写入。'),
    );
  if (typeof filesystem === 'string' && /^(tmpfs|ramfs)$/.test(filesystem))
    return block(
      text(
        `${path} lies in memory too (${filesystem} at ${String(mount)})`,
        `${path} 也在内存中（${filesystem}，${String(mount)}）`,
      ),
      elsewhere,
    );
  if (facts['cache.short'] === true)
    return block(
      text(
        `a copy of ${memories.join(' ')} at ${path} takes ${kib(numberOf(facts, 'cache.neededKb'))}, and ${kib(numberOf(facts, 'cache.freeKb'))} are free`,
        `在 ${path} 复制 ${memories.join(' ')} 需要 ${kib(numberOf(facts, 'cache.neededKb'))}，可用 ${kib(numberOf(facts, 'cache.freeKb'))}`,
      ),
      text('Free space there, or write another `cachePath`.', '请释放空间，或另写 `cachePath`。'),
    );
  const files = numberOf(facts, 'cache.files') ?? 0;
  if (files > 0)
    return warn(
      text(
        `${path} is not empty: ${formatCount(files)} files, ${formatBytes(numberOf(facts, 'cache.bytes') ?? 0)}`,
        `${path} 不为空：${formatCount(files)} 个文件，${formatBytes(numberOf(facts, 'cache.bytes') ?? 0)}`,
      ),
      text(
        'The copy replaces what is there; you are asked by itself before that. Or write another `cachePath`.',
        '副本会替换其中的内容；届时会单独确认。也可另写 `cachePath`。',
      ),
    );
  return typeof filesystem === 'string' && NETWORK.test(filesystem)
    ? warn(
        text(
          `${path} lies on ${filesystem}, which other hosts may see too`,
          `${path} 位于 ${filesystem}，其他主机可能也能看到`,
        ),
        text(
          'See that each worker has a directory of its own there.',
          '请确认每个 worker 在那里都有各自的目录。',
        ),
      )
    : null;
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
  eachNode<Servers>(
    'cache-path',
    text('Ramdisks can be copied where the inventory says', '内存盘可复制到清单指定的位置'),
    cachePathProblem,
  ),
];
