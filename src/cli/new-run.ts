import {createJournal, type OpenJournal} from '../engine/journal.ts';
import type {RunId} from '../model/ids.ts';
import type {Loaded} from './load-cluster.ts';
import type {Context} from './outside.ts';
import {createRunDir, forgetRun, type RunDir} from './state-dir.ts';
import {takeLock} from './take-lock.ts';
import {fileError, WRITABLE} from './user-error.ts';

/**
 * Makes the folder, the lock and the journal of a new run, for as long as the work takes. Of one whose first event could not
 * be written nothing is kept. `onBegun`: it is written.
 */
export const inRunDir = async <T>(
  {outside}: Context,
  id: RunId,
  {inventory}: Loaded,
  work: (dir: RunDir, journal: OpenJournal) => Promise<T>,
  onBegun: () => void = () => undefined,
): Promise<T> => {
  const dir = await createRunDir(outside.env, id, inventory);
  const release = await takeLock(dir.lock, ({pid}) => {
    throw new Error(`the new run ${id} is locked by process ${pid}`);
  });
  const journal = await createJournal(dir.journal).catch(async error => {
    await release();
    await forgetRun(dir);
    throw fileError(error, dir.journal, WRITABLE);
  });
  let isBegun = false;
  const noting: OpenJournal = {
    append: event =>
      journal.append(event).then(() => {
        if (!isBegun) onBegun();
        isBegun = true;
      }),
    close: journal.close,
  };
  try {
    return await work(dir, noting);
  } finally {
    await journal.close();
    await release();
    if (!isBegun) await forgetRun(dir);
  }
};
