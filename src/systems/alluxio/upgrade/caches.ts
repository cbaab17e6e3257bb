import type {GateRecipe, Move, Recipe} from '../../../model/procedure.ts';
import {text} from '../../../model/text.ts';
import {harmless, noWayBack, script} from '../../../recipe/actions.ts';
import {around, confirm, confirmDestruction, hold} from '../../../recipe/gates.ts';
import {type Context, nodesOf, type ServerNode, type Servers} from '../fields.ts';
import {
  formatTiersBody,
  formatTiersVars,
  keepCacheBody,
  keepCacheVars,
  restoreCacheBody,
  restoreCacheVars,
} from '../scripts/caches.ts';
import * as checks from './checks.ts';
import * as caches from './checks-caches.ts';
import {cachePathOf, savedByScripts, surveyOf, tiersOf} from './known.ts';
import {ofList} from './names.ts';

/** A JVM, and the removal of many small files. */
const FORMAT_WITHIN_MS = 10 * 60_000;

/** Whether something lay there when the cluster was surveyed. What comes there later is not overwritten: the script refuses. */
const holdsSomething = (worker: ServerNode, context: Context): boolean => {
  const {'cache.files': files, 'cache.place': place} = surveyOf(context, worker);
  return place !== undefined && place !== 'none' && files !== 0;
};

const copyMove = (worker: ServerNode, context: Context, path: string): Move => {
  const {cluster} = context;
  const overwrites = holdsSomething(worker, context);
  const copy = {path, ...tiersOf(worker, context)};
  const question = confirmDestruction(
    text(
      `Overwrite what lies at ${path} on ${worker.id} with the copy of its ramdisks?`,
      `用内存盘内容的副本覆盖 ${worker.id} 上 ${path} 的现有内容？`,
    ),
    cluster.name,
    [{node: worker.id, probe: 'folder-blast', given: {path}}],
  );
  return {
    name: 'keep-cache',
    title: text('copy the ramdisks aside', '冷备内存盘内容'),
    gates: overwrites ? [question, hold(checks.nothingRuns(context))] : [],
    action: script(
      keepCacheBody,
      keepCacheVars(worker, context, copy, {
        overwrites,
        by: savedByScripts(worker, context) ? 'scripts' : 'lakeup',
      }),
      cluster.settings.copyWithinMs,
    ),
    done: [caches.cacheSaved(worker, context, path)],
    undo: overwrites
      ? noWayBack(
          text(`What lay at ${path} is overwritten.`, `${path} 的原有内容已被覆盖。`),
          text('The copy of the ramdisks stays there.', '内存盘内容的副本保留在那里。'),
        )
      : harmless('the copy stays: nobody reads it but the restore', '副本保留：只有恢复时才会读取'),
    typicalMs: 60_000,
    ...(overwrites
      ? {destroys: text(`what lies at ${path} on ${worker.id}`, `${worker.id} 上 ${path} 的现有内容`)}
      : {}),
  };
};

/**
 * Cold, and after the masters: beside a live master a worker that is away for five minutes is lost, and so are its files
 * (issue 14685), and a copy may take longer.
 */
export const keepCaches: Recipe<Servers> = {
  name: 'keep-caches',
  title: text('Copy the ramdisks', '冷备内存盘'),
  role: 'worker',
  order: () => ({kind: 'listed'}),
  width: 16,
  nodes: context =>
    nodesOf(context.cluster, 'worker').filter(worker => cachePathOf(worker, context) !== null),
  gates: context =>
    around(
      confirm(
        text(
          'Copy the ramdisks to the disks of the workers? What lies at a `cachePath` is asked for by itself.',
          '将内存盘内容复制到各 worker 的磁盘？`cachePath` 处已有的内容会单独确认。',
        ),
      ),
      checks.nothingRuns(context),
    ),
  steps: (worker, context) => [copyMove(worker, context, cachePathOf(worker, context) ?? '')],
};

/** What the ramdisks lack is put back; where all is there, nothing is done. None of what is there is overwritten. */
export const restoreMove = (worker: ServerNode, context: Context, path: string): Move => ({
  name: 'restore-cache',
  title: text('put back what its ramdisks lack', '补回内存盘缺少的内容'),
  gates: [],
  action: script(
    restoreCacheBody,
    restoreCacheVars(worker, context, {path, ...tiersOf(worker, context)}),
    context.cluster.settings.copyWithinMs,
  ),
  done: [checks.cacheKept(worker, context)],
  undo: harmless('these are the blocks that were there', '这些就是原有的缓存块'),
  typicalMs: 5_000,
});

/** What is lost with a worker's tiers: each folder, and how many files nobody else holds. */
const formatQuestion = (worker: ServerNode, context: Context): GateRecipe => {
  const {cluster} = context;
  const folders = tiersOf(worker, context).dirs.map(dir => ({
    node: worker.id,
    probe: 'folder-blast',
    given: {path: `${dir}/alluxioworker`},
  }));
  return confirmDestruction(
    text(
      `Format the tiers of ${worker.id}? Of files that are not persisted nothing is left anywhere.`,
      `格式化 ${worker.id} 的缓存层？未持久化的文件将彻底丢失。`,
    ),
    cluster.name,
    [
      {
        ...caches.unpersistedShown(context),
        // As they were counted before anything stopped: nobody may format who does not know.
        given: {
          ...caches.unpersistedShown(context).given,
          counted: ofList(cluster, 'notPersisted'),
        },
      },
      ...folders,
    ],
  );
};

/**
 * Caches are given up only where the operator wants it, worker by worker, by the local command; and only once the new masters
 * are proved: until then the old ones may be needed again, and what these blocks hold with them.
 */
export const formatTiers: Recipe<Servers> = {
  name: 'format-tiers',
  title: text('Format the tiers', '格式化缓存层'),
  role: 'worker',
  order: () => ({kind: 'listed'}),
  width: 1,
  nodes: context =>
    context.cluster.settings.caches === 'drop'
      ? nodesOf(context.cluster, 'worker').filter(worker => tiersOf(worker, context).dirs.length > 0)
      : [],
  gates: context =>
    around(
      confirm(
        text(
          'Format the tiers of the workers? Each worker is asked for by itself.',
          '格式化各 worker 的缓存层？每个 worker 单独确认。',
        ),
      ),
      checks.onlyMastersRun(context),
      checks.contentKept(context),
      ...checks.quorumWhole(context, 'after'),
    ),
  steps: (worker, context) => {
    const proofs = [caches.listed(context), checks.onlyMastersRun(context)].map(hold);
    return [
      {
        name: 'format-tiers',
        title: text('format its tiers', '格式化其缓存层'),
        gates: [...proofs, formatQuestion(worker, context), ...proofs],
        action: script(
          formatTiersBody,
          formatTiersVars(worker, context, tiersOf(worker, context).dirs),
          FORMAT_WITHIN_MS,
        ),
        done: [caches.tiersEmpty(worker, context)],
        undo: noWayBack(
          text('What was cached is gone.', '缓存内容已不存在。'),
          text(
            'What is persisted is read from the under store again, by either version.',
            '已持久化的内容可由任一版本重新从底层存储读取。',
          ),
        ),
        typicalMs: 15_000,
        destroys: text(`everything cached on ${worker.id}`, `${worker.id} 上的全部缓存`),
      },
    ];
  },
};
