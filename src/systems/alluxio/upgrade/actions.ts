import type {ActionRecipe, UndoRecipe} from '../../../model/procedure.ts';
import {text} from '../../../model/text.ts';
import {onProcess, script, untrusted, wayBack} from '../../../recipe/actions.ts';
import type {Context, ServerNode} from '../fields.ts';
import {journalBackBody, journalOf, journalVars, newJournalOf} from '../scripts/journal.ts';
import {startBody, startVars} from '../scripts/start.ts';
import {stopBody, stopVars} from '../scripts/stop.ts';
import * as checks from './checks.ts';
import * as files from './checks-files.ts';
import {ofBackup} from './names.ts';

/** The start script looks at its work for a while where it cannot be told not to. */
const START_SCRIPT_MS = 5 * 60_000;

export const stopAction = (node: ServerNode, context: Context): ActionRecipe =>
  onProcess(
    'process',
    stopBody(node.fields.role),
    stopVars(node, context),
    node.fields.stopWithinMs + 60_000,
  );

const start = (node: ServerNode, context: Context, more: Parameters<typeof untrusted>[1]): ActionRecipe =>
  untrusted(startBody(node.fields.role), {...startVars(node, context), ...more}, START_SCRIPT_MS);

/** The old version, on the journal it had: also the one that was brought back from its copy. */
export const startOld = (node: ServerNode, context: Context): ActionRecipe =>
  start(node, context, node.fields.role === 'master' ? {journal: journalOf(node, context).journal} : {});

/**
 * The new version: masters on the journal that is there, or from the backup, by the very URI that the backup printed.
 * "The newest" may be what a dying master left: 32 bytes that are worth nothing (recorded).
 */
export const startNew = (node: ServerNode, context: Context, from: 'backup' | 'journal'): ActionRecipe => {
  if (node.fields.role !== 'master') return start(node, context, {});
  return from === 'backup'
    ? start(node, context, {journal: newJournalOf(node, context), backup: ofBackup(context.cluster, 'uri')})
    : start(node, context, {journal: newJournalOf(node, context)});
};

/**
 * The journal as it was copied, whatever became of it: a new version's journal looks like the old one's where both are of one
 * generation, so nothing less than the comparison says that it is back.
 */
export const journalBack = (master: ServerNode, context: Context): UndoRecipe =>
  wayBack(
    text('bring journal and metastore of the old version back', '恢复旧版本的日志与元存储'),
    script(journalBackBody, journalVars(master, context), context.cluster.settings.copyWithinMs),
    [files.journalAsCopied(master, context)],
    [checks.nothingRuns(context), files.copyThere(master, context)],
  );
