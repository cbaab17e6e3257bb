import {createHash} from 'node:crypto';
import {readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {lockHolder, type Owner} from '../engine/run-lock.ts';
import type {Cluster} from '../model/inventory.ts';
import {text} from '../model/text.ts';
import {describeOwner} from './describe-owner.ts';
import type {Outside} from './outside.ts';
import {makeFolder, runsDir} from './state-dir.ts';
import {takeLock} from './take-lock.ts';
import {fileError, PUT_RIGHT, UserError} from './user-error.ts';

const placesOf = ({nodes}: Cluster): readonly string[] =>
  nodes.map(({id, host, home}) => `${host} ${home ?? id}`).toSorted();

/** The same nodes are the same cluster, whatever it is called in whichever file. */
const fingerprint = (places: readonly string[]): string =>
  createHash('sha256').update(places.join('\n')).digest('hex').slice(0, 16);

/** Beside a lock stands which places it is about. */
const PLACES = '.places';

/** Who works on a cluster that has one of these places too, though it is not the same: null if nobody does. */
const otherHolder = async (base: string, own: string, places: readonly string[]): Promise<Owner | null> => {
  const known = new Set(places);
  for (const file of (await readdir(base)).filter(
    name => name.endsWith(PLACES) && name !== `${own}${PLACES}`,
  )) {
    // Its run may end just now.
    const there = await readFile(join(base, file), 'utf8').catch(() => '');
    if (!there.split('\n').some(place => known.has(place))) continue;
    const holder = await lockHolder(join(base, file.slice(0, -PLACES.length)));
    if (holder !== null) return holder;
  }
  return null;
};

const taken = ({name}: Cluster, owner: Owner): UserError => {
  const {en, zh} = describeOwner(owner);
  return new UserError(
    text(
      `another lakeup works on ${name}, or on nodes of it: ${en}`,
      `另一个 lakeup 正在处理 ${name} 或其中的节点：${zh}`,
    ),
    text(
      'wait until it has ended, or leave it there (q) and go on here with `lakeup resume`',
      '请等它结束，或在那里离开（q），再在这里用 `lakeup resume` 继续',
    ),
  );
};

/**
 * Carries out work on a cluster's nodes while no other lakeup of this user and machine does: two that take the same
 * phase would each stop a node that the other counts on. One node in common is enough. Throws who does.
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
  const places = placesOf(cluster);
  const name = fingerprint(places);
  const release = await takeLock(join(base, name), owner => taken(cluster, owner));
  const list = join(base, `${name}${PLACES}`);
  try {
    // Written before it is looked: of two at once both may give way, but never do both go on.
    await writeFile(list, places.join('\n'), {mode: 0o600}).catch(error => {
      throw fileError(error, list, PUT_RIGHT);
    });
    const other = await otherHolder(base, name, places);
    if (other !== null) throw taken(cluster, other);
    return await work();
  } finally {
    await rm(list, {force: true}).catch(() => undefined);
    await release();
  }
};
