import {isList} from '../../../src/model/facts.ts';
import type {Script} from '../../../src/model/script.ts';

/**
 * What a script is for, by its body's name: `PRODUCT.KIND.VERB` acts, `PRODUCT.KIND.look.WHAT` looks. The kind is the
 * product's own word for nodes that are handled alike.
 */
export type Errand =
  | {readonly kind: string; readonly does: 'look'; readonly what: string}
  | {readonly kind: string; readonly does: 'act'; readonly verb: string};

/** Throws for a name that is made otherwise. */
export const errandOf = ({body: {name}}: Script): Errand => {
  const [, kind, word, what, ...more] = name.split('.');
  if (kind !== undefined && word === 'look' && what !== undefined && more.length === 0)
    return {kind, does: 'look', what};
  if (kind !== undefined && word !== undefined && word !== 'look' && what === undefined)
    return {kind, does: 'act', verb: word};
  throw new Error(`the fake does not understand the name ${name}`);
};

/** A variable that has to be one word. Throws when it is missing: the script would stop there. */
export const wordOf = ({body, vars}: Script, name: string): string => {
  const value = vars[name];
  if (value === undefined || isList(value)) throw new Error(`${body.name} has no variable ${name}`);
  return String(value);
};

/** A variable that is a list; empty when it is not there. */
export const wordsOf = ({body, vars}: Script, name: string): readonly string[] => {
  const value = vars[name];
  if (value === undefined) return [];
  if (!isList(value)) throw new Error(`${body.name}: the variable ${name} is no list`);
  return value.map(String);
};
