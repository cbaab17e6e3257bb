import type {Check, PlannedExpect} from '../../../model/plan.ts';
import {type Text, text} from '../../../model/text.ts';
import {type CheckMore, check} from '../../../recipe/check.ts';
import {BY_HAND} from '../client-fields.ts';
import type {ClientNode, Context} from '../fields.ts';
import {newVersionOf} from '../scripts/client.ts';
import {classpathBefore, jarAfter, namedBefore, seenBefore, versionBefore} from './clients-known.ts';
import {from, stepAt} from './names.ts';

const MINUTE = 60_000;

const see = (
  node: ClientNode,
  title: Text,
  expect: PlannedExpect,
  withinMs: number,
  more: CheckMore = {},
): Check => check(node, 'client', title, expect, withinMs, more);

/** The new jar lies there alone. Its facts are who loads the client at that moment. */
export const jarIs = (node: ClientNode, context: Context): Check => {
  const version = newVersionOf(node, context);
  const at = jarAfter(node, context);
  return see(
    node,
    text(`the client jar is ${version}`, `客户端 jar 为 ${version}`),
    {version, jars: [at.slice(at.lastIndexOf('/') + 1)]},
    MINUTE,
  );
};

/** It is what it was. Of one that told no version only that the new one is gone. */
export const jarWas = (node: ClientNode, context: Context): Check => {
  const version = versionBefore(node, context);
  return see(
    node,
    text('the client jar is the old one', '客户端 jar 为旧版本'),
    {version: version ?? {not: newVersionOf(node, context)}},
    MINUTE,
  );
};

/** The deployed file names this client and no other: of two the first would be loaded. */
export const deployed = (node: ClientNode, context: Context): Check =>
  see(
    node,
    text(`${node.fields.safetyValve} has the line`, `${node.fields.safetyValve} 中有该行`),
    {classpath: [jarAfter(node, context)]},
    node.fields.deployWithinMs,
  );

export const deployedBefore = (node: ClientNode, context: Context): Check =>
  see(
    node,
    text(`${node.fields.safetyValve} is as it was`, `${node.fields.safetyValve} 与之前一致`),
    {classpath: classpathBefore(node, context)},
    node.fields.deployWithinMs,
  );

/** Who loaded the client when it was replaced, and whose restart is looked for. */
const ofRun = (node: ClientNode, {target}: Context): CheckMore => ({
  given: {stamp: target.stamp, before: from(stepAt('clients', 'jar', node), 'users')},
});

/** What is seen of a restart: nobody has the old client; somebody has the new one, where that can be seen. */
const loaded = (node: ClientNode, context: Context): Check => {
  const version = newVersionOf(node, context);
  const title = seenBefore(node, context)
    ? text(
        `no process of ${node.fields.kind} has the old client any more`,
        `${node.fields.kind} 的进程都已不再使用旧客户端`,
      )
    : text(
        `no process is seen that has the old client; that is all that can be seen here`,
        `看不到使用旧客户端的进程；此处只能看到这些`,
      );
  return see(
    node,
    title,
    {version, old: [], ...(namedBefore(node, context) ? {named: true} : {})},
    node.fields.startWithinMs,
    ofRun(node, context),
  );
};

/** The command of the inventory ended well; it is not run again while what it started comes up. */
const commandEnded = (node: ClientNode, context: Context): Check =>
  see(node, text('the restart command ended with 0', '重启命令以退出码 0 结束'), {restarted: 0}, MINUTE, {
    ...ofRun(node, context),
    hopeless: {restarted: {atLeast: 1}},
    hopelessAfterMs: 0,
  });

/** When a restart is done. */
export const restarted = (node: ClientNode, context: Context): readonly [Check, ...Check[]] => {
  const seen = loaded(node, context);
  return node.fields.restart === BY_HAND
    ? [seen]
    : [commandEnded(node, context), {...seen, pending: {restarted: 0}}];
};

/** The last look at an application: its client, and that nobody has the old one. */
export const verifiedClient = (node: ClientNode, context: Context): readonly [Check, ...Check[]] => [
  {...loaded(node, context), steadyMs: context.cluster.settings.steadyMs},
  ...(node.fields.safetyValve === undefined ? [] : [{...deployed(node, context), withinMs: MINUTE}]),
];
