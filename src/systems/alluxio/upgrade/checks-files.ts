import {compareVersions} from '../../../lib/version.ts';
import type {Check} from '../../../model/plan.ts';
import {text} from '../../../model/text.ts';
import {check} from '../../../recipe/check.ts';
import {type Context, firstMaster, isSpread, nodesOf, type ServerNode} from '../fields.ts';
import type {JournalType} from '../pairs.ts';
import {oldOf} from '../scripts/begin.ts';
import {journalOf, newJournalOf} from '../scripts/journal.ts';
import {tellsEntries, typesOf} from './known.ts';
import {ofBackup} from './names.ts';

const MINUTE = 60_000;

const ofHome = (node: ServerNode, context: Context) => {
  const {from, to, stamp} = context.target;
  return {given: {from, to, stamp, old: oldOf(node, context)}};
};

/** The new version lies whole beside the old. */
export const staged = (node: ServerNode, context: Context): Check =>
  check(
    node,
    'home',
    text('the new version lies beside the old', '新版本已就位于旧版本旁'),
    {version: context.target.from, staged: context.target.to},
    MINUTE,
    ofHome(node, context),
  );

/** Each property of the configuration is asked of the new version itself: its own validation accepts anything (recorded). */
export const confKnown = (node: ServerNode, context: Context): Check => {
  const {to, stamp} = context.target;
  return check(
    node,
    'conf',
    text('the new version knows every property, and the journal’s type', '新版本认识所有配置项及日志类型'),
    {unknown: [], ...(node.fields.role === 'master' ? {journalType: typesOf(context).after} : {})},
    15 * MINUTE,
    {given: {to, stamp}, pollMs: 30_000},
  );
};

export const unstaged = (node: ServerNode, context: Context): Check =>
  check(
    node,
    'home',
    text('the copy is gone', '副本已移除'),
    {version: context.target.from, staged: 'none'},
    MINUTE,
    ofHome(node, context),
  );

/** The home is the new version, and the old one is kept. */
export const installed = (node: ServerNode, context: Context): Check => {
  const {from, to} = context.target;
  return check(
    node,
    'home',
    text(`the home is ${to}, and ${from} is kept`, `安装目录为 ${to}，且保留了 ${from}`),
    {version: to, kept: from},
    MINUTE,
    ofHome(node, context),
  );
};

export const uninstalled = (node: ServerNode, context: Context): Check => {
  const {from, to} = context.target;
  return check(
    node,
    'home',
    text(`the home is ${from} again`, `安装目录已恢复为 ${from}`),
    {version: from, staged: to},
    MINUTE,
    ofHome(node, context),
  );
};

/** This run's own folder in the old home: what the backup prints is kept there. */
export const folderThere = (context: Context): Check =>
  check(
    firstMaster(context.cluster),
    'backup',
    text('the folder of this run is there', '本次运行的目录已建立'),
    {folder: 'dir'},
    MINUTE,
    ofHome(firstMaster(context.cluster), context),
  );

/** Whole, told by what the command itself printed: never "the newest file". */
export const backedUp = (context: Context): Check => {
  const {cluster} = context;
  return check(
    firstMaster(cluster),
    'backup',
    text('the backup is whole', '备份完整'),
    // A worthless "emergency backup" of 32 bytes is written by every master that dies of a wrong path (recorded).
    {
      gzip: 'ok',
      bytes: {atLeast: 100},
      ...(tellsEntries(context) ? {entries: {atLeast: 1}} : {}),
      path: {not: ''},
      // It may lie on any of them, and is copied from there.
      ...(isSpread(cluster) ? {backupNode: {not: ''}} : {}),
    },
    cluster.settings.backupWithinMs,
    {
      ...ofHome(firstMaster(cluster), context),
      pollMs: 5_000,
      // Where no command is at it, what there is now is all there will be: it has ended, or was never begun.
      hopeless: {going: false},
      hopelessAfterMs: 30_000,
    },
  );
};

/** At the very path the start will be given, by the very user that starts it, on this master. */
export const provedOn = (master: ServerNode, context: Context): Check =>
  check(
    master,
    'proof',
    text(`${master.id} can read the backup, byte for byte`, `${master.id} 能逐字节读取备份`),
    {
      readable: true,
      gzip: 'ok',
      bytes: ofBackup(context.cluster, 'bytes'),
      sha256: ofBackup(context.cluster, 'sha256'),
    },
    10 * MINUTE,
    {
      given: {path: ofBackup(context.cluster, 'path')},
      pollMs: 10_000,
      // Digests of large files take minutes. One that cannot be read at all does not come by waiting for them.
      hopeless: {readable: false},
      hopelessAfterMs: 30_000,
      // Torn is torn, once no file system of the network can have it otherwise yet (they keep what they saw for up to a minute).
      vain: [{seen: {readable: true, gzip: 'broken'}, afterMs: 90_000}],
    },
  );

export const proved = (context: Context): readonly Check[] =>
  nodesOf(context.cluster, 'master').map(master => provedOn(master, context));

/** Journal and metastore were copied while nothing ran, and the copies equal them. */
export const journalKept = (master: ServerNode, context: Context): Check =>
  check(
    master,
    'journal-copy',
    text('journal and metastore were copied', '日志与元存储已复制'),
    {copied: true, same: true},
    context.cluster.settings.copyWithinMs,
    {
      given: {
        ...journalOf(master, context),
        stamp: context.target.stamp,
      },
      pollMs: 10_000,
    },
  );

/** What lies in place is what was copied, byte for byte. */
export const journalAsCopied = (master: ServerNode, context: Context): Check => ({
  ...journalKept(master, context),
  title: text('journal and metastore are as they were copied', '日志与元存储与副本一致'),
});

/** The copy is there, whatever became of the journal itself. */
export const copyThere = (master: ServerNode, context: Context): Check => ({
  ...journalKept(master, context),
  title: text('the copy of the old journal is there', '旧日志的副本仍在'),
  expect: {copied: true},
});

const journal = (
  master: ServerNode,
  folder: string,
  title: Check['title'],
  layouts: readonly string[],
): Check =>
  check(master, 'journal', title, {layout: {oneOf: layouts}, foreign: []}, MINUTE, {
    given: {journal: folder},
  });

/** What a format leaves: nothing at all, or for a journal on an under store the marks that say so. */
export const formatted = (master: ServerNode, context: Context): Check =>
  journal(
    master,
    newJournalOf(master, context),
    text('the journal is empty, and nothing foreign lies there', '日志为空，且没有其他文件'),
    typesOf(context).after === 'EMBEDDED' ? ['empty'] : ['formatted'],
  );

/**
 * What a version's journal looks like: Copycat up to 2.3, Ratis from 2.4 on, at first without a folder around it (domain 3.2).
 * What another generation wrote is no journal to it: it would come up empty, without an error (recorded).
 */
const layoutsOf = (version: string, type: JournalType): readonly string[] => {
  if (type === 'UFS') return ['ufs'];
  return compareVersions(version, '2.4.0') < 0 ? ['copycat'] : ['raft-flat', 'raft'];
};

/** The old version comes back only where its journal is: without one, 2.3.0 formats the whole cluster (recorded). */
export const oldJournalThere = (master: ServerNode, context: Context): Check =>
  journal(
    master,
    journalOf(master, context).journal,
    text('the journal of the old version is there', '旧版本的日志仍在'),
    layoutsOf(context.target.from, typesOf(context).before),
  );
