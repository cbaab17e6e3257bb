import {never} from '../../lib/never.ts';
import type {Text} from '../../model/text.ts';
import {type GoingOn, isBusy, openQuestion, type State} from '../../store/state.ts';
import {wrapped} from '../line.ts';
import {messages} from '../messages.ts';
import {askedGate} from '../mode.ts';
import type {Pen} from '../pen.ts';
import {endPanel} from '../screens/done.ts';
import {confirmDialog} from './confirm.ts';
import {answerLines, BLANK, type Dialog, outLines} from './dialog.ts';
import {heldDialog} from './held.ts';
import {manualDialog} from './manual.ts';
import {skipDialog} from './skip.ts';

const AFTERWARDS: Readonly<Record<GoingOn, Text>> = {
  command: messages.leaveCommand,
  here: messages.leaveHere,
  never: messages.leaveNever,
};

/** What becomes of what is in hand: a step that is at work, one that is done by hand, or none. */
const leaveWords = (state: State): Text => {
  if (isBusy(state)) return messages.leaveAsk;
  return state.questions.some(({kind}) => kind === 'manual') ? messages.leaveByHand : messages.leaveIdle;
};

const leaveDialog = (state: State, pen: Pen, width: number): Dialog => {
  const now = state.leaving === 'now';
  return {
    title: pen.t(now ? messages.leaveNowTitle : messages.leaveTitle),
    tone: 'warn',
    loud: false,
    body: [
      ...(now
        ? wrapped(pen.t(messages.leaveNow), width)
        : wrapped(
            `${pen.t(leaveWords(state))}${pen.lang === 'en' ? ' ' : ''}${pen.t(AFTERWARDS[state.goingOn])}`,
            width,
          )),
      ...(state.run === null ? [] : outLines(state, pen, width)),
    ],
    answers: [BLANK, ...answerLines(state, pen, width, 'leaving')],
  };
};

/** What is asked on the main screen at the moment, or null. */
export const dialogOf = (state: State, pen: Pen, width: number): Dialog | null => {
  if (state.leaving !== 'no') return leaveDialog(state, pen, width);
  if (state.skipping !== null) return skipDialog(state, pen, width);
  const question = openQuestion(state);
  if (question === null) return null;
  switch (question.kind) {
    case 'hold':
      return heldDialog(state, pen, width);
    case 'manual':
      return manualDialog(state, question, pen, width);
    case 'confirm': {
      const gate = askedGate(state);
      return gate === null ? null : confirmDialog(state, question, gate, pen, width);
    }
    default:
      return never(question);
  }
};

/** What fills the lower part of the main screen while something is asked, or when all is over; else null. */
export const panelOf = (state: State, pen: Pen, width: number): Dialog | null =>
  dialogOf(state, pen, width) ?? endPanel(state, pen, width);
