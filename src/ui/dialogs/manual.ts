import {stepOf} from '../../model/describe-event.ts';
import type {Question, State} from '../../store/state.ts';
import {checkLines} from '../checks.ts';
import {line, wrapped} from '../line.ts';
import {messages} from '../messages.ts';
import type {Pen} from '../pen.ts';
import {answerLine, BLANK, type Dialog} from './dialog.ts';

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
  const check = step.done[0];
  const seen = state.looks.get(check.node)?.probes[check.probe] ?? null;
  return {
    title: pen.t(messages.manualTitle(step.node)),
    tone: 'warn',
    loud: false,
    body: [
      ...wrapped(pen.t(step.title), width, 'strong'),
      ...(step.action.kind === 'manual' ? wrapped(pen.t(step.action.instructions), width) : []),
      BLANK,
      line(pen.say(messages.waitsFor, 'muted'), ' ', pen.say(check.title)),
      ...checkLines(check, seen, run, pen, width),
      ...wrapped(pen.t(messages.manualThen), width, 'muted'),
    ],
    answers: [BLANK, answerLine(state, pen, 'manual')],
  };
};
