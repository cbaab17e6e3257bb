import {progressOf} from '../../store/progress.ts';
import type {State} from '../../store/state.ts';
import {sshLine, standsWords} from '../at-hand.ts';
import {visible} from '../control.ts';
import {EMPTY, type Line, line, span, wrapped} from '../line.ts';
import {messages} from '../messages.ts';
import type {Pen} from '../pen.ts';
import {pieces} from '../width.ts';

/** That something is at work on this very node just now. */
const atWorkLines = ({run, atNode}: State, pen: Pen, width: number): readonly Line[] => {
  const step =
    run === null ? undefined : progressOf(run).running.find(each => each.step.node === atNode)?.step;
  if (step === undefined) return [];
  return wrapped(pen.t(messages.shellAtWork(step.title)), width, 'warn', line(' '));
};

/** What the shell of a node is, before it is opened: what runs, and what goes on meanwhile. */
export const shellPage = (state: State, pen: Pen, width: number): readonly Line[] => {
  const {atNode} = state;
  const command = sshLine(state, atNode);
  if (atNode === null || command === null) return [line(' ', pen.say(messages.noHostBehind, 'muted'))];
  const room = width - 2;
  return [
    EMPTY,
    ...wrapped(pen.t(standsWords(state, atNode)), room, 'plain', line(' ')),
    EMPTY,
    ...wrapped(pen.t(messages.shellRuns), room, 'plain', line(' ')),
    EMPTY,
    ...pieces(visible(command), room).map(piece => line(' ', span(piece, 'accent'))),
    EMPTY,
    ...wrapped(pen.t(messages.shellMeanwhile), room, 'plain', line(' ')),
    ...atWorkLines(state, pen, room),
    EMPTY,
    ...wrapped(pen.t(messages.shellKeys(pen.key('⏎'))), room, 'plain', line(' ')),
  ];
};
