import {z} from 'zod';
import {NodeId} from './ids.ts';
import {both, joinTexts, plain, SEMICOLON, Text} from './text.ts';

/** How answers that all came leave it unknown: they contradict each other, or do not tell. */
const Answers = z.enum(['contradict', 'undecided']);
export type Answers = z.infer<typeof Answers>;

/** Why something is not known, and the node it is about: null when it is about none in particular. Without `answers` one did not come. */
export const Reason = z
  .object({node: NodeId.nullable(), words: Text, answers: Answers.optional()})
  .readonly();
export type Reason = z.infer<typeof Reason>;

export const Reasons = z.tuple([Reason], Reason).readonly();
/** At least one reason. */
export type Reasons = z.infer<typeof Reasons>;

export const reason = (words: Text, node: NodeId | null = null, answers?: Answers): Reason => ({
  node,
  words,
  ...(answers === undefined ? {} : {answers}),
});

/** Why reasons tell nothing: somebody did not answer; or all did, and their answers contradict each other, or do not tell. */
export const silenceOf = (reasons: readonly Reason[] | null): Answers | 'missing' => {
  const all = (reasons ?? []).map(({answers}) => answers ?? 'missing');
  if (all.length === 0 || all.includes('missing')) return 'missing';
  return all.includes('contradict') ? 'contradict' : 'undecided';
};

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
