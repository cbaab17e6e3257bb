import type {GateRecipe, Recipe} from '../../../model/procedure.ts';
import {text} from '../../../model/text.ts';
import {script} from '../../../recipe/actions.ts';
import {confirm, confirmDestruction, hold} from '../../../recipe/gates.ts';
import {type Context, nodesOf, type ServerNode, type Servers} from '../fields.ts';
import {formatBody, formatVars} from '../scripts/format.ts';
import {journalOf, newJournalOf} from '../scripts/journal.ts';
import {journalBack} from './actions.ts';
import * as checks from './checks.ts';
import * as files from './checks-files.ts';
import {tellsEntries, typesOf} from './known.ts';
import {ofBackup} from './names.ts';

/** A JVM, and on a slow disk the removal of a large journal. */
const FORMAT_WITHIN_MS = 10 * 60_000;

/** No proof, no format: the backup on every master, the copy of this journal, and nothing that runs. */
const proofs = (node: ServerNode, context: Context): GateRecipe[] =>
  [...files.proved(context), files.copyThere(node, context), checks.nothingRuns(context)].map(hold);

/** An embedded journal is each master's own; one on an under store is there once, for all of them. */
const owners = (context: Context): readonly ServerNode[] => {
  const masters = nodesOf(context.cluster, 'master');
  return typesOf(context).after === 'EMBEDDED' ? masters : masters.slice(0, 1);
};

/**
 * The masters' journals alone, by the local command: the cluster-wide one empties every worker's tiers too, and exits with 0
 * whatever happens there (recorded).
 */
export const format: Recipe<Servers> = {
  name: 'format',
  title: text('Format the journals', '格式化日志'),
  role: 'master',
  order: () => ({kind: 'listed'}),
  width: 1,
  nodes: owners,
  gates: () => [
    confirm(
      text(
        'Format the journals of the masters? Caches are left alone. Each journal is asked for by itself.',
        '格式化 master 的日志？缓存不受影响。每份日志单独确认。',
      ),
    ),
  ],
  steps: (node, context) => {
    const {from, stamp} = context.target;
    const folder = newJournalOf(node, context);
    return [
      {
        name: 'format',
        title: text('format the journal', '格式化日志'),
        gates: [
          ...proofs(node, context),
          confirmDestruction(
            text(
              `Format the journal of ${node.id} in ${folder}?`,
              `格式化 ${node.id} 位于 ${folder} 的日志？`,
            ),
            context.cluster.name,
            [
              {
                node: node.id,
                probe: 'journal-blast',
                given: {
                  journal: folder,
                  metastore: journalOf(node, context).metastore,
                  stamp,
                  backup: ofBackup(context.cluster, 'path'),
                  ...(tellsEntries(context) ? {entries: ofBackup(context.cluster, 'entries')} : {}),
                },
              },
            ],
          ),
          ...proofs(node, context),
        ],
        action: script(formatBody, formatVars(node, context), FORMAT_WITHIN_MS),
        done: [files.formatted(node, context)],
        undo: journalBack(node, context),
        typicalMs: 15_000,
        destroys: text(`the journal of ${from}`, `${from} 的日志`),
      },
    ];
  },
};
