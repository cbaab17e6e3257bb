import type {Text} from '../../model/text.ts';
import type {GoingOn, State} from '../../store/state.ts';
import type {Dialog} from '../dialogs/dialog.ts';
import {BLANK, outLines} from '../dialogs/dialog.ts';
import {line, span, wrapped} from '../line.ts';
import {messages} from '../messages.ts';
import type {Pen} from '../pen.ts';

const LEFT: Readonly<Record<GoingOn, Text>> = {
  command: messages.leftCommand,
  here: messages.leftHere,
  never: messages.leftNever,
};

/** The verdict, or that the run was left: the last thing the main screen says. */
export const endPanel = (state: State, pen: Pen, width: number): Dialog | null => {
  const {run} = state;
  if (run === null) return null;
  if (run.verdict !== null) {
    return {
      title: pen.t(messages.doneTitle(run.verdict.verified.length)),
      tone: 'good',
      loud: false,
      body: wrapped(pen.t(messages.doneGood(run.plan.to)), width),
      answers: [],
    };
  }
  if (!run.left) return null;
  return {
    title: pen.t(messages.left),
    tone: 'warn',
    loud: false,
    body: [
      ...outLines(run, pen, width),
      ...wrapped(pen.t(LEFT[state.goingOn]), width),
      ...(state.goingOn === 'command' ? [BLANK, line(span(`lakeup resume ${run.run}`, 'strong'))] : []),
    ],
    answers: [],
  };
};
