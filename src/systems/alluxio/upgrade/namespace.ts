import type {StepId} from '../../../model/ids.ts';
import type {Move} from '../../../model/procedure.ts';
import {text} from '../../../model/text.ts';
import {harmless, script} from '../../../recipe/actions.ts';
import {type AlluxioCluster, type Context, firstMaster, type ServerNode} from '../fields.ts';
import {listBody, listVars, persistBody, persistVars} from '../scripts/namespace.ts';
import * as caches from './checks-caches.ts';
import {tellsPins} from './known.ts';
import {markOf, ofMark, stepAt} from './names.ts';

const MINUTE = 60_000;

/** What only workers hold, into a list of this run: the questions that stop the workers show it. */
export const listMove = (master: ServerNode, context: Context): Move => ({
  name: 'list',
  title: text('list files that only workers hold', '列出只存在于 worker 上的文件'),
  gates: [],
  // Each of the two lists has that time.
  action: script(
    listBody,
    {...listVars(master, context), pins: tellsPins(context) ? ofMark(context.cluster, 'pinned') : 0},
    2 * context.cluster.settings.listWithinMs + MINUTE,
  ),
  done: [caches.listed(context)],
  undo: harmless('listing changes nothing', '列出文件不改变任何内容'),
  typicalMs: 10_000,
});

/** Only where the inventory asks for it: it writes to the under store, and to the masters' journal. */
export const persistMove = (master: ServerNode, context: Context): Move => {
  const {persistWithinMs} = context.cluster.settings;
  return {
    name: 'persist',
    title: text('persist files that only workers hold', '持久化只存在于 worker 上的文件'),
    gates: [],
    action: script(persistBody, persistVars(master, context), persistWithinMs + MINUTE),
    done: [caches.persisted(context)],
    undo: harmless('what is persisted stays so', '已持久化的文件保持不变'),
    typicalMs: 5 * MINUTE,
  };
};

/** The step to go back to where something was written since: what came meanwhile is persisted, counted and backed up. */
export const firstToRepeat = (cluster: AlluxioCluster): StepId =>
  cluster.settings.persist ? stepAt('backup', 'persist', firstMaster(cluster)) : markOf(cluster);
