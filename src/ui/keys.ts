import {heldAlike} from '../model/held-alike.ts';
import {type Text, text} from '../model/text.ts';
import type {State, View} from '../store/state.ts';
import {atHandOf, nodeAtHand} from './at-hand.ts';
import {offeredLine} from './clipboard.ts';
import {messages} from './messages.ts';
import {askedDanger, type Danger, type Mode, yesKey} from './mode.ts';
import {mayNotSkip} from './skipping.ts';

/** A key as the terminal sends it: a character, or one of these names. */
export type KeyName = string;

export type Intent =
  | {readonly do: 'move'; readonly dx: -1 | 0 | 1; readonly dy: -1 | 0 | 1}
  | {readonly do: 'page'; readonly by: -1 | 1}
  | {readonly do: 'end'; readonly to: 'first' | 'last'}
  | {readonly do: 'view'; readonly view: Exclude<View, 'main' | 'tail' | 'shell'>}
  | {
      readonly do:
        | 'yes'
        | 'alike'
        | 'no'
        | 'copy'
        | 'back'
        | 'follow'
        | 'hold'
        | 'hold-node'
        | 'quit'
        | 'stay'
        | 'leave-now'
        | 'language'
        | 'theme'
        | 'tail'
        | 'skip'
        | 'skip-next'
        | 'skip-back'
        | 'skip-sure'
        | 'whole-scripts'
        | 'offer-shell'
        | 'shell';
    }
  | {readonly do: 'match'; readonly to: 'above' | 'below'}
  | {readonly do: 'search' | 'search-done' | 'search-clear'}
  | {readonly do: 'repaint' | 'suspend' | 'filter' | 'filter-done' | 'filter-clear' | 'nothing'};

export type KeySpec = {
  readonly keys: readonly KeyName[];
  /** How footer and help write it. */
  readonly shown: string;
  readonly words: Text;
  readonly modes: readonly Mode[];
  /** Why it does nothing now, or null when it does something. */
  readonly whyNot?: (state: State) => Text | null;
  readonly intent: Intent;
  /** Its place in the footer; 0 is only in the help. */
  readonly footer: number;
};

const SCROLLED: readonly Mode[] = ['log', 'node', 'plan', 'help', 'report', 'tail', 'shell'];
const VIEWS: readonly Mode[] = ['main', ...SCROLLED];
const ASKING: readonly Mode[] = ['confirm', 'held', 'manual'];
const GRID: readonly Mode[] = ['main', ...ASKING];

const hasPlan = (state: State): Text | null => (state.run === null ? messages.noPlan : null);

const hasLine = (state: State): Text | null => (offeredLine(state) === null ? messages.noLine : null);

const hasReport = (state: State): Text | null => (state.report === null ? messages.noReport : null);

const hasHost = (state: State): Text | null =>
  atHandOf(state, nodeAtHand(state)) === null ? messages.noHostBehind : null;

const hasLogs = (state: State): Text | null =>
  hasHost(state) ?? (atHandOf(state, nodeAtHand(state))?.logs.length === 0 ? messages.noLogs : null);

/** Follows a log of the node that the screen is about; opens a shell on its host. */
export const TAIL_KEY = 't';
export const SHELL_KEY = 's';

/** Retries all that is held for the same look. */
export const RETRY_ALL_KEY = 'R';

/** Takes what the question is about, or the node of the detail, out of the run. */
export const SKIP_KEY = 'x';

const hasReason = ({skipping}: State): Text | null =>
  skipping !== null && skipping.because.trim() === '' ? messages.skipNoReason : null;

/** Shows what became of the run. */
export const REPORT_KEY = 'e';

const runs = (state: State): Text | null => {
  if (state.run === null) return messages.noRunToHold;
  return state.run.verdict !== null || state.run.left ? messages.runEnded : null;
};

/** Why no hold can be asked for now; one that was asked for can be taken back. */
const mayHold = (state: State): Text | null => {
  if (state.wish === 'leave') return messages.willLeave;
  if ((state.run?.holds.length ?? 0) > 0) return messages.heldAlready;
  return runs(state);
};

const holds =
  (wished: boolean) =>
  (state: State): Text | null =>
    mayHold(state) ?? ((state.wish === 'hold') === wished ? null : messages.otherKey);

