import {text} from '../model/text.ts';

/** What is said of a search in the log. */
export const searchWords = {
  noSearch: text('nothing is searched for: / asks for it', '没有搜索内容，请按 / 输入'),
  noneAbove: text('not found above; N looks below', '上方没有；按 N 向下查找'),
  noneBelow: text('not found below; n looks above', '下方没有；按 n 向上查找'),
  helpSearch: text('a search in the log', '在日志中搜索'),
  search: text('search', '搜索'),
  waitsBehindSearch: text('a question waits for you: Esc twice', '有问题等待你：按两次 Esc'),
} as const;
