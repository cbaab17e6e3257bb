import type {Check} from '../../../model/plan.ts';
import type {Move, Procedure, Recipe} from '../../../model/procedure.ts';
import {text} from '../../../model/text.ts';
import {copyFrom, harmless, script, wayBack} from '../../../recipe/actions.ts';
import {around, confirm} from '../../../recipe/gates.ts';
import {
  type Alluxio,
  type AlluxioNode,
  type Context,
  firstMaster,
  homesOf,
  isClient,
  isServer,
  isSpread,
  nodesOf,
  type ServerNode,
  type Servers,
} from '../fields.ts';
import {backupBody, backupVars, markBody} from '../scripts/backup.ts';
import {actionVars} from '../scripts/begin.ts';
import {installBody, uninstallBody} from '../scripts/install.ts';
import {stageBody, stageVars, unstageBody} from '../scripts/stage.ts';
import {formatTiers, keepCaches} from './caches.ts';
import * as checks from './checks.ts';
import {verifiedClient} from './checks-clients.ts';
import * as files from './checks-files.ts';
import {clients} from './clients.ts';
import {format} from './format.ts';
import {ofBackup} from './names.ts';
import {listMove, persistMove} from './namespace.ts';
import {startJobWorkers, startMasters, startOthers} from './start.ts';
import {keep, stopMasters, stopOthers} from './stop.ts';

const MINUTE = 60_000;

/** Installation is a matter of the home: one node speaks for those that share it. */
const stage: Recipe<Servers> = {
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
      undo: wayBack(
        text('remove the new version beside the old', '移除旧版本旁的新版本'),
        script(unstageBody(node.fields.role), stageVars(node, context), 5 * MINUTE),
        [files.unstaged(node, context)],
      ),
      typicalMs: 60_000,
    },
  ],
};

const markMove = (node: ServerNode, context: Context): Move => ({
  name: 'mark',
  title: text('count what there is', '清点现状'),
  gates: [],
  action: script(markBody, actionVars(node, context), MINUTE),
  done: [files.folderThere(context), ...checks.countedAll(context)],
  undo: harmless('counting changes nothing', '清点不改变任何内容'),
  typicalMs: 5_000,
});

const backupMove = (node: ServerNode, context: Context): Move => ({
  name: 'backup',
  title: text('back up the metadata', '备份元数据'),
  gates: [],
  action: script(backupBody, backupVars(node, context), context.cluster.settings.backupWithinMs),
  done: [files.backedUp(context)],
  undo: harmless('one backup more hurts nobody', '多一份备份无害'),
  typicalMs: 60_000,
});

const backup: Recipe<Servers> = {
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
        isSpread(context.cluster) ? ['spread'] : [],
      ),
      checks.wellAt(context, context.target.from),
      checks.allRun(context),
      ...checks.quorumWhole(context, 'before'),
    ),
  steps: (node, context) => {
    const counted = [markMove(node, context), listMove(node, context), backupMove(node, context)] as const;
    return context.cluster.settings.persist ? [persistMove(node, context), ...counted] : counted;
  },
};

/** Nothing of a copy moves for this long only where a disk or a link stands still. */
const STALL_MS = 2 * MINUTE;

/**
 * A backup on a master's own disk is brought to all others, to the very path that each is started with: whoever leads then reads
 * it. Where masters share the directory each has it already. Asked with the backup itself, for nobody is harmed and
 * applications wait; made again, it is brought to them again.
 */
const spread: Recipe<Servers> = {
  name: 'spread',
  title: text('Copy the backup to every master', '将备份复制到每个 master'),
  role: 'master',
  order: () => ({kind: 'listed'}),
  width: 4,
  nodes: ({cluster}) => (isSpread(cluster) ? nodesOf(cluster, 'master') : []),
  gates: () => [
    confirm(
      text(
        'Copy the backup to every master? Everything goes on running.',
        '将备份复制到每个 master？服务不受影响。',
      ),
    ),
  ],
  steps: (node, context) => [
    {
      name: 'copy',
      title: text('have the backup at the same path', '在相同路径持有备份'),
      gates: [],
      action: copyFrom(ofBackup(context.cluster, 'backupNode'), ofBackup(context.cluster, 'path'), STALL_MS),
      done: [files.provedOn(node, context)],
      undo: harmless('one copy more hurts nobody', '多一份副本无害'),
      typicalMs: 20_000,
    },
  ],
};

const install: Recipe<Servers> = {
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
        text('let the home be the old version again', '将安装目录切换回旧版本'),
        script(uninstallBody(node.fields.role), actionVars(node, context), MINUTE),
        [files.uninstalled(node, context)],
        [checks.nothingRuns(context)],
      ),
      typicalMs: 1_000,
    },
  ],
};

const verify = (node: AlluxioNode, context: Context): readonly [Check, ...Check[]] => {
  if (isClient(node)) return verifiedClient(node, context);
  if (isServer(node)) return checks.verified(node, context);
  throw new Error(`${node.id} has no role`);
};

/** A compatible pair: the new masters read the old journal (guide, "basic upgrade"). */
export const inPlace: Procedure<Alluxio> = {
  name: 'in-place',
  title: text('Upgrade in place', '原地升级'),
  phases: [
    stage,
    backup,
    spread,
    stopOthers,
    stopMasters('read'),
    keep,
    keepCaches,
    install,
    startMasters('journal'),
    formatTiers,
    startOthers('journal'),
    startJobWorkers,
    clients,
  ],
  verify,
};

/** A pair whose journals differ: back up, format, restore, with caches left where they are. */
export const restore: Procedure<Alluxio> = {
  name: 'restore',
  title: text('Back up, format, restore', '备份、格式化、恢复'),
  phases: [
    stage,
    backup,
    spread,
    stopOthers,
    stopMasters('formatted'),
    keep,
    keepCaches,
    install,
    format,
    startMasters('backup'),
    formatTiers,
    startOthers('backup'),
    startJobWorkers,
    clients,
  ],
  verify,
};
