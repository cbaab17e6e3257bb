import {sameMinor} from '../../../lib/version.ts';
import type {Move, PlanContext, UndoRecipe} from '../../../model/procedure.ts';
import {text} from '../../../model/text.ts';
import {harmless, noWayBack, script, wayBack} from '../../../recipe/actions.ts';
import {hold} from '../../../recipe/gates.ts';
import {isTakenOn} from '../cut.ts';
import type {Doris, DorisNode} from '../fields.ts';
import {javaHomeOf, saysItsRole} from '../probes/survey.ts';
import {backupBody, deployBody, restoreBody, stageBody, undeployBody, unstageBody} from '../scripts/act.ts';
import {actionVars} from '../scripts/begin.ts';
import {renaming, startAction, stopAction, surveyed} from './actions.ts';
import {ready, started, stopped, unlessOthersLeftBehind} from './checks.ts';
import {
  asDigested,
  backedUp,
  deployed,
  digested,
  putAside,
  restored,
  staged,
  stagedVersion,
  unstaged,
} from './checks-files.ts';
import {digestStep, putBack, safeBeside} from './put-back.ts';
import {safeToStop} from './safe.ts';

type Context = PlanContext<Doris>;

const stage = (node: DorisNode, context: Context): Move => {
  const {stamp, to} = context.target;
  const javaHome = javaHomeOf(node, surveyed(node, context));
  return {
    name: 'stage',
    title: text('copy the new files beside the old', '在旧文件旁复制新文件'),
    // One that is down in the middle of an upgrade is asked for nothing more: its files were seen.
    gates: isTakenOn(node, context) ? [] : [hold(ready(node, context.cluster, context.target))],
    action: script(stageBody(node.fields.role), actionVars(node, stamp), node.fields.stageWithinMs),
    done: [staged(node, stamp), stagedVersion(node, stamp, to, javaHome)],
    undo: wayBack(
      text('remove the copy of the new files', '移除新文件的副本'),
      renaming(unstageBody, node, stamp),
      [unstaged(node, stamp)],
    ),
    typicalMs: 20_000,
  };
};

const stop = (node: DorisNode, context: Context): Move => ({
  name: 'stop',
  title: text('stop', '停止'),
  gates: safeToStop(node, context),
  action: stopAction(node, context.target.stamp, saysItsRole(node, surveyed(node, context))),
  // In this order: what a process may still write to is no digest of anything.
  done: [stopped(node), digested(node, context.target.stamp)],
  undo: wayBack(
    text('start the old version and wait until it serves', '启动旧版本并等待就绪'),
    startAction(node, context),
    started(node, context.cluster, context.target.from, {}),
  ),
  typicalMs: node.role === 'be' ? 15_000 : 5_000,
  service: 'leaves',
});

const backup = (node: DorisNode, context: Context): Move => {
  const {stamp} = context.target;
  return {
    name: 'backup',
    title: text('back up bin and lib', '备份 bin 和 lib'),
    gates: [],
    action: renaming(backupBody, node, stamp),
    done: [backedUp(node, stamp)],
    undo: wayBack(
      text('put the old bin and lib back', '恢复旧的 bin 和 lib'),
      renaming(restoreBody, node, stamp),
      [restored(node, stamp), asDigested(node, digestStep(node, context))],
    ),
    typicalMs: 1_000,
  };
};

const deploy = (node: DorisNode, context: Context): Move => {
  const {stamp} = context.target;
  return {
    name: 'deploy',
    title: text('put the new bin and lib in place', '部署新的 bin 和 lib'),
    gates: [],
    action: renaming(deployBody, node, stamp),
    done: [deployed(node, stamp)],
    undo: wayBack(
      text('put the new bin and lib aside', '移开新的 bin 和 lib'),
      renaming(undeployBody, node, stamp),
      [putAside(node)],
    ),
    typicalMs: 1_000,
  };
};

const startUndo = (node: DorisNode, context: Context): UndoRecipe => {
  const {from, to, stamp} = context.target;
  if (node.role === 'fe' && !sameMinor(from, to))
    return noWayBack(
      text(
        `A frontend of ${to} writes metadata that ${from} cannot read.`,
        `${to} 的 FE 会写入 ${from} 无法读取的元数据。`,
      ),
      text(
        `finish the upgrade; a cluster of ${from} can only be set up anew, and a backup restored into it`,
        `请完成升级；${from} 的集群只能重新搭建并恢复备份`,
      ),
    );
  // Taking a start back is a stop: the others have to serve, as before any stop, and nothing does as well. It is not asked
  // what it is right before: the order of a way back does not turn on that, and what is broken answers nothing.
  const safe = safeToStop(node, context).flatMap(gate => {
    if (gate.kind !== 'check' || gate.otherwise !== 'hold') return [];
    const {or: _, ...asked} = gate.check;
    return [asked];
  });
  return wayBack(text('stop the new version', '停止新版本'), stopAction(node, stamp), [stopped(node)], safe);
};

const TYPICAL_START_MS = {ms: 8_000, recycler: 8_000, be: 60_000, fe: 60_000} as const;

const start = (node: DorisNode, context: Context): Move => ({
  name: 'start',
  title: text('start and wait until it serves', '启动并等待就绪'),
  gates: [],
  action: startAction(node, context),
  done: started(
    node,
    context.cluster,
    context.target.to,
    surveyed(node, context),
    unlessOthersLeftBehind(node, context.target.to),
  ),
  undo: startUndo(node, context),
  typicalMs: TYPICAL_START_MS[node.fields.role],
  service: 'returns',
});

/** What happens to one node, in order. It serves until `stop`, so a bad package hurts nobody. */
export const movesOf = (node: DorisNode, context: Context): readonly [Move, ...Move[]] => [
  stage(node, context),
  stop(node, context),
  backup(node, context),
  deploy(node, context),
  start(node, context),
];

/**
 * The stop of one that is down in the middle of an upgrade: it is found done. While its new files are copied the old ones lie in their
 * places again, and whoever looks after its host may start them; that process is stopped as any other. Its way back is that of
 * its put-back.
 */
const stopAgain = (node: DorisNode, context: Context): Move => {
  const {service: _, ...move} = stop(node, context);
  return {
    ...move,
    gates: safeBeside(node, context),
    undo: harmless('It was down when the run began.', '运行开始时它已停止。'),
  };
};

/**
 * The same of a node that is down in the middle of an upgrade: its files go back before anything else, so that all the rest is as it
 * is for every node, the way back too.
 */
export const cutMovesOf = (node: DorisNode, context: Context): readonly [Move, ...Move[]] => [
  putBack(node, context),
  stage(node, context),
  stopAgain(node, context),
  backup(node, context),
  deploy(node, context),
  start(node, context),
];
