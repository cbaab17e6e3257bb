import {type Text, text} from './text.ts';

/**
 * What a script of ours says on a host where it refuses, and what that is in Chinese: `$<name>` is what `says` found. A host knows
 * nothing of who reads, so it says it in English.
 */
export type Refusal = {readonly says: RegExp; readonly zh: string};

/** The words of a refusal in both languages; what none of these says stands as the host said it. */
export const describeRefusal = (words: string, known: readonly Refusal[]): Text =>
  text(
    words,
    known.reduce((all, {says, zh}) => all.replace(says, zh), words),
  );
