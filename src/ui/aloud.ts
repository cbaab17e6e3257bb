import type {NodeId} from '../model/ids.ts';
import {type LogLine, openQuestion, type State} from '../store/state.ts';
import {timeless, wordsOf} from './aloud-line.ts';
import {panelOf} from './dialogs/pick.ts';
import type {Line} from './line.ts';
import {messages} from './messages.ts';
import {questionVisible} from './mode.ts';
import {type Pen, penAloud} from './pen.ts';
import {formatLine} from './plain.ts';
import {headerParts} from './screens/header.ts';
import {titleOf, wholeLines} from './screens/pages.ts';
import {planHeight, planLines} from './screens/plan.ts';
import {nodeTitle} from './screens/steps.ts';
import {currentNode} from './select.ts';
import {hostsSaid} from './silent-hosts.ts';
import {drawn} from './theme.ts';

/** What was said already. Nothing is said twice, but for what is asked for again. */
export type Said = {
  /** The last line of the log; null before the first word. */
  readonly log: number | null;
  /** What fills the lower part of the screen: which it is, and its lines. */
  readonly panel: string;
  readonly lines: ReadonlySet<string>;
  readonly view: string;
  /** Of a log that is read on a host: how many of its lines, and whether it was said why nothing comes any more. */
  readonly tail: {readonly upTo: number; readonly ended: boolean};
  readonly selected: NodeId | null;
  readonly filter: string;
  readonly filtering: boolean;
  readonly search: State['search'];
  readonly wish: State['wish'];
  readonly care: string;
  /** Of how many hosts it was said that they do not answer. */
  readonly hosts: number;
  readonly notice: State['notice'];
  readonly behind: boolean;
  /** Since when the question waits for quiet; `early`: a key came before that, and it was told. */
  readonly asked: State['asked'];
  readonly early: boolean;
};

export const NOTHING_SAID: Said = {
  log: null,
  panel: '',
  lines: new Set(),
  view: 'main',
  tail: {upTo: 0, ended: false},
  selected: null,
  filter: '',
  filtering: false,
  search: {words: '', typing: false, at: null},
  wish: 'go',
  care: '',
  hosts: 0,
  notice: null,
  behind: false,
  asked: null,
  early: false,
};

/** Wider than any line: nothing is cut, or broken in the middle, for want of room. */
const WIDE = 10_000;

/** So many lines of the log are said at once; so many of whatever is opened. */
const LOG_AT_ONCE = 20;
const OPENED_MOST = 400;

const logWords = ({at, node, words}: LogLine, {lang, theme}: Pen): string =>
  drawn(formatLine(at, node, words, lang), theme);

/** What happened, without what was sent and what came of it. */
const happened = ({log}: State, since: number): readonly LogLine[] =>
  log.filter(({id, level}) => id > since && level !== 'command' && level !== 'output');

/** What happened since, a line each; of much only the last, and where the rest stands. */
const logSaid = (before: Said, state: State, pen: Pen): readonly string[] => {
  const told = happened(state, before.log ?? 0);
  const left = told.length - LOG_AT_ONCE;
  return [
    ...(left > 0 ? [pen.t(messages.aloudEarlier(left))] : []),
    ...told.slice(-LOG_AT_ONCE).map(entry => logWords(entry, pen)),
  ];
};

/** The log when it is opened. */
const logOpened = (state: State, pen: Pen): readonly string[] => {
  const told = happened(state, 0);
  const left = told.length - OPENED_MOST;
  return [
    ...(left > 0 ? [pen.t(messages.aloudLeftOut(left))] : []),
    ...told.slice(-OPENED_MOST).map(entry => logWords(entry, pen)),
  ];
};

type Panel = {readonly name: string; readonly lines: readonly string[]};

/** Keys count by now: before that none is named, for whoever hears of one presses it. */
const isReady = (state: State): boolean =>
  state.armed || state.leaving !== 'no' || state.skipping !== null || openQuestion(state) === null;

