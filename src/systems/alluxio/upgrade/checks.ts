import {compareVersions} from '../../../lib/version.ts';
import {listOf} from '../../../model/facts.ts';
import type {Check} from '../../../model/plan.ts';
import {text} from '../../../model/text.ts';
import {type CheckMore, check} from '../../../recipe/check.ts';
import {type Context, firstMaster, nodesOf, type ServerNode} from '../fields.ts';
import {pinsKept} from './checks-pins.ts';
import {runsAt, serves} from './checks-running.ts';
import {surveyOf, tellsEntries, tellsPins, tiersOf, typesOf} from './known.ts';
import {atLeast, ofBackup, ofMark, ofStop} from './names.ts';

// What is seen of the whole cluster and its content. Of one process: checks-running.ts; of files and journals: checks-files.ts.

const MINUTE = 60_000;
/** A command of the product costs a JVM (recorded: 2 s idle, 10 s on a loaded host): as often as it has to be seen to hold. */
const commandPollMs = ({cluster}: Context): number => Math.max(1_000, cluster.settings.lastSteadyMs / 4);

const whole = {leaders: 1, safeMode: false, missing: [], lost: [], strange: []};

/** One leader, every worker of the inventory live, no other, none lost, all at one version, and for a while. */
export const wellAt = (context: Context, version: string): Check => {
  const {cluster} = context;
  return check(
    firstMaster(cluster),
    'cluster',
    text(
      `one master leads, and every worker is live, at ${version}`,
      `有一个主 master，所有 worker 在线，版本均为 ${version}`,
    ),
    {...whole, versions: [version]},
    cluster.settings.workersWithinMs,
    {steadyMs: cluster.settings.lastSteadyMs},
  );
};

/** What the members of an embedded journal say of each other is stale for 10 to 15 s: it has to stay so for longer. */
const quorum = (context: Context): Check => {
  const {cluster} = context;
  const size = nodesOf(cluster, 'master').length;
  return check(
    firstMaster(cluster),
    'quorum',
    text('every master takes part in the quorum', '所有 master 均参与仲裁'),
    {size, available: size, unavailable: []},
    cluster.settings.electionWithinMs + cluster.settings.lastSteadyMs,
    {steadyMs: cluster.settings.lastSteadyMs, pollMs: commandPollMs(context)},
  );
};

export const quorumWhole = (context: Context, when: 'before' | 'after'): readonly Check[] =>
  typesOf(context)[when] === 'EMBEDDED' ? [quorum(context)] : [];

/** Every process of the inventory runs. */
export const allRun = (context: Context): Check => {
  const {cluster} = context;
  return check(
    firstMaster(cluster),
    'processes',
    text('every process runs', '所有进程均在运行'),
    {down: []},
    MINUTE,
    {pollMs: 5_000},
  );
};

/**
 * No process of any role runs out of a home of the inventory or out of one beside it, whoever started it: those that the
 * scripts refuse to work beside. One of another install on the same host is none of them.
 */
export const nothingRuns = ({cluster}: Context): Check =>
  check(
    firstMaster(cluster),
    'processes',
    text('nothing runs anywhere', '所有节点均无进程'),
    {running: []},
    MINUTE,
    {pollMs: 5_000},
  );

/** Of all these, masters alone run: who else ran beside them is stopped, in the inventory or not. */
export const onlyMastersRun = ({cluster}: Context): Check =>
  check(
    firstMaster(cluster),
    'processes',
    text('masters alone run', '只有 master 在运行'),
    {roles: ['master']},
    MINUTE,
    {pollMs: 5_000},
  );

/** What there is at this moment; its facts are what has to be there afterwards. */
const counted = (context: Context): Check =>
  check(
    firstMaster(context.cluster),
    'cluster',
    text('paths, mounts and operations are counted', '已清点路径、挂载与操作次数'),
    {
      ...{leaders: 1, safeMode: false, writes: {atLeast: 0}, since: {atLeast: 0}},
      ...(tellsPins(context) ? {pinned: {atLeast: 0}} : {}),
    },
    MINUTE,
  );

/**
 * The same leader has counted no further operation that writes, for a while. Each leader counts from its own beginning: of
 * another one nothing is known.
 */
export const unwritten = (context: Context): Check => {
  const {cluster} = context;
  return check(
    firstMaster(cluster),
    'cluster',
    text(
      'the same master leads, and nothing was written since the backup began',
      '备份开始后 leader 未变，且没有写入',
    ),
    {leaders: 1, writes: ofMark(cluster, 'writes'), since: ofMark(cluster, 'since')},
    cluster.settings.lastSteadyMs,
    {steadyMs: cluster.settings.lastSteadyMs},
  );
};

/** Every path that there is, listed one by one: where the old leader does not tell how many there are. */
const listed = ({cluster}: Context): Check =>
  check(
    firstMaster(cluster),
    'namespace',
    text('every path is listed', '已列出所有路径'),
    {paths: {atLeast: 1}},
    cluster.settings.listWithinMs + MINUTE,
    {pollMs: 30_000},
  );

/** The old leader says itself how many paths there are. */
const tellsPaths = (context: Context): boolean =>
  nodesOf(context.cluster, 'master').some(master => surveyOf(context, master).paths !== undefined);

/** What is counted before the backup. An empty namespace may have the mounts of a whole one: paths are counted in any case. */
export const countedAll = (context: Context): readonly Check[] =>
  tellsPaths(context) ? [counted(context)] : [counted(context), listed(context)];

/** What was counted is asked of the masters of that time; some old versions do not tell how many paths there are. */
const content = (context: Context, whose: 'old' | 'new') => {
  const {cluster, target} = context;
  const told = tellsPaths(context) || (whose === 'new' && compareVersions(target.to, '2.4.0') >= 0);
  return {
    leaders: 1,
    safeMode: false,
    mounts: ofMark(cluster, 'mounts'),
    ...(told ? {paths: atLeast(ofMark(cluster, 'paths'))} : {}),
  };
};

