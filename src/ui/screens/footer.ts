import {openQuestion, type State} from '../../store/state.ts';
import {ANSWERS} from '../dialogs/dialog.ts';
import {footerKeys, type Intent, type KeySpec} from '../keys.ts';
import {type Line, line, lineWidth, type Span, span} from '../line.ts';
import {messages} from '../messages.ts';
import {modeOf, questionVisible} from '../mode.ts';
import type {Pen} from '../pen.ts';

type Item = {readonly spec: KeySpec; readonly words: Line};

/** What a narrow footer names before anything else: the ways out, and where all the other keys stand. */
const VITAL: readonly ((intent: Intent) => boolean)[] = [
  intent => intent.do === 'quit' || intent.do === 'back',
  intent => intent.do === 'view' && intent.view === 'help',
  intent => intent.do === 'hold',
];

const rank = ({spec}: Item): number => {
  const found = VITAL.findIndex(is => is(spec.intent));
  return found < 0 ? VITAL.length : found;
};

/** As many as there is room for, the vital ones first, in the order of the table. */
const fitting = (items: readonly Item[], room: number): readonly Item[] => {
  const kept = new Set<Item>();
  // The gap after the last one may be cut.
  let left = room + 2;
  for (const item of items.toSorted((a, b) => rank(a) - rank(b))) {
    if (lineWidth(item.words) > left) continue;
    left -= lineWidth(item.words);
    kept.add(item);
  }
  return items.filter(item => kept.has(item));
};

/** The keys that count now, as many as fit; or why the last one did nothing; or the filter that is being typed. */
export const footerLine = (state: State, pen: Pen, width: number): Line => {
  if (state.notice !== null) return line(' ', pen.say(state.notice, 'warn'));
  const mode = modeOf(state);
  const typing = state.filtering || state.filter !== '';
  const filter = typing
    ? [
        span(` ${pen.t(messages.filter)}: `, 'muted'),
        span(`${state.filter}${state.filtering ? '_' : ''}`, 'strong'),
        span('   '),
      ]
    : [];
  const waits =
    openQuestion(state) !== null && !questionVisible(state)
      ? [span(' '), pen.say(messages.waitsBehind, 'warn'), span('   ')]
      : [];
  const head: Span[] = [...filter, ...waits];
  if (head.length === 0) head.push(span(' '));
  const items = footerKeys(mode, state).flatMap(({spec, whyNot}) =>
    whyNot !== null || ANSWERS.has(spec.intent.do)
      ? []
      : [{spec, words: [span(pen.key(spec.shown), 'key'), span(` ${pen.t(spec.words)}  `, 'muted')]}],
  );
  const shown = [...head, ...fitting(items, width - lineWidth(head)).flatMap(({words}) => words)];
  return mode === 'phrase' ? [...shown, pen.say(messages.typing, 'muted')] : shown;
};
