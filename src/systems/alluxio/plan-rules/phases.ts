import {type Check, gateChecks, type Phase, type Plan} from '../../../model/plan.ts';
import {type Text, text} from '../../../model/text.ts';
import {type AlluxioCluster, homesOf, nodesOf, SERVERS} from '../fields.ts';
import {type At, around, isRole, leaves, named, restores, returns, says, sidesOf} from './steps.ts';

type Pair = {
  readonly what: Text;
  readonly earlier: (at: At) => boolean;
  readonly later: (at: At) => boolean;
};

const both =
  (one: (at: At) => boolean, other: (at: At) => boolean) =>
  (at: At): boolean =>
    one(at) && other(at);
const other = (at: At): boolean => at.role !== 'master';

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
    what: text('Something is stopped before it was backed up', '在备份之前停止进程'),
    earlier: named('backup'),
    later: leaves,
  },
  {
    what: text('The backup begins before there is counted', '清点之前开始备份'),
    earlier: named('mark'),
    later: named('backup'),
  },
  {
    what: text('A home is exchanged before all is stopped and copied', '全部停止并复制之前切换安装目录'),
    earlier: at => leaves(at) || named('keep-journal')(at),
    later: named('install'),
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
export const wrongOrder = ({direction}: Plan, all: readonly At[]): Text[] =>
  [...MASTERS_AROUND_OTHERS, ...(direction === 'forward' ? FORWARD : BACK)].flatMap(
    ({what, earlier, later}) => {
      const first = all.find(later);
      const last = all.findLast(earlier);
      if (first === undefined || last === undefined || all.indexOf(last) < all.indexOf(first)) return [];
      return [
        text(
          `${what.en}: ${first.step.id} stands before ${last.step.id}.`,
          `${what.zh}：${first.step.id} 排在 ${last.step.id} 之前。`,
        ),
      ];
    },
  );

/** In one phase steps run side by side: what has to be over before something else stands in a phase of its own. */
export const mixedPhases = ({phases}: Plan, all: readonly At[]): Text[] =>
  phases
    .filter(phase => {
      const roles = new Set(
        all.filter(at => at.phase === phase && (leaves(at) || returns(at))).map(({role}) => role),
      );
      return roles.has('master') && roles.size > 1;
    })
    .map(({id}) => says(id, 'moves masters and others side by side', '同时启停 master 与其他角色'));

const isWrites = ({probe, expect}: Check): boolean => probe === 'cluster' && expect.writes !== undefined;

/** The cluster is stopped for a backup that every master can read, and that nothing was written after. */
export const unprovedStops = (
  {direction, phases}: Plan,
  all: readonly At[],
  cluster: AlluxioCluster,
): Text[] =>
  direction === 'back'
    ? []
    : phases
        .filter(phase => all.some(at => at.phase === phase && leaves(at)))
        .flatMap(phase => [
          ...(sidesOf(phase.gates).every(side => side.some(isWrites))
            ? []
            : [
                says(
                  phase.id,
                  'does not look, before and after its question, whether anything was written since the backup',
                  '在确认前后没有查看备份之后是否有写入',
                ),
              ]),
          ...nodesOf(cluster, 'master')
            .filter(master => !around(phase, 'proof', master.id))
            .map(master =>
              says(
                phase.id,
                `stops before it is proved that ${master.id} can read the backup`,
                `在证明 ${master.id} 能读取备份之前停止`,
              ),
            ),
        ]);

/** One master alone has no majority, and waits for the others: they are started side by side. */
export const oneByOne = ({phases}: Plan, all: readonly At[], cluster: AlluxioCluster): Text[] => {
  const majority = Math.floor(nodesOf(cluster, 'master').length / 2) + 1;
  return phases
    .filter(
      phase =>
        phase.width < majority && all.some(at => at.phase === phase && returns(at) && at.role === 'master'),
    )
    .map(({id}) =>
      says(id, `starts fewer than ${majority} masters at once`, `同时启动的 master 少于 ${majority} 个`),
    );
};

/** Every master restores from the one backup, or none does; and where one does, its journal was formatted in this plan. */
export const halfRestored = ({direction}: Plan, all: readonly At[]): Text[] => {
  if (direction === 'back') return [];
  const starts = all.filter(at => returns(at) && at.role === 'master');
  const restoring = starts.filter(restores);
  const formats = all.some(named('format'));
  if (restoring.length > 0 && !formats)
    return [text('A backup is restored, and no journal was formatted.', '恢复备份，却没有格式化日志。')];
  if (restoring.length < starts.length && formats)
    return starts
      .filter(at => !restores(at))
      .map(({step: {id}}) =>
        says(id, 'starts on a formatted journal without the backup', '在已格式化的日志上启动，却没有带备份'),
      );
  return [];
};

/** The masters are proved to hold every entry of the backup before anybody else is started. */
export const unprovedRestore = ({direction, phases}: Plan, all: readonly At[]): Text[] => {
  if (direction === 'back' || !all.some(restores)) return [];
  const isRestored = ({probe, expect}: Check): boolean =>
    probe === 'cluster' && expect.restored !== undefined;
  const proved = (phase: Phase): boolean => sidesOf(phase.gates).every(side => side.some(isRestored));
  return phases
    .filter(phase => all.some(at => at.phase === phase && returns(at) && at.role !== 'master'))
    .filter(phase => !proved(phase))
    .map(({id}) =>
      says(
        id,
        'does not look, before and after its question, whether every entry was restored',
        '在确认前后没有查看是否已恢复全部条目',
      ),
    );
};

/** Everybody goes through every step that is theirs. */
export const leftOut = ({direction, verify}: Plan, all: readonly At[], cluster: AlluxioCluster): Text[] => {
  if (direction === 'back') return [];
  const missing = (id: string, name: string): Text[] =>
    all.some(({step}) => step.node === id && step.name === name)
      ? []
      : [text(`${id} is never taken through ${name}.`, `${id} 缺少步骤 ${name}。`)];
  return [
    ...homesOf(cluster).flatMap(({id}) => ['stage', 'install'].flatMap(name => missing(id, name))),
    ...nodesOf(cluster, ...SERVERS).flatMap(({id}) => ['stop', 'start'].flatMap(name => missing(id, name))),
    ...cluster.nodes
      .filter(({id}) => !verify.some(({node}) => node === id))
      .map(({id}) => text(`${id} is verified by nobody.`, `没有验证 ${id}。`)),
  ];
};

/** A copied journal is proved to be copied. */
export const unprovedCopies = (all: readonly At[]): Text[] =>
  all
    .filter(named('keep-journal'))
    .filter(({step}) => !step.done.some(({probe, node}) => probe === 'journal-copy' && node === step.node))
    .map(({step: {id}}) => says(id, 'does not compare its copy', '没有比较副本'));

/** A new version is asked about every property of the configuration it is given. */
export const unaskedConf = ({direction}: Plan, all: readonly At[]): Text[] =>
  direction === 'back'
    ? []
    : all
        .filter(named('stage'))
        .filter(({step}) => !step.done.some(({probe, node}) => probe === 'conf' && node === step.node))
        .map(({step: {id}}) =>
          says(id, 'does not ask the new version about its configuration', '没有用新版本检查其配置'),
        );

/** Every gate of a phase with a question that stops or starts something stands on both sides of it. */
export const staleGates = ({phases}: Plan): Text[] =>
  phases.flatMap(({id, gates}) => {
    if (!gates.some(({kind}) => kind === 'confirm')) return [];
    const [before, after] = sidesOf(gates);
    const keys = (checks: readonly Check[]): string =>
      checks.map(({probe, node}) => `${probe}@${node}`).join(' ');
    return keys(before) === keys(after) || gateChecks(gates).length === 0
      ? []
      : [
          says(
            id,
            'does not look again after its question at what it looked at before',
            '确认之后没有再次查看确认之前查看的内容',
          ),
        ];
  });