/** The question, or how it all ended, as it is read. */
const panelSaid = (state: State, pen: Pen): Panel => {
  const dialog = state.view === 'main' ? panelOf(state, pen, WIDE) : null;
  if (dialog === null) return {name: '', lines: []};
  const {title, body, roomy = body, answers} = dialog;
  const lines = [[{text: title, tone: 'strong'} as const], ...roomy, ...(isReady(state) ? answers : [])];
  return {
    name: [state.leaving, state.skipping !== null, openQuestion(state)?.id ?? 0, title].join(' '),
    lines: lines.map(spans => wordsOf(spans, pen)).filter(words => words !== ''),
  };
};

/** A panel that comes is said whole; of one that stands what has become another. */
const newOfPanel = (before: Said, {name, lines}: Panel, hosts: string): readonly string[] => {
  if (name === '') return [];
  if (name !== before.panel) return ['', ...lines];
  // Of hosts that do not answer it is said by itself, and not at each that comes or goes.
  return lines.filter(
    words => !before.lines.has(timeless(words)) && (hosts === '' || !words.endsWith(hosts)),
  );
};

const viewName = (state: State): string => {
  const {view, tail, switches} = state;
  switch (view) {
    case 'node':
    case 'shell':
      return `${view} ${currentNode(state)} ${switches.wholeScripts}`;
    case 'plan':
      return `${view} ${switches.wholeScripts}`;
    case 'tail':
      return `${view} ${tail?.round ?? 0}`;
    default:
      return view;
  }
};

const pageLines = (state: State, pen: Pen): {readonly all: number; lines: readonly Line[]} => {
  const {view} = state;
  if (view === 'main' || view === 'log') return {all: 0, lines: []};
  if (view === 'plan') {
    const all = planHeight(state, pen, WIDE);
    return {all, lines: planLines(state, pen, WIDE, 0, Math.min(all, OPENED_MOST))};
  }
  const lines = wholeLines(view, state, pen, WIDE);
  return {all: lines.length, lines: lines.slice(0, OPENED_MOST)};
};

/** A view that is opened, whole. */
const viewSaid = (state: State, pen: Pen): readonly string[] => {
  const {view} = state;
  if (view === 'main') return [];
  if (view === 'log') return ['', pen.t(messages.log), ...logOpened(state, pen)];
  const {all, lines} = pageLines(state, pen);
  const left = all - lines.length;
  return [
    '',
    wordsOf(titleOf(view, state, pen, WIDE), pen),
    ...lines.map(spans => wordsOf(spans, pen)),
    ...(left > 0 ? [pen.t(messages.aloudLeftOut(left))] : []),
  ];
};

/** What a log that is read on a host has more than before, each line once it is whole; and why nothing comes any more. */
const tailSaid = (
  {upTo, ended}: Said['tail'],
  {tail}: State,
  pen: Pen,
): {readonly said: Said['tail']; readonly lines: readonly string[]} => {
  if (tail === null) return {said: {upTo, ended}, lines: []};
  const whole = tail.isOpen ? tail.lines.slice(0, -1) : tail.lines;
  const gap = tail.dropped - upTo;
  const end = tail.end !== null && !ended ? [pen.t(messages.tailEnds(tail.end))] : [];
  return {
    said: {upTo: tail.dropped + whole.length, ended: tail.end !== null},
    lines: [
      ...(gap > 0 && upTo > 0 ? [pen.t(messages.aloudLeftOut(gap))] : []),
      ...whole.slice(Math.max(0, -gap)),
      ...end,
    ].map(words => drawn(words, pen.theme)),
  };
};

/** What a search in the log asks for, and the line that it has found. */
const searchSaid = ({search: before}: Said, {search, log}: State, pen: Pen): readonly string[] => {
  const asks = search.typing && !before.typing ? [pen.t(messages.aloudSearch)] : [];
  const typed =
    search.typing && search.words !== before.words ? [`${pen.t(messages.search)}: ${search.words}`] : [];
  const entry = search.at === before.at ? undefined : log.find(({id}) => id === search.at);
  return [...asks, ...typed, ...(entry === undefined ? [] : [logWords(entry, pen)])];
};

