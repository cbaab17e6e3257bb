import {text} from '../model/text.ts';
import {type KnownRun, knownRuns} from './known-run.ts';
import type {Outside} from './outside.ts';
import type {Found} from './resume.ts';
import type {Standing} from './standing.ts';
import {listRunDirs, SEE_RUNS} from './state-dir.ts';
import {UserError} from './user-error.ts';

/** Whether all that a run has kept is gone, by the word of the one that pruned it: where that is not to be read, nobody knows. */
const isAllGone = ({pruned}: Standing, known: readonly KnownRun[]): boolean => {
  if (pruned?.ended !== true) return false;
  const by = known.find(({dir}) => dir.id === pruned.run);
  return by?.kind === 'known' && by.standing.prunes?.whole === true;
};

/** Whether a run may have left something that can be pruned: it has ended, all of it, and led to another version. */
const mayBePruned = (standing: Standing, known: readonly KnownRun[]): boolean => {
  const {verified, skipped = [], over, yieldedTo, takesBack, prunes} = standing;
  return (
    verified !== null &&
    skipped.length === 0 &&
    over === undefined &&
    yieldedTo === undefined &&
    takesBack === undefined &&
    prunes === undefined &&
    !isAllGone(standing, known)
  );
};

/** The only run of this machine that may be pruned. Which of several is meant, lakeup does not guess. */
export const onlyPrunable = async ({env}: Outside): Promise<Found> => {
  const known = await knownRuns(await listRunDirs(env));
  const candidates = known.filter(
    (run): run is Found => run.kind === 'known' && mayBePruned(run.standing, known),
  );
  const [found, ...others] = candidates;
  if (found === undefined)
    throw new UserError(text('there is no run that could be pruned', '没有可以清除的运行'), SEE_RUNS);
  if (others.length === 0) return found;
  const names = candidates.map(({dir, standing}) => `  ${dir.id}  ${standing.cluster}`).join('\n');
  throw new UserError(
    text(`several runs may be pruned:\n${names}`, `有多个运行可以清除：\n${names}`),
    text('say which one: lakeup prune RUN', '请指明其一：lakeup prune RUN'),
  );
};
