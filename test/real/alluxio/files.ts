import {createHash, randomBytes} from 'node:crypto';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import type {Cluster} from './cluster.ts';
import {HARD_DISK, HOME, RAMDISK, STORE, WORKERS} from './layout.ts';
import {leaderPage} from './pages.ts';

/** A way of writing: which options it takes, and whether the file is in the under store afterwards. */
type Kind = {readonly path: string; readonly options: string; readonly persisted: boolean};

const MEGABYTE = 1_000_000;

/** One of each: only in caches (of either tier), in caches and the under store, only in the under store, below a mount. */
const KINDS: readonly Kind[] = [
  {path: '/data/only-cached', options: '-Dalluxio.user.file.writetype.default=MUST_CACHE', persisted: false},
  {
    path: '/data/only-cached-below',
    options: '-Dalluxio.user.file.writetype.default=MUST_CACHE -Dalluxio.user.file.write.tier.default=1',
    persisted: false,
  },
  {path: '/data/both', options: '-Dalluxio.user.file.writetype.default=CACHE_THROUGH', persisted: true},
  {path: '/data/only-stored', options: '-Dalluxio.user.file.writetype.default=THROUGH', persisted: true},
  {path: '/extra/mounted', options: '-Dalluxio.user.file.writetype.default=CACHE_THROUGH', persisted: true},
];

/** What was written: the digest of every file, by its path. */
export type Written = Readonly<Record<string, string>>;

const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** Mounts a second under store and writes a file of each kind, of several blocks. */
export const writeFiles = async (cluster: Cluster): Promise<Written> => {
  const [host = ''] = cluster.masters;
  const contents = KINDS.map((_, i) => randomBytes(3 * MEGABYTE + i));
  for (const [i, bytes] of contents.entries())
    writeFileSync(join(cluster.store, `source-${i}`), bytes, {mode: 0o644});
  const copies = KINDS.map(
    ({path, options}, i) => `bin/alluxio fs ${options} copyFromLocal ${STORE}/source-${i} ${path}`,
  );
  const script = [
    `cd ${HOME}`,
    'bin/alluxio fs mkdir /data',
    `bin/alluxio fs mount /extra ${STORE}/extra`,
    ...copies,
    'bin/alluxio fs setfacl -m user:nobody:rwx /data/both',
    'bin/alluxio fs pin /data/only-cached',
  ];
  await cluster.on(host, script.join(' && '));
  return Object.fromEntries(KINDS.map(({path}, i) => [path, digest(contents[i] ?? Buffer.of())]));
};

/** Reads every file through the product's own client, and tells the digest of what came. */
export const readFiles = async (cluster: Cluster): Promise<Written> => {
  const [host = ''] = cluster.masters;
  const copies = ['/data', '/extra'].map(
    path => `${HOME}/bin/alluxio fs copyToLocal ${path} /tmp/read${path} >&2`,
  );
  const script = `rm -rf /tmp/read && mkdir /tmp/read && ${copies.join(' && ')} && cd /tmp/read && find . -type f | xargs sha256sum; rm -rf /tmp/read`;
  const lines = (await cluster.on(host, script)).trim().split('\n').filter(Boolean);
  return Object.fromEntries(
    lines
      .map(line => line.split(/\s+\.?/))
      .map(([sum = '', path = '']): [string, string] => [path, sum])
      .toSorted(([one], [other]) => one.localeCompare(other)),
  );
};

/** What an upgrade must leave as it was. */
export type Contents = {
  /** Rights, owner, state and path of every file and folder, as the namespace is listed without asking the under store. */
  readonly paths: readonly string[];
  readonly mounts: readonly string[];
  /** Who else may read, and what must stay cached. */
  readonly marks: readonly string[];
  /** All tiers of all workers together: blocks move between tiers by themselves. */
  readonly blocks: string;
  readonly workers: readonly string[];
};

const WITHOUT_STORE =
  '-Dalluxio.user.file.metadata.load.type=NEVER -Dalluxio.user.file.metadata.sync.interval=-1';
const ROW = /^(\S+)\s+(\S+)\s.*\s(\w*PERSISTED|LOST)\s.*\s(\/\S*)\s*$/;

const pathsOf = async (cluster: Cluster): Promise<string[]> => {
  const [host = ''] = cluster.masters;
  const lines = (await cluster.on(host, `${HOME}/bin/alluxio fs ${WITHOUT_STORE} ls -R /`)).split('\n');
  const rows = lines.flatMap(line => {
    const [, rights, owner, state, path] = ROW.exec(line) ?? [];
    return path === undefined || path.startsWith('/.alluxio') ? [] : [`${path} ${rights} ${owner} ${state}`];
  });
  return rows.toSorted();
};

const marksOf = async (cluster: Cluster): Promise<string[]> => {
  const [host = ''] = cluster.masters;
  const script = `${HOME}/bin/alluxio fs getfacl /data/both | grep user: && ${HOME}/bin/alluxio fs stat /data/only-cached | grep -o pinned=[a-z]*`;
  return (await cluster.on(host, script)).trim().split('\n');
};

/** The blocks that lie on the workers, whether anything runs there or not. */
export const blocksOf = async (cluster: Cluster): Promise<string> => {
  // A ramdisk that is new has no folder yet.
  const count = `for tier in ${RAMDISK} ${HARD_DISK}; do
  if [ -d $tier/alluxioworker ]; then find $tier/alluxioworker -maxdepth 1 -type f -printf '%s\\n'; fi
done`;
  const said = await Promise.all(WORKERS.map(host => cluster.on(host, count)));
  const sizes = said.flatMap(lines => lines.split('\n').filter(Boolean)).map(Number);
  return `${sizes.length} blocks, ${sizes.reduce((sum, size) => sum + size, 0)} bytes`;
};

/** What the cluster holds, told by itself and by the files on its workers. */
export const contentsOf = async (cluster: Cluster): Promise<Contents> => {
  const leader = await leaderPage(cluster.lab, cluster.masters);
  if (leader === null) throw new Error('nobody leads');
  const {workers, mountPoints} = leader.page;
  return {
    paths: await pathsOf(cluster),
    marks: await marksOf(cluster),
    blocks: await blocksOf(cluster),
    mounts: Object.entries(mountPoints)
      .map(([path, {ufsUri}]) => `${path} ${ufsUri}`)
      .toSorted(),
    workers: workers.map(({address}) => address.host).toSorted(),
  };
};