const headSaid = (
  state: State,
  pen: Pen,
  hosts?: Line,
  tellsServing = true,
): readonly [string, string, string] => {
  const {top, progress, alarm, care} = headerParts(state, pen, WIDE, hosts, tellsServing);
  const said = (spans: Line): string =>
    wordsOf(spans, pen)
      .replace(/[; ]+$/, '')
      .trim();
  return [
    said(top),
    said(progress),
    [alarm, care]
      .map(said)
      .filter(words => words !== '')
      .join('; '),
  ];
};

/** Where it stands, by a key: the header, and with it how long it takes still. A bar is nothing to hear. */
export const standingSaid = (state: State): readonly string[] =>
  headSaid(state, penAloud(state))
    .map(words => words.replace(/[#.]{6,} */g, ''))
    .filter(words => words !== '');

/** Whether a key came before keys counted, and answered nothing: that is said once, and then when they do. */
const isEarly = (before: Said, {asked, armed}: State): boolean =>
  asked !== null &&
  !armed &&
  before.asked?.id === asked.id &&
  (before.early || before.asked.quietSince !== asked.quietSince);

/**
 * What is to be said of a state that has changed, in lines that only ever follow each other: for a screen reader, for which a screen
 * that is painted anew is said anew. A sentence is a line, however long.
 */
export const sayNext = (
  before: Said,
  state: State,
): {readonly said: Said; readonly lines: readonly string[]} => {
  const pen = penAloud(state);
  const {view, notice, wish, selected, filter, filtering, search, log} = state;
  const [top, , care] = headSaid(state, pen, []);
  // Who serves instead is told with it, and no news of its own.
  const [, , away] = headSaid(state, pen, [], false);
  const hosts = hostsSaid(before.hosts, state, pen);
  const panel = panelSaid(state, pen);
  const name = viewName(state);
  const isOpened = name !== before.view && view !== 'main';
  const fresh = isOpened || view !== 'tail' ? NOTHING_SAID.tail : before.tail;
  const tail = view === 'tail' ? tailSaid(fresh, state, pen) : {said: fresh, lines: []};
  const behind =
    openQuestion(state) !== null && !questionVisible(state) && state.leaving === 'no' && view !== 'main';
  const node = view === 'main' && selected !== null && selected !== before.selected ? selected : null;
  const early = isEarly(before, state);
  const lines = [
    ...(before.log === null ? [top, pen.t(messages.aloudKeys)] : []),
    ...logSaid(before, state, pen),
    ...(before.log !== null && wish !== before.wish ? [top] : []),
    ...hosts.lines,
    ...(away !== '' && timeless(away) !== timeless(before.care) ? [care] : []),
    ...(isOpened && view !== 'tail' ? viewSaid(state, pen) : []),
    ...(isOpened && view === 'tail' ? [wordsOf(titleOf(view, state, pen, WIDE), pen)] : []),
    ...tail.lines,
    ...(node === null ? [] : [wordsOf(nodeTitle(state, node, pen, WIDE), pen)]),
    ...(filtering && !before.filtering ? [pen.t(messages.aloudFilter)] : []),
    ...(filter === before.filter && (!filtering || before.filtering || filter === '')
      ? []
      : [`${pen.t(messages.filter)}: ${filter}`]),
    ...searchSaid(before, state, pen),
    ...newOfPanel(before, panel, hosts.words),
    ...(behind && !before.behind ? [pen.t(messages.waitsBehind)] : []),
    ...(early && !before.early ? [drawn(pen.t(messages.arming), pen.theme)] : []),
    ...(notice !== null && notice !== before.notice ? [pen.t(notice)] : []),
  ];
  return {
    said: {
      log: log.at(-1)?.id ?? before.log ?? 0,
      panel: panel.name,
      lines: new Set(panel.lines.map(timeless)),
      view: name,
      tail: tail.said,
      selected,
      filter,
      filtering,
      search,
      wish,
      care: away,
      hosts: hosts.hosts,
      notice,
      behind,
      asked: state.asked,
      early,
    },
    lines,
  };
};
