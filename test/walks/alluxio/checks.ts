import {type NodeId, StepId} from '../../../src/model/ids.ts';
import type {Check, PlannedExpect} from '../../../src/model/plan.ts';
import {type Text, text} from '../../../src/model/text.ts';
import {type CheckMore, check} from '../../../src/recipe/check.ts';
import {type AlluxioNode, type Context, leaderOf, ofRole} from './fields.ts';

const MINUTE = 60_000;

type Told = {readonly probe: string; readonly expect: PlannedExpect; readonly withinMs?: number} & CheckMore;

const see = (node: AlluxioNode, title: Text, {probe, expect, withinMs = MINUTE, ...more}: Told): Check =>
  check(node, probe, title, expect, withinMs, more);

/** Facts of the steps that mark, back up and keep: known only once they are done. */
export const ofMark = ({cluster}: Context, fact: string) => ({
  from: {step: StepId.parse(`backup/mark@${leaderOf(cluster).id}`), fact},
});
export const ofBackup = ({cluster}: Context, fact: string) => ({
  from: {step: StepId.parse(`backup/backup@${leaderOf(cluster).id}`), fact},
});
const ofCopy = (worker: NodeId, fact: string) => ({
  from: {step: StepId.parse(`stop/keep-cache@${worker}`), fact},
});

const ofRun = ({target}: Context): CheckMore => ({given: {stamp: target.stamp}});

/** One leader, every worker live, nobody on another version. */
export const wellAt = ({cluster}: Context, version: string): Check =>
  see(leaderOf(cluster), text('the cluster is whole', '集群完整'), {
    probe: 'cluster',
    expect: {
      leaders: 1,
      liveWorkers: ofRole(cluster, 'worker').length,
      lostWorkers: [],
      safeMode: false,
      versions: [version],
    },
  });

/** The journal's sequence, looked at twice, apart in time. */
export const still = ({cluster}: Context): Check =>
  see(leaderOf(cluster), text('nothing is written any more', '已没有写入'), {
    probe: 'writes',
    expect: {moving: false},
  });

/** The sequence at this moment is kept as a fact of the step: what a gate saw is not remembered. */
export const marked = (context: Context): Check =>
  see(leaderOf(context.cluster), text('the last write is marked', '已标记最后一次写入'), {
    ...ofRun(context),
    probe: 'writes',
    expect: {moving: false, marked: true},
  });

export const unchanged = (context: Context): Check =>
  see(leaderOf(context.cluster), text('nothing was written since the mark', '标记之后没有写入'), {
    probe: 'writes',
    expect: {moving: false, sequence: ofMark(context, 'sequence')},
  });

/** Complete, of the number that was still before, and told by what the backup itself printed. */
export const backedUp = (context: Context): Check =>
  see(leaderOf(context.cluster), text('the backup is whole', '备份完整'), {
    ...ofRun(context),
    probe: 'backup',
    expect: {gzip: 'ok', bytes: {atLeast: 1_000}, entries: {atLeast: 1}},
    withinMs: 30 * MINUTE,
  });

/** What must be the same afterwards. */
export const recorded = ({cluster}: Context): Check =>
  see(leaderOf(cluster), text('what there is was counted', '已清点现状'), {
    probe: 'namespace',
    expect: {files: {atLeast: 0}},
  });

/** At the very path the start will be given, by the very user, on this master. */
export const provedOn = (master: AlluxioNode, context: Context): Check =>
  see(master, text(`${master.id} can read the backup, byte for byte`, `${master.id} 能逐字节读取备份`), {
    probe: 'proof',
    given: {path: ofBackup(context, 'path')},
    expect: {
      readable: true,
      gzip: 'ok',
      bytes: ofBackup(context, 'bytes'),
      sha256: ofBackup(context, 'sha256'),
    },
  });

export const proved = (context: Context): Check[] =>
  ofRole(context.cluster, 'master').map(master => provedOn(master, context));

export const gone = (node: AlluxioNode): Check =>
  see(node, text('the process is gone and its port is free', '进程已退出且端口已释放'), {
    probe: 'process',
    expect: {running: false, portsFree: true},
    withinMs: 3 * MINUTE,
  });

export const runsAt = (node: AlluxioNode, version: string): Check =>
  see(node, text(`its process runs ${version}`, `进程已以 ${version} 运行`), {
    probe: 'process',
    expect: {running: true, count: 1, version},
    hopeless: {running: false},
    hopelessAfterMs: 15_000,
  });

