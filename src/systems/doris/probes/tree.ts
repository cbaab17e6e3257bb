import type {Probe} from '../../../model/system.ts';
import {parseStage, parseTree} from '../parse/tree.ts';
import {askStage, askTree} from '../scripts/look.ts';
import {askLines, seen, silent} from './answers.ts';

const ALL = ['ms', 'recycler', 'be', 'fe'] as const;

/** Where bin and lib and their backups lie, and whether the installed ones are the package's. */
export const treeProbe: Probe = {
  roles: ALL,
  look: async (node, _cluster, ask) => {
    const answer = await askLines(ask, node, askTree(node));
    return answer.ok ? seen(parseTree(answer.value.lines)) : silent(answer.reason);
  },
};

/** How the stages below the home compare with the package. */
export const stageProbe: Probe = {
  roles: ALL,
  look: async (node, _cluster, ask) => {
    const answer = await askLines(ask, node, askStage(node));
    return answer.ok ? seen(parseStage(answer.value.lines)) : silent(answer.reason);
  },
};
