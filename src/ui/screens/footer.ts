import {openQuestion, type State} from '../../store/state.ts';
import {ANSWERS} from '../dialogs/dialog.ts';
import {footerKeys, type Intent, type KeySpec} from '../keys.ts';
import {type Line, line, lineWidth, type Span, span} from '../line.ts';
import {messages} from '../messages.ts';
import {isAnswering, modeOf, questionVisible} from '../mode.ts';
import type {Pen} from '../pen.ts';

type Item = {readonly spec: KeySpec; readonly words: Line};

/** Between two keys. */
const GAP = '  ';

/** What a narrow footer names before anything else: the ways out, where all the other keys stand, and what is not to be guessed. */
const VITAL: readonly ((intent: Intent) => boolean)[] = [
  intent => intent.do === 'quit' || intent.do === 'back',
  intent => intent.do === 'view' && intent.view === 'help',
  intent => intent.do === 'search' || intent.do === 'search-clear' || intent.do === 'match',
  intent => intent.do === 'filter-clear' || intent.do === 'whole-scripts',
  intent => intent.do === 'hold',
];

const rank = ({spec}: Item): number => {
  const found = VITAL.findIndex(is => is(spec.intent));
  return found < 0 ? VITAL.length : found;
};

/** As many as there is room for, the vital ones first, in the order of the table. */
const fitting = (items: readonly Item[], room: number): readonly Item[] => {
  const kept = new Set<Item>();
  // No gap comes after the last one.
  let left = room + GAP.length;
  for (const item of items.toSorted((a, b) => rank(a) - rank(b))) {
    const needed = lineWidth(item.words) + GAP.length;
    if (needed > left) continue;
    left -= needed;
    kept.add(item);
  }
  return items.filter(item => kept.has(item));
};

/** What the grid is filtered by, or the log is searched for, while that is typed and as long as it lasts. */
const fieldLine = ({view, filter, filtering, search}: State, pen: Pen): Line => {
  const field = (label: string, words: string, typing: boolean): Line =>
    words === '' && !typing
      ? []
      : line(span(label, 'muted'), span(`${words}${typing ? '_' : ''}`, 'strong'), '   ');
  if (view === 'main') return field(` ${pen.t(messages.filter)}: `, filter, filtering);
  return view === 'log' ? field(' /', search.words, search.typing) : [];
};

/** The keys that count now, as many as fit; or why the last one did nothing; or the filter that is being typed. */
export const footerLine = (state: State, pen: Pen, width: number): Line => {
  if (state.notice !== null) return line(' ', pen.say(state.notice, 'warn'));
  const mode = modeOf(state);
  const field = fieldLine(state, pen);
  // The first Esc ends the search.
  const isSearched = mode === 'search' || (mode === 'log' && state.search.words !== '');
  const waits =
    openQuestion(state) !== null && !questionVisible(state)
      ? [
          span(' '),
          pen.say(isSearched ? messages.waitsBehindSearch : messages.waitsBehind, 'warn'),
          span('   '),
        ]
      : [];
  const head: Span[] = [...field, ...waits];
  if (head.length === 0) head.push(span(' '));
  const inDialog = isAnswering(mode) || mode === 'leaving';
  const items = footerKeys(mode, state).flatMap(({spec, whyNot}) =>
    // The key that leads back to a question that waits is named before all others.
    whyNot !== null ||
    (inDialog && ANSWERS.has(spec.intent.do)) ||
    (waits.length > 0 && spec.intent.do === 'back')
      ? []
      : [{spec, words: [span(pen.key(spec.shown), 'key'), span(` ${pen.key(pen.t(spec.words))}`, 'muted')]}],
  );
  const aside = mode === 'phrase' ? [span(GAP), pen.say(messages.typing, 'muted')] : [];
  const named = fitting(items, width - lineWidth(head) - lineWidth(aside));
  return [...head, ...named.flatMap(({words}, i) => (i === 0 ? words : [span(GAP), ...words])), ...aside];
};
