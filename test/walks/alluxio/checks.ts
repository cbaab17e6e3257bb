import type {Expect, Facts} from '../../../src/model/facts.ts';
import type {Node} from '../../../src/model/inventory.ts';
import type {Check, Given} from '../../../src/model/plan.ts';
import {type Text, text} from '../../../src/model/text.ts';
import {cluster, named, ofRole, target} from './cluster.ts';

export const MARK_STEP = 'backup/mark@m-1';
export const BACKUP_STEP = 'backup/backup@m-1';
const {stamp} = target;
const MINUTES = 60_000;

const ofBackup = (fact: string) => ({from: {step: BACKUP_STEP, fact}});

const check = (
  node: Node,
  probe: string,
  title: Text,
  expect: Expect,
  more: {
    withinMs?: number;
    given?: Given;
    pending?: Expect;
    hopeless?: Expect;
    hopelessAfterMs?: number;
  } = {},
): Check => ({withinMs: MINUTES, pollMs: 2_000, ...more, title, node: node.id, probe, expect});

const leader = named('m-1');

/** Before: one leader, every worker live, nobody on another version. */
export const wellAt = (version: string): Check =>
  check(leader, 'cluster', text('the cluster is whole', '集群完整'), {
    leaders: 1,
    liveWorkers: ofRole('worker').length,
    lostWorkers: 0,
    safeMode: false,
    versions: version,
  });

/** The journal's sequence, looked at twice, apart in time. */
export const still: Check = check(leader, 'writes', text('nothing is written any more', '已没有写入'), {
  moving: false,
});

/** The sequence at this moment is kept as a fact of the step: what a gate saw is not remembered. */
export const marked: Check = check(
  leader,
  'writes',
  text('the last write is marked', '已标记最后一次写入'),
  {moving: false, marked: true},
  {given: {stamp}},
);

export const unchanged: Check = check(
  leader,
  'writes',
  text('nothing was written since the mark', '标记之后没有写入'),
  {moving: false, sequence: {from: {step: MARK_STEP, fact: 'sequence'}}},
);

/** Complete, of the number that was still before, and told by what the backup itself printed. */
export const backedUp: Check = check(
  leader,
  'backup',
  text('the backup is whole', '备份完整'),
  {gzip: 'ok', bytes: {atLeast: 1_000}, entries: {atLeast: 1}},
  {given: {stamp}, withinMs: 30 * MINUTES},
);

/** What must be the same afterwards. */
export const recorded: Check = check(leader, 'namespace', text('what there is was counted', '已清点现状'), {
  mounts: {not: ''},
  files: {atLeast: 0},
});

/** At the very path the start will be given, by the very user, on this master. */
export const provedOn = (master: Node): Check =>
  check(
    master,
    'proof',
    text(`${master.id} can read the backup, byte for byte`, `${master.id} 能逐字节读取备份`),
    {readable: true, gzip: 'ok', bytes: ofBackup('bytes'), sha256: ofBackup('sha256')},
    {given: {path: ofBackup('path')}},
  );

export const proved = (): Check[] => ofRole('master').map(provedOn);

export const gone = (node: Node): Check =>
  check(
    node,
    'process',
    text('the process is gone', '进程已退出'),
    {running: false},
    {withinMs: 3 * MINUTES},
  );

export const runsAt = (node: Node, version: string): Check =>
  check(
    node,
    'process',
    text('its process runs', '进程已运行'),
    {running: true, version},
    {hopeless: {running: false}, hopelessAfterMs: 15_000},
  );

/** No process of this product on any host, whoever started it. */
export const silence: Check = check(leader, 'processes', text('nothing runs anywhere', '所有节点均无进程'), {
  running: 0,
});

export const cacheKept = (worker: Node): Check =>
  check(
    worker,
    'cache-copy',
    text('the copy equals the cache', '副本与缓存一致'),
    {same: true, files: {atLeast: 0}},
    {
      given: {stamp},
    },
  );

export const cacheStillKept = (worker: Node): Check => ({
  ...cacheKept(worker),
  expect: {same: true, files: {from: {step: `stop/keep-cache@${worker.id}`, fact: 'files'}}},
});

export const journalKept = (master: Node): Check =>
  check(
    master,
    'journal-copy',
    text('the old journal was copied', '旧日志已复制'),
    {same: true},
    {given: {stamp}},
  );

export const linked = (node: Node, version: string): Check =>
  check(node, 'home', text(`the home is ${version}`, `安装目录为 ${version}`), {
    version,
    confUnknown: 'none',
  });

export const staged = (node: Node): Check =>
  check(node, 'home', text('the new version lies beside the old', '新版本已就位于旧版本旁'), {
    staged: target.to,
    confUnknown: 'none',
  });

export const journalIs = (master: Node, state: string): Check =>
  check(master, 'journal', text(`the journal is ${state}`, `日志状态：${state}`), {state, foreign: 'none'});

/** The backup's own number in the leader's own words; the masters' content against what was recorded. */
export const restored: Check = check(
  leader,
  'masters',
  text('every entry of the backup is there', '备份的每一条均已恢复'),
  {
    leaders: 1,
    quorum: 3,
    restored: ofBackup('entries'),
    files: ofBackup('files'),
    mounts: ofBackup('mounts'),
    foreign: 'none',
  },
  {
    withinMs: 30 * MINUTES,
    pending: {restored: -1},
    // A backup that cannot be read ends each elected leader in turn.
    hopeless: {running: {atMost: 1}},
    hopelessAfterMs: 30_000,
  },
);

/** It joined, and holds what it held: an empty master would have made it delete its blocks. */
export const joined = (worker: Node): Check =>
  check(worker, 'worker', text('it joined with its cache', '已带缓存加入'), {
    registered: true,
    version: target.to,
    blocks: {from: {step: `stop/keep-cache@${worker.id}`, fact: 'files'}},
  });

export const client = (node: Node, title: Text, expect: Facts): Check => check(node, 'client', title, expect);

export const cacheMounted = (worker: Node): Check =>
  check(worker, 'cache', text('the ramdisk is mounted and as it was', '内存盘已挂载且内容未变'), {
    mounted: true,
    files: {from: {step: `stop/keep-cache@${worker.id}`, fact: 'files'}},
  });

export const everyMaster = (make: (master: Node) => Check): Check[] =>
  cluster.nodes.filter(({role}) => role === 'master').map(make);

/** The masters alone: what a worker must be sure of before it may run beside them. */
export const wellAtMasters: Check = check(
  leader,
  'masters',
  text('the masters know what was recorded', 'master 的内容与记录一致'),
  {leaders: 1, files: ofBackup('files'), mounts: ofBackup('mounts')},
);

/** The last looks, which decide the verdict. */
export const verified = (node: Node): readonly [Check, ...Check[]] => {
  switch (node.role) {
    case 'master':
      return [runsAt(node, target.to), wellAt(target.to), wellAtMasters];
    case 'worker':
      return [runsAt(node, target.to), joined(node)];
    case 'client':
      return [
        client(node, text(`the application has ${target.to} loaded`, `应用已加载 ${target.to}`), {
          loaded: target.to,
        }),
      ];
    default:
      return [runsAt(node, target.to)];
  }
};
