import type {GateRecipe, Move, Recipe} from '../../../model/procedure.ts';
import {text} from '../../../model/text.ts';
import {noWayBack, wayBack} from '../../../recipe/actions.ts';
import {again, around, confirm, hold} from '../../../recipe/gates.ts';
import {type Context, nodesOf, type ServerNode, type Servers} from '../fields.ts';
import {journalOf} from '../scripts/journal.ts';
import {startNew, stopAction} from './actions.ts';
import {restoreMove} from './caches.ts';
import * as checks from './checks.ts';
import * as files from './checks-files.ts';
import {beforeJobWorker} from './checks-jobs.ts';
import {pinsShown} from './checks-pins.ts';
import {gone} from './checks-running.ts';
import {fanOut, reachesOwn, saidBy} from './fan-out.ts';
import {cachePathOf} from './known.ts';
import {JOB_WORKERS, stepAt} from './names.ts';

/** A journal that the new version wrote in is none that the old one can read; it comes back by its copy alone. */
const stopAgain = (node: ServerNode, context: Context, from: 'backup' | 'journal') =>
  node.fields.role === 'master' && from === 'journal' && journalOf(node, context).journal === ''
    ? noWayBack(
        text(
          `The journal lies at a URI and was not copied; ${context.target.to} writes in it what ${context.target.from} cannot read.`,
          `日志位于 URI 上而没有副本；${context.target.to} 会写入 ${context.target.from} 无法读取的内容。`,
        ),
        text(
          'Format the journal and start the old version from the backup.',
          '格式化日志，并用备份启动旧版本。',
        ),
      )
    : wayBack(text('stop the new version', '停止新版本'), stopAction(node, context), [gone(node)]);

/** All masters side by side: one alone has no majority, and whoever leads reads the backup. */
export const startMasters = (from: 'backup' | 'journal'): Recipe<Servers> => ({
  name: 'masters',
  title: text('Start the masters', '启动 master'),
  role: 'master',
  order: () => ({kind: 'listed'}),
  width: 64,
  gates: context => {
    const {to} = context.target;
    const journals = nodesOf(context.cluster, 'master').flatMap(master =>
      from === 'backup'
        ? [files.formatted(master, context)]
        : journalOf(master, context).journal === ''
          ? []
          : [files.oldJournalThere(master, context)],
    );
    return around(
      confirm(
        saidBy(
          context,
          'start',
          'masters',
          from === 'backup'
            ? text(
                `Start the masters at ${to} from the backup? Workers stay down until the content is proved.`,
                `以 ${to} 从备份启动 master？在内容得到证明之前 worker 保持停止。`,
              )
            : text(
                `Start the masters at ${to} on their journal? Workers stay down until the content is proved.`,
                `以 ${to} 在原有日志上启动 master？在内容得到证明之前 worker 保持停止。`,
              ),
          from,
        ),
      ),
      checks.nothingRuns(context),
      ...journals,
      ...(from === 'backup' ? files.proved(context) : []),
      ...reachesOwn(context, 'start', 'masters'),
    );
  },
  fanOut: context => fanOut(context, 'start', 'masters', from),
  steps: (node, context) => [
    {
      name: 'start',
      title:
        from === 'backup'
          ? text('start from the backup', '从备份启动')
          : text('start on its journal', '在原日志上启动'),
      gates: [],
      action: startNew(node, context, from),
      done: checks.masterStarted(node, context, from),
      undo: stopAgain(node, context, from),
      typicalMs: 60_000,
      service: 'returns',
    },
  ],
});

/**
 * A worker begins with the blocks it had, or, where they were given up, with its ramdisks mounted. What was copied is put back
 * once more where its host has lost it since.
 */
const tiersReady = (worker: ServerNode, context: Context): GateRecipe => {
  if (context.cluster.settings.caches === 'drop') return hold(checks.cacheCounted(worker, context));
  const kept = checks.cacheKept(worker, context);
  return cachePathOf(worker, context) === null
    ? hold(kept)
    : again(kept, stepAt('rest', 'restore-cache', worker));
};

const startGates = (node: ServerNode, context: Context): readonly GateRecipe[] => {
  switch (node.fields.role) {
    case 'worker':
      return [tiersReady(node, context), hold(checks.contentKept(context))];
    case 'job-worker':
      return beforeJobWorker(context).map(hold);
    default:
      return [];
  }
};

const startMove = (node: ServerNode, context: Context): Move => ({
  name: 'start',
  title: text('start and wait until it serves', '启动并等待就绪'),
  gates: startGates(node, context),
  action: startNew(node, context, 'journal'),
  done: checks.started(node, context, context.target.to),
  undo: wayBack(text('stop the new version', '停止新版本'), stopAction(node, context), [gone(node)]),
  typicalMs: 20_000,
  service: 'returns',
});

/** Nobody else runs beside masters whose content was not seen to be what it was: workers delete what an empty one does not know. */
export const startOthers = (from: 'backup' | 'journal'): Recipe<Servers> => ({
  name: 'rest',
  title: text('Start workers and services', '启动 worker 与服务'),
  role: 'worker',
  order: () => ({kind: 'listed'}),
  width: 16,
  nodes: ({cluster}) => nodesOf(cluster, 'job-master', 'worker', 'proxy'),
  gates: context => {
    const question = confirm(
      saidBy(
        context,
        'start',
        'others',
        from === 'backup'
          ? text(
              'Everything of the backup is there again. Start the workers and the other services?',
              '备份的内容已全部恢复。启动 worker 与其他服务？',
            )
          : text(
              'The masters hold what they held. Start the workers and the other services?',
              'master 的内容与之前一致。启动 worker 与其他服务？',
            ),
      ),
      [],
      nodesOf(context.cluster, 'job-worker').length > 0 ? [JOB_WORKERS] : [],
    );
    const shown = {...question, blast: pinsShown(context)};
    return around(
      shown,
      checks.contentKept(context),
      ...checks.quorumWhole(context, 'after'),
      ...reachesOwn(context, 'start', 'others'),
    );
  },
  fanOut: context => fanOut(context, 'start', 'others'),
  steps: (node, context) => {
    const path = cachePathOf(node, context);
    return path === null
      ? [startMove(node, context)]
      : [restoreMove(node, context, path), startMove(node, context)];
  },
});

/** Once every worker is back (`workersBack`). */
export const startJobWorkers: Recipe<Servers> = {
  name: JOB_WORKERS,
  title: text('Start the job workers', '启动 job worker'),
  role: 'job-worker',
  order: () => ({kind: 'listed'}),
  width: 16,
  // What the masters hold was seen before each worker; by now applications may have changed it.
  gates: () => [confirm(text('Start the job workers?', '启动 job worker？'))],
  steps: (node, context) => [startMove(node, context)],
};
