import {compareVersions} from '../../../lib/version.ts';
import type {Check} from '../../../model/plan.ts';
import {text} from '../../../model/text.ts';
import {isSpread, type ServerNode} from '../fields.ts';
import {journalOf, newJournalOf} from '../scripts/journal.ts';
import {is, least, left, type Reading, told, type Wanted} from './reading.ts';

// What can be seen of a cluster, and what each of it has to say. Made anew here, and not taken from the procedures: a rule
// that repeats what it is to hold proves nothing.

const one = {leaders: is(1), safeMode: is(false)};

export const wholeAt = (version: string): Wanted => ({
  that: text(`the cluster is whole at ${version}`, `集群完整且版本为 ${version}`),
  probe: 'cluster',
  expect: {...one, missing: is([]), lost: is([]), strange: is([]), versions: is([version])},
});

export const workersBack: Wanted = {
  that: text('every worker is live', '所有 worker 在线'),
  probe: 'workers',
  expect: {...one, missing: is([]), lost: is([])},
};

export const allRun: Wanted = {
  that: text('every process runs', '所有进程均在运行'),
  probe: 'processes',
  expect: {down: is([])},
};

export const nothingRuns: Wanted = {
  that: text('nothing runs anywhere', '所有节点均无进程'),
  probe: 'processes',
  expect: {running: is([])},
};

export const mastersAlone: Wanted = {
  that: text('masters alone run', '只有 master 在运行'),
  probe: 'processes',
  expect: {roles: is(['master'])},
};

/** The same leader has counted no further operation: another one counts from its own beginning. */
export const unwritten = (reading: Reading): Wanted => ({
  that: text('nothing was written since it was counted', '清点之后没有写入'),
  probe: 'cluster',
  expect: {
    leaders: is(1),
    writes: left(reading, {name: 'mark', fact: 'writes'}),
    since: left(reading, {name: 'mark', fact: 'since'}),
  },
});

/** The very file that the masters are given, byte for byte, on this master. */
export const proofOn = (reading: Reading, {id}: ServerNode): Wanted => ({
  that: text(`${id} can read the backup`, `${id} 能读取备份`),
  probe: 'proof',
  node: id,
  given: {path: left(reading, {name: 'backup', fact: 'path'})},
  expect: {
    readable: is(true),
    gzip: is('ok'),
    bytes: left(reading, {name: 'backup', fact: 'bytes'}),
    sha256: left(reading, {name: 'backup', fact: 'sha256'}),
  },
});

/** The old leader says itself how many paths there are. */
const tellsPaths = ({plan, masters}: Reading): boolean =>
  masters.some(({id}) => plan.survey[id]?.paths !== undefined);

/** Paths too, wherever the masters that are asked tell how many there are: from 2.4 on all do. */
export const contentKept = (reading: Reading, whose: 'old' | 'new' = 'new'): Wanted => {
  const told = tellsPaths(reading) || (whose === 'new' && compareVersions(reading.fresh, '2.4.0') >= 0);
  const atLeast = {name: 'mark', fact: 'paths', bound: 'atLeast'} as const;
  return {
    that: text('the masters hold what was counted', 'master 的内容与清点时一致'),
    probe: 'cluster',
    expect: {
      ...one,
      mounts: left(reading, {name: 'mark', fact: 'mounts'}),
      ...(told ? {paths: left(reading, atLeast)} : {}),
    },
  };
};

/** The backup command of the old version says how many entries there are: not before 2.2 or so (domain 2.1). */
const tellsEntries = ({old}: Reading): boolean => compareVersions(old, '2.3.0') >= 0;

export const contentRestored = (reading: Reading): Wanted => {
  const kept = contentKept(reading);
  return {
    ...kept,
    that: text('every entry of the backup was restored', '备份的每一条均已恢复'),
    given: {backup: left(reading, {name: 'backup', fact: 'uri'})},
    expect: {
      ...kept.expect,
      restored: tellsEntries(reading) ? left(reading, {name: 'backup', fact: 'entries'}) : least(1),
    },
  };
};

export const quorumWhole = ({masters}: Reading): Wanted => ({
  that: text('every master takes part in the quorum', '所有 master 均参与仲裁'),
  probe: 'quorum',
  expect: {available: is(masters.length), unavailable: is([])},
});

/** As many blocks and bytes as when that worker stopped. */
export const blocksKept = (reading: Reading, {id}: ServerNode): Wanted => {
  const own = (fact: string) => left(reading, {name: 'stop', fact, node: id, bound: 'atLeast'});
  return {
    that: text('its blocks are there', '其缓存块均在'),
    probe: 'cache',
    node: id,
    given: {dirs: told},
    expect: {blocks: own('blocks'), bytes: own('bytes'), unmounted: is([])},
  };
};

export const blocksCounted = ({id}: ServerNode): Wanted => ({
  that: text('its blocks are counted', '其缓存块已清点'),
  probe: 'cache',
  node: id,
  given: {dirs: told},
  expect: {blocks: least(0), unmounted: is([])},
});

/** What a worker holds from its start on: what it had, unless the inventory gives that up. */
export const tiersAfter = (reading: Reading, node: ServerNode): readonly Wanted[] =>
  reading.cluster.settings.caches === 'drop' ? [] : [blocksKept(reading, node)];

