import {z} from 'zod';

/** The languages lakeup speaks. A text without one of them does not compile. */
export type Lang = 'en' | 'zh';

/** Words for a person, in every language. */
export const Text = z.object({en: z.string(), zh: z.string()}).readonly();
export type Text = Readonly<Record<Lang, string>>;

export const text = (en: string, zh: string): Text => ({en, zh});

/** The same words in every language: names, commands, numbers, and what a host said in its own words. */
export const plain = (words: string): Text => ({en: words, zh: words});

/** Puts a Text together from a function of one language's words. */
export const both = (make: (pick: (words: Text) => string, lang: Lang) => string): Text => ({
  en: make(words => words.en, 'en'),
  zh: make(words => words.zh, 'zh'),
});

/** Several texts as one, with what stands between them in each language: a comma, a semicolon. */
export const joinTexts = (texts: readonly Text[], between: Text): Text =>
  both(pick => texts.map(pick).join(pick(between)));

export const COMMA = text(', ', '，');
export const SEMICOLON = text('; ', '；');

/** Words amid Chinese ones: a blank stands on the side where they are not Chinese themselves. */
export const amid = (words: string): string =>
  `${/^\p{Script=Han}/u.test(words) ? '' : ' '}${words}${/\p{Script=Han}$/u.test(words) ? '' : ' '}`;
