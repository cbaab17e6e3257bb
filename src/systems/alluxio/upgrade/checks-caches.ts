import type {Blast, Check} from '../../../model/plan.ts';
import {text} from '../../../model/text.ts';
import {check} from '../../../recipe/check.ts';
import {type Context, firstMaster, type ServerNode} from '../fields.ts';
import {othersOf} from '../parse/folder.ts';
import {oldOf} from '../scripts/begin.ts';
import {journalOf} from '../scripts/journal.ts';
import {cacheCounted} from './checks.ts';
import {surveyOf, tiersOf} from './known.ts';
import {ofStop} from './names.ts';

const MINUTE = 60_000;

const inRun = (context: Context) => {
  const {from, to, stamp} = context.target;
  return {from, to, stamp, old: oldOf(firstMaster(context.cluster), context)};
};

/**
 * Files whose bytes only workers hold were listed, into this run's folder. What gives the tiers up has to know of them;
 * otherwise a list that would take too long is done without.
 */
export const listed = (context: Context): Check => {
  const {caches, listWithinMs} = context.cluster.settings;
  return check(
    firstMaster(context.cluster),
    'unpersisted',
    caches === 'drop'
      ? text('files that only workers hold were listed', '已列出只存在于 worker 上的文件')
      : text(
          'files that only workers hold were listed, or it was seen that they cannot be in time',
          '已列出只存在于 worker 上的文件，或确认无法及时列出',
        ),
    caches === 'drop'
      ? {listed: true, notPersisted: {atLeast: 0}}
      : {listed: {oneOf: [true, false]}, notPersisted: {not: ''}},
    listWithinMs + MINUTE,
    {given: inRun(context)},
  );
};

/** What a question shows of them. */
export const unpersistedShown = (context: Context): Blast => ({
  node: firstMaster(context.cluster).id,
  probe: 'unpersisted',
  given: inRun(context),
});

/**
 * A listing of the whole namespace each time: as seldom as it may be. The script has waited for what can be waited for; what
 * is there after it was written meanwhile.
 */
export const persisted = (context: Context): Check =>
  check(
    firstMaster(context.cluster),
    'namespace',
    text('every file is persisted', '所有文件均已持久化'),
    {notPersisted: 0},
    context.cluster.settings.listWithinMs + MINUTE,
    {pollMs: 30_000, hopeless: {notPersisted: {atLeast: 1}}, hopelessAfterMs: MINUTE},
  );

/** There is room beside journal and metastore for the copies of them. */
export const journalFits = (master: ServerNode, context: Context): Check =>
  check(
    master,
    'journal-room',
    text('there is room for a copy of journal and metastore', '有空间冷备日志与元存储'),
    {short: []},
    2 * MINUTE,
    {
      given: {
        ...journalOf(master, context),
        stamp: context.target.stamp,
      },
      pollMs: 10_000,
    },
  );

/** Where a worker's ramdisks are to be copied to there is room for them. */
export const cacheFits = (worker: ServerNode, context: Context, path: string): Check =>
  check(
    worker,
    'cache-place',
    text(`there is room for its ramdisks at ${path}`, `${path} 有空间存放其内存盘内容`),
    {place: {oneOf: ['none', 'dir']}, writable: true, mounted: false, inside: [], short: false},
    2 * MINUTE,
    {
      given: {
        path,
        others: othersOf(surveyOf(context, worker)),
        memories: tiersOf(worker, context).memories,
      },
      pollMs: 10_000,
    },
  );

/**
 * As many blocks and bytes lie there as the ramdisks held when the worker stopped, and nothing that they hold now is missing. What
 * a host has lost since that was started again is in the copy.
 */
export const cacheSaved = (worker: ServerNode, context: Context, path: string): Check =>
  check(
    worker,
    'cache-copy',
    text('the ramdisks were copied', '内存盘内容已复制'),
    {
      copied: true,
      differs: [],
      blocks: ofStop(worker, 'memoryBlocks'),
      bytes: ofStop(worker, 'memoryBytes'),
    },
    context.cluster.settings.copyWithinMs,
    {
      given: {path, stamp: context.target.stamp, memories: tiersOf(worker, context).memories},
      pollMs: 10_000,
    },
  );

/** Nothing is left in any tier of a worker. */
export const tiersEmpty = (worker: ServerNode, context: Context): Check => ({
  ...cacheCounted(worker, context),
  title: text('its tiers are empty', '其缓存层为空'),
  expect: {blocks: 0, bytes: 0, unmounted: []},
});
