import {createHash} from 'node:crypto';
import {dirname, join} from 'node:path';
import type {Cluster} from '../model/inventory.ts';
import {text} from '../model/text.ts';
import type {Outside} from './outside.ts';
import {makeFolder, runsDir} from './state-dir.ts';
import {takeLock} from './take-lock.ts';
import {fileError, PUT_RIGHT, UserError} from './user-error.ts';

/** The same nodes are the same cluster, whatever it is called in whichever file. */
const fingerprint = ({nodes}: Cluster): string => {
  const places = nodes.map(({id, host, home}) => `${host}\0${home ?? id}`).toSorted();
  return createHash('sha256').update(places.join('\n')).digest('hex').slice(0, 16);
};

/**
 * Carries out work on a cluster's nodes while no other lakeup of this user and machine does: two that take the same
 * phase would each stop a node that the other counts on. Throws who does.
 */
export const withClusterLock = async <T>(
  env: Outside['env'],
  cluster: Cluster,
  work: () => Promise<T>,
): Promise<T> => {
  const base = join(dirname(runsDir(env)), 'clusters');
  await makeFolder(base).catch(error => {
    throw fileError(error, base, PUT_RIGHT);
  });
  const release = await takeLock(
    join(base, fingerprint(cluster)),
    ({pid, at}) =>
      new UserError(
        text(
          `another lakeup works on ${cluster.name}: process ${pid}, since ${at}`,
          `另一个 lakeup 正在处理 ${cluster.name}：进程 ${pid}，自 ${at} 起`,
        ),
        text(
          'wait until it has ended, or leave it there (q) and go on here with `lakeup resume`',
          '请等它结束，或在那里离开（q），再在这里用 `lakeup resume` 继续',
        ),
      ),
  );
  try {
    return await work();
  } finally {
    await release();
  }
};
