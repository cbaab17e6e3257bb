import {z} from 'zod';
import {NodeId} from './ids.ts';
import {both, joinTexts, plain, SEMICOLON, Text} from './text.ts';

/** Why something is not known, and the node it is about: null when it is about none in particular. */
export const Reason = z.object({node: NodeId.nullable(), words: Text}).readonly();
export type Reason = z.infer<typeof Reason>;

export const Reasons = z.tuple([Reason], Reason).readonly();
/** At least one reason. */
export type Reasons = z.infer<typeof Reasons>;

export const reason = (words: Text, node: NodeId | null = null): Reason => ({node, words});

const key = ({words}: Reason): string => `${words.en}\0${words.zh}`;

/**
 * Reasons in one line: what several nodes have in common is said once, "fe-1, fe-2: no answer". `about` is the node that
 * is named anyway: it is not named again.
 */
export const describeReasons = (reasons: readonly Reason[], about: NodeId | null = null): Text => {
  const groups = new Map<string, Reason[]>();
  for (const each of reasons) groups.set(key(each), [...(groups.get(key(each)) ?? []), each]);
  const said = [...groups.values()].map(group => {
    const names = [...new Set(group.flatMap(({node}) => node ?? []))];
    const words = group[0]?.words ?? plain('');
    if (names.length === 0 || (names.length === 1 && names[0] === about)) return words;
    return both((pick, lang) => `${names.join(', ')}${lang === 'en' ? ': ' : '：'}${pick(words)}`);
  });
  return joinTexts(said, SEMICOLON);
};
