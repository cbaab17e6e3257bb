import {type Text, text} from '../../../model/text.ts';
import {type Doing, isRole, leaves, named, type Reading, returns, says} from './reading.ts';

// Rules about what comes before what, and side by side with what.

type Test = (doing: Doing) => boolean;
type Pair = {readonly what: Text; readonly earlier: Test; readonly later: Test};

const both =
  (one: Test, another: Test): Test =>
  doing =>
    one(doing) && another(doing);
const other: Test = doing => !isRole('master')(doing);

/** What holds in either direction: everybody else is there only while the masters are. */
const MASTERS_AROUND_OTHERS: readonly Pair[] = [
  {
    what: text('A master is stopped while others may run', '其他进程可能仍在运行时停止 master'),
    earlier: both(leaves, other),
    later: both(leaves, isRole('master')),
  },
  {
    what: text('Something is started before the masters', '在 master 之前启动其他进程'),
    earlier: both(returns, isRole('master')),
    later: both(returns, other),
  },
];

const FORWARD: readonly Pair[] = [
  {
    what: text('Something is stopped before the new version lies ready', '新版本就绪之前停止进程'),
    earlier: named('stage'),
    later: leaves,
  },
  {
    what: text('A journal is copied while masters may write in it', 'master 可能仍在写入时复制日志'),
    earlier: leaves,
    later: named('keep-journal'),
  },
  {
    what: text('The backup begins before there is counted', '清点之前开始备份'),
    earlier: named('mark'),
    later: named('backup'),
  },
  {
    what: text('The backup is copied before it is made', '备份完成之前开始复制'),
    earlier: named('backup'),
    later: named('copy'),
  },
  {
    what: text('Something is stopped before every master has the backup', '每个 master 都有备份之前停止进程'),
    earlier: named('copy'),
    later: leaves,
  },
  {
    what: text('A home is exchanged before all is stopped and copied', '全部停止并复制之前切换安装目录'),
    earlier: doing => leaves(doing) || named('keep-journal', 'keep-cache')(doing),
    later: named('install'),
  },
  {
    what: text('Something is counted that is persisted later', '清点之后才持久化'),
    earlier: named('persist'),
    later: named('mark'),
  },
  {
    what: text(
      'Something is stopped before it is listed what only workers hold',
      '列出只存在于 worker 上的文件之前停止进程',
    ),
    earlier: named('list'),
    later: leaves,
  },
  {
    what: text('A ramdisk is copied while something may run', '进程可能仍在运行时复制内存盘'),
    earlier: leaves,
    later: named('keep-cache'),
  },
  {
    what: text('A tier is formatted before the masters are started', '启动 master 之前格式化缓存层'),
    earlier: both(returns, isRole('master')),
    later: named('format-tiers'),
  },
  {
    what: text('A journal is formatted before all is installed', '全部安装之前格式化日志'),
    earlier: named('install'),
    later: named('format'),
  },
  {
    what: text('Something is started before all is installed and formatted', '全部安装并格式化之前启动进程'),
    earlier: named('install', 'format'),
    later: returns,
  },
  {
    what: text('A worker is started before all tiers are formatted', '格式化所有缓存层之前启动 worker'),
    earlier: named('format-tiers'),
    later: both(returns, other),
  },
  {
    what: text(
      'A job worker is started before every worker is back, and takes pins away',
      '在所有 worker 恢复之前启动 job worker，会取消 pin',
    ),
    earlier: both(returns, isRole('worker')),
    later: both(returns, isRole('job-worker')),
  },
];

const BACK: readonly Pair[] = [
  {
    what: text('A journal comes back while the new version may run', '新版本停止之前恢复日志'),
    earlier: leaves,
    later: named('undo-format', 'undo-keep-journal'),
  },
  {
    what: text('A home is exchanged while the new version may run', '新版本停止之前切换安装目录'),
    earlier: leaves,
    later: named('undo-install'),
  },
  {
    what: text('Something is started before all is as it was', '全部恢复之前启动进程'),
    earlier: named('undo-install', 'undo-format', 'undo-keep-journal'),
    later: returns,
  },
];

/** Of two kinds of steps, none of the later kind stands before one of the earlier. */
const wrongOrder = ({plan: {direction}, steps}: Reading): Text[] =>
  [...MASTERS_AROUND_OTHERS, ...(direction === 'forward' ? FORWARD : BACK)].flatMap(
    ({what, earlier, later}) => {
      const [first, last] = [steps.findIndex(later), steps.findLastIndex(earlier)];
      const [one, another] = [steps[first], steps[last]];
      if (one === undefined || another === undefined || last < first) return [];
      return [
        text(
          `${what.en}: ${one.step.id} stands before ${another.step.id}.`,
          `${what.zh}：${one.step.id} 排在 ${another.step.id} 之前。`,
        ),
      ];
    },
  );

/** In one phase steps run side by side: what has to be over before something else stands in a phase of its own. */
const mixedPhases = ({plan: {phases}, steps}: Reading): Text[] =>
  phases
    .filter(phase => {
      const moved = steps.filter(doing => doing.phase === phase && (leaves(doing) || returns(doing)));
      return moved.some(isRole('master')) && moved.some(other);
    })
    .map(({id}) => says(id, 'moves masters and others side by side', '同时启停 master 与其他角色'));

/** What a job worker finds without a copy it unpins: no worker may still be on its way. */
const earlyJobWorkers = ({plan: {direction, phases}, steps}: Reading): Text[] =>
  direction === 'back'
    ? []
    : phases
        .filter(phase => {
          const started = steps.filter(doing => doing.phase === phase && returns(doing));
          return started.some(isRole('worker')) && started.some(isRole('job-worker'));
        })
        .map(({id}) =>
          says(id, 'starts workers and job workers side by side', '同时启动 worker 与 job worker'),
        );

/** One master alone has no majority, and waits for the others; and where the majority goes at once nothing is written any more. */
const oneByOne = ({plan: {phases}, steps, masters}: Reading): Text[] => {
  const majority = Math.floor(masters.length / 2) + 1;
  return phases
    .filter(phase => phase.width < majority)
    .flatMap(phase => {
      const own = steps.filter(doing => doing.phase === phase && isRole('master')(doing));
      return [
        ...(own.some(returns)
          ? [
              says(
                phase.id,
                `starts fewer than ${majority} masters at once`,
                `同时启动的 master 少于 ${majority} 个`,
              ),
            ]
          : []),
        ...(own.some(leaves)
          ? [
              says(
                phase.id,
                `stops fewer than ${majority} masters at once`,
                `同时停止的 master 少于 ${majority} 个`,
              ),
            ]
          : []),
      ];
    });
};

export const orderRules = (reading: Reading): readonly Text[] => [
  ...wrongOrder(reading),
  ...mixedPhases(reading),
  ...earlyJobWorkers(reading),
  ...oneByOne(reading),
];
