import type {Probe} from '../../../model/system.ts';
import {parsePackageVersion} from '../parse/package-version.ts';
import {stageName} from '../parse/tree.ts';
import {askVersion} from '../scripts/look-version.ts';
import {askLines, seen, silent} from './answers.ts';

/** `version` that the copy of the given stamp calls itself; without it when nothing says one. */
export const stageVersionProbe: Probe = {
  roles: ['ms', 'recycler', 'be', 'fe'],
  look: async (node, _cluster, ask, given) => {
    const {stamp, javaHome} = given ?? {};
    if (typeof stamp !== 'string') return silent('it was not told which copy is meant');
    const java = typeof javaHome === 'string' ? javaHome : null;
    const answer = await askLines(ask, node, askVersion(node, {stage: stageName(stamp)}, java));
    if (!answer.ok) return silent(answer.reason);
    const version = parsePackageVersion(answer.value.lines);
    return seen(version === null ? {} : {version});
  },
};
