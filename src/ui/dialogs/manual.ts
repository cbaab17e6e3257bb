import {stepOf} from '../../model/in-plan.ts';
import type {Question, State} from '../../store/state.ts';
import {standsWords} from '../at-hand.ts';
import {checkLines} from '../checks.ts';
import {visible} from '../control.ts';
import {type Line, line, span, wrapped} from '../line.ts';
import {messages} from '../messages.ts';
import type {Pen} from '../pen.ts';
import {pieces} from '../width.ts';
import {answerLines, BLANK, type Dialog, othersLines} from './dialog.ts';

/** The line to copy, by itself. Where it is longer than the screen is wide it goes on in the next row, and nothing is put in. */
const copyLines = (copy: string, width: number): Line[] => [
  BLANK,
  ...pieces(visible(copy), width).map(piece => line(span(piece, 'accent'))),
  BLANK,
];

/** A step that is done by hand: what to do, and what lakeup will look for afterwards. */
export const manualDialog = (
  state: State,
  question: Extract<Question, {kind: 'manual'}>,
  pen: Pen,
  width: number,
): Dialog | null => {
  const {run} = state;
  if (run === null) return null;
  const step = stepOf(run, question.step);
  const {action} = step;
  if (action.kind !== 'manual') return null;
  const check = step.done[0];
  const seen = state.looks.get(check.node)?.probes[check.probe] ?? null;
  return {
    title: pen.t(messages.manualTitle(step.node)),
    tone: 'warn',
    loud: false,
    body: [
      ...wrapped(pen.t(step.title), width, 'strong'),
      ...wrapped(pen.t(standsWords(state, step.node)), width),
      ...othersLines(state, pen, width, step.node),
      ...wrapped(pen.t(action.instructions), width),
      ...(action.copy === undefined ? [BLANK] : copyLines(action.copy, width)),
      line(pen.say(messages.waitsUntil, 'muted'), ' ', pen.say(check.title)),
      ...checkLines(check, seen, run, pen, width),
      ...wrapped(pen.t(messages.manualThen), width, 'muted'),
    ],
    answers: [BLANK, ...answerLines(state, pen, width, 'manual')],
  };
};
