import type {Move, Recipe} from '../../../src/model/procedure.ts';
import {text} from '../../../src/model/text.ts';
import {harmless, script, untrusted, wayBack} from '../../../src/recipe/actions.ts';
import {around, confirm} from '../../../src/recipe/gates.ts';
import * as checks from './checks.ts';
import {type Alluxio, type AlluxioNode, type Context, ofRole, type ServerRole} from './fields.ts';
import {keepCacheBody, keepJournalBody, startBody, stopBody, varsOf} from './scripts.ts';

const MINUTE = 60_000;

const serverOf = ({id, fields: {role}}: AlluxioNode): ServerRole => {
  if (role === 'client') throw new Error(`${id} is no server`);
  return role;
};

export const stopAction = (node: AlluxioNode, context: Context) =>
  untrusted(stopBody(serverOf(node)), varsOf(node, context), 3 * MINUTE);
export const startAction = (node: AlluxioNode, context: Context) =>
  untrusted(startBody(serverOf(node)), varsOf(node, context), 3 * MINUTE);

/** The old version comes back only where its journal is: 2.3.0 formats the whole cluster when the folder is missing. */
const stopMove = (node: AlluxioNode, context: Context): Move => ({
  name: 'stop',
  title: text('stop', '停止'),
  gates: [],
  action: stopAction(node, context),
  done: [checks.gone(node)],
  undo: wayBack(
    startAction(node, context),
    [checks.runsAt(node, context.target.from)],
    [node.fields.role === 'master' ? checks.journalIs(node, 'old') : checks.wellAtMasters(context)],
  ),
  typicalMs: 10_000,
  service: 'leaves',
});

const keepCache = (node: AlluxioNode, context: Context): Move => ({
  name: 'keep-cache',
  title: text('copy the cache aside', '冷备缓存'),
  gates: [],
  action: script(keepCacheBody, varsOf(node, context), 60 * MINUTE),
  done: [checks.cacheKept(node, context)],
  undo: harmless('the copy stays until it is cleaned on request', '副本保留，直到按要求清理'),
  typicalMs: 120_000,
});

const keepJournal = (node: AlluxioNode, context: Context): Move => ({
  name: 'keep-journal',
  title: text('copy journal and metastore aside', '冷备日志与元存储'),
  gates: [],
  action: script(keepJournalBody, varsOf(node, context), 30 * MINUTE),
  done: [checks.journalKept(node, context)],
  undo: harmless('the copy is the way back', '副本即退路'),
  typicalMs: 10_000,
});

/** Workers before masters; a worker that stops gives its cache up to nobody. */
export const stop: Recipe<Alluxio> = {
  name: 'stop',
  title: text('Stop', '停止集群'),
  role: 'worker',
  order: () => ({kind: 'listed'}),
  width: 1,
  nodes: ({cluster}) => ofRole(cluster, 'job-worker', 'worker', 'job-master', 'master'),
  gates: context =>
    around(
      confirm(text('Stop the whole cluster?', '停止整个集群？'), [
        text('Alluxio is down until the workers are back', '直到 worker 恢复前 Alluxio 不可用'),
      ]),
      checks.unchanged(context),
      ...checks.proved(context),
    ),
  steps: (node, context) => {
    const stopped = stopMove(node, context);
    if (node.fields.role === 'worker') return [stopped, keepCache(node, context)];
    if (node.fields.role === 'master') return [stopped, keepJournal(node, context)];
    return [stopped];
  },
};
