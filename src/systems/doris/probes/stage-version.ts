import {askLines, seen, silent, silentBecause} from '../../../host/ask.ts';
import {listOf} from '../../../model/facts.ts';
import type {Probe} from '../../../model/system.ts';
import {text} from '../../../model/text.ts';
import type {Doris} from '../fields.ts';
import {packageRunFacts} from '../parse/package-run.ts';
import {stageName} from '../parse/tree.ts';
import {askVersion, VERSION_TIMEOUT_MS} from '../scripts/look-version.ts';

/**
 * `version` that the copy of the given stamp calls itself, without it when nothing says one; whether it `runs` here as far as that
 * takes, and the `causes` why it does not.
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
    const {packageVersion, ...facts} = packageRunFacts(answer.value.lines);
    const causes = [String(facts.packageCause ?? ''), ...listOf(facts, 'packageSaid')].filter(Boolean);
    return seen({
      ...(packageVersion === undefined ? {} : {version: packageVersion}),
      runs: causes.length === 0,
      causes,
    });
  },
};
