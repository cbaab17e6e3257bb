import type {Sh} from '../../../../src/lib/sh.ts';
import type {Body} from '../../../../src/model/script.ts';
import {renderScript, type Script} from '../../../../src/model/script.ts';
import type {DorisNode, RoleName} from '../../../../src/systems/doris/fields.ts';
import {
  backupBody,
  deployBody,
  restoreBody,
  stageBody,
  undeployBody,
  unstageBody,
} from '../../../../src/systems/doris/scripts/act.ts';
import {actionVars} from '../../../../src/systems/doris/scripts/begin.ts';
import {bringBackBody, putBackBody} from '../../../../src/systems/doris/scripts/put-back.ts';
import {type StartAs, startBody, startVars} from '../../../../src/systems/doris/scripts/start.ts';
import {stopBody, stopVars} from '../../../../src/systems/doris/scripts/stop.ts';

/** An action's whole text for a node, as a host gets it. */
type Text = (node: DorisNode, stamp: string) => Sh;

const textOf =
  (
    bodyOf: (role: RoleName) => Body,
    varsOf: (node: DorisNode, stamp: string) => Script['vars'] = actionVars,
  ): Text =>
  (node, stamp) =>
    renderScript({body: bodyOf(node.fields.role), vars: varsOf(node, stamp)});

export const stageScript = textOf(stageBody);
export const stopScript = textOf(stopBody, stopVars);
export const backupScript = textOf(backupBody);
export const deployScript = textOf(deployBody);
export const unstageScript = textOf(unstageBody);
export const restoreScript = textOf(restoreBody);
export const undeployScript = textOf(undeployBody);

/** Of the upgrade of the stamp `cut`, for a run of another stamp. */
export const putBackScript = (node: DorisNode, stamp: string, cut: string): Sh =>
  textOf(putBackBody, (of, at) => ({...actionVars(of, at), cut}))(node, stamp);

export const startScript = (node: DorisNode, stamp: string, as: StartAs): Sh =>
  textOf(startBody, (of, at) => startVars(of, at, as))(node, stamp);

/** The same, and its start. */
export const bringBackScript = (node: DorisNode, stamp: string, cut: string, as: StartAs): Sh =>
  textOf(bringBackBody, (of, at) => ({...startVars(of, at, as), cut}))(node, stamp);
