/** The languages lakeup speaks. A text without one of them does not compile. */
export type Lang = 'en' | 'zh';

/** Words for a person, in every language. */
export type Text = Readonly<Record<Lang, string>>;

export const text = (en: string, zh: string): Text => ({en, zh});

/** The same words in every language: names, commands, numbers. */
export const plain = (words: string): Text => ({en: words, zh: words});
