import type {Lang} from '../../src/model/text.ts';
import type {State} from '../../src/store/state.ts';
import type {Opened} from './harness.ts';

/** A key as a screen names it, with what it says the key does. */
export type Named = {readonly shown: string; readonly words: string};

/** What a screen says of a key, what a terminal sends for it, and what is so once it was pressed. */
type Meant = {
  readonly shown: string;
  readonly en: string;
  readonly zh: string;
  readonly sends: string;
  readonly does: (after: State, before: State, opened: Opened) => boolean;
};

const goesOn: Meant['does'] = ({questions, run}, before) =>
  before.questions.length > 0 &&
  !questions.some(({id}) => id === before.questions[0]?.id) &&
  run?.left === false;
const leaves: Meant['does'] = ({leaving, run}, _before, {exits}) =>
  leaving !== 'no' || run?.left === true || exits.length > 0;
const shows =
  (view: State['view']): Meant['does'] =>
  after =>
    after.view === view;

/** Every key that a prepared screen names, in the words of this test. */
const MEANT: readonly Meant[] = [
  {shown: 'y', en: 'begin', zh: '开始', sends: 'y', does: goesOn},
  {shown: 'B', en: 'begin; there is no way back', zh: '开始；之后无法回退', sends: 'B', does: goesOn},
  {shown: 'O', en: 'begin, with the outage', zh: '接受中断并开始', sends: 'O', does: goesOn},
  {shown: 'n', en: 'leave; nothing more is changed', zh: '离开；不再做任何改动', sends: 'n', does: leaves},
  {
    shown: 'Ctrl-C',
    en: 'leave; nothing more is changed',
    zh: '离开；不再做任何改动',
    sends: '\u0003',
    does: leaves,
  },
  {shown: 'r', en: 'retry (looks first)', zh: '重试（先查看）', sends: 'r', does: goesOn},
  {shown: 'x', en: 'skip …', zh: '跳过 …', sends: 'x', does: ({skipping}) => skipping !== null},
  {
    shown: 'Esc',
    en: 'back, nothing is skipped',
    zh: '返回，不跳过',
    sends: '\u001b',
    does: ({skipping, run}) => skipping === null && Object.keys(run?.skipped ?? {}).length === 0,
  },
  {shown: 'q', en: 'leave (can be resumed)', zh: '离开（可以恢复）', sends: 'q', does: leaves},
  {shown: 'd', en: 'it is done', zh: '已完成', sends: 'd', does: goesOn},
  {shown: 'n', en: 'leave (can be resumed)', zh: '离开（可以恢复）', sends: 'n', does: leaves},
  {
    shown: '↑↓←→',
    en: 'node',
    zh: '选择节点',
    sends: '\u001b[B',
    does: ({selected}, before) => selected !== null && selected !== before.selected,
  },
  {shown: '⏎', en: 'detail', zh: '详情', sends: '\r', does: shows('node')},
  {shown: 'e', en: 'report', zh: '报告', sends: 'e', does: shows('report')},
  {shown: 'l', en: 'log', zh: '日志', sends: 'l', does: shows('log')},
  {shown: 'p', en: 'plan', zh: '计划', sends: 'p', does: shows('plan')},
  {shown: 'Tab', en: 'plan', zh: '计划', sends: '\t', does: shows('plan')},
  {
    shown: 'PgDn',
    en: 'read on',
    zh: '继续阅读',
    sends: '\u001b[6~',
    does: ({questions, typed}, before) => questions === before.questions && typed === before.typed,
  },
  {
    shown: 'space',
    en: 'hold once answered',
    zh: '回答后暂停',
    sends: ' ',
    does: ({wish, questions}, before) => wish === 'hold' && questions[0]?.id === before.questions[0]?.id,
  },
  {
    shown: 'space',
    en: 'hold',
    zh: '暂停',
    sends: ' ',
    does: ({wish}, before) => wish !== before.wish && wish !== 'leave',
  },
  {
    shown: 'space',
    en: 'hold once answered',
    zh: '回答后暂停',
    sends: ' ',
    does: ({wish, questions}, before) => wish === 'hold' && questions === before.questions,
  },
  {shown: '/', en: 'filter', zh: '筛选', sends: '/', does: ({filtering}) => filtering},
  {shown: '?', en: 'keys', zh: '按键', sends: '?', does: shows('help')},
  {shown: 'q', en: 'leave', zh: '离开', sends: 'q', does: leaves},
  {shown: 'L', en: '中文', zh: 'English', sends: 'L', does: ({lang}, before) => lang !== before.lang},
];

/** What stands beside the keys of a question that a word is typed for, and behind which a question waits. */
const ASIDE = {
  en: /^ a question waits for you: Esc {3}| {2}what you type goes into the name$/,
  zh: /^ 有问题等待你：Esc {3}| {2}输入的内容进入名称栏$/,
} as const;

const meantBy = ({shown, words}: Named, lang: Lang): Meant | undefined =>
  MEANT.find(each => each.shown === shown && each[lang] === words);

/** The keys of the last line of a question; two spaces stand between a key and its words, more between two keys. */
const inDialog = (lines: readonly string[]): readonly Named[] => {
  const end = lines.findLastIndex(line => /^ [╰┗]/.test(line));
  const [, last = ''] = /^ [│┃] (.*?) +[│┃]$/.exec(lines[end - 1] ?? '') ?? [];
  return last.split(/ {5,}/).flatMap(part => {
    const [, shown = '', words = ''] = /^(\S+) {2}(\S.*)$/.exec(part.trim()) ?? [];
    return shown === '' ? [] : [{shown, words}];
  });
};

const inFooter = (lines: readonly string[], lang: Lang): readonly Named[] =>
  (lines.at(-1) ?? '')
    .replace(ASIDE[lang], '')
    .trim()
    .split(/ {2,}/)
    .map(part => {
      const [shown = '', ...words] = part.split(' ');
      return {shown, words: words.join(' ')};
    });

/** The keys that a screen names: of its question, and of its last line. */
export const keysOn = (
  lines: readonly string[],
  lang: Lang,
): {answers: readonly Named[]; others: readonly Named[]} => ({
  answers: inDialog(lines),
  others: inFooter(lines, lang),
});

/** What is wrong with what a key does, by what stands beside it; null where it is so. */
export const pressedWrong = async (opened: Opened, named: Named, lang: Lang): Promise<string | null> => {
  const meant = meantBy(named, lang);
  if (meant === undefined) return `nobody knows "${named.shown} ${named.words}"`;
  const before = opened.store.getState();
  await opened.send(meant.sends);
  await opened.pass(100);
  return meant.does(opened.store.getState(), before, opened)
    ? null
    : `"${named.shown}" does not "${named.words}"`;
};
