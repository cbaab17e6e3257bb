import {lockRun, type Owner} from '../engine/run-lock.ts';
import {text} from '../model/text.ts';
import {realClock} from './real-clock.ts';
import {fileError, PUT_RIGHT, UserError} from './user-error.ts';

/**
 * Takes a lock, and gives back how to release it. Throws in the operator's words: `taken` says what the living owner does
 * with it.
 */
export const takeLock = async (
  file: string,
  taken: (owner: Owner) => UserError,
): Promise<() => Promise<void>> => {
  const lock = await lockRun(file, new Date(realClock.now()).toISOString()).catch(error => {
    throw fileError(error, file, PUT_RIGHT);
  });
  switch (lock.kind) {
    case 'locked':
      return lock.release;
    case 'taken':
      throw taken(lock.owner);
    default:
      throw new UserError(
        text(
          `a lakeup was killed while it took over the lock ${file}, and left ${lock.left} behind`,
          `某个 lakeup 在接管锁 ${file} 时被终止，留下了 ${lock.left}`,
        ),
        text(
          `make sure that no other lakeup is starting here, then: rmdir ${lock.left}`,
          `请确认没有其他 lakeup 正在此处启动，然后执行：rmdir ${lock.left}`,
        ),
      );
  }
};