/** No process of this product on any host, whoever started it. */
export const silence = ({cluster}: Context): Check =>
  see(leaderOf(cluster), text('nothing runs anywhere', '所有节点均无进程'), {
    probe: 'processes',
    expect: {running: []},
  });

export const cacheKept = (worker: AlluxioNode, context: Context): Check =>
  see(worker, text('the copy equals the cache', '副本与缓存一致'), {
    ...ofRun(context),
    probe: 'cache-copy',
    expect: {same: true, files: {atLeast: 0}},
  });

export const cacheStillKept = (worker: AlluxioNode, context: Context): Check => ({
  ...cacheKept(worker, context),
  expect: {same: true, files: ofCopy(worker.id, 'files')},
});

export const journalKept = (master: AlluxioNode, context: Context): Check =>
  see(master, text('the old journal was copied', '旧日志已复制'), {
    ...ofRun(context),
    probe: 'journal-copy',
    expect: {same: true},
  });

export const linked = (node: AlluxioNode, version: string): Check =>
  see(node, text(`the home is ${version}`, `安装目录为 ${version}`), {
    probe: 'home',
    expect: {version, confUnknown: []},
  });

export const staged = (node: AlluxioNode, version: string): Check =>
  see(node, text('the new version lies beside the old', '新版本已就位于旧版本旁'), {
    probe: 'home',
    expect: {staged: version, confUnknown: []},
  });

/** The home is the old version anyway before the link is moved, so the copy itself has to be seen gone. */
export const unstaged = (node: AlluxioNode, version: string): Check =>
  see(node, text('the copy is gone', '副本已移除'), {probe: 'home', expect: {version, staged: 'none'}});

export const journalIs = (master: AlluxioNode, state: string): Check =>
  see(master, text(`the journal is ${state}`, `日志状态：${state}`), {
    probe: 'journal',
    expect: {state, foreign: []},
  });

/** The backup's own number in the leader's own words; the masters' content against what was recorded. */
export const restored = (context: Context): Check =>
  see(leaderOf(context.cluster), text('every entry of the backup is there', '备份的每一条均已恢复'), {
    probe: 'masters',
    expect: {
      leaders: 1,
      quorum: ofRole(context.cluster, 'master').length,
      restored: ofBackup(context, 'entries'),
      files: ofBackup(context, 'files'),
      mounts: ofBackup(context, 'mounts'),
      foreign: [],
    },
    withinMs: 30 * MINUTE,
    pending: {restored: -1},
    // A backup that cannot be read ends each elected leader in turn.
    hopeless: {running: {atMost: 1}},
    hopelessAfterMs: 30_000,
  });

/** The masters alone: what a worker must be sure of before it may run beside them. */
export const wellAtMasters = (context: Context): Check =>
  see(leaderOf(context.cluster), text('the masters know what was recorded', 'master 的内容与记录一致'), {
    probe: 'masters',
    expect: {leaders: 1, files: ofBackup(context, 'files'), mounts: ofBackup(context, 'mounts')},
  });

/** It joined, and holds what it held: an empty master would have made it delete its blocks. */
export const joined = (worker: AlluxioNode, version: string): Check =>
  see(worker, text('it joined with its cache', '已带缓存加入'), {
    probe: 'worker',
    expect: {registered: true, version, blocks: ofCopy(worker.id, 'files')},
  });

export const cacheMounted = (worker: AlluxioNode): Check =>
  see(worker, text('the ramdisk is mounted and as it was', '内存盘已挂载且内容未变'), {
    probe: 'cache',
    expect: {mounted: true, files: ofCopy(worker.id, 'files')},
  });

export const client = (node: AlluxioNode, title: Text, expect: PlannedExpect): Check =>
  see(node, title, {probe: 'client', expect});

export const loaded = (node: AlluxioNode, version: string): Check =>
  client(node, text(`the application has ${version} loaded`, `应用已加载 ${version}`), {loaded: version});

/** The last looks, which decide the verdict. */
export const verified = (node: AlluxioNode, context: Context): readonly [Check, ...Check[]] => {
  const {to} = context.target;
  switch (node.fields.role) {
    case 'master':
      return [runsAt(node, to), wellAt(context, to), wellAtMasters(context)];
    case 'worker':
      return [runsAt(node, to), joined(node, to)];
    case 'client':
      return [loaded(node, to)];
    case 'job-master':
    case 'job-worker':
      return [runsAt(node, to)];
  }
};