const hasFilter = ({filter}: State): Text | null => (filter === '' ? messages.noFilter : null);

const isSearched = ({view, search}: State): boolean => view === 'log' && search.words !== '';

const hasSearch = (state: State): Text | null => (isSearched(state) ? null : messages.noSearch);

const heldBy =
  (whom: 'operator' | 'failure') =>
  (state: State): Text | null =>
    (state.run?.holds[0]?.kind === 'operator') === (whom === 'operator') ? null : messages.otherKey;

const areAlike = ({run}: State): Text | null =>
  run !== null && run.holds.length > 0 && heldAlike(run) > 1 ? null : messages.otherKey;

const danger =
  (kind: Danger) =>
  (state: State): Text | null =>
    askedDanger(state) === kind ? null : messages.otherKey;

/** Every key there is. Handling, footer, help and the operator's handbook are made from this table. */
// biome-ignore format: a table is read by its rows
export const KEYS: readonly KeySpec[] = [
  {keys: ['y'], shown: 'y', words: text('begin', '开始'), modes: ['confirm'], whyNot: danger('phase'), intent: {do: 'yes'}, footer: 1},
  {keys: [yesKey('final')], shown: 'B', words: text('begin; there is no way back', '开始；之后无法回退'), modes: ['confirm'], whyNot: danger('final'), intent: {do: 'yes'}, footer: 1},
  {keys: [yesKey('outage')], shown: 'O', words: text('begin, with the outage', '接受中断并开始'), modes: ['confirm'], whyNot: danger('outage'), intent: {do: 'yes'}, footer: 1},
  {keys: [yesKey('final-outage')], shown: 'O', words: text('begin, with the outage; there is no way back', '接受中断并开始；之后无法回退'), modes: ['confirm'], whyNot: danger('final-outage'), intent: {do: 'yes'}, footer: 1},
  {keys: [yesKey('destructive')], shown: 'D', words: text('destroy and go on', '销毁并继续'), modes: ['confirm'], whyNot: danger('destructive'), intent: {do: 'yes'}, footer: 1},
  {keys: ['n'], shown: 'n', words: text('leave; nothing more is changed', '离开；不再做任何改动'), modes: ['confirm'], intent: {do: 'no'}, footer: 2},
  {keys: ['ctrl-c'], shown: 'Ctrl-C', words: text('leave; nothing more is changed', '离开；不再做任何改动'), modes: ['phrase'], intent: {do: 'no'}, footer: 1},
  {keys: ['r'], shown: 'r', words: text('retry (looks first)', '重试（先查看）'), modes: ['held'], whyNot: heldBy('failure'), intent: {do: 'yes'}, footer: 1},
  {keys: [RETRY_ALL_KEY], shown: RETRY_ALL_KEY, words: text('retry all of them', '一并重试'), modes: ['held'], whyNot: areAlike, intent: {do: 'alike'}, footer: 1},
  {keys: ['space', 'r'], shown: 'space', words: text('go on', '继续'), modes: ['held'], whyNot: heldBy('operator'), intent: {do: 'yes'}, footer: 1},
  {keys: [SKIP_KEY], shown: SKIP_KEY, words: messages.skipKey, modes: ['held', 'node'], whyNot: mayNotSkip, intent: {do: 'skip'}, footer: 2},
  {keys: ['enter'], shown: '⏎', words: text('go on', '下一步'), modes: ['skip-why'], whyNot: hasReason, intent: {do: 'skip-next'}, footer: 1},
  {keys: ['X'], shown: 'X', words: messages.skipSure, modes: ['skip'], intent: {do: 'skip-sure'}, footer: 1},
  {keys: ['esc', 'ctrl-c'], shown: 'Esc', words: text('back, nothing is skipped', '返回，不跳过'), modes: ['skip-why', 'skip-name', 'skip'], intent: {do: 'skip-back'}, footer: 2},
  {keys: ['q'], shown: 'q', words: text('leave (can be resumed)', '离开（可以恢复）'), modes: ['held'], intent: {do: 'no'}, footer: 3},
  {keys: ['d'], shown: 'd', words: text('it is done', '已完成'), modes: ['manual'], intent: {do: 'yes'}, footer: 1},
  {keys: ['c'], shown: 'c', words: text('copy the line', '复制该行'), modes: ['manual'], whyNot: hasLine, intent: {do: 'copy'}, footer: 2},
  {keys: ['n'], shown: 'n', words: text('leave (can be resumed)', '离开（可以恢复）'), modes: ['manual'], intent: {do: 'no'}, footer: 3},
  {keys: ['q', 'ctrl-c'], shown: 'q', words: text('leave, once you are asked', '询问后离开'), modes: ['confirm', 'manual'], intent: {do: 'quit'}, footer: 0},
  {keys: ['ctrl-c'], shown: 'Ctrl-C', words: text('leave, once you are asked', '询问后离开'), modes: ['held'], intent: {do: 'quit'}, footer: 0},
  {keys: ['y'], shown: 'y', words: text('leave', '离开'), modes: ['leaving'], intent: {do: 'yes'}, footer: 1},
  {keys: ['n', 'esc', 'q'], shown: 'n', words: text('stay', '留下'), modes: ['leaving'], intent: {do: 'stay'}, footer: 2},
  {keys: ['ctrl-c'], shown: 'Ctrl-C', words: text('leave at once', '立即离开'), modes: ['leaving'], intent: {do: 'leave-now'}, footer: 3},
  {keys: ['enter'], shown: '⏎', words: text('keep the filter', '保留筛选'), modes: ['filter'], intent: {do: 'filter-done'}, footer: 1},
  {keys: ['esc', 'ctrl-c'], shown: 'Esc', words: text('no filter', '取消筛选'), modes: ['filter'], intent: {do: 'filter-clear'}, footer: 2},

  {keys: ['enter'], shown: '⏎', words: text('find it above', '向上查找'), modes: ['search'], intent: {do: 'search-done'}, footer: 1},
  {keys: ['esc', 'ctrl-c'], shown: 'Esc', words: text('no search', '取消搜索'), modes: ['search'], intent: {do: 'search-clear'}, footer: 2},

  {keys: [], shown: '↑↓←→', words: text('node', '选择节点'), modes: GRID, intent: {do: 'nothing'}, footer: 3},
  {keys: ['up', 'k'], shown: '↑ k', words: text('node above', '上一行节点'), modes: GRID, intent: {do: 'move', dx: 0, dy: -1}, footer: 0},
  {keys: ['down', 'j'], shown: '↓ j', words: text('node below', '下一行节点'), modes: GRID, intent: {do: 'move', dx: 0, dy: 1}, footer: 0},
  {keys: ['left', 'h'], shown: '← h', words: text('node to the left', '左边的节点'), modes: GRID, intent: {do: 'move', dx: -1, dy: 0}, footer: 0},
  {keys: ['right'], shown: '→', words: text('node to the right', '右边的节点'), modes: GRID, intent: {do: 'move', dx: 1, dy: 0}, footer: 0},
  {keys: [], shown: '↑↓', words: text('scroll', '滚动'), modes: SCROLLED, intent: {do: 'nothing'}, footer: 3},
  {keys: ['up', 'k'], shown: '↑ k', words: text('line up', '上一行'), modes: SCROLLED, intent: {do: 'move', dx: 0, dy: -1}, footer: 0},
  {keys: ['down', 'j'], shown: '↓ j', words: text('line down', '下一行'), modes: SCROLLED, intent: {do: 'move', dx: 0, dy: 1}, footer: 0},
  {keys: ['pageup', 'ctrl-b'], shown: 'PgUp', words: text('nodes: a page up', '节点：上一页'), modes: ['main'], intent: {do: 'page', by: -1}, footer: 0},
  {keys: ['pagedown', 'ctrl-f'], shown: 'PgDn', words: text('nodes: a page down', '节点：下一页'), modes: ['main'], intent: {do: 'page', by: 1}, footer: 0},
  {keys: ['pageup', 'ctrl-b'], shown: 'PgUp', words: text('the question: a page up', '问题：上一页'), modes: [...ASKING, 'phrase'], intent: {do: 'page', by: -1}, footer: 0},
  {keys: ['pagedown', 'ctrl-f'], shown: 'PgDn', words: text('the question: a page down', '问题：下一页'), modes: [...ASKING, 'phrase'], intent: {do: 'page', by: 1}, footer: 0},
  {keys: ['pageup', 'ctrl-b'], shown: 'PgUp', words: text('page up', '上一页'), modes: SCROLLED, intent: {do: 'page', by: -1}, footer: 0},
  {keys: ['pagedown', 'ctrl-f'], shown: 'PgDn', words: text('page down', '下一页'), modes: SCROLLED, intent: {do: 'page', by: 1}, footer: 0},
  {keys: [], shown: 'PgDn', words: text('read on', '继续阅读'), modes: ['phrase'], intent: {do: 'nothing'}, footer: 3},
  {keys: ['home', 'g'], shown: 'g', words: text('to the first', '到开头'), modes: VIEWS, intent: {do: 'end', to: 'first'}, footer: 0},
  {keys: ['end', 'G'], shown: 'G', words: text('to the last', '到末尾'), modes: VIEWS, intent: {do: 'end', to: 'last'}, footer: 0},

  {keys: ['esc'], shown: 'Esc', words: text('back', '返回'), modes: SCROLLED, whyNot: state => (isSearched(state) ? messages.otherKey : null), intent: {do: 'back'}, footer: 1},
  {keys: ['esc'], shown: 'Esc', words: text('no search', '取消搜索'), modes: ['log'], whyNot: hasSearch, intent: {do: 'search-clear'}, footer: 1},
  // Esc goes back everywhere else: an answer by it would be a slip.
  {keys: ['esc'], shown: 'Esc', words: text('answers nothing here', '在此不作为回答'), modes: [...ASKING, 'phrase'], whyNot: () => messages.escAnswersNot, intent: {do: 'nothing'}, footer: 0},
  {keys: ['esc'], shown: 'Esc', words: text('no filter', '取消筛选'), modes: [...GRID, 'phrase'], whyNot: hasFilter, intent: {do: 'filter-clear'}, footer: 1},
  {keys: ['enter'], shown: '⏎', words: text('detail', '详情'), modes: ['main', 'held'], intent: {do: 'view', view: 'node'}, footer: 4},
  {keys: ['enter'], shown: '⏎', words: text('answers nothing here', '在此不作为回答'), modes: ['confirm', 'manual', 'leaving'], whyNot: () => messages.enterAnswersNot, intent: {do: 'nothing'}, footer: 0},
  {keys: ['c'], shown: 'c', words: text('whole scripts', '完整脚本'), modes: ['plan', 'node'], intent: {do: 'whole-scripts'}, footer: 4},
  {keys: [TAIL_KEY], shown: TAIL_KEY, words: messages.tail, modes: ['main', ...ASKING, 'node'], whyNot: hasLogs, intent: {do: 'tail'}, footer: 4},
  {keys: [TAIL_KEY], shown: TAIL_KEY, words: messages.nextTail, modes: ['tail'], whyNot: hasLogs, intent: {do: 'tail'}, footer: 4},
  {keys: [SHELL_KEY], shown: SHELL_KEY, words: messages.shell, modes: ['main', ...ASKING, 'node', 'tail'], whyNot: hasHost, intent: {do: 'offer-shell'}, footer: 4},
  {keys: ['enter'], shown: '⏎', words: text('open the shell', '打开 shell'), modes: ['shell'], whyNot: hasHost, intent: {do: 'shell'}, footer: 4},
  {keys: ['c'], shown: 'c', words: text('copy the line', '复制该行'), modes: ['shell'], whyNot: hasHost, intent: {do: 'copy'}, footer: 4},
  {keys: [REPORT_KEY], shown: REPORT_KEY, words: text('report', '报告'), modes: ['main', 'log', 'node', 'plan', 'help'], whyNot: hasReport, intent: {do: 'view', view: 'report'}, footer: 5},
  {keys: ['c'], shown: 'c', words: text('copy the report', '复制报告'), modes: ['report'], whyNot: hasReport, intent: {do: 'copy'}, footer: 4},
  {keys: ['l'], shown: 'l', words: text('log', '日志'), modes: [...GRID, 'node', 'plan', 'help', 'report', 'tail'], intent: {do: 'view', view: 'log'}, footer: 5},
  {keys: ['p'], shown: 'p', words: text('plan', '计划'), modes: [...GRID, 'log', 'node', 'help', 'report'], whyNot: hasPlan, intent: {do: 'view', view: 'plan'}, footer: 6},
  {keys: ['tab'], shown: 'Tab', words: text('plan', '计划'), modes: ['phrase'], whyNot: hasPlan, intent: {do: 'view', view: 'plan'}, footer: 6},
  {keys: ['space'], shown: 'space', words: text('hold', '暂停'), modes: VIEWS, whyNot: holds(false), intent: {do: 'hold'}, footer: 7},
  {keys: ['space'], shown: 'space', words: text('hold once answered', '回答后暂停'), modes: ['confirm'], whyNot: holds(false), intent: {do: 'hold'}, footer: 7},
  {keys: ['space'], shown: 'space', words: text('do not hold', '不再暂停'), modes: [...VIEWS, 'confirm'], whyNot: holds(true), intent: {do: 'hold'}, footer: 7},
  {keys: ['H'], shown: 'H', words: text('hold after the node in hand', '当前节点完成后暂停'), modes: VIEWS, whyNot: mayHold, intent: {do: 'hold-node'}, footer: 0},
  {keys: ['f', '.'], shown: 'f', words: text('follow the node in hand', '跟随当前节点'), modes: GRID, whyNot: hasPlan, intent: {do: 'follow'}, footer: 0},
  {keys: ['/'], shown: '/', words: text('filter', '筛选'), modes: GRID, intent: {do: 'filter'}, footer: 8},
  {keys: ['/'], shown: '/', words: text('search', '搜索'), modes: ['log'], intent: {do: 'search'}, footer: 4},
  {keys: ['n'], shown: 'n', words: text('next above', '上一处'), modes: ['log'], whyNot: hasSearch, intent: {do: 'match', to: 'above'}, footer: 4},
  {keys: ['N'], shown: 'N', words: text('next below', '下一处'), modes: ['log'], whyNot: hasSearch, intent: {do: 'match', to: 'below'}, footer: 4},
  {keys: ['?'], shown: '?', words: text('keys', '按键'), modes: [...GRID, 'log', 'node', 'plan', 'report'], intent: {do: 'view', view: 'help'}, footer: 9},
  {keys: ['q', 'ctrl-c'], shown: 'q', words: text('leave', '离开'), modes: VIEWS, intent: {do: 'quit'}, footer: 10},
  {keys: ['L'], shown: 'L', words: text('中文', 'English'), modes: [...VIEWS, ...ASKING], intent: {do: 'language'}, footer: 11},
  {keys: ['T'], shown: 'T', words: text('next theme', '切换主题'), modes: [...VIEWS, ...ASKING], intent: {do: 'theme'}, footer: 0},
  {keys: ['ctrl-l'], shown: 'Ctrl-L', words: text('paint anew', '重绘屏幕'), modes: [...VIEWS, ...ASKING, 'phrase', 'leaving'], intent: {do: 'repaint'}, footer: 0},
  {keys: ['ctrl-z'], shown: 'Ctrl-Z', words: text('to the shell (fg comes back)', '挂起到 shell（fg 返回）'), modes: [...VIEWS, ...ASKING, 'phrase', 'leaving'], intent: {do: 'suspend'}, footer: 0},
];

/** What a key does in a mode: the spec that does something now, else the first that says why not, else null. */
export const findKey = (key: KeyName, mode: Mode, state: State): KeySpec | null => {
  const specs = KEYS.filter(spec => spec.keys.includes(key) && spec.modes.includes(mode));
  return specs.find(spec => (spec.whyNot?.(state) ?? null) === null) ?? specs[0] ?? null;
};

/** The keys of a mode for the footer, in order; with the reason when one does nothing now. */
export const footerKeys = (
  mode: Mode,
  state: State,
): {readonly spec: KeySpec; readonly whyNot: Text | null}[] =>
  KEYS.filter(spec => spec.footer > 0 && spec.modes.includes(mode))
    .map(spec => ({spec, whyNot: spec.whyNot?.(state) ?? null}))
    .sort((a, b) => a.spec.footer - b.spec.footer);
