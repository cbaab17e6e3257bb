import type {RunId} from '../model/ids.ts';
import {isAbout} from './is-about.ts';
import {type KnownRun, knownRun} from './known-run.ts';
import type {Loaded} from './load-cluster.ts';
import type {Outside} from './outside.ts';
import {listRunDirs} from './state-dir.ts';

type Later = Extract<KnownRun, {kind: 'known'}>;

/**
 * The newest later run of this machine that has changed these nodes; null where none has. Runs that were taken back, and those that
 * took them back, have left nothing; and those that prune a run change none of what runs.
 */
export const laterRun = async (
  outside: Outside,
  {id}: {readonly id: RunId},
  {cluster}: Pick<Loaded, 'cluster'>,
): Promise<Later | null> => {
  for (const dir of await listRunDirs(outside.env)) {
    if (dir.id <= id) return null;
    const run = await knownRun(dir);
    if (run.kind !== 'known' || run.standing.begun === false) continue;
    const {standing} = run;
    const left =
      standing.over?.kind === 'takenBack' ||
      standing.prunes !== undefined ||
      (standing.takesBack !== undefined && standing.verified !== null);
    if (!left && (await isAbout(outside, dir, standing, cluster))) return run;
  }
  return null;
};