/** Masters agree within seconds. Where several say for so long that they lead, a person has to look; a restore may take hours. */
const SPLIT_AFTER_MS = MINUTE;

/** A leader that serves has read all that it will: for what it does not hold then nobody needs to wait for hours. */
const untilServed = ({cluster}: Context): CheckMore => ({
  pollMs: 5_000,
  steadyMs: cluster.settings.steadyMs,
  hopeless: {leaders: 1, safeMode: false},
  hopelessAfterMs: MINUTE,
  vain: [{seen: {leaders: {atLeast: 2}}, afterMs: SPLIT_AFTER_MS}],
});

/** The masters know what was there before, by their own count. An empty namespace looks healthy (recorded). */
export const contentKept = (context: Context, whose: 'old' | 'new' = 'new'): Check => {
  const {cluster} = context;
  return check(
    firstMaster(cluster),
    'cluster',
    text('the masters hold the content that was counted', 'master 的内容与清点时一致'),
    content(context, whose),
    cluster.settings.restoreWithinMs,
    untilServed(context),
  );
};

/**
 * The same, and as many entries restored from the backup as it has: by the count of the leader that did it, or, where that was
 * started again since, by what the masters logged of it. Where the backup does not say how many it has, the paths that were
 * listed say enough.
 */
const contentRestored = (context: Context): Check => {
  const {cluster} = context;
  return check(
    firstMaster(cluster),
    'cluster',
    text(
      'every entry of the backup was restored, and the content is what was counted',
      '备份的每一条均已恢复，内容与清点时一致',
    ),
    {
      ...content(context, 'new'),
      restored: tellsEntries(context) ? ofBackup(cluster, 'entries') : {atLeast: 1},
    },
    cluster.settings.restoreWithinMs,
    {given: {backup: ofBackup(cluster, 'uri')}, ...untilServed(context)},
  );
};

/**
 * One that follows a leader, or is it, once that has read its journal or the backup; and for a while. The first of those that
 * read a backup sees that all of it was restored, once and for good: who leads later has not done it, and logs are rolled away.
 */
export const masterStarted = (
  master: ServerNode,
  context: Context,
  from: 'backup' | 'journal',
): readonly [Check, ...Check[]] => {
  const {cluster, target} = context;
  const {steadyMs, restoreWithinMs} = cluster.settings;
  const {vain = [], ...served} = serves(master, target.to, steadyMs);
  const split = {seen: {causes: ['many-leaders']}, afterMs: SPLIT_AFTER_MS};
  return [
    runsAt(master, target.to),
    {...served, withinMs: restoreWithinMs, vain: [...vain, split]},
    ...(from === 'backup' && master.id === firstMaster(cluster).id ? [contentRestored(context)] : []),
  ];
};

/** Of a store that is none of blocks in tiers nothing can be counted: the checks go by, and say so. */
const UNCOUNTED = text('nothing is known of its cache: it cannot be counted', '对其缓存一无所知：无法清点');
const isUncounted = (worker: ServerNode, context: Context): boolean =>
  listOf(surveyOf(context, worker), 'uncounted').length > 0;

/** What a worker's tiers hold, counted while nothing of it runs. */
export const cacheCounted = (worker: ServerNode, context: Context): Check =>
  check(
    worker,
    'cache',
    isUncounted(worker, context) ? UNCOUNTED : text('its blocks are counted', '已清点其缓存块'),
    {blocks: {atLeast: 0}, unmounted: []},
    5 * MINUTE,
    {given: tiersOf(worker, context)},
  );

const cache = (worker: ServerNode, context: Context, steadyMs: number): Check =>
  check(
    worker,
    'cache',
    isUncounted(worker, context) ? UNCOUNTED : text('its blocks are all there', '缓存块均在'),
    {blocks: {atLeast: 0}, bytes: {atLeast: 0}, unmounted: []},
    5 * MINUTE,
    {given: tiersOf(worker, context), steadyMs},
  );

/** As many blocks and bytes as when it stopped: a ramdisk that was emptied meanwhile is seen before the start. */
export const cacheKept = (worker: ServerNode, context: Context): Check => ({
  ...cache(worker, context, 0),
  expect: {blocks: atLeast(ofStop(worker, 'blocks')), bytes: atLeast(ofStop(worker, 'bytes')), unmounted: []},
});

/** The same for a while after it registered: a worker whose master does not know its blocks deletes them (recorded). */
export const cacheStays = (worker: ServerNode, context: Context): Check => ({
  ...cacheKept(worker, context),
  steadyMs: context.cluster.settings.steadyMs,
});

/** When a start is done. */
export const started = (
  node: ServerNode,
  context: Context,
  version: string,
): readonly [Check, ...Check[]] => {
  const {steadyMs} = context.cluster.settings;
  const own: readonly [Check, Check] = [runsAt(node, version), serves(node, version, steadyMs)];
  // What was given up is filled again by whoever reads.
  const keeps = node.fields.role === 'worker' && context.cluster.settings.caches !== 'drop';
  return keeps ? [...own, cacheStays(node, context)] : own;
};

/** The last looks, which decide the verdict. */
export const verified = (node: ServerNode, context: Context): readonly [Check, ...Check[]] => {
  const {to} = context.target;
  const own = serves(node, to, context.cluster.settings.lastSteadyMs);
  if (node !== firstMaster(context.cluster)) return [own];
  return [
    own,
    wellAt(context, to),
    ...quorumWhole(context, 'after'),
    contentKept(context),
    ...pinsKept(context, 'new'),
  ];
};
