import {askLines, seen, silent, silentBecause} from '../../../host/ask.ts';
import type {Probe} from '../../../model/system.ts';
import {text} from '../../../model/text.ts';
import type {Doris} from '../fields.ts';
import {packageRunFacts} from '../parse/package-run.ts';
import {stageName} from '../parse/tree.ts';
import {askVersion, VERSION_TIMEOUT_MS} from '../scripts/look-version.ts';

/**
 * `version` that the copy of the given stamp calls itself, without it when nothing says one; the `cause` for which it will not run here, or
 * `none`, and what was `said` of that.
 */
export const stageVersionProbe: Probe<Doris> = {
  roles: ['ms', 'recycler', 'be', 'fe'],
  takesMs: () => VERSION_TIMEOUT_MS,
  look: async (node, _cluster, ask, given) => {
    const {stamp, javaHome} = given;
    if (typeof stamp !== 'string')
      return silentBecause(text('it was not told which copy is meant', '未指明查看哪个副本'), node);
    const java = typeof javaHome === 'string' ? javaHome : null;
    const answer = await askLines(ask, node, askVersion(node, {stage: stageName(stamp)}, java));
    if (!answer.ok) return silent(answer);
    const {packageVersion, packageCause = 'none', packageSaid = []} = packageRunFacts(answer.value.lines);
    return seen({
      ...(packageVersion === undefined ? {} : {version: packageVersion}),
      cause: packageCause,
      said: packageSaid,
    });
  },
};
