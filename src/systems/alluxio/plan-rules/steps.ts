import {type Check, type Gate, gateChecks, type Phase, type Plan, type Step} from '../../../model/plan.ts';
import {type Text, text} from '../../../model/text.ts';
import {type AlluxioCluster, nodesOf, type ServerRole} from '../fields.ts';

// Nothing but the plan is read here: a rule says what has to stand before what, and knows nothing of how it was made.

/** A step, its phase, and whose it is. */
export type At = {readonly phase: Phase; readonly step: Step; readonly role: string};

/** Every step with its place, in the plan's order. */
export const allSteps = (plan: Plan, cluster: AlluxioCluster): readonly At[] => {
  const roles = new Map<string, string>(cluster.nodes.map(({id, role}) => [id, role]));
  return plan.phases.flatMap(phase =>
    phase.lanes.flatMap(({steps}) => steps.map(step => ({phase, step, role: roles.get(step.node) ?? ''}))),
  );
};

export const says = (id: string, en: string, zh: string): Text => text(`${id} ${en}.`, `${id} ${zh}。`);

/** What is looked at before the question, and once more after the key press. */
export const sidesOf = (gates: readonly Gate[]): readonly [readonly Check[], readonly Check[]] => {
  const question = gates.findIndex(({kind}) => kind === 'confirm');
  return question === -1
    ? [[], gateChecks(gates)]
    : [gateChecks(gates.slice(0, question)), gateChecks(gates.slice(question + 1))];
};

const looks = (checks: readonly Check[], probe: string, node?: string): boolean =>
  checks.some(check => check.probe === probe && (node === undefined || check.node === node));

/** Looked at on both sides of the phase's question. */
export const around = ({gates}: Phase, probe: string, node?: string): boolean =>
  sidesOf(gates).every(side => looks(side, probe, node));

/** Looked at right before this step: by its own gates, or after its phase's question. */
export const lookedAt = ({phase, step}: At, probe: string, node?: string): boolean =>
  looks(gateChecks(step.gates), probe, node) || looks(sidesOf(phase.gates)[1], probe, node);

export const isRole =
  (role: ServerRole) =>
  (at: At): boolean =>
    at.role === role;
export const named =
  (...names: readonly string[]) =>
  ({step}: At): boolean =>
    names.includes(step.name);
export const leaves = ({step}: At): boolean => step.service === 'leaves';
export const returns = ({step}: At): boolean => step.service === 'returns';

/** It is given a backup to restore from. */
export const restores = ({step: {action}}: At): boolean =>
  action.kind === 'script' && action.vars.backup !== undefined && action.vars.backup !== '';

const formatProblems = (at: At, cluster: AlluxioCluster): Text[] => {
  const {id, node, gates, destroys} = at.step;
  const sides = sidesOf(gates);
  const lacks = (probe: string, of?: string): boolean => !sides.every(side => looks(side, probe, of));
  const question = gates.find(gate => gate.kind === 'confirm');
  const asked =
    question?.kind === 'confirm' &&
    question.danger === 'destructive' &&
    question.phrase === cluster.name &&
    question.blast.some(blast => blast.node === node && blast.probe === 'journal-blast');
  return [
    ...(asked
      ? []
      : [
          says(
            id,
            'formats without a question of its own, the cluster’s name typed and this journal measured',
            '格式化前没有单独确认（输入集群名并测量该日志）',
          ),
        ]),
    ...(destroys === undefined ? [says(id, 'does not say what it destroys', '没有说明会毁掉什么')] : []),
    ...nodesOf(cluster, 'master')
      .filter(master => lacks('proof', master.id))
      .map(master =>
        says(
          id,
          `does not prove on ${master.id}, before and after its question, that the backup can be read`,
          `在确认前后没有在 ${master.id} 上证明备份可读`,
        ),
      ),
    ...(lacks('journal-copy', node)
      ? [says(id, 'formats a journal whose copy is not looked at', '格式化前没有查看日志的副本')]
      : []),
    ...(lacks('processes')
      ? [says(id, 'formats while something may run', '格式化时可能仍有进程在运行')]
      : []),
  ];
};

/** No proof, no format. */
export const unprovedFormats = (all: readonly At[], cluster: AlluxioCluster): Text[] =>
  all.filter(named('format')).flatMap(at => formatProblems(at, cluster));

/** What all processes of a home run from is exchanged, and a journal copied or brought back, only while nothing runs. */
export const notSilent = (all: readonly At[]): Text[] =>
  all
    .filter(named('install', 'undo-install', 'undo-format', 'undo-keep-journal'))
    .filter(at => !lookedAt(at, 'processes'))
    .map(({step: {id}}) =>
      says(id, 'does not look whether anything still runs', '没有查看是否仍有进程在运行'),
    );

/** A journal comes back from its copy, and is looked for first. */
export const withoutCopy = (all: readonly At[]): Text[] =>
  all
    .filter(named('undo-format', 'undo-keep-journal'))
    .filter(at => !lookedAt(at, 'journal-copy', at.step.node))
    .map(({step: {id}}) => says(id, 'does not look whether the copy is there', '没有查看副本是否还在'));

const isContent = ({probe, expect}: Check): boolean => probe === 'cluster' && expect.mounts !== undefined;

/** Nobody else runs beside masters whose content is not proved: workers delete every block an empty one does not know. */
export const besideUnproved = (all: readonly At[]): Text[] =>
  all
    .filter(at => returns(at) && at.role !== 'master')
    .filter(({phase, step}) => ![...gateChecks(step.gates), ...sidesOf(phase.gates)[1]].some(isContent))
    .map(({step: {id}}) =>
      says(
        id,
        'does not look whether the masters hold what was counted',
        '启动前没有查看 master 的内容是否与清点时一致',
      ),
    );

/** A worker begins with the blocks it had. */
export const emptiedCaches = ({direction}: Plan, all: readonly At[]): Text[] =>
  direction === 'back'
    ? []
    : all
        .filter(at => returns(at) && at.role === 'worker')
        .filter(at => !lookedAt(at, 'cache', at.step.node))
        .map(({step: {id}}) =>
          says(id, 'does not look whether its blocks are still there', '启动前没有查看缓存块是否还在'),
        );

/** 2.3.0 formats the whole cluster when it finds no journal folder; any version comes up empty on a foreign one (recorded). */
export const unseenJournals = (all: readonly At[]): Text[] =>
  all
    .filter(at => returns(at) && at.role === 'master' && hasJournal(at))
    .filter(at => !lookedAt(at, 'journal', at.step.node))
    .map(({step: {id}}) => says(id, 'does not look at its journal before it starts', '启动前没有查看其日志'));

/** A journal at a URI is looked at by nobody. */
const hasJournal = ({step: {action}}: At): boolean =>
  action.kind === 'script' && action.vars.journal !== undefined && action.vars.journal !== '';
