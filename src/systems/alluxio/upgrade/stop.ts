import type {StepId} from '../../../model/ids.ts';
import type {Check} from '../../../model/plan.ts';
import type {GateRecipe, Move, Recipe} from '../../../model/procedure.ts';
import {text} from '../../../model/text.ts';
import {script, wayBack} from '../../../recipe/actions.ts';
import {again, around, confirm, hold, holdStopping} from '../../../recipe/gates.ts';
import {type Context, nodesOf, type ServerNode, type Servers} from '../fields.ts';
import {journalOf, journalVars, keepJournalBody} from '../scripts/journal.ts';
import {journalBack, startOld, stopAction} from './actions.ts';
import * as checks from './checks.ts';
import * as caches from './checks-caches.ts';
import * as files from './checks-files.ts';
import {beforeJobWorker} from './checks-jobs.ts';
import {gone, runsAt, serves} from './checks-running.ts';
import {fanOut, reachesOwn, saidBy} from './fan-out.ts';
import {cachePathOf} from './known.ts';
import {markOf} from './names.ts';
import {firstToRepeat} from './namespace.ts';

/** Where something was written since the mark, both the mark and the backup are made again: looking again never helps. */
const unwritten = (context: Context, first: StepId): GateRecipe => again(checks.unwritten(context), first);

/** Recorded: each stop takes some seconds; a worker with much to give up, more. */
const TYPICAL_STOP_MS = 10_000;

/** Nothing is stopped whose ramdisks could not be copied then. */
const copyFits = (node: ServerNode, context: Context): GateRecipe[] => {
  const path = cachePathOf(node, context);
  return path === null ? [] : [hold(caches.cacheFits(node, context, path))];
};

const NO_MASTER = text('no master answers until they are started again', '重新启动之前没有 master 应答');

/** The masters whose journal lies where it can be copied. */
const mastersWithJournals = (context: Context): readonly ServerNode[] =>
  nodesOf(context.cluster, 'master').filter(node => journalOf(node, context).journal !== '');

/** A master comes back only where its journal is; whoever else, only beside masters that hold what they held. */
const stopMove = (node: ServerNode, context: Context): Move => ({
  name: 'stop',
  title: text('stop', '停止'),
  gates: copyFits(node, context),
  action: stopAction(node, context),
  done: [gone(node), ...(node.fields.role === 'worker' ? [checks.cacheCounted(node, context)] : [])],
  undo: wayBack(
    text('start the old version and wait until it serves', '启动旧版本并等待就绪'),
    startOld(node, context),
    [runsAt(node, context.target.from), serves(node, context.target.from, context.cluster.settings.steadyMs)],
    node.fields.role === 'master'
      ? journalOf(node, context).journal === ''
        ? []
        : [files.oldJournalThere(node, context)]
      : [
          checks.contentKept(context, 'old'),
          ...(node.fields.role === 'job-worker' ? beforeJobWorker(context) : []),
        ],
  ),
  typicalMs: TYPICAL_STOP_MS,
  service: 'leaves',
});

const others = ({cluster}: Context): readonly ServerNode[] =>
  nodesOf(cluster, 'proxy', 'job-worker', 'worker', 'job-master');

/**
 * Who of them was started again since is stopped once more by a retry. A worker is not, whose blocks were counted when it was stopped:
 * counted anew, what it lost meanwhile would be missed by nobody. Nor is a master: what it wrote is in no backup.
 */
const stopping = (check: Check, context: Context): GateRecipe =>
  others(context).length === 0 ? hold(check) : holdStopping(check, stopOthers.name, 'running');

/**
 * Everything but the masters, which go on to count what is written. Workers give their blocks up to nobody: they lie where
 * they lay.
 */
export const stopOthers: Recipe<Servers> = {
  name: 'stop',
  title: text('Stop workers and services', '停止 worker 与服务'),
  role: 'worker',
  order: () => ({kind: 'listed'}),
  width: 64,
  nodes: others,
  gates: context => {
    const question = confirm(
      saidBy(
        context,
        'stop',
        'others',
        text(
          'Stop workers and services, then at once the masters, and copy the journals? From here on Alluxio serves nobody.',
          '停止 worker 与服务，随即停止 master，并复制日志？从此刻起 Alluxio 不再提供服务。',
        ),
      ),
      [
        text(
          'nobody reads or writes through Alluxio until workers and services are started again',
          'worker 与服务重新启动之前，无法通过 Alluxio 读写',
        ),
        NO_MASTER,
      ],
      ['stop-masters', ...(mastersWithJournals(context).length > 0 ? ['keep'] : [])],
    );
    // Who stops the workers knows of what nobody else holds.
    const shown = {...question, blast: [caches.unpersistedShown(context)]};
    const room = mastersWithJournals(context).map(master => caches.journalFits(master, context));
    return around(
      shown,
      unwritten(context, firstToRepeat(context.cluster)),
      ...room,
      ...files.proved(context),
      ...reachesOwn(context, 'stop', 'others'),
    );
  },
  fanOut: context => fanOut(context, 'stop', 'others'),
  steps: (node, context) => [stopMove(node, context)],
};

/**
 * The masters, all at once: as soon as the majority is gone nothing is written any more. Nobody is waited for before: a live
 * leader marks as lost, for good, what only workers hold that it has not heard of for five minutes (domain 3.4). Where the
 * new masters read this very journal, what is written until then is in it.
 */
export const stopMasters = (journal: 'read' | 'formatted'): Recipe<Servers> => ({
  name: 'stop-masters',
  title: text('Stop the masters', '停止 master'),
  role: 'master',
  order: () => ({kind: 'listed'}),
  width: 64,
  gates: context =>
    around(
      confirm(saidBy(context, 'stop', 'masters', text('Stop the masters?', '停止 master？')), [NO_MASTER]),
      stopping(checks.onlyMastersRun(context), context),
      // Nothing is persisted any more once the workers are gone.
      ...(journal === 'formatted' ? [unwritten(context, markOf(context.cluster))] : []),
      ...files.proved(context),
      ...reachesOwn(context, 'stop', 'masters'),
    ),
  fanOut: context => fanOut(context, 'stop', 'masters'),
  steps: (node, context) => [stopMove(node, context)],
});

/**
 * Journal and metastore of each master, once none runs any more: masters may share a journal, and whoever stops last writes
 * in it until then. On the way back every copy is in place before the first master is started. A journal at a URI cannot be copied.
 */
export const keep: Recipe<Servers> = {
  name: 'keep',
  title: text('Copy the journals', '复制日志'),
  role: 'master',
  order: () => ({kind: 'listed'}),
  width: 64,
  nodes: mastersWithJournals,
  gates: context =>
    around(
      confirm(
        text(
          'Copy journal and metastore of each master aside? They are the way back.',
          '冷备每个 master 的日志与元存储？它们是退路。',
        ),
      ),
      stopping(checks.nothingRuns(context), context),
    ),
  steps: (node, context) => [
    {
      name: 'keep-journal',
      title: text('copy journal and metastore aside', '冷备日志与元存储'),
      gates: [],
      action: script(keepJournalBody, journalVars(node, context), context.cluster.settings.copyWithinMs),
      done: [files.journalKept(node, context)],
      // Until all copies are proved nobody touches a journal: what is not proved is the journal itself, as it was.
      undo: {...journalBack(node, context), onlyDone: true},
      typicalMs: 15_000,
    },
  ],
};
