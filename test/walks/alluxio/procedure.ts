import type {GateRecipe, Procedure, Recipe} from '../../../src/model/procedure.ts';
import {text} from '../../../src/model/text.ts';
import {harmless, script, wayBack} from '../../../src/recipe/actions.ts';
import {around, confirm, confirmDestruction, hold} from '../../../src/recipe/gates.ts';
import * as checks from './checks.ts';
import {clients} from './clients.ts';
import {type Alluxio, type AlluxioNode, type Context, leaderOf, ofRole} from './fields.ts';
import {
  backupBody,
  formatBody,
  journalBackBody,
  linkNewBody,
  linkOldBody,
  markBody,
  stageBody,
  unstageBody,
  varsOf,
} from './scripts.ts';
import {masters, rest} from './start.ts';
import {stop} from './stop.ts';

const MINUTE = 60_000;

/** Installation is a matter of the host: one node speaks for those that share its home. */
const installed = ({cluster}: Context): readonly AlluxioNode[] => ofRole(cluster, 'master', 'worker');

const stage: Recipe<Alluxio> = {
  name: 'stage',
  title: text('Stage', '暂存新版本'),
  role: 'master',
  order: () => ({kind: 'listed'}),
  width: 5,
  nodes: installed,
  gates: context => {
    const {from, to} = context.target;
    const ask = text(
      `Unpack ${to} beside ${from}? Everything goes on running.`,
      `在 ${from} 旁解包 ${to}？服务不受影响。`,
    );
    return around(confirm(ask), checks.wellAt(context, from));
  },
  steps: (node, context) => [
    {
      name: 'stage',
      title: text('unpack beside the old version', '在旧版本旁解包'),
      gates: [],
      action: script(stageBody(node.fields.role), varsOf(node, context), 30 * MINUTE),
      done: [checks.staged(node, context.target.to)],
      undo: wayBack(script(unstageBody(node.fields.role), varsOf(node, context), MINUTE), [
        checks.unstaged(node, context.target.from),
      ]),
      typicalMs: 30_000,
    },
  ],
};

const backup: Recipe<Alluxio> = {
  name: 'backup',
  title: text('Back up', '备份'),
  role: 'master',
  order: () => ({kind: 'listed'}),
  width: 1,
  nodes: ({cluster}) => [leaderOf(cluster)],
  gates: context => [
    hold(checks.wellAt(context, context.target.from)),
    confirm(
      text(
        'Have you stopped every application that writes? What is written after the backup is lost.',
        '是否已停止所有写入的应用？备份之后写入的内容会丢失。',
      ),
      [text('applications cannot write from here to the end', '从现在到结束应用都不能写入')],
    ),
    hold(checks.still(context)),
  ],
  steps: (node, context) => [
    {
      name: 'mark',
      title: text('mark the last write', '标记最后一次写入'),
      gates: [],
      action: script(markBody, varsOf(node, context), MINUTE),
      done: [checks.marked(context)],
      undo: harmless('a mark hurts nobody', '标记无害'),
      typicalMs: 15_000,
    },
    {
      name: 'backup',
      title: text('back up the metadata', '备份元数据'),
      gates: [],
      action: script(backupBody, varsOf(node, context), 60 * MINUTE),
      done: [checks.backedUp(context), checks.unchanged(context), checks.recorded(context)],
      undo: harmless('a backup more hurts nobody', '多一份备份无害'),
      typicalMs: 60_000,
    },
  ],
};

const install: Recipe<Alluxio> = {
  name: 'install',
  title: text('Install', '安装'),
  role: 'master',
  order: () => ({kind: 'listed'}),
  width: 1,
  nodes: installed,
  gates: context => {
    const {to} = context.target;
    return around(
      confirm(text(`Let every home be ${to}?`, `将所有安装目录切换到 ${to}？`)),
      checks.silence(context),
    );
  },
  steps: (node, context) => [
    {
      name: 'link',
      title: text('let the home be the new version', '切换安装目录'),
      gates: [],
      action: script(linkNewBody(node.fields.role), varsOf(node, context), MINUTE),
      done: [checks.linked(node, context.target.to)],
      undo: wayBack(
        script(linkOldBody(node.fields.role), varsOf(node, context), MINUTE),
        [checks.linked(node, context.target.from)],
        [checks.silence(context)],
      ),
      typicalMs: 1_000,
    },
  ],
};

/** No proof, no format: the backup on every master, every copy counted, and nothing that runs. */
const proofs = (node: AlluxioNode, context: Context): GateRecipe[] =>
  [
    ...checks.proved(context),
    checks.journalKept(node, context),
    ...ofRole(context.cluster, 'worker').map(worker => checks.cacheStillKept(worker, context)),
    checks.silence(context),
  ].map(hold);

const format: Recipe<Alluxio> = {
  name: 'format',
  title: text('Format the masters', '格式化 master'),
  role: 'master',
  order: () => ({kind: 'listed'}),
  width: 1,
  gates: () => [
    confirm(
      text(
        'Format the masters’ journals? Caches are left alone. Each master is asked for by itself.',
        '格式化 master 日志？缓存不受影响。每个 master 单独确认。',
      ),
    ),
  ],
  steps: (node, context) => [
    {
      name: 'format',
      title: text('format the journal', '格式化日志'),
      gates: [
        ...proofs(node, context),
        confirmDestruction(
          text(`Format the journal of ${node.id}?`, `格式化 ${node.id} 的日志？`),
          context.cluster.name,
          [
            {
              node: node.id,
              probe: 'journal-blast',
              given: {stamp: context.target.stamp, backup: checks.ofBackup(context, 'path')},
            },
          ],
        ),
        ...proofs(node, context),
      ],
      action: script(formatBody, varsOf(node, context), 3 * MINUTE),
      done: [checks.journalIs(node, 'empty')],
      undo: wayBack(
        script(journalBackBody, varsOf(node, context), 30 * MINUTE),
        [checks.journalIs(node, 'old')],
        [checks.silence(context)],
      ),
      typicalMs: 10_000,
      destroys: text(
        `the journal of ${context.target.from} on ${node.id}`,
        `${node.id} 上 ${context.target.from} 的日志`,
      ),
    },
  ],
};

/** Backup – format – restore, with caches kept in place and copied aside as well. */
export const backupFormatRestore: Procedure<Alluxio> = {
  name: 'backup-format-restore',
  title: text('Back up, format, restore', '备份 – 格式化 – 恢复'),
  phases: [stage, backup, stop, install, format, masters, rest, clients],
  verify: checks.verified,
};
