import {text} from '../model/text.ts';

/** What is said of warnings, in the first question of a plan and in the report. */
export const firstWords = {
  warned: text('warned of', '预检警告'),
  /** Behind some of the warnings. */
  andMore: (n: number, key: string) => text(`, and ${n} more (${key})`, `，另有 ${n} 条（${key}）`),
  /** Behind what was seen on one node, where others differ in it. */
  alike: (n: number) => text(` (${n} more alike)`, `（另有 ${n} 个类似）`),
} as const;