/** The folders that are copied: where the old version has its journal and its metastore. */
const keptOf = ({context, plan}: Reading, node: ServerNode) => {
  const {journal, metastore} = journalOf(node, context);
  return {journal: is(journal), metastore: is(metastore), stamp: is(plan.stamp)};
};

export const copyThere = (reading: Reading, node: ServerNode): Wanted => ({
  that: text(`the copy of ${node.id}’s journal is there`, `${node.id} 的日志副本仍在`),
  probe: 'journal-copy',
  node: node.id,
  given: keptOf(reading, node),
  expect: {copied: is(true)},
});

export const asCopied = (reading: Reading, node: ServerNode): Wanted => ({
  that: text(`the journal of ${node.id} equals its copy`, `${node.id} 的日志与副本一致`),
  probe: 'journal-copy',
  node: node.id,
  given: keptOf(reading, node),
  expect: {copied: is(true), same: is(true)},
});

const layoutIn =
  (...allowed: readonly string[]) =>
  (value: Check['expect'][string] | undefined): boolean =>
    typeof value === 'object' &&
    'oneOf' in value &&
    value.oneOf.length > 0 &&
    value.oneOf.every(layout => allowed.includes(String(layout)));

/** What a format leaves, in the folder that the new version means. */
export const formatted = (reading: Reading, node: ServerNode): Wanted => ({
  that: text(`the journal of ${node.id} is empty`, `${node.id} 的日志为空`),
  probe: 'journal',
  node: node.id,
  given: {journal: is(newJournalOf(node, reading.context))},
  expect: {layout: layoutIn('empty', 'formatted'), foreign: is([])},
});

/** A journal that the old version wrote: to any other it comes up empty, and 2.3.0 formats the whole cluster where none is. */
export const oldJournal = (reading: Reading, node: ServerNode): Wanted => ({
  that: text(`${node.id} has the journal of ${reading.old}`, `${node.id} 有 ${reading.old} 的日志`),
  probe: 'journal',
  node: node.id,
  given: {journal: is(journalOf(node, reading.context).journal)},
  expect: {layout: layoutIn(...layoutsOf(reading)), foreign: is([])},
});

const layoutsOf = ({types, old}: Reading): readonly string[] => {
  if (types.before === 'UFS') return ['ufs'];
  return compareVersions(old, '2.4.0') < 0 ? ['copycat'] : ['raft-flat', 'raft'];
};

export const gone = ({id}: ServerNode): Wanted => ({
  that: text('its process is gone', '其进程已退出'),
  probe: 'process',
  node: id,
  expect: {running: is(false), portsFree: is(true)},
});

export const runsAt = ({id}: ServerNode, version: string): Wanted => ({
  that: text(`its process runs ${version}`, `其进程以 ${version} 运行`),
  probe: 'process',
  node: id,
  expect: {running: is(true), count: is(1), version: is(version)},
});

export const wellAt = ({id}: ServerNode, version: string): Wanted => ({
  that: text(`${id} is well at ${version}`, `${id} 以 ${version} 正常运行`),
  probe: 'status',
  node: id,
  expect: {health: is('ok'), version: is(version)},
});

export const homeWith = (
  {id}: ServerNode,
  expect: Readonly<Record<'version' | 'staged' | 'kept', string>> | Readonly<Record<string, string>>,
): Wanted => ({
  that: text(`its home says ${words(expect)}`, `其安装目录显示 ${words(expect)}`),
  probe: 'home',
  node: id,
  expect: Object.fromEntries(Object.entries(expect).map(([name, value]) => [name, is(value)])),
});

const words = (expect: Readonly<Record<string, string>>): string =>
  Object.entries(expect)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');

/** The new version itself knows every property it is given, and means the journal that was planned for. */
export const confKnown = ({types}: Reading, {id, fields}: ServerNode): Wanted => ({
  that: text('the new version knows its configuration', '新版本认识其配置'),
  probe: 'conf',
  node: id,
  expect: {unknown: is([]), ...(fields.role === 'master' ? {journalType: is(types.after)} : {})},
});

export const counted: Wanted = {
  that: text('paths, mounts and operations are counted', '已清点路径、挂载与操作次数'),
  probe: 'cluster',
  expect: {...one, writes: told, since: told},
};

/** Where the leader does not tell how many paths there are, they are listed. */
export const listed = (reading: Reading): readonly Wanted[] =>
  tellsPaths(reading)
    ? []
    : [
        {
          that: text('every path is listed', '已列出所有路径'),
          probe: 'namespace',
          expect: {paths: least(1)},
        },
      ];

/** A master that dies of a wrong path leaves a file of 32 bytes that looks like a backup (recorded). */
export const backedUp = (reading: Reading): Wanted => ({
  that: text('the backup is whole', '备份完整'),
  probe: 'backup',
  expect: {
    gzip: is('ok'),
    bytes: least(33),
    path: is({not: ''}),
    ...(tellsEntries(reading) ? {entries: least(1)} : {}),
    ...(isSpread(reading.cluster) ? {backupNode: is({not: ''})} : {}),
  },
});
