import {text} from '../model/text.ts';

/** What only the first question of a plan says. */
export const firstWords = {
  warned: text('warned of', '预检警告'),
  /** Behind some of the warnings. */
  andMore: (n: number, key: string) => text(`, and ${n} more (${key})`, `，另有 ${n} 条（${key}）`),
} as const;
