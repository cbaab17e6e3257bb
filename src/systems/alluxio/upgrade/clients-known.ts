import {type Facts, listOf} from '../../../model/facts.ts';
import type {ClientNode, Context} from '../fields.ts';
import {jarName, newVersionOf} from '../scripts/client.ts';

// What a plan takes from the survey of a client.

const factsOf = ({id}: ClientNode, {facts}: Context): Facts => facts.get(id) ?? {};

/** Where the jar is once it was replaced: in a directory it comes under its own name. */
export const jarAfter = (node: ClientNode, context: Context): string =>
  factsOf(node, context).kind === 'dir'
    ? `${node.fields.jar}/${jarName(newVersionOf(node, context))}`
    : node.fields.jar;

/** The version that lies there before, or null where it was not told. */
export const versionBefore = (node: ClientNode, context: Context): string | null => {
  const {version} = factsOf(node, context);
  return typeof version === 'string' ? version : null;
};

/** The clients that the deployed file names before. */
export const classpathBefore = (node: ClientNode, context: Context): readonly string[] =>
  listOf(factsOf(node, context), 'classpath');

/** The guide's line, as it is pasted. */
export const classpathLine = (jar: string): string =>
  ['export HADOOP_CLASSPATH=', jar, ':$', '{HADOOP_CLASSPATH}'].join('');

/** The line as it stood before, or null where there was none. */
export const formerLine = (node: ClientNode, context: Context): string | null => {
  const [first] = classpathBefore(node, context);
  return first === undefined ? null : classpathLine(classpathBefore(node, context).join(':'));
};

/** Whether a process that loads the client was seen. */
export const seenBefore = (node: ClientNode, context: Context): boolean =>
  listOf(factsOf(node, context), 'users').length > 0;

/**
 * Whether one was seen that names the client among its arguments: so does its successor, as soon as it is there. It is the one
 * proof that something was started again, for nobody of those before may still count.
 */
export const namedBefore = (node: ClientNode, context: Context): boolean =>
  factsOf(node, context).named === true;
