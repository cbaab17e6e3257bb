import type {Move, Procedure, Recipe} from '../../../model/procedure.ts';
import {text} from '../../../model/text.ts';
import {harmless, script, wayBack} from '../../../recipe/actions.ts';
import {around, confirm} from '../../../recipe/gates.ts';
import {type Alluxio, type AlluxioNode, type Context, firstMaster, homesOf} from '../fields.ts';
import {backupBody, backupVars, markBody} from '../scripts/backup.ts';
import {actionVars} from '../scripts/begin.ts';
import {installBody, uninstallBody} from '../scripts/install.ts';
import {stageBody, stageVars, unstageBody} from '../scripts/stage.ts';
import {formatTiers, keepCaches} from './caches.ts';
import * as checks from './checks.ts';
import * as files from './checks-files.ts';
import {format} from './format.ts';
import {listMove, persistMoves} from './namespace.ts';
import {startMasters, startOthers} from './start.ts';
import {keep, stopMasters, stopOthers} from './stop.ts';

const MINUTE = 60_000;

/** Installation is a matter of the home: one node speaks for those that share it. */
const stage: Recipe<Alluxio> = {
  name: 'stage',
  title: text('Unpack the new version', '解包新版本'),
  role: 'master',
  order: () => ({kind: 'listed'}),
  width: 5,
  nodes: ({cluster}) => homesOf(cluster),
  gates: context => {
    const {from, to} = context.target;
    return around(
      confirm(
        text(
          `Unpack ${to} beside ${from} on every host? Everything goes on running.`,
          `在每台主机上将 ${to} 解包到 ${from} 旁？服务不受影响。`,
        ),
      ),
      checks.wellAt(context, from),
    );
  },
  steps: (node, context) => [
    {
      name: 'stage',
      title: text('unpack beside the old version, with its configuration', '在旧版本旁解包并带上其配置'),
      gates: [],
      action: script(
        stageBody(node.fields.role),
        stageVars(node, context),
        context.cluster.settings.stageWithinMs,
      ),
      done: [files.staged(node, context), files.confKnown(node, context)],
      undo: wayBack(script(unstageBody(node.fields.role), stageVars(node, context), 5 * MINUTE), [
        files.unstaged(node, context),
      ]),
      typicalMs: 60_000,
    },
  ],
};

const markMove = (node: AlluxioNode, context: Context): Move => ({
  name: 'mark',
  title: text('count what there is', '清点现状'),
  gates: [],
  action: script(markBody, actionVars(node, context), MINUTE),
  done: [files.folderThere(context), checks.counted(context)],
  undo: harmless('counting changes nothing', '清点不改变任何内容'),
  typicalMs: 5_000,
});

const backupMove = (node: AlluxioNode, context: Context): Move => ({
  name: 'backup',
  title: text('back up the metadata', '备份元数据'),
  gates: [],
  action: script(backupBody, backupVars(node, context), context.cluster.settings.backupWithinMs),
  done: [files.backedUp(context)],
  undo: harmless('one backup more hurts nobody', '多一份备份无害'),
  typicalMs: 60_000,
});

const backup: Recipe<Alluxio> = {
  name: 'backup',
  title: text('Back up the metadata', '备份元数据'),
  role: 'master',
  order: () => ({kind: 'listed'}),
  width: 1,
  nodes: ({cluster}) => [firstMaster(cluster)],
  gates: context =>
    around(
      confirm(
        text(
          'Has every application that writes been stopped? As long as one writes, the backup is made again, and nothing is stopped.',
          '是否已停止所有写入的应用？只要仍有写入，就会重新备份，且不会停止任何节点。',
        ),
        [text('applications must not write from here to the end', '从此刻到结束，应用不得写入')],
      ),
      checks.wellAt(context, context.target.from),
      checks.allRun(context),
      ...checks.quorumWhole(context, 'before'),
    ),
  steps: (node, context) => {
    const [first, ...others] = [
      ...persistMoves(node, context),
      markMove(node, context),
      listMove(node, context),
      backupMove(node, context),
    ];
    return [first ?? markMove(node, context), ...others];
  },
};

const install: Recipe<Alluxio> = {
  name: 'install',
  title: text('Install', '安装'),
  role: 'master',
  order: () => ({kind: 'listed'}),
  width: 8,
  nodes: ({cluster}) => homesOf(cluster),
  gates: context => {
    const {from, to} = context.target;
    return around(
      confirm(
        text(
          `Let every home be ${to}? ${from} is kept beside it.`,
          `将所有安装目录切换到 ${to}？${from} 保留在旁边。`,
        ),
      ),
      checks.nothingRuns(context),
    );
  },
  steps: (node, context) => [
    {
      name: 'install',
      title: text('let the home be the new version', '切换安装目录'),
      gates: [],
      action: script(installBody(node.fields.role), actionVars(node, context), MINUTE),
      done: [files.installed(node, context)],
      undo: wayBack(
        script(uninstallBody(node.fields.role), actionVars(node, context), MINUTE),
        [files.uninstalled(node, context)],
        [checks.nothingRuns(context)],
      ),
      typicalMs: 1_000,
    },
  ],
};

/** A compatible pair: the new masters read the old journal (guide, "basic upgrade"). */
export const inPlace: Procedure<Alluxio> = {
  name: 'in-place',
  title: text('Upgrade in place', '原地升级'),
  phases: [
    stage,
    backup,
    stopOthers,
    stopMasters('read'),
    keep,
    keepCaches,
    install,
    startMasters('journal'),
    formatTiers('journal'),
    startOthers('journal'),
  ],
  verify: checks.verified,
};

/** A pair whose journals differ: back up, format, restore, with caches left where they are. */
export const restore: Procedure<Alluxio> = {
  name: 'restore',
  title: text('Back up, format, restore', '备份、格式化、恢复'),
  phases: [
    stage,
    backup,
    stopOthers,
    stopMasters('formatted'),
    keep,
    keepCaches,
    install,
    format,
    startMasters('backup'),
    formatTiers('backup'),
    startOthers('backup'),
  ],
  verify: checks.verified,
};
