import type {Node} from '../../../src/model/inventory.ts';
import type {Undo} from '../../../src/model/plan.ts';
import type {Move} from '../../../src/model/system.ts';
import {text} from '../../../src/model/text.ts';
import * as checks from './checks.ts';
import {ofRole, target} from './cluster.ts';
import {action, around, back, confirm, listed, move, nothing} from './parts.ts';
import * as scripts from './scripts.ts';

const {stamp, from} = target;
const MINUTES = 60_000;

/** The old version comes back only where its journal is: 2.3.0 formats the whole cluster when the folder is missing. */
const stopUndo = (node: Node): Undo =>
  back(
    action(`${node.role}.start`, scripts.start(node.role), {trust: 'facts'}),
    checks.runsAt(node, from),
    node.role === 'master' ? [checks.journalIs(node, 'old')] : [checks.wellAtMasters],
  );

const stopMove = (node: Node): Move =>
  move(
    'stop',
    text('stop', '停止'),
    action(`${node.role}.stop`, scripts.stop(node.role), {trust: 'facts'}),
    [checks.gone(node)],
    stopUndo(node),
    {down: true},
  );

const keepCache = (node: Node): Move =>
  move(
    'keep-cache',
    text('copy the cache aside', '冷备缓存'),
    action('keep-cache', scripts.keepCache(stamp), {timeoutMs: 60 * MINUTES}),
    [checks.cacheKept(node)],
    nothing('the copy stays until it is cleaned on request', '副本保留，直到按要求清理'),
    {down: true, typicalMs: 120_000},
  );

const keepJournal = (node: Node): Move =>
  move(
    'keep-journal',
    text('copy journal and metastore aside', '冷备日志与元存储'),
    action('keep-journal', scripts.keepJournal(stamp), {timeoutMs: 30 * MINUTES}),
    [checks.journalKept(node)],
    nothing('the copy is the way back', '副本即退路'),
    {down: true},
  );

/** Workers before masters; a worker that stops gives its cache up to nobody. */
export const stop = listed({
  name: 'stop',
  title: text('Stop', '停止集群'),
  role: 'worker',
  nodes: () => ofRole('job-worker', 'worker', 'job-master', 'master'),
  gates: () =>
    around(
      confirm(text('Stop the whole cluster?', '停止整个集群？'), [
        text('Alluxio is down until the workers are back', '直到 worker 恢复前 Alluxio 不可用'),
      ]),
      checks.unchanged,
      ...checks.proved(),
    ),
  steps: node => {
    if (node.role === 'worker') return [stopMove(node), keepCache(node)];
    if (node.role === 'master') return [stopMove(node), keepJournal(node)];
    return [stopMove(node)];
  },
});
