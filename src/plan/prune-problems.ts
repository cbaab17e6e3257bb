import {absPathProblem} from '../lib/abs-path.ts';
import type {Cluster} from '../model/inventory.ts';
import type {Check, Gate, Phase, Plan, Step} from '../model/plan.ts';
import {type Text, text} from '../model/text.ts';

type Question = Extract<Gate, {kind: 'confirm'}>;

const varOf = ({action}: Step, name: string): string => {
  const value = action.kind === 'script' ? action.vars[name] : undefined;
  return typeof value === 'string' ? value : '';
};

const givenPath = ({given}: Pick<Check, 'given'>): string =>
  typeof given?.path === 'string' ? given.path : '';

const problem = (id: string, en: string, zh: string): Text => text(`${id} ${en}.`, `${id} ${zh}。`);

/** It is looked at, by what it is and by what speaks against it, and then it is gone or was never asked about. */
const stepProblems = (step: Step, asked: ReadonlySet<string>, {id}: Phase): Text[] => {
  const path = varOf(step, 'path');
  const isIt = (check: Check): boolean =>
    check.node === step.node &&
    check.probe === 'kept' &&
    givenPath(check) === path &&
    (check.given?.knownBy ?? '') === varOf(step, 'known_by');
  const looked = step.gates.some(
    gate =>
      gate.kind === 'check' &&
      isIt(gate.check) &&
      [gate.check.expect, ...(gate.check.or ?? [])].every(
        ({place, going, against, id}) =>
          (place === 'none' && going === 'none') ||
          (Array.isArray(against) && against.length === 0 && id === varOf(step, 'id') && id !== ''),
      ),
  );
  const gone = step.done.every(
    check => isIt(check) && check.expect.place === 'none' && check.expect.going === 'none',
  );
  const isPrune = step.action.kind === 'script' && step.action.body.endsWith('.prune');
  return [
    ...(isPrune
      ? []
      : [problem(step.id, 'does something else than to remove what was kept', '做的不是清除保留内容')]),
    ...(absPathProblem(path) === null
      ? []
      : [
          problem(
            step.id,
            `removes "${path}", which is no path of its own`,
            `要清除的“${path}”不是独立的路径`,
          ),
        ]),
    ...(asked.has(`${step.node} ${path}`)
      ? []
      : [
          problem(
            step.id,
            `removes ${path}, which no question of its phase shows`,
            `要清除 ${path}，而其阶段的确认中没有列出它`,
          ),
        ]),
    ...(id === 'prune-cache' && varOf(step, 'known_by') === ''
      ? [
          problem(
            step.id,
            'removes a cache that is not known by what the run has left in it',
            '要清除的缓存无法凭运行留下的文件辨认',
          ),
        ]
      : []),
    ...(looked
      ? []
      : [problem(step.id, `removes ${path} without a look right before`, `清除 ${path} 之前没有查看`)]),
    ...(gone
      ? []
      : [problem(step.id, `would be done while ${path} is there`, `在 ${path} 仍存在时就会被视为完成`)]),
    ...(step.undo.kind === 'impossible' && step.destroys !== undefined
      ? []
      : [problem(step.id, 'does not say that there is no way back', '没有说明无法回退')]),
    ...(step.service === undefined
      ? []
      : [problem(step.id, 'takes its node out of service', '会使其节点停止服务')]),
  ];
};

const isQuestion = (gate: Gate): gate is Question => gate.kind === 'confirm';

const phaseProblems = (phase: Phase, {cluster}: Plan): Text[] => {
  const questions = phase.gates.filter(isQuestion);
  const deliberate = questions.filter(({danger, phrase}) => danger === 'destructive' && phrase === cluster);
  const asked = new Set(
    deliberate.flatMap(({blast}) =>
      blast.flatMap(each => (each.probe === 'kept-blast' ? [`${each.node} ${givenPath(each)}`] : [])),
    ),
  );
  return [
    ...(questions.length === 1 && deliberate.length === 1 && phase.fanOut === undefined
      ? []
      : [
          problem(
            phase.id,
            'does not ask once, for the name of the cluster',
            '没有以输入集群名的方式确认一次',
          ),
        ]),
    ...phase.lanes.flatMap(({steps}) => steps.flatMap(step => stepProblems(step, asked, phase))),
  ];
};

/** The rules of a plan that removes what a run has kept, each broken one a sentence; empty when all hold. They stand in for the system's own. */
export const pruneProblems = (plan: Plan, cluster: Cluster): readonly Text[] => {
  const backups = plan.phases.findIndex(({id}) => id === 'prune-backup');
  return [
    ...plan.phases.flatMap(phase => phaseProblems(phase, plan)),
    ...(backups === -1 || backups === plan.phases.length - 1
      ? []
      : [text('Backups do not go last.', '备份不是最后清除的。')]),
    ...(plan.direction === 'forward' &&
    plan.takesBack === undefined &&
    plan.from === plan.to &&
    plan.cluster === cluster.name
      ? []
      : [text('A plan that prunes a run leads somewhere else as well.', '清除计划还会做其他事。')]),
  ];
};
