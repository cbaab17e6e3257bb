import {compareVersions} from '../../lib/version.ts';
import {type Text, text} from '../../model/text.ts';

const JOURNAL_TYPES = ['UFS', 'EMBEDDED'] as const;
export type JournalType = (typeof JOURNAL_TYPES)[number];

export const isJournalType = (value: string): value is JournalType =>
  JOURNAL_TYPES.some(type => type === value);

/** The type of journal that a configuration names, in any case; null for any other word. */
export const parseJournalType = (value: string | undefined): JournalType | null => {
  const type = value?.trim().toUpperCase() ?? '';
  return isJournalType(type) ? type : null;
};

/** What decides how a cluster is upgraded: both versions, and the type of the journal that is in effect with each. */
export type Pair = {
  readonly from: string;
  readonly to: string;
  readonly fromJournal: JournalType;
  readonly toJournal: JournalType;
};

/**
 * `in-place`: the new masters read the old journal. `restore`: they cannot, so the metadata is backed up, the journal
 * formatted, and the backup restored. Or why neither, and what to do instead.
 */
export type Way =
  | {readonly way: 'in-place' | 'restore'; readonly says: Text; readonly source: Text}
  | {readonly way: 'refused'; readonly because: Text; readonly instead: Text};

/** The type that an unset `alluxio.master.journal.type` means (recorded: EMBEDDED in 2.1.0, 2.3.0 and 2.9.4; 1.x had only UFS). */
export const defaultJournalType = (version: string): JournalType =>
  compareVersions(version, '2.1.0') >= 0 ? 'EMBEDDED' : 'UFS';

const UPGRADING = text('Alluxio documentation, Administration, Upgrading', 'Alluxio 文档，管理，升级');
const HA = text(
  'Alluxio documentation, Journal Management: another type of journal needs a backup and a format',
  'Alluxio 文档，日志管理：更换日志类型需要备份与格式化',
);

const before = (version: string, limit: string): boolean => compareVersions(version, limit) < 0;

const refused = (because: Text, instead: Text): Way => ({way: 'refused', because, instead});

const restore = (says: Text, source = UPGRADING): Way => ({way: 'restore', says, source});

/** What no procedure leads over; null where one may. */
const refusal = ({from, to}: Pair): Way | null => {
  const order = compareVersions(to, from);
  if (order === 0)
    return refused(
      text(`The cluster runs ${to} already.`, `集群已经在运行 ${to}。`),
      text(
        'There is nothing to upgrade; write another `version` if that was not meant.',
        '无需升级；若并非本意，请改写 `version`。',
      ),
    );
  if (order < 0)
    return refused(
      text(
        `${to} is older than ${from}, which runs. An older master comes up empty on a newer journal, or ignores what it does not know, without an error.`,
        `${to} 比正在运行的 ${from} 更旧。旧版 master 会在较新的日志上以空的命名空间启动，或忽略不认识的条目，而不报错。`,
      ),
      text(
        'Set up a new cluster of that version on the same under stores.',
        '请在相同的底层存储上新建该版本的集群。',
      ),
    );
  if (!before(to, '3.0.0'))
    return refused(
      text(
        `${from} to ${to}: the generation of 3.x and 300+ (DORA) reads neither the journal nor the backup of 2.x.`,
        `${from} 到 ${to}：3.x 与 300+（DORA）一代无法读取 2.x 的日志或备份。`,
      ),
      text(
        'Set up a new cluster of that generation beside this one, persist every file, and let applications move to it.',
        '请在旁边新建该代集群，持久化所有文件，再让应用迁移过去。',
      ),
    );
  if (before(from, '1.8.1'))
    return refused(
      text(
        `${from} has no backup command; it came with 1.8.1, and nothing is upgraded here without a backup.`,
        `${from} 没有备份命令（自 1.8.1 起才有），而 lakeup 不在没有备份时升级。`,
      ),
      text(
        'Upgrade to 1.8.2 first, by its own manual; from there lakeup goes on.',
        '请先按其手册升级到 1.8.2，之后可用 lakeup 继续。',
      ),
    );
  return null;
};

/** The way from one version to another (domain 3.1: the table of version pairs). */
export const wayOf = (pair: Pair): Way => {
  const {from, to, fromJournal, toJournal} = pair;
  const no = refusal(pair);
  if (no !== null) return no;
  if (before(from, '2.0.0') && !before(to, '2.0.0'))
    return restore(
      text(
        `${from} to ${to}, 1.x to 2.x: the journal of 1.x cannot be read. Back up, format the masters, restore.`,
        `${from} 到 ${to}，1.x 到 2.x：无法读取 1.x 的日志。备份、格式化 master、恢复。`,
      ),
    );
  if (fromJournal !== toJournal)
    return restore(
      text(
        `${from} to ${to}, and the journal becomes ${toJournal} instead of ${fromJournal}. Back up, format the masters, restore.`,
        `${from} 到 ${to}，且日志类型由 ${fromJournal} 改为 ${toJournal}。备份、格式化 master、恢复。`,
      ),
      HA,
    );
  if (fromJournal === 'EMBEDDED' && before(from, '2.4.0') && !before(to, '2.4.0'))
    return restore(
      text(
        `${from} to ${to} with the embedded journal: up to 2.3 it is written in another form, which 2.4 and later do not see. Back up, format the masters, restore.`,
        `${from} 到 ${to}，使用内嵌日志：2.3 及以前的格式不同，2.4 及以后的版本看不到它。备份、格式化 master、恢复。`,
      ),
    );
  return {
    way: 'in-place',
    says: text(
      `${from} to ${to} with the ${fromJournal} journal: the new masters read the old journal. A backup is taken all the same.`,
      `${from} 到 ${to}，使用 ${fromJournal} 日志：新 master 可读取旧日志。仍会先做备份。`,
    ),
    source: UPGRADING,
  };
};
