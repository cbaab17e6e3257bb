import type {GateRecipe, Move, Recipe} from '../../../model/procedure.ts';
import {text} from '../../../model/text.ts';
import {harmless, script, wayBack} from '../../../recipe/actions.ts';
import {again, around, confirm} from '../../../recipe/gates.ts';
import {type Context, firstMaster, nodesOf, type ServerNode, type Servers} from '../fields.ts';
import {journalBackBody, journalVars, keepJournalBody} from '../scripts/journal.ts';
import {startOld, stopAction} from './actions.ts';
import * as checks from './checks.ts';
import * as files from './checks-files.ts';
import {journalOf} from './known.ts';
import {stepAt} from './names.ts';

/** Where something was written since the mark, both the mark and the backup are made again: looking again never helps. */
const unwritten = (context: Context): GateRecipe =>
  again(checks.unwritten(context), stepAt('backup', 'mark', firstMaster(context.cluster)));

/** Recorded: each stop takes some seconds; a worker with much to give up, more. */
const TYPICAL_STOP_MS = 10_000;

/** A master comes back only where its journal is; whoever else, only beside masters that hold what they held. */
const stopMove = (node: ServerNode, context: Context): Move => ({
  name: 'stop',
  title: text('stop', '停止'),
  gates: [],
  action: stopAction(node, context),
  done:
    node.fields.role === 'worker'
      ? [checks.gone(node), checks.cacheCounted(node, context)]
      : [checks.gone(node)],
  undo: wayBack(
    startOld(node, context),
    [checks.runsAt(node, context.target.from), checks.serves(node, context.target.from, 0)],
    node.fields.role === 'master'
      ? journalOf(node, context) === ''
        ? []
        : [files.oldJournalThere(node, context)]
      : [checks.contentKept(context)],
  ),
  typicalMs: TYPICAL_STOP_MS,
  service: 'leaves',
});

/**
 * Everything but the masters, which go on to count what is written. Workers give their blocks up to nobody: they lie where
 * they lay.
 */
export const stopOthers: Recipe<Servers> = {
  name: 'stop',
  title: text('Stop workers and services', '停止 worker 与服务'),
  role: 'worker',
  order: () => ({kind: 'listed'}),
  width: 16,
  nodes: ({cluster}) => nodesOf(cluster, 'proxy', 'job-worker', 'worker', 'job-master'),
  gates: context =>
    around(
      confirm(text('Stop everything but the masters?', '停止 master 以外的所有进程？'), [
        text(
          'Alluxio serves nobody from here until the workers are back',
          '从此刻到 worker 恢复，Alluxio 不提供服务',
        ),
      ]),
      unwritten(context),
      ...files.proved(context),
    ),
  steps: (node, context) => [stopMove(node, context)],
};

const keepJournal = (master: ServerNode, context: Context, read: 'read' | 'formatted'): Move => ({
  name: 'keep-journal',
  title: text('copy journal and metastore aside', '冷备日志与元存储'),
  gates: [],
  action: script(keepJournalBody, journalVars(master, context), context.cluster.settings.copyWithinMs),
  done: [files.journalKept(master, context)],
  undo:
    read === 'formatted'
      ? harmless('the copy stays: it is the way back', '副本保留：它就是退路')
      : wayBack(
          script(journalBackBody, journalVars(master, context), context.cluster.settings.copyWithinMs),
          [files.oldJournalThere(master, context)],
          [checks.nothingRuns(context), files.copyThere(master, context)],
        ),
  typicalMs: 15_000,
});

/**
 * The masters, all at once: as soon as the majority is gone nothing is written any more. `read`: the new masters will write
 * on in this very journal, so the way back brings the copy back. A journal at a URI cannot be copied.
 */
export const stopMasters = (read: 'read' | 'formatted'): Recipe<Servers> => ({
  name: 'stop-masters',
  title: text('Stop the masters', '停止 master'),
  role: 'master',
  order: () => ({kind: 'listed'}),
  width: 64,
  gates: context =>
    around(
      confirm(text('Stop the masters, and copy their journals?', '停止 master 并复制其日志？'), [
        text('no master answers until they are started again', '重新启动之前没有 master 应答'),
      ]),
      checks.onlyMastersRun(context),
      unwritten(context),
      ...files.proved(context),
    ),
  steps: (node, context) =>
    journalOf(node, context) === ''
      ? [stopMove(node, context)]
      : [stopMove(node, context), keepJournal(node, context, read)],
});
