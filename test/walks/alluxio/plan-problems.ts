import {
  type Check,
  type Gate,
  gateChecks,
  type Phase,
  type Plan,
  planSteps,
  type Step,
} from '../../../src/model/plan.ts';
import {type Text, text} from '../../../src/model/text.ts';
import {type AlluxioCluster, ofRole, type RoleName} from './fields.ts';

// Nothing but the plan is read here: a rule says what has to stand before what, and knows nothing of how it was made.

type At = {readonly phase: Phase; readonly step: Step; readonly role: RoleName | undefined};

/** What is looked at before the question, and once more after the key press. */
const sidesOf = (gates: readonly Gate[]): readonly (readonly Check[])[] => {
  const question = gates.findIndex(({kind}) => kind === 'confirm');
  return [gateChecks(gates.slice(0, Math.max(question, 0))), gateChecks(gates.slice(question + 1))];
};

const looks = (checks: readonly Check[], probe: string, node?: string): boolean =>
  checks.some(check => check.probe === probe && (node === undefined || check.node === node));

const everything = (plan: Plan, cluster: AlluxioCluster): At[] => {
  const roles = new Map<string, RoleName>(cluster.nodes.map(({id, fields}) => [id, fields.role]));
  return plan.phases.flatMap(phase =>
    phase.lanes.flatMap(({steps}) => steps.map(step => ({phase, step, role: roles.get(step.node)}))),
  );
};

const says = (id: string, en: string, zh: string): Text => text(`${id} ${en}.`, `${id} ${zh}。`);

/** Every proof on both sides of the question that formats: the backup on each master, each copy, and silence. */
const unprovedFormats = (all: readonly At[], cluster: AlluxioCluster): Text[] =>
  all
    .filter(({step}) => step.name === 'format')
    .flatMap(({step: {id, node, gates}}) => {
      const sides = sidesOf(gates);
      const lacks = (probe: string, of?: string): boolean => !sides.every(side => looks(side, probe, of));
      return [
        ...ofRole(cluster, 'master')
          .filter(master => lacks('proof', master.id))
          .map(master =>
            says(
              id,
              `does not prove on ${master.id}, before and after its question, that the backup can be read`,
              `在确认前后没有在 ${master.id} 上证明备份可读`,
            ),
          ),
        ...(lacks('journal-copy', node)
          ? [says(id, 'formats a journal whose copy is not looked at', '格式化日志前没有查看其副本')]
          : []),
        ...ofRole(cluster, 'worker')
          .filter(worker => lacks('cache-copy', worker.id))
          .map(worker =>
            says(id, `does not count the copy of ${worker.id}’s cache`, `没有清点 ${worker.id} 的缓存副本`),
          ),
        ...(lacks('processes')
          ? [says(id, 'formats while something may run', '格式化时可能仍有进程在运行')]
          : []),
      ];
    });

/** A file that all servers of a home run from is exchanged, and a journal brought back, only while nothing runs. */
const notSilent = (all: readonly At[]): Text[] =>
  all
    .filter(({step}) => ['link', 'undo-link', 'undo-format'].includes(step.name))
    .filter(({phase, step}) => {
      const around = sidesOf(phase.gates).every(side => looks(side, 'processes'));
      return !around && !looks(gateChecks(step.gates), 'processes');
    })
    .map(({step: {id}}) =>
      says(id, 'does not look whether anything still runs', '没有查看是否仍有进程在运行'),
    );

const position = (all: readonly At[], wanted: (at: At) => boolean): {first: number; last: number} => ({
  first: all.findIndex(wanted),
  last: all.findLastIndex(wanted),
});

type Pair = {
  readonly what: Text;
  readonly earlier: (at: At) => boolean;
  readonly later: (at: At) => boolean;
};

const starting = (role: RoleName) => (at: At) => at.role === role && at.step.service === 'returns';
const stopping = (role: RoleName) => (at: At) => at.role === role && at.step.service === 'leaves';
const named = (name: string) => (at: At) => at.step.name === name;

/** What holds in either direction: workers are there only while masters are. */
const MASTERS_AROUND_WORKERS: readonly Pair[] = [
  {
    what: text('A worker is stopped after a master', 'worker 在 master 之后停止'),
    earlier: stopping('worker'),
    later: stopping('master'),
  },
  {
    what: text('A worker is started before a master', 'worker 在 master 之前启动'),
    earlier: starting('master'),
    later: starting('worker'),
  },
];

const FORWARD: readonly Pair[] = [
  {
    what: text('Something is stopped before it was backed up', '在备份之前停止'),
    earlier: named('backup'),
    later: ({step}) => step.service === 'leaves',
  },
  {
    what: text('Something is installed before all is stopped', '在全部停止之前安装'),
    earlier: ({step}) => step.service === 'leaves',
    later: named('link'),
  },
  {
    what: text('A journal is formatted before all is installed', '在全部安装之前格式化'),
    earlier: named('link'),
    later: named('format'),
  },
  {
    what: text('Something is started before every journal was formatted', '在全部格式化之前启动'),
    earlier: named('format'),
    later: ({step}) => step.service === 'returns',
  },
  {
    what: text('An application is restarted before all is started', '在全部启动之前重启应用'),
    earlier: ({step}) => step.service === 'returns',
    later: ({step}) => step.service === 'restarts',
  },
];

