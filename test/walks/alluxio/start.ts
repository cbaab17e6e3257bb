import type {Recipe} from '../../../src/model/procedure.ts';
import {text} from '../../../src/model/text.ts';
import {untrusted, wayBack} from '../../../src/recipe/actions.ts';
import {around, confirm, hold} from '../../../src/recipe/gates.ts';
import * as checks from './checks.ts';
import {type Alluxio, ofRole} from './fields.ts';
import {startFromBody, varsOf} from './scripts.ts';
import {startAction, stopAction} from './stop.ts';

const MINUTE = 60_000;

/** All masters side by side: one alone has no majority and would wait for the others. */
export const masters: Recipe<Alluxio> = {
  name: 'masters',
  title: text('Masters', 'Master'),
  role: 'master',
  order: () => ({kind: 'listed'}),
  width: 3,
  gates: context =>
    around(
      confirm(
        text(
          `Start the masters at ${context.target.to} from the backup? Workers stay down.`,
          `以 ${context.target.to} 从备份启动 master？worker 保持停止。`,
        ),
      ),
      ...ofRole(context.cluster, 'master').map(master => checks.journalIs(master, 'empty')),
      ...checks.proved(context),
    ),
  steps: (node, context) => [
    {
      name: 'start',
      title: text('start from the backup', '从备份启动'),
      gates: [],
      action: untrusted(
        startFromBody,
        {...varsOf(node, context), backup: checks.ofBackup(context, 'uri')},
        3 * MINUTE,
      ),
      done: [checks.runsAt(node, context.target.to)],
      undo: wayBack(stopAction(node, context), [checks.gone(node)]),
      typicalMs: 60_000,
      service: 'returns',
    },
  ],
};

/** Nobody else runs beside masters whose content was not seen to be what it was. */
export const rest: Recipe<Alluxio> = {
  name: 'rest',
  title: text('Job masters and workers', 'Job master 与 worker'),
  role: 'worker',
  order: () => ({kind: 'listed'}),
  width: 1,
  nodes: ({cluster}) => ofRole(cluster, 'job-master', 'worker', 'job-worker'),
  gates: context =>
    around(
      confirm(
        text(
          'Everything is restored. Start job masters and workers?',
          '已全部恢复。启动 job master 与 worker？',
        ),
      ),
      checks.restored(context),
    ),
  steps: (node, context) => {
    const {to} = context.target;
    const isWorker = node.fields.role === 'worker';
    return [
      {
        name: 'start',
        title: text('start', '启动'),
        gates: isWorker ? [checks.cacheMounted(node), checks.restored(context)].map(hold) : [],
        action: startAction(node, context),
        done: isWorker ? [checks.runsAt(node, to), checks.joined(node, to)] : [checks.runsAt(node, to)],
        undo: wayBack(stopAction(node, context), [checks.gone(node)]),
        typicalMs: 10_000,
        service: 'returns',
      },
    ];
  },
};
