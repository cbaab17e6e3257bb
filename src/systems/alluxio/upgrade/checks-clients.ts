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

/**
 * What the look proves, in its own words. A process that names the client among its arguments has a successor that names it too,
 * and was born since: that one is seen. One that only had it open may open it when it first needs it, hours after its restart:
 * then nothing tells but that the old process is gone, which it is too where nobody started it again.
 */
const proof = (node: ClientNode, context: Context): Text => {
  const {kind} = node.fields;
  if (namedBefore(node, context))
    return text(
      `a process of ${kind} that was started since names the new client, and none has the old one`,
      `有之后启动的 ${kind} 进程使用新客户端，且没有进程使用旧客户端`,
    );
  return seenBefore(node, context)
    ? text(
        `no process of ${kind} has the old client any more; one with the new is seen only once it uses it`,
        `${kind} 的进程都已不再使用旧客户端；新客户端要在首次使用后才能看到`,
      )
    : text(
        `no process is seen that has the old client; that is all that can be seen here`,
        `看不到使用旧客户端的进程；此处只能看到这些`,
      );
};

/**
 * What is seen of a restart: nobody has the old client, by what was loaded before the jar was replaced and by what is open; and
 * somebody names the new one, where somebody named the old. That is mostly the absence of a process and no presence: `proof`
 * says which of them.
 */
const loaded = (node: ClientNode, context: Context): Check =>
  see(
    node,
    proof(node, context),
    {
      version: newVersionOf(node, context),
      old: [],
      ...(namedBefore(node, context) ? {named: true} : {}),
    },
    node.fields.startWithinMs,
    ofRun(node, context),
  );

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