const BACK: readonly Pair[] = [
  {
    what: text(
      'A journal is brought back while something of the new version may run',
      '新版本停止之前恢复日志',
    ),
    earlier: ({step}) => step.service === 'leaves',
    later: named('undo-format'),
  },
  {
    what: text('A home is linked back before its journals are back', '日志恢复之前切换回旧目录'),
    earlier: named('undo-format'),
    later: named('undo-link'),
  },
  {
    what: text('Something is started before all is as it was', '在全部恢复之前启动'),
    earlier: named('undo-link'),
    later: ({step}) => step.service === 'returns',
  },
];

const wrongOrder = (plan: Plan, all: readonly At[]): Text[] =>
  [...MASTERS_AROUND_WORKERS, ...(plan.direction === 'forward' ? FORWARD : BACK)].flatMap(
    ({what, earlier, later}) => {
      const [before, after] = [position(all, earlier), position(all, later)];
      if (after.first === -1 || before.last < after.first) return [];
      const [first, last] = [all[after.first]?.step.id, all[before.last]?.step.id];
      return [
        text(`${what.en}: ${first} stands before ${last}.`, `${what.zh}：${first} 排在 ${last} 之前。`),
      ];
    },
  );

/** Nobody runs beside masters whose content is not proved: recorded has died by deleting every block it had. */
const besideUnproved = (plan: Plan, all: readonly At[]): Text[] =>
  all
    .filter(at => starting('worker')(at))
    .filter(({step}) => !looks(gateChecks(step.gates), 'masters'))
    .map(({step: {id}}) =>
      says(
        id,
        `does not look whether the masters know what was ${plan.direction === 'forward' ? 'backed up' : 'recorded'}`,
        '启动前没有查看 master 的内容是否完整',
      ),
    );

/** The old version formats the whole cluster where it finds no journal. */
const withoutJournal = ({direction}: Plan, all: readonly At[]): Text[] =>
  direction === 'forward'
    ? []
    : all
        .filter(starting('master'))
        .filter(({step}) => !looks(gateChecks(step.gates), 'journal', step.node))
        .map(({step: {id}}) =>
          says(id, 'does not look whether the old journal is there', '启动前没有查看旧日志是否存在'),
        );

/** The cluster is stopped for a backup that every master can read, and that nothing was written after. */
const unprovedStops = ({direction, phases}: Plan, all: readonly At[], cluster: AlluxioCluster): Text[] => {
  if (direction === 'back') return [];
  const stops = phases.filter(phase => all.some(at => at.phase === phase && at.step.service === 'leaves'));
  return stops.flatMap(({id, gates}) => {
    const sides = sidesOf(gates);
    return [
      ...(sides.every(side => looks(side, 'writes'))
        ? []
        : [
            says(
              id,
              'does not look whether anything was written since the mark',
              '没有查看标记之后是否有写入',
            ),
          ]),
      ...ofRole(cluster, 'master')
        .filter(master => !sides.every(side => looks(side, 'proof', master.id)))
        .map(master =>
          says(id, `stops before ${master.id} can read the backup`, `在 ${master.id} 能读取备份之前停止`),
        ),
    ];
  });
};

/** One master alone has no majority, and waits for the others: they are started side by side. */
const oneByOne = ({direction, phases}: Plan, cluster: AlluxioCluster): Text[] => {
  const majority = Math.floor(ofRole(cluster, 'master').length / 2) + 1;
  return direction === 'back'
    ? []
    : phases
        .filter(({lanes, width}) => width < majority && lanes.some(({steps}) => steps.some(isRestore)))
        .map(({id}) =>
          says(id, `starts fewer than ${majority} masters at once`, `同时启动的 master 少于 ${majority} 个`),
        );
};

/** What it was given to restore from. */
const isRestore = ({action}: Step): boolean => action.kind === 'script' && action.vars.backup !== undefined;

const leftOut = ({direction}: Plan, all: readonly At[], cluster: AlluxioCluster): Text[] => {
  if (direction === 'back') return [];
  const wanted: readonly (readonly [RoleName, readonly string[]])[] = [
    ['master', ['stage', 'stop', 'keep-journal', 'link', 'format', 'start']],
    ['job-master', ['stop', 'start']],
    ['worker', ['stage', 'stop', 'keep-cache', 'link', 'start']],
    ['job-worker', ['stop', 'start']],
    ['client', ['jar', 'restart']],
  ];
  return wanted.flatMap(([role, names]) =>
    ofRole(cluster, role).flatMap(({id}) =>
      names
        .filter(name => !all.some(({step}) => step.node === id && step.name === name))
        .map(name => text(`${id} is never taken through ${name}.`, `${id} 缺少步骤 ${name}。`)),
    ),
  );
};

/** Behind the first application that writes again there is no way back. */
const pastReturn = (plan: Plan): Text[] =>
  planSteps(plan)
    .filter(({name}) => name === 'undo-restart')
    .map(({node}) =>
      text(
        `${node} has written what the old version cannot read: it cannot be taken back.`,
        `${node} 已写入旧版本无法读取的内容：不能回退。`,
      ),
    );

/** The walk's own rules about a plan of either direction, each a sentence; empty when all hold. */
export const alluxioPlanProblems = (plan: Plan, cluster: AlluxioCluster): readonly Text[] => {
  const all = everything(plan, cluster);
  return [
    ...wrongOrder(plan, all),
    ...unprovedStops(plan, all, cluster),
    ...unprovedFormats(all, cluster),
    ...notSilent(all),
    ...besideUnproved(plan, all),
    ...withoutJournal(plan, all),
    ...oneByOne(plan, cluster),
    ...leftOut(plan, all, cluster),
    ...pastReturn(plan),
  ];
};
