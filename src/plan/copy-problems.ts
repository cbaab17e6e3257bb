import {filePathProblem} from '../lib/abs-path.ts';
import type {StepId} from '../model/ids.ts';
import {type Cluster, findNode} from '../model/inventory.ts';
import type {Action, CopyAction, Step} from '../model/plan.ts';
import {type Text, text} from '../model/text.ts';

const senderProblems = (id: StepId, {from}: CopyAction, cluster: Cluster): Text[] => {
  const {node} = from;
  return typeof node !== 'string' || findNode(cluster, node) !== undefined
    ? []
    : [
        text(
          `${id} copies from ${node}, which the cluster does not have.`,
          `${id} 要从 ${node} 复制，但它不在集群中。`,
        ),
      ];
};

const pathProblems = (id: StepId, path: CopyAction['to']): Text[] => {
  const problem = typeof path === 'string' ? filePathProblem(path) : null;
  return problem === null
    ? []
    : [text(`${id} copies "${path}", which ${problem.en}.`, `${id} 要复制的“${path}”${problem.zh}。`)];
};

const ofAction = (id: StepId, action: Action, cluster: Cluster): Text[] =>
  action.kind === 'copy'
    ? [
        ...senderProblems(id, action, cluster),
        ...[...new Set([action.from.path, action.to])].flatMap(path => pathProblems(id, path)),
      ]
    : [];

/** Copies from a node that does not exist, or of a path that is none of a file. What a fact holds is looked at when it is there. */
export const copyProblems = (steps: readonly Step[], cluster: Cluster): Text[] =>
  steps.flatMap(({id, action, undo}) => [
    ...ofAction(id, action, cluster),
    ...(undo.kind === 'action' ? ofAction(id, undo.action, cluster) : []),
  ]);
