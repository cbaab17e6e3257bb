import type {State, Tail} from '../../store/state.ts';
import {visible} from '../control.ts';
import {EMPTY, type Line, line, span, wrapped} from '../line.ts';
import {messages} from '../messages.ts';
import type {Pen} from '../pen.ts';

type Wrapped = {readonly width: number; readonly lines: readonly Line[]};

const known = new WeakMap<readonly string[], Wrapped>();

/** The lines of a log as they are drawn: whole, whatever a host wrote into them. */
const wrappedLines = ({lines}: Tail, width: number): readonly Line[] => {
  const before = known.get(lines);
  if (before?.width === width) return before.lines;
  const made = lines.flatMap(words =>
    words === '' ? [EMPTY] : wrapped(visible(words), width - 1, 'plain', line(' ')),
  );
  known.set(lines, {width, lines: made});
  return made;
};

/** All of a log that is read on a host, and why nothing comes any more. */
export const tailPage = ({tail}: State, pen: Pen, width: number): readonly Line[] => {
  if (tail === null) return [line(' ', pen.say(messages.noDetail, 'muted'))];
  const lines = wrappedLines(tail, width);
  if (tail.end !== null)
    return [...lines, ...wrapped(visible(pen.t(messages.tailEnds(tail.end))), width - 1, 'warn', line(' '))];
  return lines.length === 0 ? [line(' ', pen.say(messages.tailWaits, 'muted'))] : lines;
};

/** "be-3 · /opt/be/log/be.out". */
export const tailTitle = ({tail}: State, pen: Pen): Line =>
  tail === null
    ? []
    : line(span(tail.node, 'strong'), span(` ${pen.theme.marks.dot} `, 'muted'), span(visible(tail.file)));
