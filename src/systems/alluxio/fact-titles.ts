import {type Text, text} from '../../model/text.ts';

/** What is measured before somebody agrees to a stop, a format or a copy that overwrites. */
export const FACT_TITLES: Readonly<Record<string, Text>> = {
  listed: text('every path listed', '已列出全部路径'),
  notPersisted: text('files only workers hold', '仅在 worker 上的文件'),
  lost: text('lost files', '丢失的文件'),
  examples: text('such as', '例如'),
  notPersistedList: text('only on workers, all in', '仅在 worker 上的完整列表'),
  pinned: text('files that are pinned', '已固定的文件'),
  pinnedBefore: text('pinned when it was counted', '清点时已固定'),
  pinnedPaths: text('pinned files listed', '列出的已固定文件'),
  pinnedFolders: text('pinned folders besides', '另有已固定的目录'),
  pinnedSuchAs: text('pinned, such as', '已固定，例如'),
  pinnedList: text('pinned, all in', '已固定的完整列表'),
  path: text('path', '路径'),
  mount: text('mount', '挂载点'),
  filesystem: text('file system', '文件系统'),
  files: text('files', '文件数'),
  bytes: text('size', '大小'),
  newestAt: text('newest', '最新'),
  copied: text('copied', '已复制'),
  backup: text('backup', '备份'),
  backupEntries: text('entries in it', '备份条目数'),
};
