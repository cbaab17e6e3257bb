import {openQuestion, type State} from '../../store/state.ts';
import {ANSWERS} from '../dialogs/dialog.ts';
import {footerKeys} from '../keys.ts';
import {type Line, line, lineWidth, type Span, span} from '../line.ts';
import {messages} from '../messages.ts';
import {modeOf, questionVisible} from '../mode.ts';
import type {Pen} from '../pen.ts';

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
  const shown: Span[] = [...filter, ...waits];
  if (shown.length === 0) shown.push(span(' '));
  for (const {spec, whyNot} of footerKeys(mode, state)) {
    if (whyNot !== null || ANSWERS.has(spec.intent.do)) continue;
    const item = [span(pen.key(spec.shown), 'key'), span(` ${pen.t(spec.words)}`, 'muted')];
    if (lineWidth(shown) + lineWidth(item) + 2 > width) continue;
    shown.push(...item, span('  '));
  }
  return mode === 'phrase' ? [...shown, pen.say(messages.typing, 'muted')] : shown;
};
